"""Random expressions of a given type over stg_shop__orders, with all parentheses written out."""

from hypothesis import strategies as st

Text = st.SearchStrategy[str]


def expressions(depth: int = 3) -> dict[str, Text]:
    """Type → strategy of expression texts, at most `depth` operations deep."""
    leaves: dict[str, Text] = {
        "number": st.sampled_from(["amount", "quantity", "order_id", "3", "0.5", "12"]),
        "boolean": st.sampled_from(["is_paid", "true", "false", "amount is null", "status is not null"]),
        "string": st.sampled_from(["status", "code", "'a'", "'it''s {{ x }}'", "'%}'", "''"]),
        "date": st.sampled_from(["order_date", "date '2026-02-14'", "cast(created_at as date)"]),
    }
    return (
        leaves
        if depth == 0
        else {kind: leaves[kind] | deep for kind, deep in _deeper(expressions(depth - 1)).items()}
    )


def _deeper(inner: dict[str, Text]) -> dict[str, Text]:
    number, boolean, string, date = (inner[kind] for kind in ("number", "boolean", "string", "date"))
    return {
        "number": _number(number, boolean, string, date),
        "boolean": _boolean(number, boolean, string, date),
        "string": st.one_of(
            _form("({0} || {1})", string, string),
            _form("lower({0})", string),
            _form("coalesce({0}, {1})", string, string),
            _form("replace({0}, 'a', {1})", string, string),
            _form("case when {0} then {1} when {2} then {3} end", boolean, string, boolean, string),
            _form("nullif({0}, {1})", string, string),
        ),
        "date": st.one_of(
            _form("date_trunc('month', {0})", date),
            _form("dateadd(day, {0}, {1})", st.sampled_from(["-3", "1", "quantity", "(order_id - 2)"]), date),
            _form("last_day({0})", date),
            _form("case when {0} then {1} else {2} end", boolean, date, date),
        ),
    }


def _number(number: Text, boolean: Text, string: Text, date: Text) -> Text:
    return st.one_of(
        _form("({0} {1} {2})", number, st.sampled_from(["+", "-", "*"]), number),
        _form("({0} / nullif({1}, 0))", number, number),
        _form("(-{0})", number),
        _form("abs({0})", number),
        _form("coalesce({0}, {1})", number, number),
        _form("case when {0} then {1} else {2} end", boolean, number, number),
        _form("datediff(day, {0}, {1})", date, date),
        _form("length({0})", string),
        _form("extract(month from {0})", date),
    )


def _boolean(number: Text, boolean: Text, string: Text, date: Text) -> Text:
    comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        _form("({0} {1} {2})", number, comparison, number),
        _form("({0} {1} {2})", date, comparison, date),
        _form("({0} = {1})", string, string),
        _form("({0} {1} {2})", boolean, st.sampled_from(["and", "or"]), boolean),
        _form("(not {0})", boolean),
        _form("({0} between {1} and {2})", number, number, number),
        _form("({0} in ({1}, 'x'))", string, string),
        _form("({0} not in (1, {1}))", number, number),
        _form("({0} is null)", string),
        _form("({0} like '%a%')", string),
        _form("case when {0} then false else true end", boolean),
    )


def _form(pattern: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda values: pattern.format(*values))
