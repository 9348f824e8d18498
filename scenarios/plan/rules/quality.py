"""Rules about quality scenarios that need only the outline: planned, complete, testable. Pure."""

from collections.abc import Iterator

from scenarios.plan.outline import Outline, QualityIdea, SourceColumn
from scenarios.plan.parts import Quality, QualityScenario
from scenarios.plan.rules.names import name_faults, project_names
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, repeated


def check_quality(outline: Outline, quality: Quality) -> Iterator[Violation]:
    """Faults in the scenarios, seen beside the outline's ideas."""
    yield from _same_scenarios(outline, quality)
    taken = {name for name, _ in project_names(outline)}
    for name in repeated(scenario.test_name for scenario in quality.scenarios):
        yield Violation(
            "quality", f"Test {name}", "Two scenarios use this test.", "Name one test for each scenario."
        )
    for scenario in quality.scenarios:
        place = _place(scenario)
        yield from name_faults(scenario.test_name, f"{place}, test", "quality")
        if scenario.test_name in taken:
            yield Violation(
                "quality",
                place,
                f"The test's name {scenario.test_name} is taken by a table or metric.",
                "Name the test after what it checks, such as orders_customer_exists.",
            )
        if len(set(scenario.row_numbers)) < len(scenario.row_numbers):
            yield Violation("quality", place, "It names the same row twice.", "Name every row once.")
        yield from incomplete(outline, scenario)


def _place(scenario: QualityScenario) -> str:
    return f"Quality scenario {scenario.name}"


def _same_scenarios(outline: Outline, quality: Quality) -> Iterator[Violation]:
    ideas = {idea.name: idea for idea in outline.quality}
    for name in repeated(scenario.name for scenario in quality.scenarios):
        yield Violation("quality", f"Quality scenario {name}", "It is there twice.", "Take one away.")
    for name in ideas.keys() - {scenario.name for scenario in quality.scenarios}:
        yield Violation(
            "quality",
            f"Quality scenario {name}",
            "Its rows and its test are missing.",
            "Add them, or take the scenario out of the outline.",
        )
    for scenario in quality.scenarios:
        idea = ideas.get(scenario.name)
        if idea is None:
            yield Violation("quality", _place(scenario), "It is not in the outline.", "Take it away.")
        elif not _agrees(idea, scenario):
            yield Violation(
                "quality",
                _place(scenario),
                f"The outline plans {idea.kind} in {idea.table}.{idea.column}, "
                f"but this is {scenario.kind} in {scenario.table}.{scenario.column}.",
                "Use the outline's kind and place.",
            )


def _agrees(idea: QualityIdea, scenario: QualityScenario) -> bool:
    return (idea.kind, idea.table, idea.column) == (scenario.kind, scenario.table, scenario.column)


def incomplete(outline: Outline, scenario: QualityScenario) -> Iterator[Violation]:
    """What the scenario's kind needs and does not have; without it nobody can count."""
    place = _place(scenario)
    if scenario.kind == "out_of_range":
        low, high = scenario.minimum, scenario.maximum
        if low is None and high is None:
            yield Violation(
                "quality",
                place,
                "It does not say which values are in range.",
                "Give a minimum, a maximum or both.",
            )
        elif low is not None and high is not None and low > high:
            yield Violation("quality", place, f"Its minimum {low} is above its maximum {high}.", "Swap them.")
    if scenario.kind == "stale":
        if scenario.max_age_days is None:
            yield Violation(
                "quality",
                place,
                "It does not say how old the newest value may be.",
                "Give the greatest age in days.",
            )
        if scenario.failing_rows != 1:
            yield Violation(
                "quality", place, "A test of stale data finds one row: the newest value.", "Say 1."
            )
    if scenario.kind == "impossible_dates":
        yield from _later_column(outline, scenario)


def _later_column(outline: Outline, scenario: QualityScenario) -> Iterator[Violation]:
    source = outline.source(scenario.table)
    column = source.column(scenario.column) if source else None
    later = source.column(scenario.later_column) if source and scenario.later_column else None
    if column is None:
        return  # the outline's own rules speak about a place that is not there
    if later is None or later.name == column.name or later.type != column.type:
        yield Violation(
            "quality",
            _place(scenario),
            _later_fault(column, later, scenario),
            f"Name another column of {scenario.table} that is {TYPE_WORDS[column.type]}.",
        )


def _later_fault(column: SourceColumn, later: SourceColumn | None, scenario: QualityScenario) -> str:
    if scenario.later_column is None:
        return f"It does not say which date {column.name} must not be after."
    if later is None:
        return f"Its later column {scenario.later_column} is not in {scenario.table}."
    return f"{column.name} and {later.name} cannot be compared."
