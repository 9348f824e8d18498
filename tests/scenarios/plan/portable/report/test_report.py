"""Each check of the portability report can say no, names the line, and lets the right thing pass."""

import pytest

from scenarios.plan.names import WAREHOUSES, Warehouse
from scenarios.plan.portable import print_select
from scenarios.plan.portable.report import check_file
from scenarios.plan.portable.report.columns import Known
from scenarios.plan.portable.report.expand import macros_of
from scenarios.plan.portable.report.found import Found
from tests.scenarios.plan.portable.macros_for_tests import model_text
from tests.scenarios.plan.portable.samples import GOOD, IMPORT_NAMES, INPUTS

KNOWN: Known = {
    "x": {"a": "integer", "c": "integer", "n": "number", "s": "string", "d": "date", "t": "timestamp",
          "f": "boolean"},
    "y": {"b": "integer", "e": "date"},
}  # fmt: skip
ALL: tuple[Warehouse, ...] = WAREHOUSES
STRICT: tuple[Warehouse, ...] = ("bigquery", "databricks", "redshift")
BIG, BRICKS, RED, SNOW = (("bigquery",), ("databricks",), ("redshift",), ("snowflake",))

#: Output column → where it is not fine, and a word of the reason.
BAD: dict[str, tuple[tuple[Warehouse, ...], str]] = {
    # functions and types
    "list_sum(a) as z": (ALL, "`list_sum`"),
    "generate_series(1, a) as z": (ALL, "`generate_series`"),
    "nvl(a, 0) as z": (BIG, "`nvl`"),
    "iff(f, 1, 0) as z": (STRICT, "`iff`"),
    "string_agg(s, ',') as z": (("snowflake", "databricks", "redshift"), "`string_agg`"),
    "a::bigint as z": (BIG, "`::`"),
    "cast(a as varchar) as z": (("bigquery", "databricks"), "`varchar`"),
    "cast(a as string) as z": (RED, "`string`"),
    "cast(a as text) as z": (("bigquery", "databricks"), "`text`"),
    "cast(t as datetime) as z": (("databricks", "redshift"), "`datetime`"),
    "cast(n as numeric) as z": (("snowflake", "databricks", "redshift"), "no decimal places"),
    "cast(n as numeric(10, 2)) as z": (BIG, "A size in a cast"),
    "cast(s as boolean) as z": (RED, "text to boolean"),
    "cast(f as {{ dbt.type_string() }}) as z": (ALL, "boolean made into text"),
    # names and texts
    "a as user": (RED, "reserved word"),
    "a as order": (("snowflake", "bigquery", "redshift"), "reserved word"),
    'a as "Amount"': (ALL, "is quoted"),
    '"a" as z': (("bigquery", "databricks"), "Double quotes are a text"),
    "a as `Amount`": (("bigquery", "databricks"), "is quoted"),
    r"replace(s, 'a\b', '') as z": (("snowflake", "bigquery", "databricks"), "backslash"),
    # dates and numbers
    "d + 1 as z": (BIG, "does not add a number"),
    "t + 1 as z": (ALL, "does not add a number"),
    "d - d as z": (("bigquery", "databricks"), "dbt.datediff"),
    "t + interval '1 day' as z": (BIG, "intervals differently"),
    "a / c as z": (RED, "cuts the fraction"),
    "null as z": (ALL, "column of nulls"),
    "'new' as z": (RED, "text without a type"),
    # booleans and types that meet
    "sum(f) as z": (STRICT, "sum of booleans"),
    "max(f) as z": (RED, "max of booleans"),
    "s = a as z": (STRICT, "integer and string"),
    "d > t as z": (BIG, "date and timestamp"),
    "coalesce(s, a) as z": (STRICT, "mixes integer and string"),
    "case when f then d else t end as z": (BIG, "mixes date and timestamp"),
    # orders and windows
    "row_number() over (order by d desc) as z": (("snowflake", "redshift"), "desc nulls last"),
    "sum(a) over (order by d asc nulls last rows between unbounded preceding and current row) as z": (
        BIG, "asc nulls last",
    ),
    "sum(a) over (order by d) as z": (RED, "wants a frame"),
    "lag(a, 1, 0) over (order by d) as z": (RED, "no third argument"),
    # what some have not
    "count(*) filter (where f) as z": (("snowflake", "bigquery", "redshift"), "filter"),
    "a + 1 as z, z * 2 as w": (BIG, "in the same SELECT"),
    # dbt's macros
    "{{ dbt.listagg('s', \"', '\", 'order by s') }} as z": (BRICKS, "leaves the order out"),
    "{{ dbt.split_part('s', \"'x'\", 1) }} as z": (BRICKS, "for a pattern"),
    "{{ dbt.star(from=ref('x')) }}": (ALL, "dbt.star"),
    "{{ dbt.surrogate('a') }} as z": (ALL, "dbt.surrogate"),
    "{{ own('a') }} as z": (ALL, "`own`"),
    "{{ dbt.dateadd('day', 1) }} as z": (ALL, "dbt.dateadd with these arguments"),
}  # fmt: skip
FINE = [
    "a",
    "cast(a as {{ dbt.type_numeric() }}) / nullif(c, 0) as z",
    "1.0 * a / nullif(c, 0) as z",
    "cast({{ dbt.dateadd('day', 1, 'd') }} as date) as z",
    "cast({{ dbt.date_trunc('month', 't') }} as {{ dbt.type_timestamp() }}) >= t as z",
    "{{ dbt.datediff('d', 't', 'day') }} as z",
    "d >= '2026-01-31' as z",
    "cast(null as {{ dbt.type_string() }}) as z",
    "cast('new' as {{ dbt.type_string() }}) as z",
    "sum(case when f then 1 else 0 end) as z",
    "{{ dbt.bool_or('f') }} as z",
    "{{ dbt.any_value('a') }} as z",
    "row_number() over (partition by s order by d desc nulls last, a asc) as z",
    "lag(a) over (order by d) as z",
    '{{ dbt.string_literal(dbt.escape_single_quotes("it\'s")) }} = s as z',
    "{{ dbt.split_part(dbt.concat(['s', \"'-'\"]), \"'-'\", 2) }} as z",
    "{{ dbt.hash('s') }} as z",
    "{{ 'a' if target.type in ('bigquery', 'snowflake') else 'c' }} as z",
]


def found(text: str, warehouse: Warehouse, macros: str = "") -> list[Found]:
    return check_file(text, warehouse, model="fct_x", known=KNOWN, macros=macros_of([macros]))


@pytest.mark.parametrize("column", BAD)
def test_column_is_reported_where_it_is_not_fine(column: str) -> None:
    warehouses, word = BAD[column]
    text = f"with all_x as (\n    select\n        {column}\n    from {{{{ ref('x') }}}}\n)\n\nselect * from all_x\n"
    for warehouse in ALL:
        reasons = [(item.line, item.why) for item in found(text, warehouse) if word in item.why]
        assert [line for line, _ in reasons] == [3] * (warehouse in warehouses), (warehouse, reasons)


@pytest.mark.parametrize("column", FINE)
@pytest.mark.parametrize("warehouse", ALL)
def test_column_is_fine(column: str, warehouse: Warehouse) -> None:
    assert found(f"select {column}\nfrom {{{{ ref('x') }}}}\n", warehouse) == []


X, Y = "from {{ ref('x') }}", "{{ ref('y') }} as y"
LATER, FIRST = "{% if is_incremental() %}", "{% if not is_incremental() %}"

#: File → where it is not fine, the line, and a word of the reason.
FILES: list[tuple[str, tuple[Warehouse, ...], int, str]] = [
    (f"select a {X}\nunion\nselect s {X}", BIG, 2, "`union all`"),
    (f"select a {X}\nunion all\nselect s\n{X}", STRICT, 3, "joins integer and string"),
    (f"select x.a\n{X} as x\nleft join {Y} on x.d > y.e", BIG, 3, "joins left"),
    (f"select x.a\n{X} as x\nleft join {Y} on x.a = y.b or x.a = 1", BIG, 3, "joins left"),
    (f"select a\n{X}\nwhere t >= (select max(d) {X})", BIG, 3, "date and timestamp"),
    (f"select distinct on (a) a\n{X}", ALL, 1, "distinct on"),
    (f"select\n    (a\n{X}", ALL, 3, "cannot read it"),
    (f"select 'a\n{X}", ALL, 1, "cannot read it"),
    (f"delete {X}", ALL, 1, "not a SELECT"),
    (f"select a {X};\nselect 1 as b", ALL, 1, "not one statement"),
    (f"select a\n{X}\n{LATER}\nwhere d > t\n{{% endif %}}", BIG, 4, "date and timestamp"),
    (f"select a\n{X}\n{FIRST}\nwhere d > t\n{{% endif %}}", BIG, 4, "date and timestamp"),
    (f"select a\n{{% for i in range(9) %}}, a{{% endfor %}}\n{X}", ALL, 2, "not followed"),
    (f"select a\n{{% if %}}\n{X}", ALL, 2, "cannot be read"),
    (f"{{{{ config(\n    tags='x'\n) }}}}\n\nselect\n    {{# why #}}\n    now_(a) as z\n{X}", ALL, 7, "`now_`"),
    (f"select\n    {{{{ dbt.concat([\n        's',\n        's'\n    ]) }}}} as z,\n    now_(a) as w\n{X}",
     ALL, 6, "`now_`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "warehouses", "line", "word"), FILES)
def test_file_is_reported_where_it_is_not_fine(
    text: str, warehouses: tuple[Warehouse, ...], line: int, word: str
) -> None:
    for warehouse in ALL:
        lines = [item.line for item in found(text, warehouse) if word in item.why]
        assert lines == [line] * (warehouse in warehouses), warehouse


def test_macros_of_the_project_are_followed() -> None:
    ratio = "{% macro ratio(x, y=1) %}\n    1.0 * {{ x }} / nullif({{ y }}, 0)\n{% endmacro %}"
    text = "select\n    {{ ratio('a', 'c') }} as z,\n    {{ ratio(x='a') }} as w\nfrom {{ ref('x') }}"
    for warehouse in ALL:
        assert found(text, warehouse, ratio) == []
    (problem,) = found(text, "redshift", ratio.replace("1.0 * ", ""))
    assert problem.line == 2
    assert "cuts the fraction" in problem.why


@pytest.mark.parametrize(
    "macro",
    [
        "{% macro ratio() %}{{ ratio() }}{% endmacro %}",
        "{% macro ratio() %}" + "{{ other() }}" * 50 + "{% endmacro %}{% macro other() %}" + "{{ ratio() }}" * 50
        + "{% endmacro %}",
    ],
)  # fmt: skip
def test_macros_that_call_each_other_without_end_are_left(macro: str) -> None:
    (problem,) = found("select {{ ratio() }} as z from {{ ref('x') }}", "snowflake", macro)
    assert "call" in problem.why


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_the_printer_prints_is_fine(name: str) -> None:
    """All but the order of listagg, which dbt leaves out on Databricks."""
    text = model_text(print_select(GOOD[name], inputs=INPUTS, import_names=IMPORT_NAMES))
    for warehouse in ALL:
        reasons = [item.why for item in check_file(text, warehouse, model="m", known=INPUTS, macros={})]
        if (name, warehouse) == ("joins_and_groups", "databricks"):
            assert [reason for reason in reasons if "listagg" not in reason] == []
            assert len(reasons) == 1
        else:
            assert reasons == [], warehouse
