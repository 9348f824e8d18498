"""Hostile and careless statements: each refused, quickly, with a sentence that names the word."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.plan.portable import check_select, print_select
from scenarios.plan.violations import PlanRefused
from tests.scenarios.plan.portable.samples import GOOD, IMPORT_NAMES, INPUTS

ORDERS = "from stg_shop__orders"
CUSTOMERS = "stg_shop__customers c"
JOINED = "from stg_shop__orders o join stg_shop__customers c on o.customer_id = c.customer_id"

#: Statement → a word of the sentence.
REFUSED: dict[str, str] = {
    # other statements
    "": "no SQL",
    ";": "no SQL",
    "drop table stg_shop__orders": "`drop`",
    "delete from stg_shop__orders": "`delete`",
    "insert into x select order_id from stg_shop__orders": "`insert`",
    "update stg_shop__orders set amount = 1": "`update`",
    "create table x as select 1 as y": "`create`",
    "attach '/tmp/x.db' as other": "`attach`",
    "copy stg_shop__orders to '/tmp/x.csv'": "`copy`",
    "pragma database_list": "`pragma`",
    "set memory_limit = '1GB'": "`set`",
    "install httpfs": "`install`",
    "load httpfs": "`load`",
    "call pragma_version()": "`call`",
    "export database '/tmp/x'": "`export`",
    "explain select order_id from stg_shop__orders": "`explain`",
    "(select order_id from stg_shop__orders)": "`(`",
    f"select order_id {ORDERS}; drop table stg_shop__orders": "several statements",
    f"select order_id {ORDERS}; select order_id {ORDERS}": "several statements",
    f"with x as (delete {ORDERS} returning order_id) select order_id from x": "cannot be read",
    f"select order_id into backup_table {ORDERS}": "`into`",
    # files, other databases, table functions
    "select order_id from 'orders.csv'": "`orders.csv`",
    "select order_id from '/etc/passwd'": "`/etc/passwd`",
    "select a from read_csv('/etc/passwd')": "`read_csv`",
    "select a from read_csv_auto('/etc/passwd')": "`read_csv_auto`",
    "select content from read_text('/etc/passwd')": "`read_text`",
    "select a from read_parquet('s3://x/*.parquet')": "`read_parquet`",
    "select a from read_json_auto('x.json')": "`read_json_auto`",
    "select a from glob('*.csv', 1)": "`glob`",
    "select a from sqlite_scan('x.db', 't')": "`sqlite_scan`",
    "select a from duckdb_settings()": "`duckdb_settings`",
    "select a from query('select 1')": "`query`",
    "select a from query_table('t')": "`query_table`",
    "select a from table(flatten(x))": "table(",
    "select a from generate_series(1, 10)": "generate",
    "select a from range(10000000000)": "range",
    "select a from @stage": "`@`",
    "select table_name from information_schema.tables": "schema",
    "select order_id from main.stg_shop__orders": "schema",
    "select order_id from other.main.stg_shop__orders": "schema",
    "select order_id from sqlite_master": "`sqlite_master`",
    "select order_id from secrets": "`secrets`",
    "select a from (values (1), (2)) as v": "`values`",
    f"select unnest([1, 2]) as x {ORDERS}": "`[`",
    f"select getenv('HOME') as home_directory {ORDERS}": "`getenv`",
    f"select current_setting('x') as x {ORDERS}": "`current_setting`",
    f"select pg_read_file('/etc/passwd') as x {ORDERS}": "`pg_read_file`",
    f"select load_extension('x') as x {ORDERS}": "`load_extension`",
    f"select system('rm') as x {ORDERS}": "`system`",
    # Jinja, parameters, quotes
    f"select {{{{ env_var('HOME') }}}} as home {ORDERS}": "`{`",
    f"select order_id {ORDERS} where {{% if true %}} 1 = 1 {{% endif %}}": "`{%`",
    f"select order_id {ORDERS} where order_id = ?": "`?`",
    f"select order_id {ORDERS} where order_id = :x": "`:`",
    f"select order_id {ORDERS} where order_id = $1": "`$`",
    f'select "order_id" {ORDERS}': '`"order_id"`',
    f"select `order_id` {ORDERS}": "`",
    f"select 'a\\' as x {ORDERS}": "backslash",
    f"select 'a\nb' as x {ORDERS}": "several lines",
    f"select 'a {ORDERS}": "not closed",
    f"select order_id /* {ORDERS}": "cannot be read",
    f"select order_id {ORDERS} where order_id = 7 // 2": "`//`",
    f"select order_id\x00 {ORDERS}": "invisible",
    f"select order_id\ud800 {ORDERS}": "invisible",
    f"select örder {ORDERS}": "`örder`",
    f"select $$text$$ as x {ORDERS}": "`$$text$$`",
    # clauses that are not portable
    "select * from stg_shop__orders": "`*`",
    "select o.* from stg_shop__orders o": "`*`",
    f"select * exclude (amount) {ORDERS}": "exclude",
    f"select order_id {ORDERS} qualify row_number() over (order by order_id) = 1": "`qualify`",
    f"select order_id {ORDERS} limit 3": "`limit`",
    f"select distinct on (customer_id) order_id {ORDERS}": "distinct on",
    f"select sum(amount) filter (where is_paid) as x {ORDERS}": "`filter`",
    "select order_id from stg_shop__orders, stg_shop__customers": "without a condition",
    "select order_id from stg_shop__orders join stg_shop__customers": "without a condition",
    "select order_id from stg_shop__orders join stg_shop__customers using (customer_id)": "`using`",
    "select order_id from stg_shop__orders natural join stg_shop__customers": "natural",
    "select order_id from stg_shop__orders right join stg_shop__customers on true": "right join",
    "select order_id from stg_shop__orders full join stg_shop__customers on true": "full join",
    "select order_id from stg_shop__orders, lateral flatten(code) f": "`lateral`",
    "with recursive x as (select order_id from stg_shop__orders) select order_id from x": "recursive",
    "with recursive x as (select order_id from stg_shop__orders union all select order_id + 1 from x) "
    "select order_id from x": "recursive",
    f"select order_id {ORDERS} union select customer_id from stg_shop__customers": "`union`",
    f"select order_id {ORDERS} intersect select customer_id from stg_shop__customers": "`intersect`",
    f"select order_id {ORDERS} where customer_id in (select customer_id from stg_shop__customers)": "subquery",
    f"select order_id {ORDERS} where exists (select customer_id from stg_shop__customers)": "`exists`",
    f"select (select max(customer_id) from stg_shop__customers) as x {ORDERS}": "(select",
    f"select order_id {ORDERS} where amount > (select avg(amount) {ORDERS})": "(select",
    f"select customer_id, count(*) as n {ORDERS} group by 1": "counts columns",
    f"select customer_id, count(*) as n {ORDERS} group by all": "group by all",
    f"select customer_id, count(*) as n {ORDERS} group by rollup(customer_id)": "`rollup`",
    f"select order_id {ORDERS} tablesample (10)": "sample",
    f"select order_id {ORDERS} for update": "",
    f"select sum(amount) over w as x {ORDERS} window w as (order by order_id)": "cannot be read",
    # functions
    f"select current_date as x {ORDERS}": "`current_date`",
    f"select current_timestamp as x {ORDERS}": "`current_timestamp`",
    f"select now() as x {ORDERS}": "`now`",
    f"select getdate() as x {ORDERS}": "`current_timestamp`",
    f"select random() as x {ORDERS}": "`rand`",
    f"select uuid() as x {ORDERS}": "`uuid`",
    f"select regexp_replace(code, 'a', 'b') as x {ORDERS}": "`regexp_replace`",
    f"select to_char(order_date, 'YYYY') as x {ORDERS}": "`to_char`",
    f"select array_agg(order_id) as x {ORDERS}": "`array_agg`",
    f"select median(amount) as x {ORDERS}": "`median`",
    f"select count_if(is_paid) as x {ORDERS}": "`count_if`",
    f"select order_date + interval '1 day' as x {ORDERS}": "`interval`",
    f"select date_trunc('week', order_date) as x {ORDERS}": "`week`",
    f"select date_trunc('fortnight', order_date) as x {ORDERS}": "`fortnight`",
    f"select datediff(week, order_date, created_at) as x {ORDERS}": "`week`",
    f"select extract(dow from order_date) as x {ORDERS}": "`dow`",
    f"select date_trunc('month''); drop', order_date) as x {ORDERS}": "month",
    f"select code:a.b as x {ORDERS}": "`:`",
    f"select cast(code as json) as x {ORDERS}": "`json`",
    f"select cast(code as integer[]) as x {ORDERS}": "`[`",
    f"select no_such_function(code) as x {ORDERS}": "`no_such_function`",
    f"select split_part(code, '-', -1) as x {ORDERS}": "split_part",
    f"select split_part(code, status, 1) as x {ORDERS}": "split_part",
    f"select split_part(code, 'x', 1) as x {ORDERS}": "split_part at",
    f"select split_part(code, '5', 1) as x {ORDERS}": "split_part at",
    f"select split_part(code, '--|', 1) as x {ORDERS}": "split_part at",
    f"select split_part(code, 'é', 1) as x {ORDERS}": "split_part at",
    f"select try_cast(code as date) as x {ORDERS}": "`try_cast`",
    f"select cast(code as boolean) as x {ORDERS}": "string is cast to boolean",
    f"select lag(amount, 1, 0) over (order by order_id) as x {ORDERS}": "third argument of lag",
    f"select lead(amount, 1, 0) over (order by order_id) as x {ORDERS}": "third argument of lead",
    f"select c.region as x {ORDERS} o left join {CUSTOMERS} on o.order_date > c.signup_date": "equal",
    f"""select c.region as x {ORDERS} o left join {CUSTOMERS}
        on o.customer_id = c.customer_id or o.order_date = c.signup_date""": "equal",
    f"select c.region as x {ORDERS} o left join {CUSTOMERS} on c.customer_id = 10 and o.order_id > 1": "equal",
    f"select listagg(status, ', ') as x {ORDERS}": "listagg",
    f"select substring(code, 0, 2) as x {ORDERS}": "from 1",
    f"select trim(both 'x' from code) as x {ORDERS}": "",
    f"select ltrim(code) as x {ORDERS}": "trim",
    f"select max(order_id, amount) as x {ORDERS}": "`max`",
    f"select count(distinct order_id, amount) as x {ORDERS}": "distinct",
    f"select count() as x {ORDERS}": "not complete",
    f"select left(code) as x {ORDERS}": "cannot be read",
    f"select floor() as x {ORDERS}": "not complete",
    f"select greatest(amount, 0) as x {ORDERS}": "null",
    f"select case when status then 1 else 0 end as x {ORDERS}": "`when`",
    f"select case order_id when 'x' then 1 else 0 end as x {ORDERS}": "`x`",
    f"select sum(amount) over (order by order_id rows between 2 and current row) as x {ORDERS}": "frame",
    f"select {ORDERS}": "not complete",
    f"select replace(code, order_id, '+') as x {ORDERS}": "integer",
    f"select dateadd(day, 1.5, order_date) as x {ORDERS}": "number",
    f"select lag(amount, 0.5) over (order by order_id) as x {ORDERS}": "number",
    f"select nullif(amount, 'x') as x {ORDERS}": "`x`",
    f"select datediff(day, '2026-01-01', order_date) as x {ORDERS}": "string",
    f"select 1e300 as x {ORDERS}": "1e300",
    # names
    f"select no_such_column {ORDERS}": "`no_such_column`",
    f"select o.order_id {ORDERS}": "`o.order_id`",
    f"select customer_id {JOINED}": "stands in",
    "select order_id from no_such_table": "`no_such_table`",
    f"select order_id, order_id {ORDERS}": "`order_id`",
    f"select order_id, amount + 1 {ORDERS}": "no name",
    f"select order_id as order {ORDERS}": "",
    f"select order_id as value {ORDERS}": "`value`",
    f"select order_id as select_ {ORDERS} as group": "",
    f"select amount + 1 as x, x + 1 as y {ORDERS}": "output column",
    f"with a as (select order_id {ORDERS}), a as (select order_id {ORDERS}) select order_id from a": "Two CTEs",
    f"with stg_shop__customers as (select order_id {ORDERS}) "
    "select order_id from stg_shop__customers": "name of a model",
    f"with a as (select order_id from b), b as (select order_id {ORDERS}) select order_id from a": "`b`",
    f"with a as (with b as (select order_id {ORDERS}) select order_id from b) select order_id from a": "CTEs inside",
    f"with a(x) as (select order_id {ORDERS}) select x from a": "column list",
    "select a.order_id from stg_shop__orders a join stg_shop__orders a on a.order_id = a.order_id": "called `a`",
    "select 1 as x": "not complete",
    # types, groups, windows
    f"select sum(is_paid) as x {ORDERS}": "boolean",
    f"select max(is_paid) as x {ORDERS}": "boolean",
    f"select created_at - order_date as x {ORDERS}": "Dates",
    f"select order_date + 7 as x {ORDERS}": "Dates",
    f"select code + 1 as x {ORDERS}": "string",
    f"select order_id {ORDERS} where 1 = 1": "always the same",
    f"select order_id {ORDERS} where is_paid = 1": "boolean",
    f"select order_id {ORDERS} where order_id = '7'": "`7`",
    f"select order_id {ORDERS} where order_date = 'soon'": "`soon`",
    f"select order_id {ORDERS} where created_at > order_date": "compared",
    f"select order_id {ORDERS} where amount": "true or false",
    f"select order_id {ORDERS} where status = null": "null",
    f"select order_id {ORDERS} where is_paid is true": "is true",
    f"select date '2026-02-30' as x {ORDERS}": "2026-02-30",
    f"select cast('tomorrow' as date) as x {ORDERS}": "tomorrow",
    f"select null as x {ORDERS}": "null",
    f"select amount || code as x {ORDERS}": "number",
    f"select is_paid || code as x {ORDERS}": "boolean",
    f"select cast(amount as string) as x {ORDERS}": "number",
    f"select coalesce(amount, 'none') as x {ORDERS}": "mixes",
    f"select case when is_paid then 1 else 'x' end as x {ORDERS}": "mixes",
    f"select order_id as x {ORDERS} union all select customer_name from stg_shop__customers": "joins",
    f"select order_id, amount {ORDERS} union all select customer_id from stg_shop__customers": "columns",
    "select o.order_id from stg_shop__orders o join stg_shop__customers c on o.order_id = c.customer_name": "compared",
    f"select o.order_id {ORDERS} o left join {CUSTOMERS} on o.customer_id = c.customer_id": "not used",
    f"select o.order_id {ORDERS} o join {CUSTOMERS} on o.order_id = o.customer_id": "does not name it",
    f"select customer_id, sum(amount) as x {ORDERS}": "neither grouped",
    f"select customer_id, amount {ORDERS} group by customer_id": "neither grouped",
    f"select order_id {ORDERS} where sum(amount) > 1": "aggregate",
    f"select sum(sum(amount)) as x {ORDERS}": "aggregates an aggregate",
    f"select order_id {ORDERS} where row_number() over (order by order_id) = 1": "window",
    f"select row_number() over (partition by customer_id) as x {ORDERS}": "no order",
    f"select sum(amount) over (order by order_id) as x {ORDERS}": "frame",
    "select sum(amount) over (order by order_id range between unbounded preceding and current row) as x "
    f"{ORDERS}": "frame",
    f"select lag(amount) ignore nulls over (order by order_id) as x {ORDERS}": "ignore nulls",
    f"select row_number() as x {ORDERS}": "over",
    f"select row_number() over (order by amount desc nulls first) as x {ORDERS}": "nulls first",
    f"select any_value(amount) over (partition by status) as x {ORDERS}": "window",
}  # fmt: skip


def sentences(sql: str) -> list[str]:
    return [str(violation) for violation in check_select(sql, inputs=INPUTS, part="sql:fct_x").violations]


@pytest.mark.parametrize(("sql", "word"), REFUSED.items())
def test_is_refused_with_a_sentence(sql: str, word: str) -> None:
    found = sentences(sql)
    assert found
    assert any(word in sentence for sentence in found), found
    assert all(sentence.startswith("model fct_x: ") and len(sentence) < 400 for sentence in found)
    with pytest.raises(PlanRefused):
        print_select(sql, inputs=INPUTS)


@pytest.mark.parametrize(
    "piece",
    ["not ", "- ", "(", "case when ", "a and ", "a || ", "a = not ", "cast(", "else ", "left join ", "any ",
     "with x as (", "select (", "union all select a from ", "case ", "a between ", "interval ", "coalesce(", "'a' || "],
)  # fmt: skip
@pytest.mark.parametrize("times", [500, 200_000])
def test_deep_or_huge_statements_are_refused_quickly(piece: str, times: int) -> None:
    started = time.perf_counter()
    assert sentences("select " + piece * times)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("operator", ["+", "and", "or", "||", "=", "*"])
def test_long_chains_end_in_a_sentence_or_in_text(operator: str) -> None:
    term = "code" if operator == "||" else "is_paid" if operator in ("and", "or") else "amount"
    sql = f"select {f' {operator} '.join([term] * 1000)} as x {ORDERS}"
    assert sentences(sql)


def test_many_problems_are_told_once_each() -> None:
    found = sentences("select " + ", ".join(f"no_{i} as x{i}" for i in range(40)) + f" {ORDERS}")
    assert 1 < len(found) <= 12
    assert len(set(found)) == len(found)


def only_refuses(sql: str) -> None:
    checked = check_select(sql, inputs=INPUTS, part="sql:fct_x")
    if checked.violations:
        assert all(violation.sentence for violation in checked.violations)
    else:
        assert print_select(sql, inputs=INPUTS, import_names=IMPORT_NAMES).ctes


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    only_refuses(text)
    only_refuses(f"select {text} {ORDERS}")


WORDS = sorted(
    {word for sql in GOOD.values() for word in sql.split()} | {"(", ")", ",", "*", "null", "'", "{{"}
)


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.sampled_from(sorted(GOOD.values())), st.data())
def test_damaged_statements_are_answered(sql: str, data: st.DataObject) -> None:
    words = sql.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(words) - 1))
        replacement = data.draw(st.sampled_from(WORDS))
        keep = data.draw(st.sampled_from(["replace", "insert", "delete", "repeat"]))
        new = {"replace": [replacement], "insert": [words[place], replacement], "delete": [],
               "repeat": [words[place], words[place]]}[keep]  # fmt: skip
        words[place : place + 1] = new
        if not words:
            break
    only_refuses(" ".join(words))
