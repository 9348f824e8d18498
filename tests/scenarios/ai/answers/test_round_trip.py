"""Every example's plan survives the way through answers: to JSON in a fence, back, and to equal parts."""

import pytest

from scenarios.ai.answers.asking import asks_for
from scenarios.ai.answers.converting import (
    answer_type,
    as_answer,
    converted,
    join_quality,
    outline_answer,
    outline_of,
)
from scenarios.ai.answers.outline import OutlineAnswer
from scenarios.ai.answers.reading import read_answer
from scenarios.plan.mend import mend_rows
from scenarios.plan.parts import Quality, assemble, part_keys, parts_of
from scenarios.plan.rules import check_plan
from tests.projects.conftest import NAMES, compose, read_example
from tests.sampling import every


def through_answers(plan):
    """The plan's parts, each written as an answer and read again; what the answers do not carry is left out."""
    outline, parts, done, scenarios = plan.outline, parts_of(plan), {}, []
    for ask in asks_for(outline, part_keys(outline)):
        answer = as_answer(outline, ask, parts)
        text = f"Here you are:\n```json\n{answer.model_dump_json(indent=1)}\n```\n"
        again = read_answer(text, answer_type(ask.kind))
        assert again == answer
        found = converted(outline, ask, again, done=done)
        assert found.violations == []
        assert set(found.values) == set(ask.keys)
        scenarios += [value for value in found.values.values() if isinstance(value, Quality)]
        done |= {key: value for key, value in found.values.items() if key != "quality"}
    return done | {"quality": join_quality(outline, scenarios)}


@pytest.mark.parametrize("name", every(3, NAMES))
def test_an_outline_is_the_same_after_the_way_through_its_answer(name):
    brief = read_example(name)
    outline = compose(brief).outline
    text = outline_answer(outline).model_dump_json()
    assert outline_of(brief, read_answer(text, OutlineAnswer)) == outline


@pytest.mark.parametrize("name", every(3, NAMES))
def test_all_parts_are_the_same_after_the_way_through_their_answers(name):
    plan = compose(read_example(name))
    parts, back = parts_of(plan), through_answers(plan)
    later = {"features", "quality", "day_two"}  # features are never asked for; of the others see below
    assert {key: back[key] for key in back if key not in later} == {
        key: parts[key] for key in parts if key not in later
    }
    # How many rows fail is counted on the rows, and in which way a row arrives is read off the statements.
    assert [one.model_copy(update={"failing_rows": 1}) for one in plan.quality.scenarios] == back[
        "quality"
    ].scenarios
    assert back["day_two"].model_copy(update={"arrivals": plan.day_two.arrivals}) == plan.day_two
    whole, _ = mend_rows(
        assemble(plan.outline, back | ({"features": plan.features} if "features" in parts else {}))
    )
    by_key = {arrival.key: arrival for arrival in whole.day_two.arrivals}
    assert by_key == {arrival.key: arrival for arrival in plan.day_two.arrivals}
    assert whole.model_copy(update={"day_two": plan.day_two}) == plan
    assert check_plan(whole) == []
