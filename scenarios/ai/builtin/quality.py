"""The quality part of any outline: rows, test, count, cost and fix for each of its ideas."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.planting import plant
from scenarios.ai.builtin.schema import Defect
from scenarios.ai.builtin.story import name_of_test
from scenarios.plan.counting import count_failures, showing_rows
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, QualityIdea, SourceTable
from scenarios.plan.parts import Quality, QualityScenario

Rows = Mapping[str, Sequence[Sequence[Cell]]]  # clean rows by table
_FIRST, _LAST = 2, 8  # rows in which defects are planted: the newest rows belong to the second day
_COSTS = {
    "null": "The rows count, their value does not: every total and average is too low.",
    "duplicate": "What is there twice counts twice, and the total looks better than it is.",
    "orphan": "The row drops out of every report that is broken down by what it refers to.",
    "inconsistent_code": "One group is split in two, and both look smaller than they are.",
    "out_of_range": "One wrong value moves the average, and the decision taken on it.",
    "impossible_dates": "Durations come out negative and make the average look better than it is.",
    "stale": "Decisions are taken on what was true some time ago.",
}


def quality_part(
    outline: Outline, clean: Rows, hints: Mapping[str, Defect], words: Lexicon | None, dice: Dice
) -> Quality:
    """Scenarios for the outline's ideas; `hints` are the blueprint's defects by name of the idea."""
    scenarios: list[QualityScenario] = []
    for idea in outline.quality:
        source = outline.source(idea.table)
        if source is not None and source.column(idea.column) is not None:
            scenarios.append(
                _scenario(outline, source, idea, hints.get(idea.name), clean, words, dice.child(idea.name))
            )
    return Quality(scenarios=scenarios)


def _scenario(
    outline: Outline,
    source: SourceTable,
    idea: QualityIdea,
    hint: Defect | None,
    clean: Rows,
    words: Lexicon | None,
    dice: Dice,
) -> QualityScenario:
    limits = _limits(outline, source, idea, hint, clean)
    texts = _texts(source, idea, str(limits.get("later_column") or idea.column))
    cost = words.text(hint.cost) if hint and words else _COSTS[idea.kind]
    scenario = QualityScenario(
        name=idea.name, kind=idea.kind, table=idea.table, column=idea.column,
        row_numbers=_row_numbers(source, idea, limits, clean, dice), test_name=name_of_test(idea), failing_rows=1,
        cost=cost, **limits, **texts,
    )  # fmt: skip
    planted = {**clean, source.table: plant(outline, source, clean[source.table], [scenario])}
    shown = sorted(showing_rows(outline, planted, scenario)) or scenario.row_numbers
    count = max(1, count_failures(outline, planted, scenario))
    return scenario.model_copy(update={"row_numbers": shown, "failing_rows": count})


def _row_numbers(
    source: SourceTable, idea: QualityIdea, limits: Mapping[str, object], clean: Rows, dice: Dice
) -> list[int]:
    """Rows for the defect: two for a duplicate, else one or two; where dates must be wrong, those that have both."""
    numbers = list(range(_FIRST, _LAST + 1))
    if idea.kind == "impossible_dates":
        names = [column.name for column in source.columns]
        both = [names.index(idea.column), names.index(str(limits["later_column"]))]
        rows = clean[source.table]
        numbers = [n for n in numbers if all(rows[n - 1][at] is not None for at in both)] or [_FIRST]
    order = dice.shuffled("rows", numbers)
    many = (
        2
        if idea.kind == "duplicate"
        else 1
        if idea.kind in ("orphan", "stale")
        else dice.integer("how many", 1, 2)
    )
    return sorted(order[:many])


def _limits(
    outline: Outline, source: SourceTable, idea: QualityIdea, hint: Defect | None, clean: Rows
) -> dict[str, Any]:
    """The fields of a scenario that depend on its kind."""
    if idea.kind == "out_of_range":
        if hint and (hint.minimum is not None or hint.maximum is not None):
            return {"minimum": hint.minimum, "maximum": hint.maximum}
        return {"minimum": 0.0}
    if idea.kind == "stale":
        return {"max_age_days": hint.max_age_days if hint and hint.max_age_days else 30}
    if idea.kind == "impossible_dates":
        return {"later_column": hint.later if hint and hint.later else _other_date(source, idea)}
    return {}


def _other_date(source: SourceTable, idea: QualityIdea) -> str:
    """Another date of the same type, the next one if possible."""
    names = [column.name for column in source.columns]
    column = source.column(idea.column)
    same = [
        other.name for other in source.columns if column and other.type == column.type and other != column
    ]
    after = [name for name in same if names.index(name) > names.index(idea.column)]
    return (after or same or [idea.column])[0]


def _texts(source: SourceTable, idea: QualityIdea, later: str) -> dict[str, Any]:
    entry = library.read("_quality")["kinds"][idea.kind]
    facts = {
        "staging": source.staging_model,
        "table": source.table,
        "column": _staged(source, idea.column),
        "later": _staged(source, later),
        "test": name_of_test(idea),
    }
    words = Lexicon({}, facts)
    return {
        "fix": words.text(entry["fix"]),
        "talking_points": [words.text(point) for point in entry["points"]],
    }


def _staged(source: SourceTable, name: str) -> str:
    """The column's name from staging on, where the fix is made."""
    column = source.column(name)
    return column.staged_name if column else name
