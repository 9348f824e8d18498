"""Mends row data: what is wrong and not declared is corrected, what is declared and missing is planted. Pure.

Deterministic: the same rows always give the same rows, and mended rows need no mending.
"""

from collections.abc import Mapping, Sequence

import networkx as nx

from scenarios.plan.completing import with_arrivals, with_corrections, with_references
from scenarios.plan.counting import failing_rows
from scenarios.plan.faults import Fault, Keys, Rows, column_values, key_values, rows_by_table
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE, Plan, Quality, SourceRows
from scenarios.plan.planting import planted
from scenarios.plan.rules.rows import undeclared_faults
from scenarios.plan.values import fresh, nearest, read_cell
from scenarios.plan.words import source_place

Table = list[list[Cell]]

_ROUNDS = 8  # a mended cell can show the next fault: empty, then filled, then a duplicate, then another value


def mend_rows(plan: Plan) -> tuple[Plan, list[str]]:
    """The plan with mended seed rows and what follows from them, and a sentence for everything changed.

    What follows: true failure counts, corrections of wrong codes, the second day's arrivals. A plan that needs
    nothing comes back equal, with no sentence; mending twice changes nothing more.
    """
    rows, said = dict(rows_by_table(plan)), []
    for table in _parents_first(plan.outline):
        if table in rows:
            rows[table], sentences = mend_source_rows(plan.outline, table, rows[table], plan.quality, rows)
            said += sentences
    mended = plan.model_copy(
        update={
            "rows": [SourceRows.model_validate({"table": r.table, "rows": rows[r.table]}) for r in plan.rows]
        }
    )
    for step in (with_corrections, with_references, _with_counts, with_arrivals):
        mended, done = step(mended)
        said += done
    return mended, said


def mend_source_rows(
    outline: Outline,
    table: str,
    raw_rows: Sequence[Sequence[object]],
    quality: Quality | None = None,
    other_rows: Mapping[str, Rows] | None = None,
) -> tuple[Table, list[str]]:
    """Ten good rows of one source from raw ones, and a sentence for everything that was changed.

    Foreign keys are mended for parents whose rows are in `other_rows`. Raises KeyError for an unknown table.
    """
    source = outline.source(table)
    if source is None:
        raise KeyError(table)
    rows, said = _shaped(source, raw_rows)
    for _ in range(_ROUNDS):
        done = _mend_faults(outline, source, rows, quality, other_rows or {})
        done += _plant_defects(outline, source, rows, quality, other_rows or {})
        if not done:
            break
        said += done
    return rows, said


def _mend_faults(
    outline: Outline, source: SourceTable, rows: Table, quality: Quality | None, others: Mapping[str, Rows]
) -> list[str]:
    faults = undeclared_faults(outline, source, rows, quality, others)
    keys = key_values(outline, {**others, source.table: rows})
    return [sentence for fault in faults for sentence in _mend(outline, source, rows, fault, keys)]


def _plant_defects(
    outline: Outline, source: SourceTable, rows: Table, quality: Quality | None, others: Mapping[str, Rows]
) -> list[str]:
    said = []
    names = [column.name for column in source.columns]
    for number, column, value in planted(
        outline, source, {**others, source.table: rows}, quality or Quality()
    ):
        before = rows[number - 1][names.index(column)]
        if before != value:
            rows[number - 1][names.index(column)] = value
            said.append(_sentence(source, column, number, before, value))
    return said


def _parents_first(outline: Outline) -> list[str]:
    """Source tables, each after those it refers to; the plan's order where references go in a circle."""
    order = {source.table: number for number, source in enumerate(outline.sources)}
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(order)
    for source in outline.sources:
        parents = {column.references.table for column in source.columns if column.references}
        graph.add_edges_from((parent, source.table) for parent in parents & (order.keys() - {source.table}))
    if not nx.is_directed_acyclic_graph(graph):
        return list(order)
    return list(nx.lexicographical_topological_sort(graph, key=lambda table: order[table]))


def _shaped(source: SourceTable, raw_rows: Sequence[Sequence[object]]) -> tuple[Table, list[str]]:
    """Ten rows with one legal cell for each column; what cannot be read is empty."""
    wide, said = len(source.columns), []
    raw = [list(row) for row in raw_rows[:ROWS_PER_SOURCE]]
    if len(raw_rows) != ROWS_PER_SOURCE:
        said.append(f"{source_place(source.table)}: {len(raw_rows)} rows made into {ROWS_PER_SOURCE}.")
    for number in range(ROWS_PER_SOURCE - len(raw)):
        raw.append(list(raw[number % len(raw_rows)]) if raw_rows else [])
    for number, row in enumerate(raw, start=1):
        if len(row) != wide:
            said.append(f"{source_place(source.table, None, number)}: {len(row)} values made into {wide}.")
    rows = [[*row[:wide], *[None] * (wide - len(row))] for row in raw]
    return [_read_row(source, row, number, said) for number, row in enumerate(rows, start=1)], said


def _read_row(source: SourceTable, row: list[object], number: int, said: list[str]) -> list[Cell]:
    cells: list[Cell] = []
    for column, value in zip(source.columns, row, strict=True):
        cell = read_cell(value, column.type)
        if cell != value or type(cell) is not type(value):
            said.append(_sentence(source, column.name, number, value, cell))
        cells.append(cell)
    return cells


def _mend(outline: Outline, source: SourceTable, rows: Table, fault: Fault, keys: Keys) -> list[str]:
    """Put a better value where the fault is."""
    column = source.column(fault.column)
    if column is None:
        return []
    place, number = source.columns.index(column), fault.row
    before = rows[number - 1][place]
    values = column_values(source, column.name, rows)
    after = _better(outline, column, fault, values, keys)
    rows[number - 1][place] = after
    return [_sentence(source, column.name, number, before, after)]


def _better(outline: Outline, column: SourceColumn, fault: Fault, values: list[Cell], keys: Keys) -> Cell:
    value, number = values[fault.row - 1], fault.row
    used = {other for other in values if other is not None}
    alone = column.unique or fault.kind in ("key_null", "key_duplicate")
    if column.references and (parents := keys.get((column.references.table, column.references.column))):
        choices = sorted(
            (key for key in parents if key is not None), key=lambda key: (len(str(key)), str(key))
        )
        free = [key for key in choices if key not in used] if alone else []
        return (free or choices)[number % len(free or choices)] if choices else None
    if fault.kind == "inconsistent_code" or (fault.kind == "null" and column.accepted_values):
        return nearest(value, column.accepted_values, number)
    if fault.kind == "null" and used and not alone:
        return _neighbour(values, number)
    like = value if value is not None else _neighbour(values, number)
    return fresh(column.type, used, like, outline.as_of)


def _neighbour(values: list[Cell], number: int) -> Cell:
    """The nearest value above the row, else the first below it."""
    above = [value for value in values[: number - 1] if value is not None]
    below = [value for value in values[number:] if value is not None]
    return above[-1] if above else below[0] if below else None


def _sentence(source: SourceTable, column: str, number: int, before: object, after: Cell) -> str:
    def said(value: object) -> str:
        return "nothing" if value is None else repr(value)[:60]

    return f"{source_place(source.table, column, number)}: {said(before)} replaced by {said(after)}."


def _with_counts(plan: Plan) -> tuple[Plan, list[str]]:
    """Scenarios promise the failing rows that dbt's tests will count."""
    scenarios, said = [], []
    for scenario in plan.quality.scenarios:
        counted = failing_rows(plan, scenario)
        if counted and counted != scenario.failing_rows:
            said.append(
                f"Quality scenario {scenario.name}: {scenario.failing_rows} failing rows are {counted}."
            )
            scenario = scenario.model_copy(update={"failing_rows": counted})
        scenarios.append(scenario)
    if not said:
        return plan, []
    return plan.model_copy(update={"quality": Quality(scenarios=scenarios)}), said
