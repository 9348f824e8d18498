"""Statements of the example plan as people write them for Snowflake, BigQuery, PostgreSQL, T-SQL, Databricks.

(what it is, model, SQL, dialect in which it means the same as the mended one; None: it runs nowhere as it is)
"""

from typing import NamedTuple

P, F, D = "int_customers_profiled", "fct_orders", "dim_customers"


class Slip(NamedTuple):
    """One slip, and the dialect that the original can be run in."""

    name: str
    model: str
    sql: str
    dialect: str | None


def _tier(name: str, expression: str, dialect: str | None, tail: str = "") -> Slip:
    sql = (
        f"select c.customer_id, c.customer_name, c.sales_region, {expression} as loyalty_tier, c.signed_up_on "
        f"from stg_shop__customers as c{tail}"
    )
    return Slip(name, P, sql, dialect)


def _order(name: str, dialect: str | None, tail: str = "", **changes: str) -> Slip:
    columns = {
        "order_id": "o.order_id", "customer_id": "o.customer_id", "order_date": "o.order_date",
        "order_status": "o.order_status", "is_delivered": "o.is_delivered",
        "days_to_deliver": "o.days_to_deliver", "item_count": "o.item_count",
        "order_amount": "o.order_amount", "order_margin": "o.order_amount - o.order_cost", **changes,
    }  # fmt: skip
    select = ", ".join(f"{value} as {column}" for column, value in columns.items())
    return Slip(name, F, f"select {select} from int_orders_totalled as o{tail}", dialect)


_ALL = "customer_id, customer_name, sales_region, loyalty_tier, signed_up_on"

SLIPS = [
    _tier("isnull with two arguments", "isnull(c.loyalty_tier, 'guest')", "tsql"),
    _tier("nvl2", "nvl2(c.loyalty_tier, c.loyalty_tier, 'guest')", "snowflake"),
    _tier("decode with null", "decode(c.loyalty_tier, null, 'guest', c.loyalty_tier)", None),
    _tier("decode", "decode(c.sales_region, 'north', 'cold', 'south', 'warm', 'mild')", "snowflake"),
    _tier("safe_cast", "safe_cast(c.loyalty_tier as string)", "bigquery"),
    _tier("try_cast", "try_cast(c.loyalty_tier as varchar)", "duckdb"),
    _tier("concat_ws", "concat_ws('-', c.customer_name, c.sales_region)", "postgres"),
    _tier("plus joins texts", "c.customer_name + '-' + c.sales_region", None),
    _tier("ilike any", "case when c.customer_name ilike any ('%a%', '%b%') then 'x' else 'y' end", None),
    _tier("contains", "case when contains(c.customer_name, 'a') then 'x' else 'y' end", "snowflake"),
    _tier("regular expression", "case when regexp_contains(c.sales_region, r'^no') then 'x' else 'y' end", None),
    _tier("id compared with text", "case when c.customer_id = '101' then 'x' else 'y' end", "duckdb"),
    _tier("coalesce of text and number", "coalesce(c.loyalty_tier, 0)", None),
    _tier("to_char", "to_char(c.signed_up_on, 'YYYY-MM')", "postgres"),
    _tier("format_date", "format_date('%Y-%m', c.signed_up_on)", "bigquery"),
    _tier("format", "format(c.signed_up_on, 'yyyy-MM')", "tsql"),
    _tier("date_format", "date_format(c.signed_up_on, 'yyyy-MM')", "databricks"),
    _tier("convert with a style", "convert(varchar(7), c.signed_up_on, 120)", None),
    _tier("initcap", "initcap(c.sales_region)", None),
    _tier("limit, order, 1 = 1, semicolon", "c.loyalty_tier", None, " where 1 = 1 order by 1 limit 3;"),
    Slip("fence", P, f"Here it is:\n```sql\nselect {_ALL} from stg_shop__customers\n```\nDone.", None),
    Slip("prose before", P, f"The model reads customers.\n\nselect {_ALL} from stg_shop__customers", None),
    Slip("ref and star", P, "select * from {{ ref('stg_shop__customers') }}", None),
    Slip(
        "source and CTE", P,
        "with customers as (select * from {{ source('shop', 'customers') }}) select * from customers", None,
    ),
    Slip(
        "CTE called like its model", P,
        "with stg_shop__customers as (select * from {{ ref('stg_shop__customers') }}), final as ("
        "select * from stg_shop__customers) select * from final", None,
    ),
    Slip(
        "top and brackets", P,
        "select top 10 [customer_id], [full_name], [region], [loyalty_tier], [signed_up_on] "
        "from dbo.customers with (nolock)", None,
    ),
    Slip("backticks and dataset", P, f"select {_ALL} from `shop.raw.stg_shop__customers`", None),
    Slip("select * except", P, "select * except (email_address) from stg_shop__customers", "bigquery"),
    Slip("select * exclude", P, "select * exclude (email_address) from stg_shop__customers", "duckdb"),
    Slip(
        "distinct on", P,
        f"select distinct on (sales_region) {_ALL} from stg_shop__customers order by sales_region, customer_id",
        "postgres",
    ),
    Slip(
        "qualify", P,
        f"select {_ALL} from stg_shop__customers "
        "qualify row_number() over (partition by sales_region order by customer_id) = 1", "snowflake",
    ),
    Slip("names from memory", P, "select customer_id, name, region, tier, signup_date from stg_shop__customers", None),
    Slip(
        "loaded_at", P,
        "select id as customer_id, full_name as customer_name, sales_region, loyalty_tier, signed_up_on, "
        "current_timestamp() as loaded_at from stg_shop__customers", None,
    ),
    Slip("create table as", P, f"create or replace table x as select {_ALL} from stg_shop__customers", None),
    Slip(
        "union", P,
        f"select {_ALL} from stg_shop__customers union select {_ALL} from stg_shop__customers", "postgres",
    ),
    Slip(
        "forgotten column", P,
        "select customer_id, customer_name, sales_region, signed_up_on from stg_shop__customers", None,
    ),
    _order("safe_divide", "bigquery", order_margin="safe_divide(o.order_amount, o.order_cost)"),
    _order("date_diff of BigQuery", "bigquery", days_to_deliver="date_diff(date '2026-03-31', o.order_date, day)"),
    _order("datediff of Spark", "databricks", days_to_deliver="datediff(date '2026-03-31', o.order_date)"),
    _order("dates subtracted", "duckdb", days_to_deliver="date '2026-03-31' - o.order_date"),
    _order("current_date", None, days_to_deliver="current_date - o.order_date"),
    _order("getdate", None, days_to_deliver="datediff(day, o.order_date, getdate())"),
    _order("timestamp_diff", None, days_to_deliver="timestamp_diff(current_timestamp(), timestamp(o.order_date), day)"),
    _order("epoch", None, days_to_deliver="extract(epoch from (now() - o.order_date)) / 86400"),
    _order("weeks", None, days_to_deliver="datediff(week, o.order_date, current_date)"),
    _order("date_trunc week", "duckdb", order_date="cast(date_trunc('week', o.order_date) as date)"),
    _order("interval", "duckdb", order_date="cast(o.order_date + interval '7 days' as date)"),
    _order("date_add of BigQuery", "bigquery", order_date="date_add(o.order_date, interval 1 month)"),
    _order("date_sub of BigQuery", "bigquery", order_date="date_sub(o.order_date, interval 7 day)"),
    _order("add_months", "databricks", order_date="add_months(o.order_date, 1)"),
    _order("to_date with a format", None, order_date="to_date(cast(o.order_date as varchar), 'YYYY-MM-DD')"),
    _order("flag equals 1", "duckdb", is_delivered="o.is_delivered = 1"),
    _order("flag equals text", None, is_delivered="case when o.is_delivered = 'true' then 1 else 0 end"),
    _order("in unnest", "bigquery", is_delivered="o.order_status in unnest(['delivered'])"),
    _order("any of an array", "postgres", is_delivered="o.order_status = any(array['delivered', 'shipped'])"),
    _order("is true", "duckdb", is_delivered="o.is_delivered is true"),
    _order("greatest with nulls", "duckdb", item_count="greatest(o.item_count, 0)"),
    _order("integer division", "duckdb", item_count="o.item_count // 2"),
    _order("power", "duckdb", order_margin="pow(o.order_amount, 2)"),
    _order(
        "window without a frame", None,
        order_margin="sum(o.order_amount) over (partition by o.customer_id order by o.order_id)",
    ),
    _order("lag with a default", "duckdb", order_margin="lag(o.order_amount, 1, 0) over (order by o.order_id)"),
    _order(
        "last_value", "duckdb",
        order_margin="last_value(o.order_amount) over (partition by o.customer_id order by o.order_id "
        "rows between unbounded preceding and unbounded following)",
    ),
    _order(
        "in a subquery", "duckdb",
        " where o.customer_id in (select x.customer_id from int_orders_totalled as x where x.order_amount > 100)",
    ),
    _order(
        "not exists", "duckdb",
        " where not exists (select 1 from int_orders_totalled as x where x.order_id = o.order_id "
        "and x.order_status = 'cancelled')",
    ),
    _order(
        "a subquery's value", "duckdb",
        order_margin="o.order_amount / (select sum(x.order_amount) from int_orders_totalled as x)",
    ),
    _order(
        "is_incremental", None,
        " {% if is_incremental() %} where o.order_date > (select max(order_date) from {{ this }}) {% endif %}",
    ),
    _order("misspelt column", None, order_margin="o.order_total - o.order_cost"),
    Slip(
        "alias used at once", F,
        "select order_id, customer_id, order_date, order_status, is_delivered, days_to_deliver, item_count, "
        "order_amount, order_amount - order_cost as margin, margin / order_amount as margin_pct "
        "from int_orders_totalled", None,
    ),
    Slip(
        "group by 1 and using", D,
        "with o as (select customer_id, count(*) as order_count, sum(order_amount) as lifetime_value, "
        "min(order_date) as first_order_date from fct_orders group by 1) "
        "select c.*, coalesce(o.order_count, 0) as order_count, coalesce(o.lifetime_value, 0) as lifetime_value, "
        "o.first_order_date from int_customers_profiled as c left join o using (customer_id)", "duckdb",
    ),
    Slip(
        "comma join and filter", D,
        "select c.customer_id, c.customer_name, c.sales_region, c.loyalty_tier, c.signed_up_on, "
        "count(*) filter (where o.is_delivered) as order_count, sum(o.order_amount) as lifetime_value, "
        "min(o.order_date) as first_order_date from int_customers_profiled as c, fct_orders as o "
        "where c.customer_id = o.customer_id group by 1, 2, 3, 4, 5", "duckdb",
    ),
    Slip(
        "right join, countif, string_agg", D,
        "select c.customer_id, max(c.customer_name) as customer_name, any_value(c.sales_region) as sales_region, "
        "string_agg(c.loyalty_tier, ',') as loyalty_tier, max(c.signed_up_on) as signed_up_on, "
        "countif(o.is_delivered) as order_count, sum(o.order_amount) as lifetime_value, "
        "min(o.order_date) as first_order_date from fct_orders as o right join int_customers_profiled as c "
        "on c.customer_id = o.customer_id group by 1", None,
    ),
    Slip(
        "sum of a flag, group by all", D,
        "select c.customer_id, c.customer_name, c.sales_region, c.loyalty_tier, c.signed_up_on, "
        "sum(o.is_delivered) as order_count, sum(o.order_amount) as lifetime_value, "
        "min(o.order_date) as first_order_date from int_customers_profiled as c "
        "inner join fct_orders as o on c.customer_id = o.customer_id group by all", "duckdb",
    ),
]  # fmt: skip
