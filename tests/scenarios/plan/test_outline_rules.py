"""Rules about the outline: one change of the example breaks exactly one."""

from typing import Any

import pytest

from scenarios.plan.rules import check_outline
from tests.scenarios.plan.changing import assert_one_violation, changed
from tests.scenarios.plan.example import example_outline

SOURCE, MODEL = "outline/sources", "outline/models"
ORDERS, FCT = f"{SOURCE}/orders", f"{MODEL}/fct_orders"


def _metric(name: str, label: str = "Another") -> dict[str, str]:
    return {"name": name, "label": label, "description": "A number."}


def _column(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": "A column.", **more}


def _idea(kind: str, column: str, name: str = "another", table: str = "orders") -> dict[str, str]:
    return {"name": name, "title": "T", "kind": kind, "table": table, "column": column, "story": "S"}


# what is changed → where it is said, and what
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # names
    "reserved source column": (
        {f"{ORDERS}/columns/7": _column("order")}, "Source orders, column order", "reserved word"),
    "reserved staged name": (
        {f"{ORDERS}/columns/is_gift/rename": "user"}, "Source orders, column is_gift", "reserved word"),
    "reserved model column": (
        {f"{FCT}/columns/9": _column("date", "date")}, "Model fct_orders, column date", "reserved word"),
    "keyword as a staged name": (
        {f"{ORDERS}/columns/is_gift/rename": "region"}, "Source orders, column is_gift", "keyword"),
    "reserved metric": ({"outline/metrics/4": _metric("select")}, "Metric select", "reserved word"),
    "short name": ({f"{FCT}/columns/9": _column("x")}, "Model fct_orders, column x", "1 characters"),
    "double underscore": ({f"{FCT}/columns/9": _column("a__b")}, "Model fct_orders, column a__b",
                          "two in a row"),
    "source named as a model": (
        {f"{SOURCE}/products/table": "dim_products",
         f"{SOURCE}/order_items/columns/product_id/references/table": "dim_products",
         f"{MODEL}/int_order_items_priced/inputs/1": "stg_shop__dim_products"},
        "Source dim_products", "looks like the name of a model"),
    "source columns twice": ({f"{ORDERS}/columns/7": _column("is_gift")}, "Source orders", "called is_gift"),
    "staged columns twice": (
        {f"{ORDERS}/columns/7": _column("gift", rename="is_gift")}, "Source orders", "after renaming"),
    "model columns twice": ({f"{FCT}/columns/9": _column("item_count")}, "Model fct_orders",
                            "called item_count"),
    "model name without its layer": (
        {f"{MODEL}/dim_customers/name": "customer_list"}, "Model customer_list", "starts with fct_ or dim_"),
    "name used twice": ({"outline/metrics/4": _metric("orders")}, "Source orders", "used 2 times"),
    # columns
    "key not a column": ({f"{SOURCE}/products/primary_key": "nowhere"}, "Source products",
                         "not one of its columns"),
    "key of a wrong type": (
        {f"{SOURCE}/customers/columns/customer_id/type": "number",
         f"{ORDERS}/columns/customer_id/type": "number"},
        "Source customers, column customer_id", "whole number or text"),
    "key with accepted values": (
        {f"{SOURCE}/products/primary_key": "category",
         f"{SOURCE}/order_items/columns/product_id/references": None},
        "Source products, column category", "no accepted values"),
    "unknown parent table": (
        {f"{ORDERS}/columns/customer_id/references/table": "people"}, "Source orders, column customer_id",
        "the source people"),
    "unknown parent column": (
        {f"{ORDERS}/columns/customer_id/references/column": "number"}, "Source orders, column customer_id",
        "no such column"),
    "parent column is no key": (
        {f"{ORDERS}/columns/invoice_number/references": {"table": "customers", "column": "email"}},
        "Source orders, column invoice_number", "not the primary key"),
    "reference to itself": (
        {f"{ORDERS}/columns/order_id/references": {"table": "orders", "column": "order_id"}},
        "Source orders, column order_id", "refers to itself"),
    "foreign key of another type": (
        {f"{ORDERS}/columns/customer_id/type": "string"}, "Source orders, column customer_id",
        "customers.customer_id, to which it refers, is a whole number"),
    "accepted numbers": (
        {f"{SOURCE}/order_items/columns/quantity/accepted_values": ["1"]},
        "Source order_items, column quantity",
        "Accepted values are for text"),
    "accepted value twice": (
        {f"{ORDERS}/columns/status/accepted_values": ["placed", "placed"]}, "Source orders, column status",
        "twice"),
    "accepted value with an apostrophe": (
        {f"{MODEL}/dim_customers/columns/loyalty_tier/accepted_values": ["o'clock"]},
        "Model dim_customers, column loyalty_tier", "apostrophe"),
    "unique with accepted values": (
        {f"{SOURCE}/customers/columns/region/unique": True}, "Source customers, column region",
        "cannot be unique and share"),
    "unique booleans": (
        {f"{ORDERS}/columns/is_gift/unique": True}, "Source orders, column is_gift", "with two values"),
    "model key not a column": (
        {f"{MODEL}/dim_customers/primary_key": "nowhere"}, "Model dim_customers", "not one of its columns"),
    "model key of a wrong type": (
        {f"{MODEL}/dim_customers/primary_key": "lifetime_value"},
        "Model dim_customers, column lifetime_value",
        "text or a date"),
    "reference to no model": (
        {f"{FCT}/columns/customer_id/references": {"model": "dim_people", "column": "customer_id"}},
        "Model fct_orders, column customer_id", "no other model"),
    "reference to no key": (
        {f"{FCT}/columns/customer_id/references": {"model": "dim_customers", "column": "sales_region"}},
        "Model fct_orders, column customer_id", "not the primary key"),
    "reference of another type": (
        {f"{MODEL}/fct_order_items/columns/order_id/type": "string"},
        "Model fct_order_items, column order_id",
        "to which it refers"),
    # the graph
    "unknown input": (
        {f"{FCT}/inputs/1": "int_nowhere"}, "Model fct_orders",
        "reads int_nowhere, which is not in the project"),
    "input twice": ({f"{FCT}/inputs/1": "int_orders_totalled"}, "Model fct_orders", "same input twice"),
    "mart reads staging": (
        {f"{FCT}/inputs/1": "stg_shop__orders"}, "Model fct_orders",
        "must not read stg_shop__orders of the staging"),
    "intermediate reads a seed": (
        {f"{MODEL}/int_orders_totalled/inputs/2": "orders"}, "Model int_orders_totalled",
        "must not read orders of the seed"),
    "intermediate reads a mart": (
        {f"{MODEL}/int_customers_profiled/inputs/1": "fct_orders"}, "Model int_customers_profiled",
        "must not read fct_orders of the marts"),
    "circle": ({f"{FCT}/inputs/1": "dim_customers"}, "Model fct_orders", "in a circle"),
    "model reads itself": ({f"{FCT}/inputs/1": "fct_orders"}, "Model fct_orders", "fct_orders → fct_orders"),
    "staging not used": (
        {f"{MODEL}/int_customers_profiled/inputs/0": "stg_shop__orders"}, "Source customers",
        "No model reads stg_shop__customers"),
    "intermediate not used": (
        {f"{MODEL}/dim_customers/inputs": ["fct_orders"]}, "Model int_customers_profiled",
        "No model reads it"),
    "intermediate as a table": (
        {f"{MODEL}/int_orders_totalled/materialized": "table"}, "Model int_orders_totalled",
        "view or ephemeral"),
    "mart as a view": ({f"{MODEL}/dim_customers/materialized": "view"}, "Model dim_customers",
                       "table or incremental"),
    "two incremental marts": (
        {f"{MODEL}/dim_customers/materialized": "incremental"}, "Model dim_customers",
        "Only one mart is incremental"),
    "no incremental mart": ({f"{FCT}/materialized": "table"}, "Model fct_orders", "but it is a table"),
    "unique key is no primary key": (
        {"outline/incremental/unique_key": "customer_id"}, "Incremental model", "unique key is customer_id"),
    "cursor is no date": ({"outline/incremental/cursor": "item_count"}, "Incremental model",
                          "not a date column"),
    "cursor is no column": ({"outline/incremental/cursor": "nowhere"}, "Incremental model",
                            "not a date column"),
    # the story
    "no metric": ({"outline/metrics": [], "outline/pain_points/0/where": "fct_orders"}, "Semantic layer",
                  "there is no metric"),
    "metrics without a semantic layer": ({"outline/semantic_layer": False}, "Semantic layer",
                                         "no semantic layer"),
    "metric labels twice": (
        {"outline/metrics/4": _metric("sales", "Revenue")}, "Semantic layer", "label “Revenue”"),
    "pain point to no model": (
        {"outline/pain_points/0/where": "models/marts/fct_nowhere.sql"}, "Pain point 1", "fct_nowhere"),
    "pain point to no metric": (
        {"outline/pain_points/0/where": "metric gross_profit"}, "Pain point 1", "the metric gross_profit"),
    "scenario names twice": (
        {"outline/quality/2": _idea("null", "order_ts", "unknown_customer")},
        "Quality scenario unknown_customer",
        "have this name"),
    "same defect twice": (
        {"outline/quality/2": _idea("orphan", "customer_id")}, "Quality scenarios",
        "orphan in orders.customer_id"),
    "defect nowhere": (
        {"outline/quality/2": _idea("null", "nowhere")}, "Quality scenario another",
        "orders.nowhere is not in"),
    "defect in a key": (
        {"outline/quality/2": _idea("duplicate", "order_id")}, "Quality scenario another",
        "primary key of orders"),
    "null where nothing is required": (
        {"outline/quality/2": _idea("null", "delivered_on")}, "Quality scenario another",
        "that it is required"),
    "duplicate where nothing is unique": (
        {"outline/quality/2": _idea("duplicate", "order_ts")}, "Quality scenario another",
        "that it is unique"),
    "orphan without a reference": (
        {"outline/quality/2": _idea("orphan", "order_ts")}, "Quality scenario another",
        "to which table it refers"),
    "code without accepted values": (
        {"outline/quality/2": _idea("inconsistent_code", "invoice_number")}, "Quality scenario another",
        "which values are accepted"),
    "range of texts": (
        {"outline/quality/2": _idea("out_of_range", "invoice_number")}, "Quality scenario another",
        "needs a number"),
    "impossible texts": (
        {"outline/quality/2": _idea("impossible_dates", "invoice_number")}, "Quality scenario another",
        "needs a date"),
    "stale texts": ({"outline/quality/2": _idea("stale", "invoice_number")}, "Quality scenario another",
                    "needs a date"),
    "placeholder in a text": (
        {f"{FCT}/purpose": "Orders of {company_name}."}, "Outline, models fct_orders, purpose",
        "“{company_name}”"),
    "placeholder in brackets": (
        {"outline/context/summary": "[Company name] sells."}, "Outline, context, summary",
        "“[Company name]”"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], place: str, words: str) -> None:
    assert_one_violation(check_outline(changed(changes).outline), "outline", place, words)


def test_example_breaks_none() -> None:
    assert check_outline(example_outline()) == []


def test_incremental_model_must_be_a_mart() -> None:
    found = check_outline(changed({"outline/incremental/model": "int_orders_totalled"}).outline)
    assert "int_orders_totalled is not a mart of this plan." in [violation.sentence for violation in found]


def test_user_words_are_no_placeholder() -> None:
    outline = changed(
        {"outline/company": "{company}", "outline/context/summary": "{company} sells {{ env_var('HOME') }}."}
    ).outline
    assert check_outline(outline) == []


def test_staging_names_have_a_limit() -> None:
    found = check_outline(changed({f"{SOURCE}/customers/system": "s" * 60}).outline)
    assert ("Source customers", True) in [(v.place, "too long" in v.sentence) for v in found]
