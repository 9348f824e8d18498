"""dbt's best practice beside the models: contract, groups, exposure, tags, glossary, doc blocks, macro. Pure.

Each function gives the keys that one entry of a `schema.yml` gets on top; empty without the feature.
"""

from collections.abc import Sequence
from typing import Any

from scenarios.plan.names import ColumnType, slug
from scenarios.plan.neutral import one_line
from scenarios.plan.outline import Model, Outline, SourceColumn, SourceTable
from scenarios.plan.parts import Plan
from scenarios.plan.portable import RATIO_MACRO, type_sql
from scenarios.rendering.markdown import prose
from scenarios.rendering.semantic import semantic_model
from scenarios.rendering.sql_file import Cte, columns_list
from scenarios.rendering.text import paragraphs, sentence
from scenarios.rendering.yaml_file import Quoted

Yaml = dict[str, Any]

DOCS_PATH = "models/marts/docs.md"
MACRO_PATH = f"macros/{RATIO_MACRO}.sql"

#: The types of a contract, as `scenarios.plan.portable` casts to them. YAML cannot call dbt's macros.
_CONTRACT_TYPES: dict[ColumnType, str] = {
    "integer": "integer",
    "number": Quoted("{{ 'numeric' if target.type == 'bigquery' else 'numeric(28,6)' }}"),
    "string": Quoted("{{ 'string' if target.type in ('bigquery', 'databricks', 'spark') else 'text' }}"),
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}

_MACRO = f"""\
{{#
    A ratio: null where there is nothing to divide by, and never a whole-number division.
    Written once, because some warehouses stop at a zero and others cut 7 / 2 to 3.
#}}
{{% macro {RATIO_MACRO}(numerator, denominator) -%}}
    (1.0 * {{{{ numerator }}}} / nullif({{{{ denominator }}}}, 0))
{{%- endmacro %}}
"""


def feature_files(plan: Plan) -> dict[str, str]:
    """The files that only features need: doc blocks and the macro."""
    files = {}
    if plan.features.doc_blocks:
        files[DOCS_PATH] = "\n".join(
            f"{{% docs {block.name} %}}\n{prose(block.text)}\n{{% enddocs %}}\n"
            for block in plan.features.doc_blocks.blocks
        )
    if plan.features.macro:
        files[MACRO_PATH] = _MACRO
    return files


def model_features(plan: Plan, model: Model) -> Yaml:
    """Keys of an intermediate or mart model: its `config`, and its versions."""
    config = _ownership(plan, model) | _contract(plan, model) | _tag(plan, model) | _meta(plan, model, None)
    return ({"config": config} if config else {}) | _versions(plan, model)


def column_features(plan: Plan, model: Model, column: str) -> Yaml:
    """Keys of one of its columns: the promised type, and the prospect's word for it."""
    meta = _meta(plan, model, column)
    found = model.column(column)
    promised = found and _is_contracted(plan, model)
    return ({"data_type": _CONTRACT_TYPES[found.type]} if found and promised else {}) | (
        {"config": meta} if meta else {}
    )


def described(plan: Plan, model: str, column: str, text: str) -> str:
    """A column's description: a call of its doc block if it has one, else its own text."""
    blocks = plan.features.doc_blocks.blocks if plan.features.doc_blocks else []
    for block in blocks:
        if any((place.model, place.column) == (model, column) for place in block.places):
            return Quoted(f"{{{{ doc('{block.name}') }}}}")
    return paragraphs(text)


def source_features(plan: Plan, source: SourceTable) -> Yaml:
    """Keys of a source table: how old its newest row may be."""
    freshness = plan.features.freshness
    column = source.column(freshness.column) if freshness else None
    if freshness is None or column is None or freshness.table != source.table:
        return {}
    warn_after = {"count": freshness.warn_after_days, "period": "day"}
    return {"config": {"freshness": {"warn_after": warn_after}, "loaded_at_field": _moment(column)}}


def _moment(column: SourceColumn) -> str:
    """dbt wants a timestamp; a date becomes one on every warehouse."""
    return column.name if column.type == "timestamp" else f"cast({column.name} as timestamp)"


def group_entries(plan: Plan) -> list[Yaml]:
    """The entries of `groups:`."""
    ownership = plan.features.ownership
    if ownership is None:
        return []
    return [
        {
            "name": ownership.group,
            "description": paragraphs(sentence(ownership.description)),
            "owner": _owner(plan.outline, ownership.owner),
        }
    ]


def exposure_entries(plan: Plan) -> list[Yaml]:
    """The entries of `exposures:`."""
    exposure = plan.features.exposure
    if exposure is None:
        return []
    metrics = exposure.metrics if plan.semantic else []
    return [
        {
            "name": exposure.name,
            "label": one_line(exposure.label),
            "type": exposure.kind,
            "maturity": "medium",
            "description": paragraphs(sentence(exposure.description)),
            "depends_on": [
                *(f"ref('{model}')" for model in exposure.models),
                *(f"metric('{metric}')" for metric in metrics),
            ],
            "owner": _owner(plan.outline, exposure.owner),
        }
    ]


def typed_ctes(plan: Plan, model: Model, ctes: Sequence[Cte]) -> list[Cte]:
    """The steps of a model; under a contract, a last one that gives every column the type it promises."""
    if not _is_contracted(plan, model):
        return list(ctes)
    before = "promised"
    while before in {cte.name for cte in ctes}:
        before += "_rows"
    casts = [f"cast({column.name} as {type_sql(column.type)}) as {column.name}" for column in model.columns]
    last = ctes[-1]
    return [
        *ctes[:-1],
        Cte(before, last.body, last.note),
        Cte(
            "final", f"{columns_list(casts)}\nfrom {before}", "The contract: every column as it is promised."
        ),
    ]


def has_ratio_macro(plan: Plan) -> bool:
    """Whether the project's ratios are calls of its own macro."""
    return plan.features.macro is not None


def is_versioned(plan: Plan, model: Model) -> bool:
    """Whether a mart carries versions. dbt drops the metrics of a versioned model, so one with metrics waits."""
    return _is_contracted(plan, model) and semantic_model(plan, model.name) is None


def _is_contracted(plan: Plan, model: Model) -> bool:
    return plan.features.contract is not None and plan.features.contract.model == model.name


def _contract(plan: Plan, model: Model) -> Yaml:
    return {"access": "public", "contract": {"enforced": True}} if _is_contracted(plan, model) else {}


def _versions(plan: Plan, model: Model) -> Yaml:
    """Version 1 under the name that everybody uses; a second one can come without breaking a reader."""
    if not is_versioned(plan, model):
        return {}
    version = {"v": 1, "defined_in": model.name, "config": {"alias": model.name}}
    return {"latest_version": 1, "versions": [version]}


def _ownership(plan: Plan, model: Model) -> Yaml:
    ownership = plan.features.ownership
    if ownership is None or model.name not in ownership.models:
        return {}
    return {"group": ownership.group} | ({"access": "private"} if model.name in ownership.private else {})


def _tag(plan: Plan, model: Model) -> Yaml:
    run_tag = plan.features.run_tag
    return {"tags": [run_tag.tag]} if run_tag and model.name in run_tag.models else {}


def _meta(plan: Plan, model: Model, column: str | None) -> Yaml:
    terms = plan.features.glossary.terms if plan.features.glossary else []
    for term in terms:
        if (term.model, term.column) == (model.name, column):
            return {"meta": {"business_term": one_line(term.word), "business_meaning": one_line(term.means)}}
    return {}


def _owner(outline: Outline, role: str) -> Yaml:
    """A role with an address that cannot exist: no person is named."""
    name, company = slug(role, fallback="owner"), slug(outline.company, fallback="prospect")
    address = f"{name}@{company}.example".replace("_", "-")
    return {"name": one_line(role), "email": address}
