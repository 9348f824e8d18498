"""dbt's own form of each macro: what a warehouse gets whose adapter says nothing else. Pure.

Each method is the macro of its name and gives SQL. Arguments are SQL texts; units and numbers are plain values.
"""

from collections.abc import Sequence
from string import Template
from typing import Any

Value = str | int


class NoSuchMacro(Exception):
    """A macro that the report does not know, or arguments that it does not take."""


class Default:
    """dbt's default macros, and dbt's names of types."""

    relation_quote = '"'  # around each part of a relation's name
    string, integer, numeric = "TEXT", "integer", "numeric(28,6)"
    timestamp, boolean = "timestamp", "boolean"

    def type_string(self) -> str:
        """Any text."""
        return self.string

    def type_int(self) -> str:
        """A whole number."""
        return self.integer

    def type_numeric(self) -> str:
        """A decimal number."""
        return self.numeric

    def type_timestamp(self) -> str:
        """A moment."""
        return self.timestamp

    def type_boolean(self) -> str:
        """True or false."""
        return self.boolean

    def date_trunc(self, unit: Value, value: Value) -> str:
        """The first moment of the unit that `value` lies in."""
        return f"date_trunc('{unit}', {value})"

    def dateadd(self, unit: Value, count: Value, value: Value) -> str:
        """`count` units later."""
        return f"dateadd({unit}, {count}, {value})"

    def datediff(self, first: Value, second: Value, unit: Value) -> str:
        """How many borders of the unit lie between two dates."""
        return f"datediff({unit}, {first}, {second})"

    def last_day(self, value: Value, unit: Value) -> str:
        """The last day of the unit that `value` lies in."""
        next_one = self.dateadd(unit, "1", self.date_trunc(unit, value))
        return f"cast({self.dateadd('day', '-1', next_one)} as date)"

    def split_part(self, text: Value, delimiter: Value, part: int) -> str:
        """The part of this number, from 1."""
        return f"split_part({text}, {delimiter}, {part})"

    def length(self, text: Value) -> str:
        """How many characters a text has."""
        return f"length({text})"

    def position(self, part: Value, text: Value) -> str:
        """Where a part begins in a text, from 1; 0 when it is not in it."""
        return f"position({part} in {text})"

    def replace(self, text: Value, old: Value, new: Value) -> str:
        """A text with `new` for every `old`."""
        return f"replace({text}, {old}, {new})"

    def right(self, text: Value, count: Value) -> str:
        """The last characters of a text."""
        return f"right({text}, {count})"

    def concat(self, parts: Sequence[Value]) -> str:
        """Texts one after the other."""
        return " || ".join(str(part) for part in parts)

    def hash(self, value: Value) -> str:
        """A text of 32 hexadecimal digits."""
        return f"md5(cast({value} as {self.string}))"

    def safe_cast(self, value: Value, target: Value) -> str:
        """A cast; where the warehouse has one, a cast that gives null for what it cannot read."""
        return f"cast({value} as {target})"

    def cast(self, value: Value, target: Value) -> str:
        """A cast."""
        return f"cast({value} as {target})"

    def listagg(self, value: Value, separator: Value = "','", order: Value = "") -> str:
        """The texts of a group, joined."""
        return f"listagg({value}, {separator})" + (f" within group ({order})" if order else "")

    def bool_or(self, value: Value) -> str:
        """Whether any of a group is true."""
        return f"bool_or({value})"

    def any_value(self, value: Value) -> str:
        """One value of a group."""
        return f"any_value({value})"

    def escape_single_quotes(self, text: Value) -> str:
        """A text whose quotes may stand between quotes."""
        return str(text).replace("'", "''")

    def string_literal(self, text: Value) -> str:
        """A text between quotes; its own quotes are escaped already."""
        return f"'{text}'"

    def date_spine(self, datepart: Value, start_date: Value, end_date: Value) -> str:
        """One row per unit. The number of rows that dbt asks the warehouse for is set to SPINE_ROWS here."""
        bits = range((SPINE_ROWS - 1).bit_length())
        number = " + ".join(f"p{bit}.generated_number * power(2, {bit})" for bit in bits)
        tables = " cross join ".join(f"p as p{bit}" for bit in bits)
        day = self.dateadd(datepart, "row_number() over (order by 1) - 1", start_date)
        names = {"number": number, "tables": tables, "day": day, "rows": SPINE_ROWS}
        return _SPINE.substitute(names, unit=datepart, end=end_date)


_SPINE = Template("""\
with rawdata as (
    with p as (select 0 as generated_number union all select 1),
    unioned as (select $number + 1 as generated_number from $tables)
    select * from unioned where generated_number <= $rows order by generated_number
),
all_periods as (select ($day) as date_$unit from rawdata),
filtered as (select * from all_periods where date_$unit <= $end)
select * from filtered""")
SPINE_ROWS = 1461  # four years of days; the number changes nothing but how often tables are joined

#: The macros of dbt that the report can expand.
MACROS = frozenset(name for name, value in vars(Default).items() if callable(value))


def expand_macro(adapter: Default, name: str, positional: Sequence[Any], named: dict[str, Any]) -> str:
    """What `dbt.<name>(…)` gives on this adapter. Raises NoSuchMacro."""
    if name not in MACROS:
        raise NoSuchMacro(f"dbt.{name}")
    try:
        return str(getattr(adapter, name)(*positional, **named))
    except TypeError as error:
        raise NoSuchMacro(f"dbt.{name} with these arguments") from error
