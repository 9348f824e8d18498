"""The second day's rows fit the seeds' rows: known references, new keys, unique values, changed rows that exist."""

from scenarios.plan.day_mending import mend_day_two
from scenarios.plan.faults import Rows, rows_by_table
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn
from scenarios.plan.parts import DayTwo, DayTwoTable
from scenarios.plan.rules.second_day import check_day_two
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
ROWS = rows_by_table(PLAN)
ORDERS = next(table for table in PLAN.day_two.tables if table.table == "orders")
ITEMS = next(table for table in PLAN.day_two.tables if table.table == "order_items")
NAMES = [column.name for column in PLAN.outline.source("orders").columns]
CUSTOMER, INVOICE = NAMES.index("customer_id"), NAMES.index("invoice_number")


def with_tables(*tables: DayTwoTable) -> DayTwo:
    return PLAN.day_two.model_copy(update={"tables": list(tables)})


def with_orders(**rows: list[list[Cell]]) -> DayTwo:
    """The example's second day with other `new` or `changed` orders."""
    return with_tables(ORDERS.model_copy(update=rows), ITEMS)


def broken(**cells: Cell) -> DayTwo:
    """The example's second day with other cells in the first new order."""
    first = [cells.get(name, cell) for name, cell in zip(NAMES, ORDERS.new[0], strict=True)]
    return with_orders(new=[first, *ORDERS.new[1:]])


def faults(day: DayTwo) -> list[str]:
    return [str(violation) for violation in check_day_two(PLAN.outline, day, ROWS)]


def mended(day: DayTwo) -> DayTwo:
    return mend_day_two(PLAN.outline, day, ROWS)


def outline_with(name: str, **fields: object) -> Outline:
    """The example's outline with other fields in this column of the orders."""

    def changed(column: SourceColumn) -> SourceColumn:
        return column.model_copy(update=fields) if column.name == name else column

    orders = PLAN.outline.source("orders")
    orders = orders.model_copy(update={"columns": [changed(column) for column in orders.columns]})
    sources = [orders if source.table == "orders" else source for source in PLAN.outline.sources]
    return PLAN.outline.model_copy(update={"sources": sources})


def test_what_is_right_stays_the_same_object() -> None:
    assert mended(PLAN.day_two) is PLAN.day_two


def test_beside_unknown_seed_rows_nothing_changes() -> None:
    assert mend_day_two(PLAN.outline, PLAN.day_two, {}) is PLAN.day_two


def test_an_unknown_reference_gets_a_known_key() -> None:
    day = broken(customer_id=424242)
    assert faults(day)
    assert faults(mended(day)) == []
    assert mended(day) == mended(day)


def test_every_reference_to_nothing_is_led_to_a_row_that_exists() -> None:
    lost = [[key, 424242, 424242, *rest] for key, _, _, *rest in ITEMS.new]
    day = with_tables(ORDERS, ITEMS.model_copy(update={"new": lost}))
    assert faults(day)
    assert faults(mended(day)) == []


def test_a_reference_to_a_row_of_the_second_day_stays() -> None:
    day = broken(invoice_number=ROWS["orders"][0][INVOICE])
    assert {row[1] for row in ITEMS.new} & {row[0] for row in ORDERS.new}
    assert mended(day).tables[1] == ITEMS


def test_a_new_row_gets_a_key_that_is_not_taken() -> None:
    day = broken(order_id=ROWS["orders"][0][0])
    assert faults(day)
    keys = [row[0] for row in mended(day).tables[0].new]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {row[0] for row in ROWS["orders"]}


def test_a_new_row_without_a_key_gets_one() -> None:
    row = mended(broken(order_id=None)).tables[0].new[0]
    assert row[0] is not None
    assert row[1:] == ORDERS.new[0][1:]


def test_rows_that_are_there_already_get_keys_and_unique_values_of_their_own() -> None:
    day = with_orders(new=[list(row) for row in ROWS["orders"][:2]])
    assert any("is not new" in fault for fault in faults(day))
    assert not any("is not new" in fault or "is unique" in fault for fault in faults(mended(day)))
    invoices = {row[INVOICE] for row in mended(day).tables[0].new}
    assert len(invoices) == 2
    assert not invoices & {row[INVOICE] for row in ROWS["orders"]}


def test_new_rows_do_not_take_values_of_each_other_or_of_changed_rows() -> None:
    changed = [*ORDERS.changed[0]]
    changed[INVOICE] = "INV-26-0099"
    new = [[5011 + number, *ORDERS.new[0][1:]] for number in range(3)]
    new[2][INVOICE] = "INV-26-0099"
    after = mended(with_orders(new=new, changed=[changed])).tables[0]
    assert after.changed == [changed]
    assert [row[INVOICE] for row in after.new] == ["INV-26-0011", "INV-26-0011-2", "INV-26-0099-2"]


def test_a_value_that_a_changed_row_gives_up_is_free() -> None:
    changed, new = [*ORDERS.changed[0]], [list(row) for row in ORDERS.new]
    new[0][INVOICE], changed[INVOICE] = changed[INVOICE], "INV-26-0099"
    day = with_orders(new=new, changed=[changed])
    assert faults(day) == []
    assert mended(day) is day


def test_a_unique_reference_that_is_taken_leads_to_a_row_that_is_free() -> None:
    outline = outline_with("customer_id", unique=True)
    rows: dict[str, Rows] = {**ROWS, "orders": ROWS["orders"][:2]}
    taken = {row[CUSTOMER] for row in rows["orders"]} | {ORDERS.new[1][CUSTOMER]}
    assert ORDERS.new[0][CUSTOMER] in taken
    after = mend_day_two(outline, with_tables(ORDERS.model_copy(update={"changed": []})), rows).tables[0]
    assert after.new[0][CUSTOMER] in {row[0] for row in ROWS["customers"]} - taken
    assert after.new[1] == ORDERS.new[1]


def test_a_changed_row_without_its_seed_row_is_left_out() -> None:
    day = with_orders(changed=[*ORDERS.changed, [424242, *ORDERS.changed[0][1:]]])
    assert any("No seed row has the key" in fault for fault in faults(day))
    assert mended(day).tables[0] == ORDERS


def test_a_changed_row_keeps_the_reference_of_its_seed_row_and_no_other_to_nothing() -> None:
    customers = {row[0] for row in ROWS["customers"]}
    orphan = next(row for row in ROWS["orders"] if row[CUSTOMER] not in customers)
    kept = with_orders(changed=[[*orphan[:-1], not orphan[-1]]])
    assert mended(kept) is kept
    lost = with_orders(changed=[[orphan[0], 424242, *orphan[2:]]])
    assert faults(lost)
    assert mended(lost).tables[0].changed[0][CUSTOMER] in customers


def test_rows_that_do_not_fit_the_columns_are_left_to_the_rules() -> None:
    day = with_tables(ORDERS.model_copy(update={"new": [ORDERS.new[0][:3]]}))
    assert mended(day) is day
