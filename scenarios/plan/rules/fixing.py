"""Rules about fixes: every planted defect can be fixed, and the fix breaks nothing else. Pure."""

from collections import Counter
from collections.abc import Iterator

from scenarios.plan.counting import count_failures
from scenarios.plan.faults import column_values, rows_by_table
from scenarios.plan.fixes import fix_of
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import Correction, Plan, QualityScenario
from scenarios.plan.repaired import Repaired, repaired
from scenarios.plan.rules.names import NAME_LIMIT
from scenarios.plan.rules.quality import incomplete
from scenarios.plan.tracing import trace
from scenarios.plan.violations import Violation
from scenarios.plan.words import all_of, one_of, source_place

PART = "quality"
CODE_LIMIT = 60  # characters of a wrong code


def check_corrections(outline: Outline, scenario: QualityScenario) -> Iterator[Violation]:
    """Whether each correction leads from a wrong code to an accepted one; the rows are not needed."""
    place = _place(scenario)
    source = outline.source(scenario.table)
    column = source.column(scenario.column) if source else None
    if scenario.kind != "inconsistent_code":
        if scenario.corrections:
            yield Violation(PART, place, "Only wrong codes have corrections.", "Take the corrections away.")
        return
    for wrong, times in Counter(correction.wrong for correction in scenario.corrections).items():
        if times > 1:
            yield Violation(PART, place, f"It corrects {wrong} twice.", "Correct every wrong code once.")
    for correction in scenario.corrections if column else ():
        yield from _correction(correction, column.accepted_values if column else [], place)


def _correction(correction: Correction, accepted: list[str], place: str) -> Iterator[Violation]:
    if correction.wrong in accepted:
        yield Violation(
            PART, place, f"It corrects {correction.wrong}, which is accepted.", "Take this correction away."
        )
    if accepted and correction.right not in accepted:
        yield Violation(
            PART,
            place,
            f"It corrects {correction.wrong} to {correction.right}, which is not accepted.",
            f"Choose {one_of(accepted)}.",
        )
    if "'" in correction.wrong or "\\" in correction.wrong or len(correction.wrong) > CODE_LIMIT:
        yield Violation(
            PART,
            place,
            f"The wrong code {correction.wrong[:CODE_LIMIT]} has an apostrophe or a backslash, or is longer than "
            f"{CODE_LIMIT} characters.",
            "Choose a wrong code that is short and plain.",
        )


def check_fixes(plan: Plan) -> Iterator[Violation]:
    """Whether every defect can be fixed without breaking anything else; needs all parts."""
    for scenario in plan.quality.scenarios:
        if not any(incomplete(plan.outline, scenario)):
            yield from _covered(plan, scenario)
            yield from _fixable(plan, scenario)
            yield from _window(plan, scenario)
    after = repaired(plan)
    yield from _references(plan, after)
    yield from _green(plan, after)


def _place(scenario: QualityScenario) -> str:
    return f"Quality scenario {scenario.name}"


def _covered(plan: Plan, scenario: QualityScenario) -> Iterator[Violation]:
    """The corrections are for the wrong codes in the rows: all of them, and no others."""
    if scenario.kind != "inconsistent_code":
        return
    wrong, corrected = wrong_codes(plan, scenario), [c.wrong for c in scenario.corrections]
    missing = [code for code in wrong if code not in corrected]
    if missing:
        yield Violation(
            PART,
            _place(scenario),
            f"It does not say which accepted value {one_of(missing)} means.",
            "Add a correction for each wrong code.",
        )
    for code in dict.fromkeys(corrected):
        if wrong and code not in wrong:
            yield Violation(
                PART,
                _place(scenario),
                f"It corrects {code}, which is in no row.",
                f"Correct {all_of(wrong)}.",
            )


def wrong_codes(plan: Plan, scenario: QualityScenario) -> list[str]:
    """The codes in a scenario's column that are not accepted, each once, in the order of the rows."""
    source, rows = plan.outline.source(scenario.table), plan.rows_of(scenario.table)
    column = source.column(scenario.column) if source else None
    if source is None or rows is None or column is None:
        return []
    values = column_values(source, column.name, rows.rows)
    wrong = [v for v in values if isinstance(v, str) and v not in column.accepted_values]
    return list(dict.fromkeys(wrong))


def _fixable(plan: Plan, scenario: QualityScenario) -> Iterator[Violation]:
    source = plan.outline.source(scenario.table)
    column = source.column(scenario.column) if source else None
    if source is None or column is None:
        return  # the outline's own rules speak about a place that is not there
    fix = fix_of(plan, scenario)
    if fix.strategy is None and scenario.kind != "inconsistent_code":  # its corrections are judged above
        yield Violation(PART, _place(scenario), fix.says, fix.hint)
    if scenario.kind == "orphan":
        yield from _base_names(plan, scenario, source, column)


def _base_names(
    plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn
) -> Iterator[Violation]:
    """Staging joins base models, whose names are a letter longer than those of staging models."""
    parent = plan.outline.source(column.references.table) if column.references else None
    for joined in dict.fromkeys([source.table, *([parent.table] if parent else [])]):
        table = plan.outline.source(joined)
        if table and len(table.staging_model) + 1 > NAME_LIMIT:
            yield Violation(
                PART,
                _place(scenario),
                f"To fix it, {joined} needs a base model, whose name would be too long.",
                f"Shorten the name of {joined} or of its system by a letter.",
            )


def _window(plan: Plan, scenario: QualityScenario) -> Iterator[Violation]:
    """A wrong date must not be the newest one of the incremental mart's cursor: the window hangs on it."""
    mart, source = plan.outline.incremental, plan.outline.source(scenario.table)
    cursor = trace(plan, mart.model, mart.cursor, through_casts=True)
    rows = rows_by_table(plan).get(scenario.table, [])
    dates = (scenario.column, scenario.later_column)
    if scenario.kind != "impossible_dates" or source is None or cursor is None or cursor.source != source:
        return
    if cursor.column.name not in dates:
        return
    values = column_values(source, cursor.column.name, rows)
    newest = max((value for value in values if isinstance(value, str)), default=None)
    for number in scenario.row_numbers:
        if newest is not None and number <= len(values) and values[number - 1] == newest:
            yield Violation(
                f"rows:{scenario.table}",
                source_place(scenario.table, cursor.column.name, number),
                f"The planted date is the newest one, and {mart.model} loads only what is near the newest date.",
                "Choose another row, or move the other of the two dates.",
            )


def _references(plan: Plan, after: Repaired) -> Iterator[Violation]:
    """Rows that a fix takes out, while a row that stays refers to them."""
    for source in plan.outline.sources:
        for column in source.columns:
            key = column.references
            if key and after.removed.get(key.table):
                yield from _dangling(plan, after, source, column)


def _dangling(plan: Plan, after: Repaired, source: SourceTable, column: SourceColumn) -> Iterator[Violation]:
    key = column.references
    parent = plan.outline.source(key.table) if key else None
    seeds = rows_by_table(plan)
    if key is None or parent is None or parent.column(key.column) is None:
        return
    used = set(column_values(source, column.name, after.rows.get(source.table, []))) - {None}
    keys = column_values(parent, key.column, seeds[parent.table])
    for number, fix in after.removed[parent.table].items():
        # A row that shows a defect without being named is a fault of its own, and reported as such.
        named = fix.strategy == "keep_first" or number in fix.scenario.row_numbers
        if named and keys[number - 1] in used:
            yield Violation(
                PART,
                _place(fix.scenario),
                f"Row {number} of {parent.table} would be taken out by the fix, but {source.table} refer to it.",
                "Choose another row.",
            )


def _green(plan: Plan, after: Repaired) -> Iterator[Violation]:
    """Tests that would still find something after all fixes."""
    for scenario in plan.quality.scenarios:
        if any(incomplete(plan.outline, scenario)) or fix_of(plan, scenario).strategy is None:
            continue
        if any(_covered(plan, scenario)) or any(check_corrections(plan.outline, scenario)):
            continue  # then it is said there
        if left := count_failures(plan.outline, after.rows, scenario):
            yield Violation(
                PART,
                _place(scenario),
                f"After all fixes its test still finds {left}.",
                "Plant it in other rows, or in another column.",
            )
