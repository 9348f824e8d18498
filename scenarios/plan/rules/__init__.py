"""What a schema cannot say about a plan. Every answer is a `Violation`. Pure.

`check_outline` and `check_part` need only what they are given, so that a provider's answers can be checked
one by one; `check_plan` checks everything, with what holds across parts. Nothing here raises for wrong data.

Decisions worth knowing:
* A defect is never planted in a primary key: its test would stop everything below. Duplicates go into
  another unique column, such as an invoice number.
* The outline says what holds (`required`, `unique`, `references`, `accepted_values`), a quality scenario
  breaks it in named rows, and everything else must hold.
* Dates after `as_of` are legal: nobody can tell a due date from a mistake by its name.
"""

from collections.abc import Iterator
from itertools import chain

from scenarios.plan.faults import rows_by_table
from scenarios.plan.features import Features
from scenarios.plan.outline import Outline
from scenarios.plan.parts import (
    DayTwo,
    ModelSql,
    PartValue,
    Plan,
    Quality,
    Semantic,
    SourceRows,
    part_keys,
    part_type,
    parts_of,
)
from scenarios.plan.rules.arrivals import check_arriving_rows
from scenarios.plan.rules.columns import check_columns
from scenarios.plan.rules.features import check_features, check_features_of
from scenarios.plan.rules.fixing import check_corrections, check_fixes
from scenarios.plan.rules.graph import check_graph
from scenarios.plan.rules.names import check_names
from scenarios.plan.rules.quality import check_quality
from scenarios.plan.rules.rows import check_defects, check_rows
from scenarios.plan.rules.second_day import check_day_two
from scenarios.plan.rules.semantic import check_semantic
from scenarios.plan.rules.statements import check_statement
from scenarios.plan.rules.story import check_story, check_texts
from scenarios.plan.rules.talk_track import check_talk_track
from scenarios.plan.violations import Violation
from scenarios.plan.words import repeated

__all__ = ["check_outline", "check_part", "check_plan"]


def check_outline(outline: Outline) -> list[Violation]:
    """Everything wrong with an outline alone; part `outline`."""
    return _unique(
        [
            *check_names(outline),
            *check_columns(outline),
            *check_graph(outline),
            *check_story(outline),
            *check_texts("outline", "Outline", outline, _given(outline)),
        ]
    )


def check_part(
    outline: Outline, key: str, value: PartValue, *, quality: Quality | None = None
) -> list[Violation]:
    """Everything wrong with one part, seen beside its outline and the quality scenarios, if these are known.

    Without `quality`, every defect that the outline plans for a column is allowed in all of its rows.
    Raises KeyError for a key the outline does not have, TypeError for a value of another part.
    """
    if key not in part_keys(outline):
        raise KeyError(key)
    if not isinstance(value, part_type(key)):
        raise TypeError(f"{key} is not a {type(value).__name__}")
    name = key.partition(":")[2]
    theirs = getattr(value, "table", None) or getattr(value, "model", None)
    if name and theirs != name:
        return [Violation(key, _title(key), f"This is the part of {theirs}.", f"Give the part of {name}.")]
    return _unique(
        [*_part(outline, key, value, quality), *check_texts(key, _title(key), value, _given(outline))]
    )


def check_plan(plan: Plan) -> list[Violation]:
    """Everything wrong with a plan: its outline, each part, and what holds across parts."""
    outline, rows = plan.outline, rows_by_table(plan)
    found = [*check_outline(outline), *_complete(plan)]
    for key, value in parts_of(plan).items():
        found += check_texts(key, _title(key), value, _given(outline))
        if isinstance(value, SourceRows):
            found += check_rows(outline, value, plan.quality, rows)
        elif isinstance(value, DayTwo):
            found += check_day_two(outline, value, rows)
        else:
            found += _part(outline, key, value, plan.quality)
    across = chain(check_defects(outline, rows, plan.quality), check_fixes(plan), check_arriving_rows(plan))
    return _unique([*found, *across, *check_features_of(plan)])


def _part(outline: Outline, key: str, value: PartValue, quality: Quality | None) -> Iterator[Violation]:
    if isinstance(value, SourceRows):
        return check_rows(outline, value, quality)
    if isinstance(value, ModelSql):
        return check_statement(outline, value)
    if isinstance(value, Semantic):
        return check_semantic(outline, value)
    if isinstance(value, Quality):
        corrections = (check_corrections(outline, scenario) for scenario in value.scenarios)
        return chain(check_quality(outline, value), *corrections)
    if isinstance(value, Features):
        return check_features(outline, value)
    if isinstance(value, DayTwo):
        return check_day_two(outline, value, None)
    return check_talk_track(outline, value, quality)


def _complete(plan: Plan) -> Iterator[Violation]:
    """Parts that are missing, or there twice, or not asked for."""
    needed, present = part_keys(plan.outline), parts_of(plan)
    for key in needed:
        if key not in present:
            yield Violation(
                key, _title(key), "This part of the plan is missing.", "Add it, or generate it again."
            )
    if plan.semantic and not plan.outline.semantic_layer:
        yield Violation(
            "semantic",
            _title("semantic"),
            "It is defined, but no semantic layer is wanted.",
            "Take it away, or ask for a semantic layer.",
        )
    keys = [f"rows:{rows.table}" for rows in plan.rows] + [
        f"sql:{statement.model}" for statement in plan.statements
    ]
    for key in repeated(keys):
        yield Violation(key, _title(key), "It is there twice.", "Keep one of them.")


def _title(key: str) -> str:
    kind, _, name = key.partition(":")
    titles = {
        "rows": f"Source {name}",
        "sql": f"Model {name}",
        "semantic": "Semantic layer",
        "quality": "Quality scenarios",
        "features": "Features",
        "day_two": "Second day",
        "talk_track": "Talk track",
    }
    return titles[kind]


def _given(outline: Outline) -> tuple[str, ...]:
    """Words of the user themselves: never a leftover placeholder."""
    return (outline.company, outline.industry)


def _unique(violations: list[Violation]) -> list[Violation]:
    return list(dict.fromkeys(violations))
