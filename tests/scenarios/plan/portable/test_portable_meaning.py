"""Properties: whatever is accepted means, once printed, what was written. Also: literals survive Jinja exactly."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.plan.neutral import neutral
from scenarios.plan.portable import check_select, print_select
from tests.scenarios.plan.portable.macros_for_tests import DUCKDB, SURFACE, model_text, rendered
from tests.scenarios.plan.portable.rows_on_duckdb import comparable, loaded, rows
from tests.scenarios.plan.portable.samples import IMPORT_NAMES, INPUTS
from tests.scenarios.plan.portable.typed_sql import expressions

TYPED = expressions()


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = loaded()
    yield connection
    connection.close()


def text_of(sql: str) -> str:
    return model_text(print_select(sql, inputs=INPUTS, import_names=IMPORT_NAMES))


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(data=st.data(), kind=st.sampled_from(sorted(TYPED)))
def test_random_expressions_keep_their_meaning(
    warehouse: duckdb.DuckDBPyConnection, data: st.DataObject, kind: str
) -> None:
    expression, condition = data.draw(TYPED[kind]), data.draw(TYPED["boolean"])
    sql = f"select order_id, {expression} as answer from stg_shop__orders where {condition}"
    refused = check_select(sql, inputs=INPUTS, part="x").violations
    assert all("always the same answer" in violation.sentence for violation in refused)
    if refused:
        return
    text = text_of(sql)
    assert text_of(rendered(text, SURFACE)) == text
    try:
        original = sqlglot.transpile(sql, read="snowflake", write="duckdb")[0]
        expected = rows(warehouse, original.replace("{{ x }}", "{ { x } }").replace("%}", "% }"))
    except duckdb.Error:  # too large a number, a date out of range: the original does not run either
        return
    assert rows(warehouse, rendered(text, DUCKDB)) == expected


NASTY = st.text(
    st.sampled_from(
        ["{", "}", "%", "#", "'", '"', "~", "$", "@", ";", "-", "/", "*", "é", "日", "😀", "a", " ", "`", "&"]
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(text=NASTY | st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_literals_come_out_of_jinja_as_text(warehouse: duckdb.DuckDBPyConnection, text: str) -> None:
    """Alone, and inside a macro inside a macro."""
    literal = "'" + text.replace("'", "''") + "'"
    nested = f"code || replace(code || {literal}, 'A', {literal})"
    sql = f"select {literal} as plain_text, {nested} as nested_text from stg_shop__orders"
    if check_select(sql, inputs=INPUTS, part="x").violations:
        assert "\\" in text or any(not c.isprintable() for c in text)
        return
    answer = warehouse.execute(rendered(text_of(sql), DUCKDB) + " where nested_text like 'A-001%'").fetchone()
    said = neutral(text)
    assert answer == (said, "A-001-x" + ("A-001-x" + said).replace("A", said))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3.5),
        ("quantity / 2", 1.5),
        ("amount / (quantity - 3)", None),
        ("order_id / 0", None),
        ("mod(7, quantity - 3)", None),
        ("cast(amount / 7 as integer)", 17),
        ("cast(2.5 as int)", 3),
        ("100 * quantity / 8", 37.5),
        ("1 - 2 - 3", -4),
        ("1 - (2 - 3)", 2),
        ("8 / 4 / 2", 1),
        ("8 / (4 / 2)", 4),
        ("2 * (3 + 4)", 14),
        ("datediff(day, date_trunc('month', order_date), dateadd(month, 1, order_date))", 33),
        ("last_day(date '2026-02-10')", "2026-02-28"),
        ("date_trunc('quarter', date '2026-05-17')", "2026-04-01"),
    ],
)
def test_answers_do_not_depend_on_the_warehouse(
    warehouse: duckdb.DuckDBPyConnection, expression: str, expected: object
) -> None:
    """Checked against numbers, since the warehouses themselves disagree about the text as written."""
    sql = f"select {expression} as answer from stg_shop__orders where order_id = 1"
    found = warehouse.execute(rendered(text_of(sql), DUCKDB)).fetchone()
    assert found is not None
    assert comparable(found[0]) == expected
