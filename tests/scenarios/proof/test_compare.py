"""Two states of a table: what is new, gone or changed."""

from datetime import date
from decimal import Decimal

import pytest

from scenarios.proof.compare import Table, change_of, differences, likely_key

BEFORE = Table(("id", "name", "amount"), [(1, "a", Decimal("1.50")), (2, "b", 2.0), (3, "c", None)])


def found(after: Table, key: str | None = "id") -> list[tuple[object, object, object]]:
    return [(each.key, each.before, each.after) for each in differences(BEFORE, after, key)]


def test_equal_rows_in_another_order_are_no_difference():
    after = Table(BEFORE.columns, [(3, "c", None), (2, "b", Decimal("2.0")), (1, "a", 1.5)])
    assert found(after) == []
    assert change_of("m", BEFORE, after, "id") is None


def test_new_gone_and_changed_rows_are_told_apart():
    after = Table(BEFORE.columns, [(1, "a", 1.5), (2, "B", 2.0), (4, "d", 0)])
    assert found(after) == [
        (2, (2, "b", 2.0), (2, "B", 2.0)),
        (3, (3, "c", None), None),
        (4, None, (4, "d", 0)),
    ]
    change = change_of("m", BEFORE, after, "id")
    assert change is not None
    assert (change.added, change.removed, change.changed) == (1, 1, 1)
    assert (change.rows_before, change.rows_after) == (3, 3)


def test_a_row_that_was_there_twice_and_is_there_once_is_gone_once():
    twice = Table(("id",), [(1,), (1,), (2,)])
    change = change_of("m", twice, Table(("id",), [(1,), (2,)]), "id")
    assert change is not None
    assert (change.added, change.removed, change.changed) == (0, 1, 0)


def test_without_a_key_no_row_counts_as_changed():
    after = Table(BEFORE.columns, [(1, "a", 1.5), (2, "B", 2.0), (3, "c", None)])
    change = change_of("m", BEFORE, after, None)
    assert change is not None
    assert (change.added, change.removed, change.changed) == (1, 1, 0)


def test_a_new_column_changes_the_rows_in_which_it_has_a_value():
    after = Table(
        ("id", "name", "amount", "note"), [(1, "a", 1.5, "x"), (2, "b", 2.0, None), (3, "c", None, None)]
    )
    (difference,) = differences(BEFORE, after, "id")
    assert difference.key == 1
    assert (difference.before, difference.value("note")) == ((1, "a", Decimal("1.50"), None), "x")


def test_null_is_a_key_like_any_other():
    before, after = Table(("id", "n"), [(None, 1)]), Table(("id", "n"), [(None, 2)])
    assert [each.key for each in differences(before, after, "id")] == [None]


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([(1, "x"), (2, "x")], "id"),
        ([(1, "x"), (1, "y")], "day"),
        ([(None, "x"), (2, "y")], "day"),
        ([(1, "x"), (1, "x")], "id"),
    ],
)
def test_the_likely_key_tells_most_rows_apart(rows, key):
    table = Table(("id", "day"), rows)
    assert likely_key(table, table) == key


def test_keys_of_many_kinds_have_an_order():
    before = Table(("id",), [])
    keys = [None, "b", 10, 9, date(2026, 1, 2), True]
    after = Table(("id",), [(key,) for key in keys])
    assert [each.key for each in differences(before, after, "id")] == [
        True,
        9,
        10,
        date(2026, 1, 2),
        None,
        "b",
    ]
