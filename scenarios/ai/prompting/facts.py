"""What the prompts say about a brief and an outline, as plain data for blocks and as words for sentences."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scenarios.ai.answers.outlines import outline_answer
from scenarios.ai.answers.prescribing import PrescribedDefect, Prescription
from scenarios.plan.brief import Brief
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.names import Cell
from scenarios.plan.outline import Model, ModelColumn, Outline, SourceColumn, SourceTable
from scenarios.plan.parts import DayTwo, PartValue, Quality, Semantic, SourceRows
from scenarios.plan.tracing import input_columns

Data = dict[str, Any]

#: Words for a depth: how much of everything.
DEPTHS: dict[str, dict[str, str]] = {
    "essential": {
        "sources": "This demo is kept small: 3 sources.",
        "models": "This demo is kept small: 1 or 2 intermediate models and 2 or 3 marts.",
        "metrics": "2 or 3 of them.",
        "defects": "one defect",
    },
    "standard": {
        "sources": "This demo has 3 or 4.",
        "models": "This demo has 2 or 3 intermediate models and 3 or 4 marts.",
        "metrics": "3 to 5 of them.",
        "defects": "1 or 2 defects",
    },
    "showcase": {
        "sources": "This demo shows much: 4 or 5 sources.",
        "models": "This demo shows much: 3 or 4 intermediate models and 3 to 5 marts.",
        "metrics": "5 to 8 of them.",
        "defects": "2 or 3 defects",
    },
}

#: Column names that look harmless and are keywords of a warehouse …
KEYWORDS = (
    "first_name", "last_name", "display_name", "line_number", "row_number", "row_count", "first_value",
    "last_value", "event_table", "year_month", "date_hour", "start_timestamp", "end_timestamp", "row_timestamp",
    "current_date", "current_region", "current_role", "system_time", "session_user", "user_limit", "file_format",
    "table_name", "column_name", "schema_name", "warehouse_type", "warehouse_size", "target_path", "target_lag",
    "log_level", "model_type", "key_type", "api_key", "max_size", "percent_rank", "credit_quota", "access_approval",
)  # fmt: skip
#: … and plurals.
TABLE_KEYWORDS = ("groups", "rows", "values", "permissions", "credentials", "references", "merges")


def brief_data(brief: Brief) -> Data:
    """What was typed about the prospect, the sentences of the pain points with their numbers."""
    return {
        "company": brief.company,
        "industry": brief.industry,
        "warehouse": brief.warehouse,
        "include_semantic_layer": brief.include_semantic_layer,
        "depth": brief.depth,
        "discovery_notes": brief.discovery_notes,
        "pain_points": [
            {"number": number, "sentence": sentence}
            for number, sentence in enumerate(pain_sentences(brief.pain_points), start=1)
        ],
    }


def outline_data(outline: Outline) -> Data:
    """The outline in the form in which models write it."""
    return outline_answer(outline).model_dump(mode="json")


def without_empty(value: Any) -> Any:
    """Plain data without fields that say nothing: "", [] and false."""
    if isinstance(value, dict):
        kept = {name: without_empty(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item not in ("", []) and item is not False}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def prescription_data(outline: Outline, prescribed: Prescription) -> Data:
    """The keys of all tables, in the outline's order."""
    return {
        "keys": {source.table: texts(prescribed.keys[source.table]) for source in outline.sources},
        "new_keys": {source.table: texts(prescribed.new_keys[source.table]) for source in outline.sources},
    }


def defects_data(outline: Outline, defects: Collection[PrescribedDefect]) -> list[Data]:
    """The defects to plant, each with its place, rows and test, and the outline's words on it."""
    ideas = {idea.name: idea for idea in outline.quality}
    return [
        {
            "name": defect.name,
            "kind": defect.kind,
            "table": defect.table,
            "column": defect.column,
            "rows": list(defect.row_numbers),
            "test": defect.test_name,
            "story": ideas[defect.name].story if defect.name in ideas else "",
        }
        for defect in defects
    ]


def texts(cells: Iterable[Cell]) -> list[str]:
    """Cells as answers write them."""
    return ["" if cell is None else str(cell) for cell in cells]


def columns_data(source: SourceTable) -> list[str]:
    """Each column in a few words, in order, such as `cust integer, refers to customers, required`."""
    return [_source_column(source, column) for column in source.columns]


def _source_column(source: SourceTable, column: SourceColumn) -> str:
    is_key = column.name == source.primary_key
    words = [f"{column.name} {column.type}"]
    words += ["key"] if is_key else []
    words += [f"refers to {column.references.table}"] if column.references else []
    words += ["required"] if column.required and not is_key else []
    words += ["unique"] if column.unique and not is_key else []
    return ", ".join([*words, *_one_of(column)])


def _one_of(column: SourceColumn | ModelColumn) -> list[str]:
    """The accepted values, in quotes, so that it is clear where one ends."""
    accepted = ", ".join(f"'{value}'" for value in column.accepted_values)
    return [f"one of {accepted}"] if accepted else []


def _model_column(model: Model, column: ModelColumn) -> str:
    required = column.required or column.name == model.primary_key
    words = [f"{column.name} {column.type}", *(["required"] if required else []), *_one_of(column)]
    return f"{', '.join(words)}: {column.description}"


def statement_data(outline: Outline, model: Model) -> Data:
    """What the writer of one model's SQL needs: what it reads, and what it must give."""
    reads = input_columns(outline, model)
    return {
        "model": model.name,
        "kind": model.materialized,
        "purpose": model.purpose,
        "grain": model.grain,
        "key": model.primary_key,
        "reads": {
            table: [f"{name} {kind}" for name, kind in columns.items()] for table, columns in reads.items()
        },
        "gives": [_model_column(model, column) for column in model.columns],
    }


def semantic_data(outline: Outline) -> Data:
    """The marts with their columns, and the metrics to define."""
    return {
        "marts": [
            {
                "model": mart.name,
                "key": mart.primary_key,
                "grain": mart.grain,
                "columns": [f"{column.name} {column.type}" for column in mart.columns],
            }
            for mart in outline.marts
        ],
        "metrics": [
            {"name": metric.name, "label": metric.label, "about": metric.description, "unit": metric.unit}
            for metric in outline.metrics
        ],
    }


def known_data(outline: Outline, kind: str, done: Mapping[str, PartValue], asked: Collection[str]) -> Data:
    """Parts that are done and that a call of this kind has to agree with; empty when there are none."""
    wanted = {"data": ("rows",), "day_two": ("rows",), "talk_track": ("quality", "day_two", "semantic")}
    found: Data = {}
    for key, value in done.items():
        if key in asked or key.partition(":")[0] not in wanted.get(kind, ()):
            continue
        if isinstance(value, SourceRows):
            found[key] = {"columns": _columns_of(outline, value.table), "rows": value.rows}
        elif isinstance(value, Quality | DayTwo | Semantic):
            found[key] = value.model_dump(mode="json", exclude_none=True)
    return dict(sorted(found.items()))


def _columns_of(outline: Outline, table: str) -> list[str]:
    source = outline.source(table)
    return [column.name for column in source.columns] if source else []
