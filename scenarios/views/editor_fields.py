"""The fields by which each section of a plan is edited, in the order of the page."""

from scenarios.views.editor import Field
from scenarios.views.reading import KINDS

COLUMN_TYPES = tuple((name, name) for name in ("integer", "number", "string", "date", "timestamp", "boolean"))
MATERIALIZATIONS = tuple((name, name) for name in ("view", "ephemeral", "table", "incremental"))
DEFECTS = tuple(KINDS.items())

CONTEXT = (
    Field("summary", "What we understood", "text", rows=4),
    Field("use_case", "Use case", "text"),
    Field("objectives", "Business objectives", "lines", help="One per line, at most six.", rows=4),
)

PAIN_POINTS = (
    Field(
        "pain_points", "Pain points", "list", one="Pain point", fields=(
            Field("pain", "What hurts, in the prospect's words", "text", rows=2),
            Field("feature", "dbt feature that answers it"),
            Field("where", "Where to click", help="A model, test, metric or file of this project."),
            Field("minute", "Minute of the talk", "integer"),
            Field("show", "What to show and say", "text"),
        ),
    ),
)  # fmt: skip

TALK_TRACK = (
    Field("opening", "Opening", "text"),
    Field(
        "beats", "Beats", "list", one="Beat", fields=(
            Field("minute", "Minute", "integer"),
            Field("title", "Title"),
            Field("click", "What to click", help="A file, model, test or page."),
            Field("say", "What to say", "text"),
            Field("if_it_goes_wrong", "If it goes wrong", "text", optional=True, rows=2),
        ),
    ),
    Field("close", "Close", "text"),
)  # fmt: skip

QUALITY = (
    Field(
        "scenarios", "Scenarios", "list", one="Scenario", fields=(
            Field("name", "Name", "name", help="Lower case, such as unknown_customer."),
            Field("title", "Title"),
            Field("kind", "Kind of defect", "choice", choices=DEFECTS),
            Field("table", "Source table", "name"),
            Field("column", "Column", "name"),
            Field("row_numbers", "Rows with the defect", "words", help="Row numbers from 1 to 10, with commas."),
            Field("test_name", "Test that catches it", "name"),
            Field("failing_rows", "Failing rows", "integer", help="How many rows the test will report."),
            Field("minimum", "Smallest allowed value", "number", optional=True, help="For values out of range."),
            Field("maximum", "Largest allowed value", "number", optional=True, help="For values out of range."),
            Field("later_column", "Column that must not be earlier", "name", optional=True,
                  help="For an impossible order of dates."),
            Field("max_age_days", "Oldest allowed age in days", "integer", optional=True, help="For stale data."),
            Field("story", "How it came about", "text"),
            Field("cost", "What it would have cost", "text"),
            Field("fix", "How to fix it live", "text"),
            Field("talking_points", "Talking points", "lines", help="One per line."),
        ),
    ),
)  # fmt: skip

SEMANTIC = (
    Field("semantic_layer", "The demo has a Semantic Layer", "flag"),
    Field(
        "metrics", "What the metrics mean", "table", one="Metric", fields=(
            Field("name", "Name", "name"),
            Field("label", "Label"),
            Field("description", "Meaning"),
        ),
    ),
    Field("semantic", "How they are computed", "yaml", optional=True, rows=26,
          help="Entities, dimensions and metric definitions, as YAML."),
)  # fmt: skip

DAY_TWO = (Field("story", "What happens overnight", "text"),)

SOURCE = (
    Field("label", "Label"),
    Field("description", "What it represents", "text"),
    Field("staging_purpose", "What its staging model does", "text", rows=2),
    Field("system", "Source system", "name", help="The dbt source it belongs to."),
    Field("primary_key", "Primary key", "name"),
    Field(
        "columns", "Columns", "table", one="Column", fields=(
            Field("name", "Name", "name"),
            Field("type", "Type", "choice", choices=COLUMN_TYPES),
            Field("description", "Description"),
            Field("rename", "Name from staging on", "name", optional=True),
            Field("references", "Refers to", "reference", optional=True, target="table"),
            Field("accepted_values", "Accepted values", "words"),
            Field("required", "Not null", "flag"),
            Field("unique", "Unique", "flag"),
        ),
    ),
)  # fmt: skip

MODEL = (
    Field("purpose", "Purpose", "text"),
    Field("grain", "Grain", help="Such as “one row per order”."),
    Field("business_questions", "Business questions it answers", "lines", help="One per line."),
    Field("materialized", "Materialization", "choice", choices=MATERIALIZATIONS),
    Field("primary_key", "Primary key", "name"),
    Field("inputs", "Reads from", "words", help="Names of upstream models, with commas."),
    Field(
        "columns", "Columns", "table", one="Column", fields=(
            Field("name", "Name", "name"),
            Field("type", "Type", "choice", choices=COLUMN_TYPES),
            Field("description", "Description"),
            Field("references", "Refers to", "reference", optional=True),
            Field("accepted_values", "Accepted values", "words"),
            Field("required", "Not null", "flag"),
        ),
    ),
)  # fmt: skip

STATEMENT = (
    Field("sql", "SELECT statement", "code", rows=24,
          help="Portable SQL that names upstream models as tables. It is checked, and written as dbt code for you."),
    Field("header", "Comment at the top of the file", "text", optional=True, rows=2),
    Field(
        "notes", "Comments in the statement", "table", one="Comment", fields=(
            Field("cte", "Above the CTE", "name"),
            Field("note", "Comment"),
        ),
    ),
)  # fmt: skip

INCREMENTAL = (
    Field("model", "Incremental model", "name"),
    Field("unique_key", "Unique key", "name"),
    Field("cursor", "Cursor column", "name", help="A date or timestamp: newer rows are processed."),
    Field(
        "lookback_days",
        "Lookback in days",
        "integer",
        help="Late and corrected rows of these days are replaced.",
    ),
    Field("why", "Why it pays here", "text"),
)

FLAT = {
    "context": CONTEXT,
    "pain_points": PAIN_POINTS,
    "quality": QUALITY,
    "semantic": SEMANTIC,
    "talk_track": TALK_TRACK,
}
