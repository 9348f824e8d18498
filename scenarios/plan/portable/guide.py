"""The surface of the portable SQL, in words: for prompts, for the pages and for people. Pure data."""

PORTABLE_SQL_GUIDE = """\
Write one SELECT for each model. It is parsed, checked and printed again for Snowflake, BigQuery, Databricks,
Redshift and DuckDB, so write plain SQL and leave the differences between warehouses to the printer.

Shape
- One SELECT, with CTEs before it where they help. Every table is an input of the model or a CTE.
- `inner join … on`, `left join … on`, `cross join`; no comma joins, no using, no right or full joins.
  A left join needs one `=` between columns of both tables; more conditions may stand beside it.
- `union all` with the same columns in the same order. `select distinct` is fine, `distinct on` is not.
- `group by` column names or expressions, never numbers. Name every output column with `as`; no `select *` in
  the result (`select * from last_cte` as the closing line is fine).
- No subqueries in conditions: write a CTE and join it. No qualify, limit, filter, lateral, unnest, recursive.
- Names are lower snake case, without quotes, and no keywords of any warehouse: order_date instead of date,
  order_month instead of month, customer_name instead of name, position_in_list instead of rank.

Expressions
- + - * / with columns and numbers; = != < <= > >=, between, in (list), like, is null, and, or, not.
- case, coalesce, nullif, greatest, least, cast(x as string | integer | numeric | date | timestamp | boolean).
  A cast must fit every value: there is no try_cast, and no cast of a text to boolean.
  Write greatest(coalesce(x, 0), 0): warehouses disagree about nulls in greatest and least.
  A division is decimal and gives null for a zero denominator.
- round(x, n), floor, ceil, abs, mod.
- lower, upper, trim, length, replace(x, 'a', 'b'), left, right, substring(x, start, n),
  split_part(x, '-', 1) at a sign, not at a letter; position('x' in y), a || b, md5(x).
  Only texts, integers and dates can be joined to a text; a null part makes the whole null.
- date_trunc('month', x) with day, month, quarter, year; datediff(day, earlier, later); dateadd(day, 7, x);
  last_day(x); extract(year from x) with year, quarter, month, day; date '2026-01-31'.
  No current_date and no now(): a demo must not change with the day it is shown.
- count(*), count(distinct x), sum, avg, min, max, bool_or, any_value,
  listagg(x, ', ') within group (order by x): Databricks does not keep the order.
  Count conditions with sum(case when … then 1 else 0 end).
- row_number, rank, dense_rank, lag(x, n), lead(x, n) over (partition by … order by …);
  first_value, sum, avg, count, min, max over (partition by … order by … rows between unbounded preceding and
  current row).
  Order by columns without nulls; with `desc` nulls come last.
- Booleans stand alone (where is_active), never `= true`. Texts stand in single quotes, in one line, without
  backslashes.
"""
