"""The second day's rows fit the seeds' rows: known references, new keys."""

from scenarios.plan.day_mending import mend_day_two
from scenarios.plan.faults import rows_by_table
from scenarios.plan.parts import DayTwo
from scenarios.plan.rules.second_day import check_day_two
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
ROWS = rows_by_table(PLAN)
ORDERS = next(table for table in PLAN.day_two.tables if table.table == "orders")


def broken(**cells: object) -> DayTwo:
    """The example's second day with other cells in the first new order."""
    names = [column.name for column in PLAN.outline.source("orders").columns]
    first = [cells.get(name, cell) for name, cell in zip(names, ORDERS.new[0], strict=True)]
    orders = ORDERS.model_copy(update={"new": [first, *ORDERS.new[1:]]})
    tables = [orders if table.table == "orders" else table for table in PLAN.day_two.tables]
    return PLAN.day_two.model_copy(update={"tables": tables})


def test_what_is_right_stays() -> None:
    assert mend_day_two(PLAN.outline, PLAN.day_two, ROWS) == PLAN.day_two


def test_an_unknown_reference_gets_a_known_key() -> None:
    day = broken(customer_id=424242)
    assert list(check_day_two(PLAN.outline, day, ROWS))
    mended = mend_day_two(PLAN.outline, day, ROWS)
    assert list(check_day_two(PLAN.outline, mended, ROWS)) == []
    assert mended == mend_day_two(PLAN.outline, day, ROWS)


def test_a_new_row_gets_a_key_that_is_not_taken() -> None:
    taken = ROWS["orders"][0][0]
    day = broken(order_id=taken)
    assert list(check_day_two(PLAN.outline, day, ROWS))
    mended = mend_day_two(PLAN.outline, day, ROWS)
    keys = [row[0] for table in mended.tables if table.table == "orders" for row in table.new]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {row[0] for row in ROWS["orders"]}


def test_rows_that_do_not_fit_the_columns_are_left_to_the_rules() -> None:
    short = ORDERS.model_copy(update={"new": [ORDERS.new[0][:3]]})
    day = PLAN.day_two.model_copy(update={"tables": [short]})
    assert mend_day_two(PLAN.outline, day, ROWS) == day
