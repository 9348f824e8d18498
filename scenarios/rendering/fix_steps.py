"""The steps that fixes add to a staging model, in the form of every SQL file. Pure."""

from collections.abc import Sequence
from textwrap import indent

from scenarios.plan.fixes import UNKNOWN, Fix
from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.rendering.singular_tests import limit_sql, order_sql
from scenarios.rendering.sql_file import Cte, columns_list, import_cte
from scenarios.rendering.text import string_value

_WIDE = 80  # characters of a condition that still stands on one line


class Steps:
    """A staging model in the making: `ctes` are its steps so far, `why` gives a fix's comment."""

    def __init__(self, source: SourceTable, start: Sequence[Cte], why: dict[str, str]) -> None:
        self.source = source
        self.ctes = list(start)
        self._why = why
        self._columns = [column.staged_name for column in source.columns]

    def check_parent(self, fix: Fix, parent: SourceTable, relation: str) -> None:
        """Join the parent's keys: rows with an unknown key go, or lose the key. `relation`: its base model."""
        child = self._column(fix.column)
        key = next(c for c in parent.columns if child.references and c.name == child.references.column)
        known, before = f"known_{parent.table}", self.ctes[-1].name
        if known not in [cte.name for cte in self.ctes]:
            self.ctes.insert(1, import_cte(known, f"ref('{relation}')", [key.staged_name]))
        there, here = f"{known}.{key.staged_name}", f"{before}.{child.staged_name}"
        columns = [f"{before}.{name}" for name in self._columns]
        kind, condition = "inner", ""
        if fix.strategy == "empty_key":
            same = key.staged_name == child.staged_name
            columns[self._columns.index(child.staged_name)] = (
                there if same else f"{there} as {child.staged_name}"
            )
            kind = "left"
        elif not child.required:
            kind, condition = "left", _where([[f"{here} is null", f"{there} is not null"]])
        join = f"from {before}\n{kind} join {known}\n    on {here} = {there}"
        self._add("checked", f"{columns_list(columns)}\n{join}{condition}", [fix])

    def correct(self, fixes: Sequence[Fix]) -> None:
        """Write wrong values anew."""
        if fixes:
            columns = {name: self._written(name, fixes) for name in self._columns}
            # Plain columns first, then computed ones, as the linter wants it.
            written = sorted(columns.values(), key=lambda text: text not in self._columns)
            self._add("corrected", f"{columns_list(written)}\nfrom {self.ctes[-1].name}", fixes)

    def hold_back(self, fixes: Sequence[Fix]) -> None:
        """Keep only rows that are right."""
        if fixes:
            where = _where([self._is_right(fix) for fix in fixes])
            self._add("kept", f"{columns_list(self._columns)}\nfrom {self.ctes[-1].name}{where}", fixes)

    def keep_first(self, fixes: Sequence[Fix]) -> None:
        """Keep one row for each value."""
        for fix in fixes:
            column = self._column(fix.column)
            number = self._free("duplicate_number", self._columns)
            order = ",\n        ".join(f"{self._column(name).staged_name} asc" for name in fix.order)
            window = (
                f"row_number() over (\n    partition by {column.staged_name}\n"
                f"    order by\n        {order}\n) as {number}"
            )
            columns = [*self._columns, indent(window, "    ").lstrip()]
            self._add("numbered", f"{columns_list(columns)}\nfrom {self.ctes[-1].name}", [fix])
            first = [f"{number} = 1", *([] if column.required else [f"{column.staged_name} is null"])]
            body = f"{columns_list(self._columns)}\nfrom {self.ctes[-1].name}{_where([first])}"
            self._add("first_ones", body, [])

    def _add(self, name: str, body: str, fixes: Sequence[Fix]) -> None:
        note = " ".join(self._why[fix.scenario.name] for fix in fixes)
        self.ctes.append(Cte(self._free(name, [cte.name for cte in self.ctes]), body, note))

    def _free(self, name: str, taken: Sequence[str]) -> str:
        number, free = 2, name
        while free in taken:
            number, free = number + 1, f"{name}_{number}"
        return free

    def _column(self, raw: str) -> SourceColumn:
        return next(column for column in self.source.columns if column.name == raw)

    def _written(self, name: str, fixes: Sequence[Fix]) -> str:
        """A column as the step selects it; several lines keep their place in the list."""
        branches: list[tuple[str, str]] = []
        fallback = name
        for fix in (fix for fix in fixes if self._column(fix.column).staged_name == name):
            if fix.strategy == "placeholder":
                fallback = f"coalesce({name}, '{UNKNOWN}')"
            elif fix.strategy == "map_codes":
                codes = [(_literal(c.wrong), _literal(c.right)) for c in fix.scenario.corrections]
                branches += [(f"{name} = {wrong}", right) for wrong, right in codes]
            else:
                branches += [(wrong, "null") for wrong in self._wrongs(fix)]
        if not branches:
            return name if fallback == name else f"{fallback} as {name}"
        cases = [_when(condition, value) for condition, value in branches]
        lines = ["case", *(f"    {line}" for case in cases for line in case)]
        lines += [f"    else {fallback}", f"end as {name}"]
        return "\n    ".join(lines)

    def _wrongs(self, fix: Fix) -> list[str]:
        """When a value is wrong; one of the conditions is enough."""
        scenario = fix.scenario
        column = self._column(scenario.column).staged_name
        if scenario.kind == "impossible_dates":
            return [order_sql(self._column(scenario.column), self._column(scenario.later_column or ""), ">")]
        low, high = scenario.minimum, scenario.maximum
        below = [f"{column} < {limit_sql(low)}"] if low is not None else []
        return [*below, *([f"{column} > {limit_sql(high)}"] if high is not None else [])]

    def _is_right(self, fix: Fix) -> list[str]:
        """When a row may stay; one of the conditions is enough. What is not there is for another test."""
        scenario = fix.scenario
        column = self._column(scenario.column)
        if scenario.kind == "null":
            return [f"{column.staged_name} is not null"]
        compared = [column]
        if scenario.kind == "impossible_dates":
            compared.append(self._column(scenario.later_column or ""))
            right = order_sql(column, compared[1], "<=")
        else:
            right = _in_range(column.staged_name, scenario.minimum, scenario.maximum)
        return [*(f"{other.staged_name} is null" for other in compared if not other.required), right]


def _when(condition: str, value: str) -> list[str]:
    """A branch of a case, on one line where it fits."""
    flat = f"when {condition} then {value}"
    return [flat] if len(flat) <= _WIDE else [f"when {condition}", f"    then {value}"]


def _in_range(name: str, low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{name} between {limit_sql(low)} and {limit_sql(high)}"
    return f"{name} >= {limit_sql(low)}" if low is not None else f"{name} <= {limit_sql(high or 0)}"


def _literal(code: str) -> str:
    """A code as the seed writes it; the plan's rules let no apostrophe and no backslash pass."""
    text = string_value(code).replace("'", "''")
    return f"'{text}'"


def _where(groups: Sequence[Sequence[str]]) -> str:
    """A WHERE: all groups must hold, and of each group one condition."""
    if len(groups) == 1:
        parts, word = list(groups[0]), "or"
    else:
        parts, word = [_one_of(group) for group in groups], "and"
    if len(parts) == 1:
        return f"\nwhere {parts[0]}"
    return "\nwhere\n" + indent(f"\n{word} ".join(parts), "    ")


def _one_of(group: Sequence[str]) -> str:
    if len(group) == 1:
        return group[0]
    flat = f"({' or '.join(group)})"
    return flat if len(flat) <= _WIDE else "(\n" + indent("\nor ".join(group), "    ") + "\n)"
