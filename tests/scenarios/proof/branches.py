"""The sample project's branches: a fix that fixes, and a second day that brings what it says."""

import re
from dataclasses import replace

from scenarios.proof import ArrivalSpec, BranchSpec, IncrementalSpec, ProofSpec, Question, RedSpec

INCREMENTAL = IncrementalSpec("fct_orders", "order_id", cursor="order_date", lookback_days=3)
RED = RedSpec(tag="data_quality", variable="data_quality_severity")
QUESTIONS = [
    Question("revenue", "order_status"),
    Question("orders", "order_status", grain="week"),
    Question("average_order_value", "order_status"),
    Question("customers", "region", grain="day"),
    Question("revenue_growth", "order_status"),
]
DIMENSIONS = {"fct_orders": ["order_date", "order_status"], "dim_customers": ["region", "signed_up_on"]}

# Main's newest order is of 21 April, so the run looks back until 18 April.
NEXT_DAY = ("5010,1,2025-04-23,shipped", "5011,2,2025-04-19,completed", "5009,10,2025-04-21,completed")
ARRIVALS = [ArrivalSpec(5010, "inserted"), ArrivalSpec(5011, "late"), ArrivalSpec(5009, "updated")]

ORDERS_CSV, ITEMS_CSV = "seeds/orders.csv", "seeds/order_items.csv"
CUSTOMERS = "models/staging/stg_shop__customers.sql"
ORDERS = "models/staging/stg_shop__orders.sql"
FIXED_ORDERS = """-- depends_on: {{ ref('orders') }}

with source as (

    select distinct order_id, customer_id, order_date, order_status
    from {{ source('shop', 'orders') }}

),

customers as (

    select customer_id from {{ ref('stg_shop__customers') }}

)

select
    cast(source.order_id as {{ dbt.type_int() }}) as order_id,
    customers.customer_id,
    cast(source.order_date as date) as order_date,
    cast(source.order_status as {{ dbt.type_string() }}) as order_status
from source
left join customers on source.customer_id = customers.customer_id
"""


def fix_of(spec: ProofSpec) -> BranchSpec:
    """Empty addresses become a word, the order that came twice comes once, the unknown buyer is emptied."""
    email = "coalesce(cast(email as {{ dbt.type_string() }}), 'unknown') as email"
    customers = spec.files[CUSTOMERS].replace("cast(email as {{ dbt.type_string() }}) as email", email)
    return BranchSpec({CUSTOMERS: customers, ORDERS: FIXED_ORDERS}, name="fix/data-quality")


def day_two_of(spec: ProofSpec, *lines: str) -> BranchSpec:
    """Lines of orders.csv: those with a known order_id replace the old one, the others get an item each."""
    orders, items = spec.files[ORDERS_CSV], spec.files[ITEMS_CSV]
    for number, line in enumerate(lines, start=11):
        order_id = line.partition(",")[0]
        if f"\n{order_id}," in orders:
            orders = re.sub(rf"^{order_id},.*$", line, orders, flags=re.MULTILINE)
        else:
            orders += f"{line}\n"
            items += f"{number},{order_id},102,1\n"
    return BranchSpec({ORDERS_CSV: orders, ITEMS_CSV: items}, spec.expected, "demo/day-2")


def with_branches(spec: ProofSpec) -> ProofSpec:
    """The spec with everything that a Proof can check, and it holds."""
    return replace(
        spec,
        incremental=INCREMENTAL,
        red=RED,
        fix=fix_of(spec),
        day_two=day_two_of(spec, *NEXT_DAY),
        arrivals=ARRIVALS,
        questions=QUESTIONS,
        dimensions=DIMENSIONS,
    )
