"""Mended rows always satisfy the rules about rows, show the declared defects, and need no mending."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scenarios.plan.mend import mend_rows, mend_source_rows
from scenarios.plan.names import Cell
from scenarios.plan.outline import QualityIdea
from scenarios.plan.parts import Plan, Quality, QualityScenario, SourceRows
from scenarios.plan.rules import check_part, check_plan
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_parts import ROWS

TABLES = sorted(ROWS)
_SEEDS = [cell for rows in ROWS.values() for row in rows for cell in row]
CELLS = st.one_of(
    st.sampled_from(_SEEDS),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["€ 12.50", "12/31/2025", "2026-02-30", "null", "delivered ", "Jan 3", "x" * 400, "{{ x }}"]
    ),
)


def _is_cell(value: Any) -> bool:
    """Whether a plan can hold it at all, right or wrong."""
    try:
        TypeAdapter(Cell).validate_python(value)
    except ValidationError:
        return False
    return True


STORABLE = CELLS.filter(_is_cell)


@given(table=st.sampled_from(TABLES), raw=st.lists(st.lists(CELLS, max_size=9), max_size=13))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_rows_can_be_mended(table: str, raw: list[list[Any]]) -> None:
    plan = example_plan()
    others: dict[str, Any] = {name: rows for name, rows in ROWS.items() if name != table}
    rows, _ = mend_source_rows(plan.outline, table, raw, plan.quality, others)
    value = SourceRows(table=table, rows=rows)
    assert check_part(plan.outline, f"rows:{table}", value, quality=plan.quality) == []
    again, said = mend_source_rows(plan.outline, table, rows, plan.quality, others)
    assert (again, said) == (rows, [])
    assert mend_source_rows(plan.outline, table, raw, plan.quality, others)[0] == rows


@given(
    spoilt=st.lists(
        st.tuples(st.sampled_from(TABLES), st.integers(0, 9), st.integers(0, 4), STORABLE),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_a_spoilt_plan_is_mended(spoilt: list[tuple[str, int, int, Any]]) -> None:
    plan = changed({})
    tables = {rows.table: [list(row) for row in rows.rows] for rows in plan.rows}
    for table, row, column, cell in spoilt:
        tables[table][row][column] = cell
    broken = plan.model_copy(update={"rows": [SourceRows(table=t, rows=r) for t, r in tables.items()]})
    mended, said = mend_rows(broken)
    seed_violations = [v for v in check_plan(mended) if v.part.startswith(("rows:", "quality"))]
    assert seed_violations == []
    assert said or mended == broken
    assert mend_rows(mended) == (mended, [])


def test_good_plan_stays_as_it_is() -> None:
    assert mend_rows(example_plan()) == (example_plan(), [])


MENDED: dict[str, tuple[dict[str, Any], str, Any]] = {
    "text of a number": ({"rows/order_items/rows/0/3": "3 pcs"}, "order_items/0/3", 3),
    "money": ({"rows/products/rows/0/4": "€149.90"}, "products/0/4", 149.9),
    "number of a text": ({"rows/products/rows/0/1": 471}, "products/0/1", "471"),
    "other date form": ({"rows/customers/rows/0/5": "18.03.2024"}, "customers/0/5", "2024-03-18"),
    "moment for a day": ({"rows/customers/rows/0/5": "2024-03-18 10:00:00"}, "customers/0/5", "2024-03-18"),
    "word for a boolean": ({"rows/orders/rows/0/6": "yes"}, "orders/0/6", True),
    "spelling": ({"rows/customers/rows/1/3": "South "}, "customers/1/3", "south"),
    "key twice": ({"rows/order_items/rows/9/0": 90001}, "order_items/9/0", 90010),
    "unique text twice": ({"rows/orders/rows/9/2": "INV-26-0001"}, "orders/9/2", "INV-26-0001-2"),
    "unique address twice": (
        {"rows/customers/rows/9/2": "mateo.rivas@example.com"}, "customers/9/2", "mateo.rivas.2@example.com"),
    "dangling key": ({"rows/order_items/rows/0/2": 77}, "order_items/0/2", 2),
    "required cell": ({"rows/customers/rows/1/1": None}, "customers/1/1", "Ingrid Solheim"),
    "defect taken away": ({"rows/orders/rows/3/5": "delivered"}, "orders/3/5", "DELIVERED"),
    "orphan taken away": ({"rows/orders/rows/7/1": 101}, "orders/7/1", 111),
}  # fmt: skip


def _cell(plan: Plan, path: str) -> Any:
    table, row, column = path.split("/")
    rows = plan.rows_of(table)
    assert rows is not None
    return rows.rows[int(row)][int(column)]


@pytest.mark.parametrize(("changes", "path", "value"), MENDED.values(), ids=MENDED.keys())
def test_a_value_is_mended_sensibly(changes: dict[str, Any], path: str, value: Any) -> None:
    mended, said = mend_rows(changed(changes))
    assert _cell(mended, path) == value
    assert type(_cell(mended, path)) is type(value)
    assert any(f"Source {path.partition('/')[0]}, row" in sentence for sentence in said)
    assert check_plan(mended) == []


def test_promise_is_corrected() -> None:
    mended, said = mend_rows(changed({"quality/scenarios/status_spellings/failing_rows": 5}))
    assert mended == example_plan()
    assert said == ["Quality scenario status_spellings: 5 failing rows are 2."]


PLANTED: dict[str, tuple[str, str, str, list[int], dict[str, Any]]] = {
    "null": ("null", "orders", "order_ts", [2, 5], {}),
    "duplicate": ("duplicate", "orders", "invoice_number", [2, 5], {}),
    "one duplicate": ("duplicate", "orders", "invoice_number", [1], {}),
    "orphan": ("orphan", "order_items", "product_id", [1, 2], {}),
    "code": ("inconsistent_code", "customers", "region", [1, 2], {}),
    "too high": ("out_of_range", "order_items", "quantity", [1, 2], {"maximum": 9}),
    "too low": ("out_of_range", "order_items", "discount_amount", [1], {"minimum": 0}),
    "low ones corrected": ("out_of_range", "order_items", "quantity", [1], {"minimum": 2, "maximum": 9}),
    "stale": ("stale", "orders", "order_ts", [9, 10], {"max_age_days": 10}),
}


@pytest.mark.parametrize("case", PLANTED.values(), ids=PLANTED.keys())
def test_declared_defects_are_planted(case: tuple[str, str, str, list[int], dict[str, Any]]) -> None:
    kind, table, column, numbers, more = case
    place: dict[str, Any] = {"name": "another", "kind": kind, "table": table, "column": column}
    idea = QualityIdea(title="T", story="S", **place)
    scenario = QualityScenario(
        row_numbers=numbers, test_name="another_test", failing_rows=1, cost="C", fix="F",
        talking_points=["T"],
        **place, **more,
    )  # fmt: skip
    plan = example_plan()
    outline = plan.outline.model_copy(update={"quality": [*plan.outline.quality, idea]})
    quality = Quality(scenarios=[*plan.quality.scenarios, scenario])
    mended, said = mend_rows(plan.model_copy(update={"outline": outline, "quality": quality}))
    assert said
    assert check_plan(mended) == []
    assert mend_rows(mended) == (mended, [])


def test_impossible_dates_are_planted() -> None:
    dates = {f"rows/orders/rows/{number}/3": f"2026-01-{number + 1:02d}" for number in range(10)}
    place = {"name": "another", "kind": "impossible_dates", "table": "orders", "column": "order_ts"}
    plan = changed({
        **dates,
        "outline/sources/orders/columns/order_ts/type": "date",
        "outline/quality/2": {**place, "title": "T", "story": "S"},
        "quality/scenarios/2": {**place, "row_numbers": [1, 3], "test_name": "another_test",
                                "failing_rows": 2,
                                "later_column": "delivered_on", "cost": "C", "fix": "F",
                                "talking_points": ["T"]},
    })  # fmt: skip
    mended, _ = mend_rows(plan)
    assert _cell(mended, "orders/0/4") == "2025-12-29"  # delivered three days before the order
    assert (
        _cell(mended, "orders/2/4") == "2025-12-31"
    )  # no delivery yet: it gets one, three days before the order
    assert [v for v in check_plan(mended) if v.part in ("rows:orders", "quality")] == []


def test_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        mend_source_rows(example_plan().outline, "people", [])


def test_orphan_is_left_alone_while_the_parents_are_unknown() -> None:
    plan = example_plan()
    assert mend_source_rows(plan.outline, "orders", ROWS["orders"], plan.quality) == (ROWS["orders"], [])
