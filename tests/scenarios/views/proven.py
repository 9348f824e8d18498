"""What a Proof reports about the example plan's branches, answers and warehouses: plain data, as it is stored."""

from typing import Any

from scenarios.plan.names import WAREHOUSES

RED: dict[str, Any] = {
    "seconds": 1.9,
    "failed": {"orders_customer_exists": 1, "orders_status_is_known": 2},
    "passed": 0,
}

FIX: dict[str, Any] = {
    "branch": "fix/data-quality", "seconds": 4.2, "tests_passed": 33, "tests_warned": 0,
    "nodes": [
        {"unique_id": "test.example.orders_customer_exists", "name": "orders_customer_exists",
         "resource_type": "test", "layer": "staging", "path": "models/staging/schema.yml", "status": "pass",
         "seconds": 0.1, "failures": 0},
    ],
    "changes": [
        {"model": "stg_shop__orders", "rows_before": 10, "rows_after": 9, "added": 0, "removed": 1, "changed": 2},
        {"model": "fct_orders", "rows_before": 10, "rows_after": 9, "added": 0, "removed": 1, "changed": 2},
    ],
    "metrics": {"revenue": 2342.62, "orders_placed": 9.0, "average_order_value": 260.2911},
}  # fmt: skip

DAY_TWO: dict[str, Any] = {
    "branch": "demo/day-2", "seconds": 3.1, "tests_passed": 31, "tests_warned": 2, "untouched": 9,
    "refresh_equal": True,
    "columns": [{"name": "order_id", "type": "INTEGER"}, {"name": "order_date", "type": "DATE"},
                {"name": "order_status", "type": "VARCHAR"}, {"name": "days_to_deliver", "type": "BIGINT"},
                {"name": "order_amount", "type": "DECIMAL(18,4)"}],
    "arrivals": [
        {"key": 5010, "kind": "updated", "before": [5010, "2026-03-30", "placed", None, 179.7],
         "after": [5010, "2026-03-30", "delivered", 1, 179.7]},
        {"key": 5011, "kind": "inserted", "after": [5011, "2026-03-31", "placed", None, 119.0]},
        {"key": 5012, "kind": "late", "after": [5012, "2026-03-29", "shipped", None, 88.5]},
    ],
    "changes": [
        {"model": "fct_orders", "rows_before": 10, "rows_after": 12, "added": 2, "removed": 0, "changed": 1},
    ],
    "metrics": {"revenue": 3079.12, "orders_placed": 12.0},
}  # fmt: skip

ANSWERS: dict[str, Any] = {
    "revenue": {
        "metric": "revenue", "value": 2871.62, "dimension": "order_status", "grain": "month",
        "groups": [["delivered", 1904.42], ["shipped", 129.9], ["cancelled", None], ["refunded late", -59.9]],
        "periods": [["2026-01-01", 890.5], ["2026-02-01", None], ["2026-03-01", 1981.12]],
    },
    "orders_placed": {
        "metric": "orders_placed", "value": 10.0, "dimension": "order_status", "grain": "day",
        "groups": [["delivered", 5.0], ["placed", 1.0]],
        "periods": [[f"2026-03-{day:02}", float(day % 4)] for day in range(1, 21)],
    },
    "average_order_value": {"metric": "average_order_value", "value": 287.162},
}  # fmt: skip

PORTABILITY: list[dict[str, Any]] = [
    *({"model": model, "warehouse": warehouse, "how": "parsed", "fine": True}
      for model in ("stg_shop__orders", "fct_orders") for warehouse in WAREHOUSES),
    {"model": "fct_orders", "warehouse": "duckdb", "how": "executed", "fine": True},
    {"model": "dim_customers", "warehouse": "redshift", "how": "parsed", "fine": False, "line": 12,
     "why": "Redshift has no function called sideways."},
]  # fmt: skip


def proven_parts() -> dict[str, Any]:
    """The fields of a report beyond the plain build."""
    return {
        "red": RED, "fix": FIX, "day_two": DAY_TWO, "answers": ANSWERS, "portability": PORTABILITY,
    }  # fmt: skip
