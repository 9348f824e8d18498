"""The quality part of any outline: rows, test, count, cost and fix for each of its ideas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from scenarios.plan.parts import Correction, Quality, QualityScenario

Rows = Mapping[str, Sequence[Sequence[Cell]]]  # clean rows by table
_ENOUGH = 4  # free places of a table that allow two wrong rows
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
        if source is None or source.column(idea.column) is None:
            continue
        places = preferred_rows(outline, source, clean, scenarios)
        hint, own_dice = hints.get(idea.name), dice.child(idea.name)
        scenarios.append(_scenario(outline, source, idea, hint, clean, words, own_dice, places))
    return Quality(scenarios=scenarios)


@dataclass(frozen=True)
class Places:
    """Numbers of rows in which a defect may be planted: `free` ones first, then `others`, then any."""

    free: list[int]  # no other row refers to them, so that a fix may take them out
    others: list[int]  # no other defect is in them


def preferred_rows(
    outline: Outline, source: SourceTable, clean: Rows, scenarios: Sequence[QualityScenario]
) -> Places:
    """Where the next defect of a table is planted best."""
    used = {
        row[[other.name for other in child.columns].index(column.name)]
        for child in outline.sources
        for column in child.columns
        if column.references and column.references.table == source.table
        for row in clean[child.table]
    }
    beside = [
        one for one in scenarios if one.table == source.table and one.kind != "stale"
    ]  # that is every row
    taken = {number for one in beside for number in one.row_numbers}
    key = [column.name for column in source.columns].index(source.primary_key)
    others = [number for number in range(_FIRST, _LAST + 1) if number not in taken]
    return Places([n for n in others if clean[source.table][n - 1][key] not in used], others)


def _scenario(
    outline: Outline,
    source: SourceTable,
    idea: QualityIdea,
    hint: Defect | None,
    clean: Rows,
    words: Lexicon | None,
    dice: Dice,
    places: Places,
) -> QualityScenario:
    limits = _limits(outline, source, idea, hint, clean)
    texts = _texts(source, idea, str(limits.get("later_column") or idea.column))
    cost = words.text(hint.cost) if hint and words else _COSTS[idea.kind]
    scenario = QualityScenario(
        name=idea.name, kind=idea.kind, table=idea.table, column=idea.column,
        row_numbers=_row_numbers(source, idea, limits, clean, dice, places), test_name=name_of_test(idea),
        failing_rows=1, cost=cost, **limits, **texts,
    )  # fmt: skip
    planted = {**clean, source.table: plant(outline, source, clean[source.table], [scenario])}
    shown = sorted(showing_rows(outline, planted, scenario)) or scenario.row_numbers
    count = max(1, count_failures(outline, planted, scenario))
    corrections = _corrections(source, idea, clean[source.table], planted[source.table])
    return scenario.model_copy(
        update={"row_numbers": shown, "failing_rows": count, "corrections": corrections}
    )


def _corrections(
    source: SourceTable, idea: QualityIdea, clean: Sequence[Sequence[Cell]], planted: Sequence[Sequence[Cell]]
) -> list[Correction]:
    """What each wrong code meant."""
    if idea.kind != "inconsistent_code":
        return []
    at = [column.name for column in source.columns].index(idea.column)
    column = source.columns[at]
    meant = {
        str(wrong[at]): str(right[at] or column.accepted_values[0])
        for right, wrong in zip(clean, planted, strict=True)
        if wrong[at] is not None and wrong[at] not in column.accepted_values
    }
    return [Correction(wrong=wrong, right=right) for wrong, right in meant.items()]


def _row_numbers(
    source: SourceTable,
    idea: QualityIdea,
    limits: Mapping[str, object],
    clean: Rows,
    dice: Dice,
    places: Places,
) -> list[int]:
    """Rows for the defect: two for a duplicate, else one or two; where dates must be wrong, those that have both.

    Of a duplicate only the later row has to be free: a fix keeps the first.
    """
    numbers = list(range(_FIRST, _LAST + 1))
    if idea.kind == "impossible_dates":
        names = [column.name for column in source.columns]
        both = [names.index(idea.column), names.index(str(limits["later_column"]))]
        rows = clean[source.table]
        numbers = [n for n in numbers if all(rows[n - 1][at] is not None for at in both)] or [_FIRST]
    order = dice.shuffled("rows", numbers)
    order.sort(key=lambda number: number not in places.others)
    best = [number for number in order if number in places.free]
    many = 2 if len(best) >= _ENOUGH else 1  # further defects of the table want places, too
    if idea.kind == "duplicate":
        return _twins(best, order) if many == 1 else sorted(best[:2])
    if idea.kind in ("orphan", "stale"):
        many = 1
    return sorted((best or order)[: dice.integer("how many", 1, many)])


def _twins(best: Sequence[int], order: Sequence[int]) -> list[int]:
    """A row that may go, and one before it that stays."""
    for later in best:
        earlier = [number for number in order if number < later]
        if earlier:
            return [earlier[0], later]
    return sorted(order[:2])


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
