"""Whatever a model answers in the right shape becomes parts, or sentences: no conversion ever raises anything else."""

import json
from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.ai.answers.asking import asks_for
from scenarios.ai.answers.converting import (
    answer_type,
    as_answer,
    changed_outline,
    converted,
    outline_answer,
    outline_of,
)
from scenarios.ai.answers.outline import ChangesAnswer, OutlineAnswer
from scenarios.ai.answers.reading import Unreadable, read_answer
from scenarios.plan.parts import part_keys, parts_of
from scenarios.plan.violations import PlanRefused, Violation
from tests.scenarios.ai.answers.test_outlines import brief
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
OUTLINE, PARTS = PLAN.outline, parts_of(PLAN)
ASKS = asks_for(OUTLINE, part_keys(OUTLINE))
ODD = [
    *(None, True, 0, -1, 99, 2.5, 10**18, [], {}, ["orders"], [[]]),
    *("", " ", "orders", "ORDERS", "order_id", "fct_orders", "revenue", "5001", "nan", "select"),
    *("{{ x }}", "{% raw %}", "a" * 3000, "\x00", "é" * 300),
]


def places(value, path=()):
    """Paths of everything in the data that can be replaced."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in [(*path, key), *places(item, (*path, key))]]


def spoilt(data, changes):
    """The data with these places replaced; places that an earlier change took away are left."""
    data = deepcopy(data)
    for (*steps, last), value in changes:
        there = data
        try:
            for step in steps:
                there = there[step]
            there[last] = deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return json.dumps(data)


def changes_of(data):
    return st.lists(st.tuples(st.sampled_from(places(data)), st.sampled_from(ODD)), min_size=1, max_size=4)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_spoilt_details_become_parts_or_sentences(data):
    ask = data.draw(st.sampled_from(ASKS))
    good = as_answer(OUTLINE, ask, PARTS).model_dump()
    text = spoilt(good, data.draw(changes_of(good)))
    done = data.draw(st.sampled_from([PARTS, {}]))
    try:
        answer = read_answer(text, answer_type(ask.kind))
    except Unreadable:
        return
    found = converted(OUTLINE, ask, answer, done=done)
    assert set(found.values) <= set(ask.keys)
    assert all(isinstance(one, Violation) and one.part in (*ask.keys, "quality") for one in found.violations)
    assert found.violations or set(found.values) == set(ask.keys)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_spoilt_outlines_and_changes_are_outlines_or_refused(data):
    kind = data.draw(st.sampled_from([OutlineAnswer, ChangesAnswer]))
    good = outline_answer(OUTLINE).model_dump()
    if kind is ChangesAnswer:
        good = {name: good[name] for name in ("sources", "models", "metrics", "pains", "defects")}
        good |= {
            "incremental": [],
            "removed": ["pain 1"],
            "rewrite": ["orders"],
            "context": ["", ""],
            "notes": [],
        }
    text = spoilt(good, data.draw(changes_of(good)))
    try:
        answer = read_answer(text, kind)
        result = (
            outline_of(brief(), answer)
            if kind is OutlineAnswer
            else changed_outline(brief(), OUTLINE, answer)
        )
    except (Unreadable, PlanRefused) as error:
        assert str(error)  # noqa: PT017 - both ends are right
    else:
        assert result.company == OUTLINE.company
