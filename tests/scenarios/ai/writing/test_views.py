"""Views of a growing outline: something as soon as there is something, and never an error."""

import json

import pytest

from scenarios.ai.answers.converting import outline_answer
from scenarios.ai.writing.views import MOST_TEXT, view_of
from tests.scenarios.ai.writing.played import played_plan

WHOLE = json.dumps(outline_answer(played_plan().outline).model_dump())


def test_every_beginning_gives_a_view_or_nothing() -> None:
    sizes = []
    for end in range(0, len(WHOLE), 211):
        view = view_of(WHOLE[:end])
        sizes.append(len(json.dumps(view)) if view else 0)
    assert sizes[0] == 0
    assert sizes[-1] > 200
    whole = view_of(f"Here it is:\n```json\n{WHOLE}")
    assert whole is not None
    assert [one["name"] for one in whole["models"]] == [model.name for model in played_plan().outline.models]
    assert whole["metrics"] == [metric.label for metric in played_plan().outline.metrics]


@pytest.mark.parametrize(
    "text",
    [
        "", "no json", "[]", "{", '{"summary": 7}', '{"sources": 5, "models": [1, null, {}]}', "{" * 100_000,
        '{"a":' * 5_000,
        '{"summary": "' + "x" * MOST_TEXT + '"}', "{]",
    ],
)  # fmt: skip
def test_nonsense_gives_no_view(text: str) -> None:
    assert view_of(text) is None


def test_texts_and_lists_are_cut() -> None:
    long = {"summary": "x" * 5000, "models": [{"name": "m" * 1000, "purpose": ""}] * 100}
    view = view_of(json.dumps(long))
    assert view is not None
    assert len(json.dumps(view)) < 10_000


def test_half_a_character_is_shown_as_a_question_mark() -> None:
    view = view_of('{"summary": "a \ud800 b"}')
    assert view is not None
    assert view["summary"] == "a ? b"
