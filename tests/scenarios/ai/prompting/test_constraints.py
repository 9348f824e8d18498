"""Every constraint that the requirements put on prompts is in the words that are sent.

Each row quotes the requirement in a comment. Where a requirement asks for a file's text, the prompt asks for the data
that the file is made of, because models write data here and the program writes files.
"""

import pytest

from scenarios.plan.portable import PORTABLE_SQL_GUIDE
from tests.scenarios.ai.prompting.asked import prompts_of, whole

OUTLINE, DATA, DATA_2, SQL, SQL_MARTS, SEMANTIC = "outline", "data:1", "data:2", "sql:1", "sql:2", "semantic"

CONSTRAINTS = [
    # "Company name and industry context"
    (OUTLINE, '"company": "Fjell & Field Outfitters"'),
    (OUTLINE, '"industry": "Outdoor retail"'),
    # "Discovery call notes"
    (OUTLINE, '"discovery_notes": "They sell tents and boots in twelve shops and online.'),
    # "Technical pain points"
    (OUTLINE, '{"number": 2, "sentence": "Nightly full reloads of the order table take four hours."}'),
    # "Instruction to output in structured format with clear sections"
    # "Output in clear sections with markdown formatting."
    (OUTLINE, "One JSON object and nothing else"),
    (OUTLINE, '{"summary": "…", "use_case": "…", "objectives": ["…"], "sources": ['),
    # "Constraint: 3-5 source tables maximum", "Describe 3-5 source datasets needed."
    (OUTLINE, "3 to 5 source datasets, never more."),
    # "Constraint: Easy to medium complexity models", "Keep models easy to medium complexity."
    (OUTLINE, "easy to medium complexity"),
    (SQL, "easy to medium complexity"),
    # "Requirement: One incremental model in marts layer"
    (OUTLINE, "Exactly one mart of the marts layer is incremental"),
    # "Requirement: Ensure foreign key relationships are consistent"
    (OUTLINE, "Foreign keys are consistent across datasets, so that joins work"),
    # "Specify exactly 10 rows per dataset", "Generate exactly 10 rows per dataset"
    (DATA, "each with exactly 10 `rows`"),
    # "Emphasize ID consistency for joins", "Ensure foreign key IDs match across datasets for successful joins"
    (DATA, "IDs are consistent, so that joins work"),
    (DATA, '"keys": {"customers": ["101", "102"'),
    # "Request CSV format": one cell for each column, in their order; the program writes the file
    (DATA, "The program writes one CSV file with a header for each table."),
    (DATA, "Each row has one cell for each column, in the order of `columns` above."),
    # "Include column names and data types"
    (DATA, '"columns": ["customer_id integer, key", "full_name string, required"'),
    (DATA, "The form of a cell by the column's type: integer 42"),
    # "Request realistic but simple data for the use case", "Use realistic but simple data appropriate for {industry}"
    (DATA, "Realistic but simple data for this industry and this prospect"),
    # "Reference the seed file structures", "Seed files available: {seed_file_names_and_columns}"
    (SQL, '"reads": {"stg_shop__order_items": ["order_item_id integer", "order_id integer"'),
    # "Request proper dbt conventions (naming, folder structure)", "Use standard dbt naming conventions."
    (OUTLINE, "standard dbt naming conventions"),
    (OUTLINE, "| intermediate | `int_{entity}_{description}`"),
    (OUTLINE, "| marts | `fct_{entity}` or `dim_{entity}`"),
    # "Include appropriate dbt configurations (materialization, tags)"
    (OUTLINE, "| layer | name | `kind` | reads |"),
    (SQL, "the materialization (view, ephemeral, table, incremental) and the tags are set by the program"),
    # "Request schema.yml with tests and descriptions"
    # "Model and column descriptions", "Tests (unique, not_null, relationships)"
    (OUTLINE, "are the descriptions in `schema.yml`"),
    (OUTLINE, "are its tests (unique, not_null, accepted_values, relationships)"),
    # "Specify that marts layer should have one incremental model", "… with unique_key configuration"
    (SQL_MARTS, "`fct_orders` is the incremental mart."),
    (SQL_MARTS, "configures the unique key"),
    (OUTLINE, "with its `key` as unique_key"),
    # "Include sample documentation in descriptions"
    (OUTLINE, "Describe every table, model and column so that a new colleague understands it."),
    # "Request semantic_models.yml structure"
    (SEMANTIC, "semantic models on marts, with entities, dimensions and measures"),
    # "Define metrics based on business use case", "Key metrics to define"
    (OUTLINE, "Key metrics by name and meaning, chosen from the prospect's business use case"),
    (SEMANTIC, "in the prospect's business use case"),
    # "Reference the marts models"
    (SEMANTIC, '"marts": [ {"model": "fct_orders"'),
    # "You are an expert dbt consultant creating a demo project for a sales presentation."
    (OUTLINE, "You are an expert dbt consultant creating a demo project for a sales presentation."),
    # "Include Semantic Layer: {include_semantic_layer}"
    (OUTLINE, "Semantic layer: yes."),
    # "1. Business Context Summary: Restate your understanding of their use case and objectives"
    (OUTLINE, "your understanding of the prospect, their industry and their use case, restated"),
    (OUTLINE, "business objectives that the demo addresses"),
    # "2. Data Architecture: … For each source, list column names and types. Keep it simple."
    (OUTLINE, "`about`: what the dataset represents."),
    (OUTLINE, "`type`: integer, number (decimals), string, date, timestamp or boolean."),
    (OUTLINE, "keep everything simple"),
    # "3. dbt Model Structure: Staging models: Purpose and transformations"
    (OUTLINE, "`staging`: purpose and transformations of the staging model"),
    # "Intermediate models: Business logic applied"
    (OUTLINE, "which transformations and business logic it applies"),
    # "Marts models: Final analytics models (specify which will be incremental)"
    # "Business questions these models answer"
    (OUTLINE, "it is the one that `incremental` names"),
    (OUTLINE, "business questions that a mart answers"),
    # "5. Pain Point Demonstrations: How dbt addresses their specific technical challenges"
    (OUTLINE, "`feature`: the dbt feature that answers it"),
    # "Specific features to highlight during demo (e.g., testing, lineage, documentation)"
    (OUTLINE, "This demo can show: lineage; data tests"),
    # "6. Data Quality Scenarios (if relevant): Specific data issues to demonstrate testing"
    (OUTLINE, "Only if pain points or notes speak of data quality"),
    # "Include data quality issues if specified: {data_quality_issues}"
    (DATA_2, "Plant it in its prescribed rows, in its column, and nowhere else"),
    (DATA_2, '"kind": "orphan", "table": "orders", "column": "customer_id", "rows": ['),
    # "Specific data anomalies in seed files (e.g., null values, duplicates, orphaned records)"
    (DATA_2, "| orphan | a well-formed key that no row of the other table has"),
    # "dbt test definitions to catch these issues", "Which dbt tests will fail"
    (DATA_2, '"test": "orders_customer_id_is_known"'),
    # "How to demonstrate fixing them"
    (DATA_2, "`fix`: how it is fixed live"),
    # "Talking points about dbt's testing framework"
    (DATA_2, "talking points about dbt's tests"),
    # "Context: {business_context}"
    (DATA, '<outline untrusted="true"> { "summary": "'),
    # "Output each dataset as a separate CSV with headers", "Present each CSV with clear labels."
    (DATA, "One entry for each table named above"),
    # "Staging models … One per seed file … Naming: stg_{source}__{table}.sql"
    # "Use source() macro", "Materialized as views"
    (OUTLINE, "`stg_{system}__{table}`"),
    (OUTLINE, "one staging model for each source"),
    (OUTLINE, "materialized as a view"),
    (OUTLINE, "`source()` and `ref()`"),
    # "Include basic column renaming and type casting"
    (OUTLINE, "renaming and casting are all it does"),
    # "Intermediate models … {intermediate_model_descriptions} … Use ref() macro to staging models … views or ephemeral"
    (SQL, '"model": "int_order_items_priced", "kind": "ephemeral", "purpose": "'),
    (SQL, "They become `ref()`"),
    (OUTLINE, "| view or ephemeral | staging and intermediate models |"),
    # "Marts models … Use ref() macro to intermediate models … Materialized as tables (or incremental)"
    (
        OUTLINE,
        "| table, or incremental for exactly one | intermediate models and other marts, never staging |",
    ),
    # "{additional_test_requirements}", "Add custom test recommendations for data quality issues"
    (OUTLINE, "the name of the test that will catch it"),
    # "Follow dbt best practices and conventions."
    (SQL, "a few CTEs with telling names, each doing one thing"),
    # "Include comments in SQL for demo purposes."
    (SQL, "## Comments for the demo"),
    (SQL, "one or two sentences at the top of the file for the presenter"),
]


@pytest.mark.parametrize(("prompt", "words"), CONSTRAINTS)
def test_the_constraint_is_said(prompt: str, words: str) -> None:
    assert words in whole(prompts_of()[prompt])


def test_the_portable_sql_is_explained_in_full() -> None:
    assert " ".join(PORTABLE_SQL_GUIDE.split()) in whole(prompts_of()[SQL])
