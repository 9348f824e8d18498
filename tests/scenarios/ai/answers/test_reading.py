"""A model's text becomes an answer, or sentences that say what is wrong; whatever it is, nothing else happens."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.ai.answers.details import DataAnswer, SqlAnswer, TalkAnswer
from scenarios.ai.answers.finding import MOST_BYTES
from scenarios.ai.answers.outline import OutlineAnswer
from scenarios.ai.answers.outlines import outline_answer
from scenarios.ai.answers.reading import MOST_PROBLEMS, Unreadable, read_answer
from tests.scenarios.plan.example import example_outline

GOOD = '{"models": [{"model": "fct_orders", "header": "", "sql": "select 1 as one", "notes": []}]}'


def problems(text, kind=SqlAnswer):
    with pytest.raises(Unreadable) as caught:
        read_answer(text, kind)
    assert 0 < len(caught.value.problems) <= MOST_PROBLEMS
    return caught.value.problems


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"Here it is:\n\n```json\n{GOOD}\n```\nTell me if {{you}} want more.",
        f"```\n{GOOD}```",
        f'I left {{placeholders}} and {{"quotes"}} out.\n{GOOD}',
        f"{GOOD}\n{GOOD.replace('fct_orders', 'fct_other')}",
        f"\ufeff  {GOOD}",
        f"[{GOOD}]",
    ],
)
def test_the_first_complete_object_counts_whatever_stands_around_it(text):
    assert read_answer(text, SqlAnswer).models[0].model == "fct_orders"


def test_brackets_and_quotes_in_texts_do_not_end_an_object():
    sql = 'select \'}]"{\' as "odd" -- \\ {% x %}'
    text = json.dumps({"models": [{"model": "a", "header": "", "sql": sql, "notes": []}]})
    assert read_answer(f"Well: {text} }}", SqlAnswer).models[0].sql == sql


def test_a_line_break_inside_a_statement_is_kept():
    text = GOOD.replace("select 1", "select\n\t1")
    assert read_answer(text, SqlAnswer).models[0].sql == "select\n\t1 as one"


def test_what_says_nothing_may_be_missing_or_null_but_what_matters_may_not():
    told = read_answer('{"models": [{"model": "a", "sql": "select 1", "header": null}]}', SqlAnswer)
    assert (told.models[0].header, told.models[0].notes) == ("", [])
    assert problems('{"models": [{"model": "a", "header": ""}]}') == [
        "Model a, sql: It is missing. Fill it in."
    ]
    assert problems('{"models": [{"model": null, "sql": "x"}]}') == [
        "Model 1, model: It should be text. Correct the value."
    ]


def test_cells_may_come_as_numbers_true_and_null():
    text = '{"tables": [{"table": "orders", "rows": [[101, 2.50, true, null, "x"]]}], "defects": []}'
    assert read_answer(text, DataAnswer).tables[0].rows == [["101", "2.5", "true", "", "x"]]


WRONG = [
    ("", "There is no JSON object"),
    ("I am sorry, I cannot do that.", "There is no JSON object"),
    ("{'models': []}", "in double quotes"),
    (
        '{"models": [{"model": "a", "sql": "b"}, {"model": "c"',
        "The answer ends too early: }]} are missing",
    ),
    ('{"models": [}', "line 1, column 13 there is } where ] is expected"),
    ('{"models": [\n{"model": "a",\n "sql": "b",}]}', "line 3, column 13"),
    ('{"models": [1,]}', "there is no comma after the last one"),
    ('{"models": [{"model": "a"\n"sql": "b"}]}', "line 2, column 1"),
    ('{"models": [{"model": "a"\n"sql": "b"}]}', "a comma or a closing bracket is expected"),
    ('{"models" []}', "a colon is expected"),
    ('{"models": ["\\d"]}', "a backslash in a text must be doubled"),
    ('{"models": None}', "a value is expected"),
    ('{"models": [], "models": []}', "The field “models” is there twice"),
    ('{"models": [], "x": NaN}', "NaN is no number"),
    ('{"models": [], "x": -Infinity}', "-Infinity is no number"),
    ('{"models": [], "x": 1e999}', "1e999 is too large"),
    ('{"models": [], "x": ' + "9" * 5000 + "}", "is too long"),
    ('{"models": [{"model": "\\ud83d", "sql": "x"}]}', "half of a character"),
    ('{"models": [{"model": "\ud83d", "sql": "x"}]}', "half of a character"),
    ('{"models": ' + "[" * 10_000 + "]" * 10_000 + "}", "more than 20 brackets in brackets"),
    ('{"a":' * 10_000, "more than 20 brackets in brackets"),
    ('{"models": "' + "a" * 5_000_000 + '"}', "longer than 400,000 bytes"),
    ('{"models": "' + "é" * 250_000 + '"}', "longer than 400,000 bytes"),
    ('{"models": "x"}', "Models: It should be a list"),
    ('{"model": "a", "sql": "b"}', "Models: It is missing"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_cannot_be_read_is_said_precisely(text, said):
    assert said in problems(text)[0]


def test_places_are_named_as_a_person_would():
    answer = outline_answer(example_outline()).model_dump()
    answer["sources"][2]["columns"][1]["type"] = "money"
    answer["incremental"]["lookback_days"] = "three"
    del answer["models"][0]["grain"]
    assert problems(json.dumps(answer), OutlineAnswer) == [
        "Source orders, column customer_id, type: “money” is not possible here. "
        "Use 'integer', 'number', 'string', 'date', 'timestamp' or 'boolean'.",
        "Model int_order_items_priced, grain: It is missing. Fill it in.",
        "Incremental model, lookback days: It should be a whole number. Correct the value.",
    ]


SLOW = {
    "escapes": '{"a":' + '\\"' * 190_000,
    "escapes in a text": '{"a":"' + '\\"' * 190_000,
    "beginnings": '{"' * 190_000,
    "spaces": "{ " * 190_000,
    "prose": '{"x"}' * 70_000,
    "quotes": '"' * 390_000,
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_texts_made_to_be_slow_are_not(text):
    assert len(text) <= MOST_BYTES
    assert problems(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["models", "model", "sql", "notes", "tables", "rows", "beats"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(
    data=_JSON,
    before=st.text(max_size=20),
    cut=st.integers(0, 40),
    kind=st.sampled_from([SqlAnswer, DataAnswer, TalkAnswer]),
)
def test_any_text_is_an_answer_or_unreadable(data, before, cut, kind):
    text = before + json.dumps(data)
    for each in (text, text[: len(text) - cut], before):
        assert said_of(each, kind)


def said_of(text, kind):
    """Whether there is an answer, or a sentence about why there is none."""
    try:
        return isinstance(read_answer(text, kind), kind)
    except Unreadable as error:
        return bool(error.problems) and all(problem.strip() for problem in error.problems)
