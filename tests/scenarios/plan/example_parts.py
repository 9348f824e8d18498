"""The parts of the example plan, as a provider would answer them: plain data."""

from typing import Any

ROWS: dict[str, list[list[Any]]] = {
    "customers": [
        [101, "Ingrid Solheim", "ingrid.solheim@example.com", "north", "gold", "2024-03-18"],
        [102, "Mateo Rivas", "mateo.rivas@example.com", "south", "silver", "2024-05-02"],
        [103, "Aoife Brennan", "aoife.brennan@example.com", "west", None, "2024-09-21"],
        [104, "Jonas Lindqvist", "jonas.lindqvist@example.com", "north", "gold", "2024-11-05"],
        [105, "Chiara Fontana", "chiara.fontana@example.com", "south", "bronze", "2025-01-13"],
        [106, "Tomasz Wrona", "tomasz.wrona@example.com", "east", None, "2025-02-27"],
        [107, "Sophie Marchand", "sophie.marchand@example.com", "west", "silver", "2025-06-30"],
        [108, "Levente Barta", "levente.barta@example.com", "east", "bronze", "2025-08-11"],
        [109, "Hanne Vermeer", "hanne.vermeer@example.com", "north", None, "2025-10-04"],
        [110, "Dario Costa", "dario.costa@example.com", "south", "silver", "2026-01-08"],
    ],
    "products": [
        [1, "00471", "Ridge Trail Boot", "footwear", 149.90, 82.00],
        [2, "00472", "Ridge Trail Boot Low", "footwear", 129.90, 71.50],
        [3, "00533", "Summit Two Tent", "tents", 389.00, 214.00],
        [4, "00534", "Summit Four Tent", "tents", 529.00, 301.00],
        [5, "00610", "Fjord 28 Backpack", "backpacks", 119.00, 58.40],
        [6, "00611", "Fjord 45 Backpack", "backpacks", 169.00, 84.20],
        [7, "00702", "Squall Rain Jacket", "clothing", 199.50, 96.00],
        [8, "00703", "Squall Rain Trousers", "clothing", 109.50, 51.30],
        [9, "00719", "Merino Base Layer", "clothing", 74.90, 33.10],
        [10, "00488", "Camp Sandal", "footwear", 59.90, 24.75],
    ],
    "orders": [
        [5001, 101, "INV-26-0001", "2026-01-09 08:14:00", "2026-01-13", "delivered", False],
        [5002, 104, "INV-26-0002", "2026-01-17 19:42:10", "2026-01-22", "delivered", True],
        [5003, 102, "INV-26-0003", "2026-01-28 12:05:33", None, "cancelled", False],
        [5004, 107, "INV-26-0004", "2026-02-06 21:30:00", "2026-02-10", "Delivered", False],
        [5005, 105, "INV-26-0005", "2026-02-14 07:55:21", "2026-02-19", "delivered", True],
        [5006, 106, "INV-26-0006", "2026-02-23 16:20:45", "2026-02-27", "delivered", False],
        [5007, 101, "INV-26-0007", "2026-03-04 10:11:12", "2026-03-10", "DELIVERED", False],
        [5008, 190, "INV-26-0008", "2026-03-12 13:37:00", None, "cancelled", False],
        [5009, 108, "INV-26-0009", "2026-03-27 18:03:59", None, "shipped", True],
        [5010, 103, "INV-26-0010", "2026-03-30 09:26:40", None, "placed", False],
    ],
    "order_items": [
        [90001, 5001, 1, 1, 0.00],
        [90002, 5001, 9, 2, 14.98],
        [90003, 5002, 3, 1, 39.00],
        [90004, 5004, 7, 1, 0.00],
        [90005, 5004, 8, 1, 0.00],
        [90006, 5005, 5, 2, 23.80],
        [90007, 5006, 4, 1, 0.00],
        [90008, 5007, 6, 1, 16.90],
        [90009, 5009, 2, 1, 0.00],
        [90010, 5010, 10, 3, 0.00],
    ],
}

STATEMENTS: dict[str, dict[str, Any]] = {
    "int_order_items_priced": {
        "header": "Money is computed here and nowhere else: quantity times list price, minus the discount.",
        "sql": """
            select
                order_items.order_item_id,
                order_items.order_id,
                order_items.product_id,
                products.product_name,
                products.category,
                order_items.quantity,
                order_items.quantity * products.unit_price - order_items.discount_amount as line_amount,
                order_items.quantity * products.unit_cost as line_cost
            from stg_shop__order_items as order_items
            inner join stg_shop__products as products
                on order_items.product_id = products.product_id
        """,
    },
    "int_orders_totalled": {
        "sql": """
            with totals as (
                select
                    priced.order_id,
                    sum(priced.quantity) as item_count,
                    sum(priced.line_amount) as order_amount,
                    sum(priced.line_cost) as order_cost
                from int_order_items_priced as priced
                group by priced.order_id
            )
            select
                orders.order_id,
                orders.customer_id,
                cast(orders.ordered_at as date) as order_date,
                orders.order_status,
                orders.order_status = 'delivered' as is_delivered,
                datediff(day, cast(orders.ordered_at as date), orders.delivered_on) as days_to_deliver,
                coalesce(totals.item_count, 0) as item_count,
                coalesce(totals.order_amount, 0) as order_amount,
                coalesce(totals.order_cost, 0) as order_cost
            from stg_shop__orders as orders
            left join totals
                on orders.order_id = totals.order_id
            where cast(orders.ordered_at as date) >= date '2025-01-01'
        """,
        "notes": [
            {"cte": "totals", "note": "A cancelled order has no lines: it counts with an amount of zero."}
        ],
    },
    "int_customers_profiled": {
        "sql": """
            select
                customers.customer_id,
                customers.customer_name,
                customers.sales_region,
                coalesce(customers.loyalty_tier, 'guest') as loyalty_tier,
                customers.signed_up_on
            from stg_shop__customers as customers
        """,
    },
    "fct_orders": {
        "header": "The one table for sales questions. Only the last days are computed again at each run.",
        "sql": """
            select
                orders.order_id,
                orders.customer_id,
                orders.order_date,
                orders.order_status,
                orders.is_delivered,
                orders.days_to_deliver,
                orders.item_count,
                orders.order_amount,
                orders.order_amount - orders.order_cost as order_margin
            from int_orders_totalled as orders
        """,
    },
    "fct_order_items": {
        "sql": """
            select
                priced.order_item_id,
                priced.order_id,
                orders.order_date,
                priced.product_name,
                priced.category,
                priced.quantity,
                priced.line_amount,
                priced.line_amount - priced.line_cost as line_margin
            from int_order_items_priced as priced
            inner join fct_orders as orders
                on priced.order_id = orders.order_id
        """,
    },
    "dim_customers": {
        "sql": """
            with spend as (
                select
                    orders.customer_id,
                    count(orders.order_id) as order_count,
                    sum(orders.order_amount) as lifetime_value,
                    min(orders.order_date) as first_order_date
                from fct_orders as orders
                group by orders.customer_id
            )
            select
                customers.customer_id,
                customers.customer_name,
                customers.sales_region,
                customers.loyalty_tier,
                customers.signed_up_on,
                coalesce(spend.order_count, 0) as order_count,
                coalesce(spend.lifetime_value, 0) as lifetime_value,
                spend.first_order_date
            from int_customers_profiled as customers
            left join spend
                on customers.customer_id = spend.customer_id
        """,
        "notes": [{"cte": "spend", "note": "What each customer has ordered so far."}],
    },
}

SEMANTIC = {
    "models": [
        {
            "model": "fct_orders",
            "time_dimension": "order_date",
            "entities": [
                {"column": "order_id", "name": "sales_order", "type": "primary"},
                {"column": "customer_id", "name": "customer", "type": "foreign"},
            ],
            "dimensions": [
                {"column": "order_date", "type": "time", "granularity": "day", "label": "Order date"},
                {"column": "order_status", "type": "categorical"},
            ],
        },
        {
            "model": "dim_customers",
            "time_dimension": "signed_up_on",
            "entities": [{"column": "customer_id", "name": "customer", "type": "primary"}],
            "dimensions": [
                {"column": "signed_up_on", "type": "time", "granularity": "day"},
                {"column": "sales_region", "type": "categorical"},
                {"column": "loyalty_tier", "type": "categorical"},
            ],
        },
    ],
    "metrics": [
        {"type": "simple", "name": "revenue", "model": "fct_orders", "agg": "sum", "column": "order_amount"},
        {
            "type": "simple",
            "name": "orders_placed",
            "model": "fct_orders",
            "agg": "count_distinct",
            "column": "order_id",
        },
        {
            "type": "ratio",
            "name": "average_order_value",
            "numerator": "revenue",
            "denominator": "orders_placed",
        },
        {"type": "cumulative", "name": "revenue_to_date", "input": "revenue"},
    ],
}

QUALITY = {
    "scenarios": [
        {
            "name": "unknown_customer",
            "kind": "orphan",
            "table": "orders",
            "column": "customer_id",
            "row_numbers": [8],
            "test_name": "orders_customer_exists",
            "failing_rows": 1,
            "cost": "Each region report counts one order less than the shop, and nobody knows which.",
            "fix": "Keep only orders of known customers in the staging model, and tell the shop team.",
            "talking_points": ["The test names the order", "The board never sees it"],
        },
        {
            "name": "status_spellings",
            "kind": "inconsistent_code",
            "table": "orders",
            "column": "status",
            "row_numbers": [4, 7],
            "test_name": "orders_status_is_known",
            "failing_rows": 2,
            "corrections": [
                {"wrong": "Delivered", "right": "delivered"},
                {"wrong": "DELIVERED", "right": "delivered"},
            ],
            "cost": "Two delivered orders count as open: the delivery rate reads 40 instead of 60 percent.",
            "fix": "Write the state in lower case in the staging model.",
            "talking_points": ["One accepted-values test, two spellings caught"],
        },
    ]
}

DAY_TWO = {
    "story": "Overnight one order arrived, one was delivered, and one came a day late.",
    "arrivals": [
        {"key": 5011, "kind": "inserted", "what": "Jonas's order of this morning"},
        {"key": 5012, "kind": "late", "what": "A weekend order that the shop sent a day late"},
        {"key": 5010, "kind": "updated", "what": "Aoife's parcel has arrived"},
    ],
    "tables": [
        {
            "table": "orders",
            "new": [
                [5011, 104, "INV-26-0011", "2026-03-31 08:02:00", None, "placed", False],
                [5012, 109, "INV-26-0012", "2026-03-29 20:15:00", None, "placed", False],
            ],
            "changed": [[5010, 103, "INV-26-0010", "2026-03-30 09:26:40", "2026-03-31", "delivered", False]],
        },
        {"table": "order_items", "new": [[90011, 5011, 5, 1, 0.00], [90012, 5012, 9, 2, 0.00]]},
    ],
}

TALK_TRACK = {
    "opening": "You told us that three teams report three revenues. Today you see one.",
    "beats": [
        {
            "minute": 2,
            "kind": "lineage",
            "title": "From shop to mart",
            "click": "Lineage",
            "opens": "fct_orders",
            "say": "Every table of the shop comes in once and is cleaned once.",
        },
        {
            "minute": 6,
            "kind": "test",
            "title": "Bad data is caught",
            "click": "orders_customer_exists",
            "opens": "orders_customer_exists",
            "say": "This order belongs to nobody. The test says so before the board does.",
            "pains": [2],
            "if_it_goes_wrong": "Open the data-quality guide and read the result from there.",
        },
        {
            "minute": 12,
            "kind": "metric",
            "title": "One revenue",
            "click": "metric revenue",
            "opens": "revenue",
            "say": "Finance and marketing now ask the same definition, and both hear [[revenue]].",
            "pains": [1],
        },
        {
            "minute": 16,
            "kind": "incremental",
            "title": "The second day",
            "click": "fct_orders",
            "opens": "fct_orders",
            "say": "Only the last three days are computed again.",
            "pains": [3],
        },
    ],
    "close": "One definition, tested, in the time of this call.",
    "ends_at": 20,
}
