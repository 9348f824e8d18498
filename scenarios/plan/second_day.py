"""The source tables as they are after the second day's rows have arrived. Pure."""

from collections.abc import Mapping

from scenarios.plan.faults import Rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import DayTwo


def rows_after(outline: Outline, day_two: DayTwo, seeds: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows of every source on the second day: changed ones in the place of the old, new ones at the end.

    What cannot be placed (an unknown table, a changed row without its seed row) is left out.
    """
    after = dict(seeds)
    for table in day_two.tables:
        source = outline.source(table.table)
        if source is None or source.table not in seeds or source.column(source.primary_key) is None:
            continue
        place = [column.name for column in source.columns].index(source.primary_key)
        changed = {row[place]: row for row in table.changed if place < len(row)}
        kept = [changed.get(row[place], row) if place < len(row) else row for row in after[source.table]]
        after[source.table] = [*kept, *table.new]
    return after
