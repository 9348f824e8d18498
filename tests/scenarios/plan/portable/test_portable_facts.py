"""What is told about a statement: types, lineage, joins, names; and the committed keyword list."""

from importlib.resources import files

import pytest

from scenarios.plan.portable import (
    PORTABLE_SQL_GUIDE,
    RESERVED,
    check_select,
    column_lineage,
    is_keyword,
    is_reserved,
    join_pairs,
    print_select,
    type_sql,
)
from scenarios.plan.violations import PlanRefused
from tests.scenarios.plan.portable.make_keywords import keywords_text
from tests.scenarios.plan.portable.samples import GOOD, INPUTS

JOINED = """
    with paid as (
        select customer_id, order_date, amount * 2 as doubled from stg_shop__orders where status = 'paid'
    )
    select c.region as sales_region, p.order_date, sum(p.doubled) as revenue, count(*) as n
    from paid p join stg_shop__customers c on c.customer_id = p.customer_id and p.order_date > c.signup_date
    group by c.region, p.order_date"""


def test_types_of_output_columns_in_order() -> None:
    checked = check_select(JOINED, inputs=INPUTS, part="sql:fct_x")
    assert checked.violations == []
    assert list(checked.columns.items()) == [
        ("sales_region", "string"),
        ("order_date", "date"),
        ("revenue", "number"),
        ("n", "integer"),
    ]


def test_lineage_goes_through_ctes_to_the_inputs() -> None:
    assert column_lineage(JOINED, inputs=INPUTS) == {
        "sales_region": [("stg_shop__customers", "region")],
        "order_date": [("stg_shop__orders", "order_date")],
        "revenue": [("stg_shop__orders", "amount")],
        "n": [],
    }
    union = column_lineage(GOOD["union"], inputs=INPUTS)
    assert union["document_id"] == [("stg_shop__orders", "order_id"), ("stg_shop__customers", "customer_id")]


def test_join_pairs_tell_types_and_origins() -> None:
    (pair,) = join_pairs(JOINED, inputs=INPUTS)
    assert {pair.left_kind, pair.right_kind} == {"integer"}
    assert {pair.left_origins, pair.right_origins} == {
        (("stg_shop__orders", "customer_id"),),
        (("stg_shop__customers", "customer_id"),),
    }


def test_import_names_fall_back_when_taken() -> None:
    names = {"stg_shop__orders": "paid", "stg_shop__customers": "customers"}
    printed = print_select(JOINED, inputs=INPUTS, import_names=names)
    assert [cte.name for cte in printed.ctes] == ["stg_shop__orders", "customers", "paid", "final"]


def test_refused_statements_raise_with_their_violations() -> None:
    with pytest.raises(PlanRefused) as refused:
        column_lineage("select now() as x from stg_shop__orders", inputs=INPUTS)
    assert "`now`" in str(refused.value)


def test_types_for_casts() -> None:
    assert type_sql("string") == "{{ dbt.type_string() }}"
    assert type_sql("number") == "{{ dbt.type_numeric() }}"
    assert type_sql("integer") == "{{ dbt.type_int() }}"
    assert type_sql("timestamp") == "{{ dbt.type_timestamp() }}"
    assert type_sql("boolean") == "{{ dbt.type_boolean() }}"
    assert type_sql("date") == "date"


def test_reserved_words_and_keywords() -> None:
    assert "redshift" in is_reserved("user")
    assert is_reserved("Order")
    assert "group" in RESERVED
    assert is_reserved("name") == []
    assert "snowflake" in is_keyword("name")
    assert is_keyword("customer_name") == []


def test_keyword_list_is_the_linters() -> None:
    """Regenerate with the command in the list's first lines."""
    assert files("scenarios.plan.portable").joinpath("keywords.txt").read_text("utf-8") == keywords_text()


def test_guide_names_what_is_refused_most() -> None:
    for word in ("select *", "current_date", "group by", "without quotes", "= true", "qualify"):
        assert word in PORTABLE_SQL_GUIDE
