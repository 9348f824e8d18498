"""Completes what can be known of a plan's fixes and its second day: corrections, references, arrivals. Pure."""

from scenarios.plan.arrivals import aligned_arrivals
from scenarios.plan.faults import column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.parts import Correction, Plan, Quality, QualityScenario, SourceRows
from scenarios.plan.repaired import repaired
from scenarios.plan.rules.fixing import CODE_LIMIT, wrong_codes
from scenarios.plan.values import nearest
from scenarios.plan.words import source_place

MOST_CORRECTIONS = 10


def with_corrections(plan: Plan) -> tuple[Plan, list[str]]:
    """Every wrong code gets the nearest accepted value as its correction; codes that no row has lose theirs."""
    said: list[str] = []
    scenarios = []
    for scenario in plan.quality.scenarios:
        corrected = _corrections(plan, scenario)
        if corrected != scenario.corrections:
            pairs = ", ".join(f"{c.wrong} → {c.right}" for c in corrected) or "none"
            said.append(f"Quality scenario {scenario.name}: its corrections are {pairs}.")
            scenario = scenario.model_copy(update={"corrections": corrected})
        scenarios.append(scenario)
    if not said:
        return plan, []
    return plan.model_copy(update={"quality": Quality(scenarios=scenarios)}), said


def _corrections(plan: Plan, scenario: QualityScenario) -> list[Correction]:
    source = plan.outline.source(scenario.table)
    column = source.column(scenario.column) if source else None
    if scenario.kind != "inconsistent_code":
        return []
    if column is None or not column.accepted_values:
        return list(scenario.corrections)
    accepted = column.accepted_values
    given = {c.wrong: c for c in scenario.corrections if c.right in accepted}
    wrong = [code for code in wrong_codes(plan, scenario) if len(code) <= CODE_LIMIT]
    codes = [code for code in given if code in wrong]  # those that were given keep their order
    codes += [code for code in wrong if code not in given]
    return [
        given.get(code) or Correction(wrong=code, right=nearest(code, accepted, number))
        for number, code in enumerate(codes[:MOST_CORRECTIONS])
    ]


def with_references(plan: Plan) -> tuple[Plan, list[str]]:
    """References to rows that a fix takes out point to rows that stay: the last resort, when nothing else helped."""
    after = repaired(plan)
    said: list[str] = []
    tables = {rows.table: [list(row) for row in rows.rows] for rows in plan.rows}
    for source in plan.outline.sources:
        for column in source.columns:
            parent = plan.outline.source(column.references.table) if column.references else None
            if parent is not None and after.removed.get(parent.table) and source.table in tables:
                gone = set(after.removed.get(source.table, {}))
                said += _repoint(source, column, parent, tables, set(after.removed[parent.table]), gone)
    if not said:
        return plan, []
    rows = [SourceRows(table=table, rows=cells) for table, cells in tables.items()]
    return plan.model_copy(update={"rows": rows}), said


def _repoint(
    source: SourceTable,
    column: SourceColumn,
    parent: SourceTable,
    tables: dict[str, list[list[Cell]]],
    removed: set[int],
    gone: set[int],
) -> list[str]:
    """Change the cells of one column; `removed` are the parent's rows that go, `gone` are the child's own."""
    key = column.references
    if key is None or parent.column(key.column) is None or parent.table not in tables:
        return []
    keys = column_values(parent, key.column, tables[parent.table])
    lost = {keys[number - 1] for number in removed} - {None}
    stay = [
        value for number, value in enumerate(keys, start=1) if number not in removed and value is not None
    ]
    place, said = source.columns.index(column), []
    for number, row in enumerate(tables[source.table], start=1):
        if number in gone or place >= len(row) or row[place] not in lost:
            continue
        used = [other[place] for other in tables[source.table] if place < len(other)]
        free = [value for value in stay if value not in used] if column.unique else stay
        if not free:
            continue
        before, row[place] = row[place], free[number % len(free)]
        where = source_place(source.table, column.name, number)
        said.append(f"{where}: {before!r} replaced by {row[place]!r}, because a fix takes that row out.")
    return said


def with_arrivals(plan: Plan) -> tuple[Plan, list[str]]:
    """The second day's arrivals are those that its rows bring, where that is known."""
    arrivals = aligned_arrivals(plan)
    if arrivals == list(plan.day_two.arrivals):
        return plan, []
    day_two = plan.day_two.model_copy(update={"arrivals": arrivals})
    keys = ", ".join(f"{arrival.key} ({arrival.kind})" for arrival in arrivals) or "none"
    return plan.model_copy(update={"day_two": day_two}), [f"Second day: its arrivals are {keys}."]
