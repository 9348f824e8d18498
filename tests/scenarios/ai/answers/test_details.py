"""Each detail's answer becomes its parts; what does not fit is said, by part, place and what to do."""

import pytest

from scenarios.ai.answers.asking import Ask, asks_for
from scenarios.ai.answers.converting import as_answer, converted, join_quality
from scenarios.ai.answers.details import DataAnswer, NewCell, SqlAnswer, TalkAnswer
from scenarios.ai.answers.prescribing import prescribed_defects
from scenarios.plan.completing import with_arrivals
from scenarios.plan.parts import Quality, part_keys, parts_of
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
OUTLINE = PLAN.outline
PARTS = parts_of(PLAN)
ASKS = {ask.name: ask for ask in asks_for(OUTLINE, part_keys(OUTLINE))}
DATA = ASKS["data:2"]  # orders with two defects, and order_items


def answer_to(name):
    return as_answer(OUTLINE, ASKS[name], PARTS)


def convert(name, answer, done=PARTS):
    return converted(OUTLINE, ASKS[name], answer, done=done)


def said(found):
    return [str(violation) for violation in found.violations]


def test_an_answer_of_another_kind_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="sql is not answered with a TalkAnswer"):
        converted(OUTLINE, ASKS["sql:1"], answer_to("talk_track"), done={})
    assert isinstance(answer_to("talk_track"), TalkAnswer)


def test_without_its_parts_there_is_no_answer():
    for name in ("semantic", "day_two", "talk_track"):
        with pytest.raises(KeyError):
            as_answer(OUTLINE, ASKS[name], {})
    assert as_answer(OUTLINE, ASKS["sql:1"], {}) == SqlAnswer(models=[])


# rows and defects


def with_rows(change):
    """The data answer with the rows of `orders` changed."""
    answer = answer_to("data:2")
    return answer.model_copy(
        update={
            "tables": [
                table.model_copy(update={"rows": change([list(row) for row in table.rows])})
                if table.table == "orders"
                else table
                for table in answer.tables
            ]
        }
    )


def with_defect(**changes):
    answer = answer_to("data:2")
    return answer.model_copy(
        update={"defects": [answer.defects[0].model_copy(update=changes), *answer.defects[1:]]}
    )


@pytest.mark.parametrize(
    ("count", "hint"), [(9, "Add the missing rows."), (11, "Take rows away."), (0, "Add")]
)
def test_nine_or_eleven_rows_are_not_ten(count, hint):
    found = convert("data:2", with_rows(lambda rows: [*rows, rows[0]][:count]))
    assert "rows:orders" not in found.values
    assert "rows:order_items" in found.values
    assert any(
        f"Source orders: It has {count} rows, but exactly 10 are needed. {hint}" in one for one in said(found)
    )


def test_rows_that_break_a_rule_are_there_but_judged():
    found = convert("data:2", with_rows(lambda rows: [[*rows[0][:2], "", *rows[0][3:]], *rows[1:]]))
    assert found.values["rows:orders"].rows[0][2] is None
    assert said(found) == [
        "Source orders, row 1, column invoice_number: It is empty, but the plan says that it is required. "
        "Fill it in, or plan a quality scenario for it."
    ]


def test_a_row_that_is_too_short_is_judged():
    found = convert("data:2", with_rows(lambda rows: [rows[0][:6], *rows[1:]]))
    assert said(found)[0].startswith("Source orders, row 1: It has 6 values for 7 columns.")


def test_tables_are_found_by_name_whatever_its_case_and_wrong_names_are_said():
    answer = answer_to("data:2")
    shout = answer.tables[0].model_copy(update={"table": " Orders"})
    assert "rows:orders" in convert("data:2", answer.model_copy(update={"tables": [shout]})).values
    wrong = answer.tables[0].model_copy(update={"table": "order"})
    found = convert("data:2", answer.model_copy(update={"tables": [wrong, answer.tables[1]]}))
    assert said(found) == [
        "Source orders: Its rows are missing. There are rows of order, which is no table. Give 10 rows."
    ]
    twice = answer.model_copy(update={"tables": [*answer.tables, answer.tables[0]]})
    assert said(convert("data:2", twice)) == ["Source orders: Its rows are there twice. Give them once."]


def test_what_is_prescribed_is_not_the_models_to_say():
    found = convert("data:2", with_defect(rows=[]))
    scenario, planned = found.values["quality"].scenarios[0], prescribed_defects(OUTLINE)[0]
    assert (scenario.kind, scenario.table, scenario.column) == ("orphan", "orders", "customer_id")
    assert (scenario.test_name, scenario.row_numbers) == (planned.test_name, list(planned.row_numbers))
    assert scenario.failing_rows == 1


def test_only_limits_that_count_for_the_kind_are_taken():
    found = convert("data:2", with_defect(minimum="a lot", later_column="nothing", max_age_days=3))
    assert found.violations == []
    scenario = found.values["quality"].scenarios[0]
    assert (scenario.minimum, scenario.later_column, scenario.max_age_days) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "other"}, "Quality scenario other: It is not in the outline."),
        ({"name": "other"}, "Quality scenario unknown_customer: Its rows and its test are missing."),
        ({"cost": ""}, "Quality scenario unknown_customer, cost: It is empty."),
        ({"points": []}, "Quality scenario unknown_customer, talking points: There are 0, but at least 1"),
        ({"rows": [0]}, "0 is less than 1."),
        ({"rows": [4, 4]}, "It names the same row twice."),
    ],
)
def test_defects_that_do_not_fit_are_said(changes, sentence):
    assert any(sentence in one for one in said(convert("data:2", with_defect(**changes))))


@pytest.mark.parametrize(
    ("kind", "given", "limits"),
    [
        ("out_of_range", {"minimum": " 0 ", "maximum": "99.5"}, {"minimum": 0.0, "maximum": 99.5}),
        ("out_of_range", {"minimum": "low"}, "Its minimum “low” is no number."),
        ("out_of_range", {"maximum": "inf"}, "maximum"),
        ("out_of_range", {}, "It does not say which values are in range."),
    ],
)
def test_limits_are_numbers(kind, given, limits):
    idea = OUTLINE.quality[0].model_copy(update={"kind": kind, "table": "order_items", "column": "quantity"})
    outline = OUTLINE.model_copy(update={"quality": [idea]})
    ask = Ask("data", "data:1", ("quality",), ("order_items",))
    blank = {"minimum": "", "maximum": ""}
    defects = with_defect(**blank | given).defects[:1]
    answer = DataAnswer(tables=[], defects=defects)
    found = converted(outline, ask, answer, done={})
    if isinstance(limits, dict):
        assert {name: getattr(found.values["quality"].scenarios[0], name) for name in limits} == limits
        assert found.violations == []
    else:
        assert any(limits in one for one in said(found))


def test_a_defect_that_could_not_be_converted_leaves_the_others_of_its_call():
    found = convert("data:2", with_defect(cost=""))
    assert [scenario.name for scenario in found.values["quality"].scenarios] == ["status_spellings"]
    assert "Its rows and its test are missing." not in " ".join(said(found))
    assert "rows:orders" in found.values


def test_defects_alone_can_be_written_and_rows_alone_are_judged_beside_those_known():
    only = Ask("data", "data:1", ("quality",), ("orders",))
    assert set(converted(OUTLINE, only, as_answer(OUTLINE, only, PARTS), done={}).values) == {"quality"}
    rows = Ask("data", "data:1", ("rows:orders",), ("orders",))
    answer = as_answer(OUTLINE, rows, PARTS)
    assert answer.defects == []
    assert converted(OUTLINE, rows, answer, done=PARTS).violations == []
    calm = converted(OUTLINE, rows, answer, done={"quality": Quality()})
    assert {violation.part for violation in calm.violations} == {"rows:orders"}


def test_scenarios_of_several_calls_are_joined_in_the_plans_order():
    one, two = [Quality(scenarios=[scenario]) for scenario in PLAN.quality.scenarios]
    assert join_quality(OUTLINE, [two, one]) == PLAN.quality
    assert join_quality(OUTLINE, []) == Quality()
    other = PLAN.quality.scenarios[0].model_copy(update={"cost": "Another."})
    assert join_quality(OUTLINE, [one, Quality(scenarios=[other])]).scenarios == one.scenarios


# statements


def test_statements_are_checked_one_by_one():
    answer = answer_to("sql:2")
    bad = answer.models[0].model_copy(update={"sql": "drop table x"})
    found = convert("sql:2", answer.model_copy(update={"models": [bad, answer.models[1]]}))
    assert {violation.part for violation in found.violations} == {"sql:fct_orders", "sql:dim_customers"}
    assert found.values["sql:fct_order_items"] == PARTS["sql:fct_order_items"]
    assert "Model dim_customers: Its statement is missing. Give one SELECT." in said(found)


def test_a_statement_without_text_or_there_twice_is_no_part():
    answer = answer_to("sql:2")
    empty = answer.models[0].model_copy(update={"sql": ""})
    found = convert(
        "sql:2", answer.model_copy(update={"models": [empty, *answer.models[1:], answer.models[1]]})
    )
    assert "sql:fct_orders" not in found.values
    assert said(found) == [
        "Model fct_orders, sql: It is empty. Fill it in.",
        "Model fct_order_items: Its statement is there twice. Give it once.",
    ]


# the semantic layer


def test_names_and_words_of_the_semantic_layer_are_read_in_any_case():
    answer = answer_to("semantic")
    models = [
        model.model_copy(update={"model": model.model.upper(), "time": model.time.title()})
        for model in answer.models
    ]
    metrics = [metric.model_copy(update={"agg": metric.agg.upper()}) for metric in answer.metrics]
    found = convert("semantic", answer.model_copy(update={"models": models, "metrics": metrics}))
    assert found.values["semantic"] == PLAN.semantic
    assert found.violations == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agg": "median"}, "Metric revenue, agg: “median” is not possible here."),
        ({"column": "nothing"}, "nothing"),
        ({"model": ""}, "Metric revenue, model: “” is not a legal name."),
    ],
)
def test_definitions_that_do_not_fit_are_said(changes, sentence):
    answer = answer_to("semantic")
    metrics = [answer.metrics[0].model_copy(update=changes), *answer.metrics[1:]]
    found = convert("semantic", answer.model_copy(update={"metrics": metrics}))
    assert any(sentence in one for one in said(found))
    assert {violation.part for violation in found.violations} == {"semantic"}


# the second day


def day_two(**changes):
    """The second day's answer with its first table changed."""
    answer = answer_to("day_two")
    return answer.model_copy(
        update={"tables": [answer.tables[0].model_copy(update=changes), *answer.tables[1:]]}
    )


def test_a_changed_row_is_its_seed_row_with_the_named_cells_changed():
    answer = day_two()
    change = answer.tables[0].changed[0]
    assert len(change.cells) < len(OUTLINE.source(answer.tables[0].table).columns) - 1
    found = convert("day_two", answer)
    assert found.violations == []
    assert found.values["day_two"].tables == PLAN.day_two.tables
    staged = change.model_copy(update={"cells": [NewCell(column="ORDER_STATUS", value="cancelled")]})
    row = convert("day_two", day_two(changed=[staged])).values["day_two"].tables[0].changed[0]
    seed = next(row for row in PLAN.rows_of("orders").rows if str(row[0]) == change.key)
    assert row == [*seed[:5], "cancelled", seed[6]]


def test_lines_about_rows_become_those_of_the_arrivals():
    answer = day_two()
    new = [row.model_copy(update={"what": "A big one"}) for row in answer.tables[0].new]
    found = convert("day_two", day_two(new=new)).values["day_two"]
    whole, _ = with_arrivals(PLAN.model_copy(update={"day_two": found}))
    keys = {row[0] for row in PLAN.day_two.tables[0].new}
    assert {arrival.what for arrival in whole.day_two.arrivals if arrival.key in keys} == {"A big one"}
    assert {arrival.key for arrival in whole.day_two.arrivals} == {
        arrival.key for arrival in PLAN.day_two.arrivals
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"table": "nothing"}, "Source nothing: This source is not in the plan. Choose customers,"),
        ({"key": "1"}, "No row of orders has the key 1. Use 5001,"),
        ({"key": "one"}, "“one” is not a whole number"),
        ({"what": "x" * 201}, "Source orders, changed row 1, what: The text is longer than 200 characters."),
        ({"cells": [NewCell(column="colour", value="red")]}, "orders has no column colour."),
        (
            {"cells": [NewCell(column="delivered_on", value="soon")]},
            "column delivered_on: “soon” is not a date",
        ),
    ],
)
def test_what_the_second_day_cannot_mean_is_said(changes, sentence):
    answer = day_two()
    if "table" in changes:
        answer = day_two(**changes)
    else:
        answer = day_two(changed=[answer.tables[0].changed[0].model_copy(update=changes)])
    found = convert("day_two", answer)
    assert any(sentence in one for one in said(found))
    assert found.values == {}
    assert {violation.part for violation in found.violations} == {"day_two"}


def test_keys_of_the_second_day_are_compared_with_the_rows_that_are_known():
    again = day_two().tables[0].new[0]
    old = again.model_copy(update={"cells": [str(PLAN.rows_of("orders").rows[0][0]), *again.cells[1:]]})
    found = convert("day_two", day_two(new=[old]))
    assert any("is not new: a seed row has it." in one for one in said(found))
    unknown = convert("day_two", day_two(), done={})
    assert "The rows of the table are not known yet." in said(unknown)[0]


# the talk track


def talk(**changes):
    """The talk track's answer with its first beat changed."""
    answer = answer_to("talk_track")
    return answer.model_copy(
        update={"beats": [answer.beats[0].model_copy(update=changes), *answer.beats[1:]]}
    )


def test_a_beat_may_open_a_test_that_is_only_prescribed_yet():
    test = prescribed_defects(OUTLINE)[0].test_name
    first = answer_to("talk_track").model_copy(
        update={"beats": [b for b in talk(opens=test.upper()).beats if b.kind != "test"]}
    )
    others = [beat.model_copy(update={"opens": ""}) for beat in first.beats[1:]]
    given = first.model_copy(update={"beats": [first.beats[0], *others]})
    found = convert("talk_track", given, done={})
    assert found.values["talk_track"].beats[0].opens == test
    assert found.violations == []
    known = given.model_copy(
        update={"beats": [given.beats[0].model_copy(update={"opens": test}), *given.beats[1:]]}
    )
    assert any(f"It opens {test}, which is no model" in one for one in said(convert("talk_track", known)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"opens": "fct_nothing"}, "It opens fct_nothing, which is no model"),
        ({"minute": 61}, "minute: 61 is more than 60."),
        ({"say": ""}, "say: It is empty."),
        (
            {"say": "We made [[profit]]."},
            "[[profit]] stands for the value of a metric that is not in the plan.",
        ),
        ({"pains": [9]}, "It answers pain point 9, but there are only 3."),
    ],
)
def test_beats_that_do_not_fit_are_said(changes, sentence):
    found = convert("talk_track", talk(**changes))
    assert any(sentence in one for one in said(found))
    assert {violation.part for violation in found.violations} == {"talk_track"}
