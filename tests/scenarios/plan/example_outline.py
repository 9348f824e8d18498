"""The outline of the example plan, as a provider would answer it: plain data."""

from datetime import date
from typing import Any

AS_OF = date(2026, 3, 31)

REGIONS = ["north", "south", "east", "west"]
STATUSES = ["placed", "shipped", "delivered", "cancelled"]


def _column(name: str, kind: str, description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": description, **more}


CUSTOMERS = {
    "system": "shop",
    "table": "customers",
    "label": "Customers",
    "description": "Everyone who has an account in the web shop.",
    "staging_purpose": "Customers with clean names and types, one row per account.",
    "primary_key": "customer_id",
    "columns": [
        _column("customer_id", "integer", "Number of the account."),
        _column("full_name", "string", "First and last name.", rename="customer_name", required=True),
        _column(
            "email", "string", "Address used to log in.", rename="email_address", required=True, unique=True
        ),
        _column(
            "region",
            "string",
            "Sales region of the home address.",
            accepted_values=REGIONS,
            rename="sales_region",
        ),
        _column("loyalty_tier", "string", "Tier in the loyalty programme; empty for guests."),
        _column("signed_up_on", "date", "Day the account was opened.", required=True),
    ],
}

PRODUCTS = {
    "system": "shop",
    "table": "products",
    "label": "Products",
    "description": "The catalogue, with list prices and purchase costs.",
    "staging_purpose": "The catalogue with typed prices, one row per product.",
    "primary_key": "product_id",
    "columns": [
        _column("product_id", "integer", "Number of the product."),
        _column("sku", "string", "Article code; leading zeros count.", required=True, unique=True),
        _column("product_name", "string", "Name in the shop.", required=True),
        _column(
            "category",
            "string",
            "Department that sells it.",
            accepted_values=["footwear", "tents", "backpacks", "clothing"],
        ),
        _column("unit_price", "number", "List price in euros.", required=True),
        _column("unit_cost", "number", "Purchase cost in euros.", required=True),
    ],
}

ORDERS = {
    "system": "shop",
    "table": "orders",
    "label": "Orders",
    "description": "One row for each order placed in the web shop.",
    "staging_purpose": "Orders with typed dates and readable names, one row per order.",
    "primary_key": "order_id",
    "columns": [
        _column("order_id", "integer", "Number of the order."),
        _column(
            "customer_id",
            "integer",
            "Who placed it.",
            required=True,
            references={"table": "customers", "column": "customer_id"},
        ),
        _column("invoice_number", "string", "Number printed on the invoice.", required=True, unique=True),
        _column("order_ts", "timestamp", "Moment the order was placed.", rename="ordered_at", required=True),
        _column("delivered_on", "date", "Day the parcel arrived; empty until then."),
        _column("status", "string", "State of the order.", rename="order_status", accepted_values=STATUSES),
        _column("is_gift", "boolean", "Whether it was wrapped as a gift."),
    ],
}

ORDER_ITEMS = {
    "system": "shop",
    "table": "order_items",
    "label": "Order items",
    "description": "The lines of each order: which product, how many, at which discount.",
    "staging_purpose": "Order lines with typed quantities, one row per line.",
    "primary_key": "order_item_id",
    "columns": [
        _column("order_item_id", "integer", "Number of the line."),
        _column(
            "order_id",
            "integer",
            "Order it belongs to.",
            required=True,
            references={"table": "orders", "column": "order_id"},
        ),
        _column(
            "product_id",
            "integer",
            "Product sold.",
            required=True,
            references={"table": "products", "column": "product_id"},
        ),
        _column("quantity", "integer", "Pieces sold.", required=True),
        _column("discount_amount", "number", "Discount on the line, in euros.", required=True),
    ],
}

PRICED = {
    "name": "int_order_items_priced",
    "layer": "intermediate",
    "materialized": "ephemeral",
    "purpose": "Puts a price and a cost on every order line, so that money is computed in one place only.",
    "grain": "one row per order line",
    "primary_key": "order_item_id",
    "inputs": ["stg_shop__order_items", "stg_shop__products"],
    "columns": [
        _column("order_item_id", "integer", "Number of the line."),
        _column("order_id", "integer", "Order it belongs to.", required=True),
        _column("product_id", "integer", "Product sold."),
        _column("product_name", "string", "Name in the shop."),
        _column("category", "string", "Department that sells it."),
        _column("quantity", "integer", "Pieces sold."),
        _column("line_amount", "number", "Price of the line after discount, in euros."),
        _column("line_cost", "number", "Purchase cost of the line, in euros."),
    ],
}

TOTALLED = {
    "name": "int_orders_totalled",
    "layer": "intermediate",
    "materialized": "view",
    "purpose": "Adds up the lines of each order and measures how long the delivery took.",
    "grain": "one row per order",
    "primary_key": "order_id",
    "inputs": ["stg_shop__orders", "int_order_items_priced"],
    "columns": [
        _column("order_id", "integer", "Number of the order."),
        _column("customer_id", "integer", "Who placed it."),
        _column("order_date", "date", "Day the order was placed."),
        _column("order_status", "string", "State of the order."),
        _column("is_delivered", "boolean", "Whether the state says that the parcel arrived."),
        _column("days_to_deliver", "integer", "Days from order to delivery; empty until delivered."),
        _column("item_count", "integer", "Pieces in the order."),
        _column("order_amount", "number", "Total after discounts, in euros."),
        _column("order_cost", "number", "Total purchase cost, in euros."),
    ],
}

PROFILED = {
    "name": "int_customers_profiled",
    "layer": "intermediate",
    "materialized": "view",
    "purpose": "Gives every customer a loyalty tier, guests too.",
    "grain": "one row per customer",
    "primary_key": "customer_id",
    "inputs": ["stg_shop__customers"],
    "columns": [
        _column("customer_id", "integer", "Number of the account."),
        _column("customer_name", "string", "First and last name."),
        _column("sales_region", "string", "Sales region of the home address."),
        _column("loyalty_tier", "string", "Tier in the loyalty programme, or guest."),
        _column("signed_up_on", "date", "Day the account was opened."),
    ],
}

FCT_ORDERS = {
    "name": "fct_orders",
    "layer": "marts",
    "materialized": "incremental",
    "purpose": "Every order with its value, cost and delivery time: the one table for sales questions.",
    "grain": "one row per order",
    "primary_key": "order_id",
    "inputs": ["int_orders_totalled"],
    "columns": [
        _column("order_id", "integer", "Number of the order."),
        _column("customer_id", "integer", "Who placed it.", required=True),
        _column("order_date", "date", "Day the order was placed.", required=True),
        _column("order_status", "string", "State of the order."),
        _column("is_delivered", "boolean", "Whether the state says that the parcel arrived."),
        _column("days_to_deliver", "integer", "Days from order to delivery; empty until delivered."),
        _column("item_count", "integer", "Pieces in the order."),
        _column("order_amount", "number", "Total after discounts, in euros.", required=True),
        _column("order_margin", "number", "Order amount minus purchase cost, in euros."),
    ],
    "business_questions": ["How much do we sell each month?", "How long do customers wait for a parcel?"],
}

FCT_ORDER_ITEMS = {
    "name": "fct_order_items",
    "layer": "marts",
    "materialized": "table",
    "purpose": "Every line sold with its margin and day: what sells, and what earns.",
    "grain": "one row per order line",
    "primary_key": "order_item_id",
    "inputs": ["int_order_items_priced", "fct_orders"],
    "columns": [
        _column("order_item_id", "integer", "Number of the line."),
        _column(
            "order_id",
            "integer",
            "Order it belongs to.",
            required=True,
            references={"model": "fct_orders", "column": "order_id"},
        ),
        _column("order_date", "date", "Day the order was placed."),
        _column("product_name", "string", "Name in the shop."),
        _column(
            "category",
            "string",
            "Department that sells it.",
            accepted_values=["footwear", "tents", "backpacks", "clothing"],
        ),
        _column("quantity", "integer", "Pieces sold."),
        _column("line_amount", "number", "Price of the line after discount, in euros."),
        _column("line_margin", "number", "Line amount minus purchase cost, in euros."),
    ],
    "business_questions": ["Which category earns the most?"],
}

DIM_CUSTOMERS = {
    "name": "dim_customers",
    "layer": "marts",
    "materialized": "table",
    "purpose": "Who our customers are and what each of them is worth.",
    "grain": "one row per customer",
    "primary_key": "customer_id",
    "inputs": ["int_customers_profiled", "fct_orders"],
    "columns": [
        _column("customer_id", "integer", "Number of the account."),
        _column("customer_name", "string", "First and last name."),
        _column("sales_region", "string", "Sales region of the home address.", accepted_values=REGIONS),
        _column("loyalty_tier", "string", "Tier in the loyalty programme, or guest."),
        _column("signed_up_on", "date", "Day the account was opened.", required=True),
        _column("order_count", "integer", "Orders placed so far."),
        _column("lifetime_value", "number", "Amount of all orders so far, in euros."),
        _column("first_order_date", "date", "Day of the first order; empty before it."),
    ],
    "business_questions": ["Who are our best customers?", "Which region grows?"],
}

METRICS = [
    {
        "name": "revenue",
        "label": "Revenue",
        "description": "Amount of all orders after discounts, in euros.",
        "unit": "EUR",
    },
    {"name": "orders_placed", "label": "Orders", "description": "Number of orders placed.", "unit": "orders"},
    {
        "name": "average_order_value",
        "label": "Average order value",
        "description": "Revenue per order.",
        "unit": "EUR",
    },
    {
        "name": "revenue_to_date",
        "label": "Revenue to date",
        "description": "Running total of revenue.",
        "unit": "EUR",
    },
]

OUTLINE = {
    "company": "Fjell & Field Outfitters",
    "industry": "Outdoor retail",
    "warehouse": "snowflake",
    "semantic_layer": True,
    "as_of": AS_OF,
    "context": {
        "summary": "Fjell & Field sells outdoor equipment on the web; three teams report three revenues.",
        "use_case": "One tested definition of revenue, from the shop's tables to the board report.",
        "objectives": ["One number for revenue", "Catch bad shop data before the board sees it"],
    },
    "sources": [CUSTOMERS, PRODUCTS, ORDERS, ORDER_ITEMS],
    "models": [PRICED, TOTALLED, PROFILED, FCT_ORDERS, FCT_ORDER_ITEMS, DIM_CUSTOMERS],
    "incremental": {
        "model": "fct_orders",
        "unique_key": "order_id",
        "cursor": "order_date",
        "lookback_days": 3,
        "why": "Orders arrive all day and change for some days; only those days are computed again.",
    },
    "metrics": METRICS,
    "pain_points": [
        {
            "pain": "Finance and marketing never agree on revenue.",
            "feature": "Semantic layer",
            "where": "metric revenue",
            "minute": 12,
            "show": "Ask for revenue by month and by region: one definition, two questions.",
        },
        {
            "pain": "We learn about broken data from the board.",
            "feature": "Data tests",
            "where": "orders_customer_exists",
            "minute": 6,
            "show": "Run the tests and open the one that warns: an order of a customer nobody knows.",
        },
        {
            "pain": "The nightly load takes four hours.",
            "feature": "Incremental models",
            "where": "fct_orders",
            "minute": 16,
            "show": "Load the second day: only the last days are computed again.",
        },
    ],
    "quality": [
        {
            "name": "unknown_customer",
            "title": "An order of a customer nobody knows",
            "kind": "orphan",
            "table": "orders",
            "column": "customer_id",
            "story": "The shop deleted a test account and left its order behind.",
        },
        {
            "name": "status_spellings",
            "title": "One state, three spellings",
            "kind": "inconsistent_code",
            "table": "orders",
            "column": "status",
            "story": "Two shop systems write the same state differently.",
        },
    ],
}
