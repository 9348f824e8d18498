"""What changed between two plans, as a person reads it. Pure."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from scenarios.plan.features import FEATURE_WORDS
from scenarios.plan.names import Cell
from scenarios.plan.outline import Model, ModelColumn, Part, SourceColumn, SourceTable
from scenarios.plan.parts import ModelSql, Plan

Section = Literal[
    "business context",
    "data",
    "models",
    "semantic layer",
    "pain points",
    "more of dbt",
    "quality",
    "day two",
    "talk track",
]
SECTIONS: tuple[Section, ...] = (
    "business context", "data", "models", "semantic layer", "pain points", "more of dbt", "quality",
    "day two", "talk track",
)  # fmt: skip
Kind = Literal["added", "removed", "changed"]

Fields = dict[str, str]  # words for a field → its text

_SHORT = 600  # characters of a before or after text


@dataclass(frozen=True)
class Change:
    """One difference. `lines` is a unified diff for SQL and rows; else `before` and `after` say it."""

    section: Section
    subject: str
    kind: Kind
    before: str = ""
    after: str = ""
    lines: tuple[str, ...] = ()


def diff_plans(old: Plan, new: Plan) -> list[Change]:
    """All differences between two plans, by section, in the new plan's order; removed things come last."""
    changes: list[Change] = []
    for section, before, after in zip(SECTIONS, _described(old), _described(new), strict=True):
        for subject in [*after, *(subject for subject in before if subject not in after)]:
            changes += _subject_changes(section, subject, before.get(subject), after.get(subject))
    return changes


def same(old: Plan, new: Plan) -> bool:
    """Whether two plans say the same in every detail, the reference date and the company too."""
    return old.model_dump(mode="json") == new.model_dump(mode="json")


def _subject_changes(
    section: Section, subject: str, before: Fields | None, after: Fields | None
) -> Iterator[Change]:
    if before is None or after is None:
        kind: Kind = "added" if before is None else "removed"
        text = _short(
            "\n".join(f"{name}: {value}" for name, value in (after or before or {}).items() if value)
        )
        yield Change(section, subject, kind, "" if before is None else text, text if before is None else "")
        return
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new:
            continue
        place = f"{subject}, {name}"
        if "\n" in old or "\n" in new:
            yield Change(section, place, "changed", lines=_lines(old, new))
        else:
            yield Change(section, place, "changed", _short(old), _short(new))


def _lines(old: str, new: str) -> tuple[str, ...]:
    compared = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return tuple(line for line in compared if not line.startswith(("---", "+++")))


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _described(plan: Plan) -> list[dict[str, Fields]]:
    """One mapping (subject → its fields as text) for each of SECTIONS."""
    outline = plan.outline
    return [
        {"Business context": _context(plan)},
        {f"Source {source.table}": _source(plan, source) for source in outline.sources},
        {"Incremental model": _fields(outline.incremental)}
        | {f"Model {model.name}": _model(model, plan.statement_of(model.name)) for model in outline.models},
        _semantic(plan),
        {f"Pain point {number}": _fields(pain) for number, pain in enumerate(outline.pain_points, start=1)},
        {FEATURE_WORDS[name]: _fields(feature) for name, feature in plan.features.shown()},
        _quality(plan),
        _day_two(plan),
        {"Talk track": _fields(plan.talk_track, leave_out=("beats",))}
        | {f"Minute {beat.minute}": _fields(beat, leave_out=("minute",)) for beat in plan.talk_track.beats},
    ]


def _context(plan: Plan) -> Fields:
    outline = plan.outline
    return {
        "company": outline.company,
        "industry": outline.industry,
        "warehouse": outline.warehouse,
        "reference date": outline.as_of.isoformat(),
        "depth": outline.depth,
        "semantic layer": "yes" if outline.semantic_layer else "no",
    } | _fields(outline.context)


def _source(plan: Plan, source: SourceTable) -> Fields:
    rows = plan.rows_of(source.table)
    heading: list[Cell] = [column.name for column in source.columns]
    return (
        _fields(source, leave_out=("columns", "table"))
        | {f"column {column.name}": _column(column) for column in source.columns}
        | {"rows": _table([heading, *(rows.rows if rows else [])])}
    )


def _model(model: Model, statement: ModelSql | None) -> Fields:
    fields = _fields(model, leave_out=("columns", "name"))
    fields |= {f"column {column.name}": _column(column) for column in model.columns}
    if statement:
        fields |= _fields(statement, leave_out=("sql", "model")) | {"SQL": _statement(statement.sql)}
    return fields


def _semantic(plan: Plan) -> dict[str, Fields]:
    subjects: dict[str, Fields] = {}
    for idea in plan.outline.metrics:
        subjects[f"Metric {idea.name}"] = _fields(idea, leave_out=("name",))
    for metric in plan.semantic.metrics if plan.semantic else ():
        subject = f"Metric {metric.name}"
        subjects[subject] = subjects.get(subject, {}) | _fields(metric, leave_out=("name",))
    for model in plan.semantic.models if plan.semantic else ():
        subjects[f"Semantic model {model.model}"] = _fields(model, leave_out=("model",))
    return subjects


def _quality(plan: Plan) -> dict[str, Fields]:
    ideas = {f"Scenario {idea.name}": _fields(idea, leave_out=("name",)) for idea in plan.outline.quality}
    for scenario in plan.quality.scenarios:
        subject = f"Scenario {scenario.name}"
        ideas[subject] = ideas.get(subject, {}) | _fields(scenario, leave_out=("name",))
    return ideas


def _day_two(plan: Plan) -> dict[str, Fields]:
    subjects: dict[str, Fields] = {"Second day": _fields(plan.day_two, leave_out=("tables",))}
    for table in plan.day_two.tables:
        subjects[f"Second day, source {table.table}"] = {
            "new rows": _table(table.new) if table.new else "",
            "changed rows": _table(table.changed) if table.changed else "",
        }
    return subjects


def _fields(part: Part, leave_out: tuple[str, ...] = ()) -> Fields:
    return {name.replace("_", " "): _words(value) for name, value in part if name not in leave_out}


def _column(column: SourceColumn | ModelColumn) -> str:
    facts = [name.replace("_", " ") for name in ("required", "unique") if getattr(column, name, False)]
    rename = getattr(column, "rename", None)
    facts += [f"renamed {rename}"] if rename else []
    facts += [f"refers to {_words(column.references)}"] if column.references else []
    facts += [f"accepts {_words(column.accepted_values)}"] if column.accepted_values else []
    return "; ".join([column.type, *facts, column.description])


def _words(value: object) -> str:
    """A field's value as one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        shown = ((name.replace("_", " "), _words(item)) for name, item in value.items())
        return ", ".join(f"{name} {item}" for name, item in shown if item)
    if isinstance(value, list):
        return "; ".join(_words(item) for item in value)
    return str(value)


def _table(rows: list[list[Cell]]) -> str:
    """Rows as lines; always more than one line, so that they are compared line by line."""
    return "\n".join(json.dumps(row, ensure_ascii=False)[1:-1] for row in rows) + "\n"


def _statement(sql: str) -> str:
    """SQL without its common indentation; ends with a line break, so that it is compared line by line."""
    lines = [line.rstrip() for line in sql.expandtabs(4).splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[margin:] for line in lines) + "\n"
