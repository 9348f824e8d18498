"""The table of what adapters make of dbt's macros, against the adapters' own macro files."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from scenarios.plan.names import WAREHOUSES
from scenarios.plan.portable.adapters import ADAPTERS, MACROS, NoSuchMacro, expand_macro
from tests.scenarios.plan.portable.adapters.own_macros import CHAINS, MISSING, PACKAGES, own_macros

needs_adapters = pytest.mark.skipif(not PACKAGES.exists(), reason=MISSING)

UNITS = ("day", "month", "quarter", "year")
CALLS: list[tuple[str, tuple[Any, ...]]] = [
    *((f"type_{name}", ()) for name in ("string", "int", "numeric", "timestamp", "boolean")),
    *(("date_trunc", (unit, "orders.day")) for unit in (*UNITS, "hour")),
    *(("dateadd", (unit, count, "x")) for unit in (*UNITS, "week", "hour") for count in (7, -3, "(a - 1)")),
    *(("datediff", ("a.first_day", "coalesce(b, c)", unit)) for unit in (*UNITS, "hour", "minute")),
    *(("last_day", ("x", unit)) for unit in ("month", "quarter", "year")),
    *(
        ("split_part", ("code", delimiter, part))
        for delimiter in ("'-'", "', '", "'_'")
        for part in (1, 2, 5)
    ),
    ("length", ("code",)),
    ("position", ("'-'", "code")),
    ("replace", ("code", "'a'", "''")),
    ("right", ("code", "2")),
    ("concat", (["a", "'-'", "cast(b as text)"],)),
    ("hash", ("a || b",)),
    ("safe_cast", ("code", "date")),
    ("cast", ("code", "date")),
    ("listagg", ("status", "', '", "order by status, id desc nulls last")),
    ("listagg", ("status", "', '")),
    ("bool_or", ("is_paid",)),
    ("any_value", ("region",)),
    ("escape_single_quotes", ("it's o'clock",)),
    ("string_literal", ("it is",)),
    ("date_spine", ("day", "cast('2025-01-01' as date)", "cast('2029-01-01' as date)")),
]


def plain(sql: str) -> str:
    """SQL without comments, and with spaces only where they part words."""
    text = " ".join(re.sub(r"--[^\n]*", " ", sql).split())
    return re.sub(r"\s*([(),\[\]])\s*", r"\1", text)


@pytest.fixture(scope="module")
def own() -> dict[str, Callable[..., str]]:
    return {warehouse: own_macros(warehouse) for warehouse in CHAINS}


@needs_adapters
@pytest.mark.parametrize("warehouse", WAREHOUSES)
@pytest.mark.parametrize(("macro", "arguments"), CALLS, ids=str)
def test_table_says_what_the_adapter_gives(
    own: dict[str, Callable[..., str]], warehouse: str, macro: str, arguments: tuple[Any, ...]
) -> None:
    expected = own[warehouse](macro, *arguments)
    assert plain(expand_macro(ADAPTERS[warehouse], macro, arguments, {})) == plain(expected)


@needs_adapters
@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_strange_arguments_of_right_and_nested_calls(
    own: dict[str, Callable[..., str]], warehouse: str
) -> None:
    """A macro's result as another one's argument, as the printer writes it."""
    call, table = own[warehouse], ADAPTERS[warehouse]
    inner, ours = call("date_trunc", "month", "x"), table.date_trunc("month", "x")
    assert plain(table.dateadd("month", 1, ours)) == plain(call("dateadd", "month", 1, inner))
    assert plain(table.datediff("y", ours, "day")) == plain(call("datediff", "y", inner, "day"))


def test_every_macro_of_the_table_is_compared() -> None:
    assert {macro for macro, _ in CALLS} == set(MACROS)


def test_unknown_macros_and_wrong_arguments_are_refused() -> None:
    for name, arguments in (("star", ()), ("dateadd", ("day",)), ("relation_quote", ()), ("__init__", ())):
        with pytest.raises(NoSuchMacro):
            expand_macro(ADAPTERS["snowflake"], name, arguments, {})
