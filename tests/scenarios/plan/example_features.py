"""The example plan as a showcase: every feature once, for one of its pain points."""

from typing import Any

from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_plan

MODELS = ["int_order_items_priced", "int_orders_totalled", "int_customers_profiled"]
MARTS = ["fct_orders", "fct_order_items", "dim_customers"]

#: Columns that become ratios, so that a macro repays itself: model → (its expression, the ratio instead).
RATIOS = {
    "fct_orders": (
        "orders.order_amount - orders.order_cost as order_margin",
        "1.0 * (orders.order_amount - orders.order_cost) / orders.order_amount as order_margin",
    ),
    "fct_order_items": (
        "priced.line_amount - priced.line_cost as line_margin",
        "1.0 * (priced.line_amount - priced.line_cost) / priced.line_amount as line_margin",
    ),
    "dim_customers": (
        "coalesce(spend.lifetime_value, 0) as lifetime_value",
        "1.0 * coalesce(spend.lifetime_value, 0) / spend.order_count as lifetime_value",
    ),
}

FEATURES: dict[str, dict[str, Any]] = {
    "unit_test": {
        "pain": 2,
        "say": "The rule itself is tested, not only today's data.",
        "name": "customers_profiled_as_agreed",
        "model": "int_customers_profiled",
        "description": "A customer without a tier is a guest",
        "given": [
            {
                "input": "stg_shop__customers",
                "columns": ["customer_id", "loyalty_tier", "signed_up_on"],
                "rows": [[7, None, "2026-01-31"], [8, "gold", None]],
            }
        ],
        "columns": ["customer_id", "loyalty_tier", "signed_up_on"],
        "rows": [[7, "guest", "2026-01-31"], [8, "gold", None]],
    },
    "contract": {"pain": 1, "say": "The mart promises its columns.", "model": "fct_order_items"},
    "exposure": {
        "pain": 1,
        "say": "The board report is part of the lineage.",
        "name": "board_report",
        "label": "Board report",
        "description": "Revenue and customers by month",
        "owner": "Chief Financial Officer",
        "models": ["fct_orders", "dim_customers"],
        "metrics": ["revenue"],
    },
    "freshness": {
        "pain": 3,
        "say": "A feed that stops is noticed.",
        "table": "orders",
        "column": "order_ts",
        "warn_after_days": 3,
    },
    "ownership": {
        "pain": 2,
        "say": "Finance owns the answer.",
        "group": "finance",
        "description": "The models behind the board report",
        "owner": "Chief Financial Officer",
        "models": [*MODELS, *MARTS],
        "private": MODELS,
    },
    "run_tag": {"pain": 3, "say": "One tag builds it.", "tag": "board", "models": ["fct_orders", "dim_customers"]},
    "doc_blocks": {
        "pain": 1,
        "say": "Described once.",
        "blocks": [
            {
                "name": "customer_id",
                "text": "Number of the account.",
                "places": [
                    {"model": "stg_shop__customers", "column": "customer_id"},
                    {"model": "int_customers_profiled", "column": "customer_id"},
                    {"model": "dim_customers", "column": "customer_id"},
                ],
            }
        ],
    },
    "glossary": {
        "pain": 1,
        "say": "Your words are in the project.",
        "terms": [
            {"word": "turnover", "means": "What customers pay.", "model": "fct_orders", "column": "order_amount"},
            {"word": "buyer", "means": "Who has an account.", "model": "dim_customers"},
        ],
    },
    "macro": {"pain": 1, "say": "Ratios are written once."},
}  # fmt: skip


def showcase_plan(depth: str = "showcase", **features: dict[str, Any] | None) -> Plan:
    """The plan with every feature; `features` replace fields of a feature, None takes it away."""
    data = example_plan().model_dump(mode="json")
    data["outline"]["depth"] = depth
    chosen = {name: {**FEATURES[name], **(features.get(name) or {})} for name in FEATURES}
    data["features"] = {name: chosen[name] for name in chosen if features.get(name, {}) is not None}
    for statement in data["statements"]:
        plain, ratio = RATIOS.get(statement["model"], ("", ""))
        assert plain in statement["sql"]
        statement["sql"] = statement["sql"].replace(plain, ratio) if plain else statement["sql"]
    return Plan.model_validate(data)
