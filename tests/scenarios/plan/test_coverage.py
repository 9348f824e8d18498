"""The numbering of pain sentences, and which demonstration answers which of them."""

import pytest

from scenarios.plan.coverage import MOST, coverage, pain_sentences
from scenarios.plan.outline import Outline
from tests.scenarios.plan.example import example_outline


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  \n - \n ... \n", []),
        ("Revenue differs. Nobody knows why!", ["Revenue differs.", "Nobody knows why!"]),
        ("- late loads\n* wrong   totals\n• no owner", ["late loads", "wrong totals", "no owner"]),
        ("1. Late loads\n2) Wrong totals\n(3) No owner", ["Late loads", "Wrong totals", "No owner"]),
        ("a) late loads\nb) no owner", ["late loads", "no owner"]),
        ("Loads take 4.5 hours; some fail", ["Loads take 4.5 hours", "some fail"]),
        ("2.5 hours each night", ["2.5 hours each night"]),
        ("Some tables, e.g. orders, are late. Others fail.", ["Some tables, e.g. orders, are late.", "Others fail."]),
        ("Reports differ, approx.\nNobody owns them.", ["Reports differ, approx.", "Nobody owns them."]),
        ("売上が合わない。原因が分からない！", ["売上が合わない。", "原因が分からない！"]),
        ("“Who is right?” Nobody knows.", ["“Who is right?”", "Nobody knows."]),
        ("Late loads.\n\nLate loads.\r\nNo owner.", ["Late loads.", "No owner."]),
        ("wrapped\u2028lines", ["wrapped", "lines"]),
    ],
)  # fmt: skip
def test_sentences_are_numbered_one_line_each(text: str, sentences: list[str]) -> None:
    assert pain_sentences(text) == sentences


def test_numbers_end_where_a_plan_can_still_point_to_them() -> None:
    found = pain_sentences("\n".join(f"Pain {number}" for number in range(1, MOST + 4)))
    assert len(found) == MOST
    assert found[-1] == "Pain 200 Pain 201 Pain 202 Pain 203"


def _outline(*answers: list[int]) -> Outline:
    data = example_outline().model_dump(mode="json")
    for pain, numbers in zip(data["pain_points"], answers, strict=True):
        pain["answers"] = numbers
    return Outline.model_validate(data)


def test_each_sentence_has_its_answers_in_the_order_of_minutes() -> None:
    covered = coverage("No trust. Slow loads. No lineage.", _outline([1, 2], [1], []))
    assert [(one.number, one.sentence) for one in covered] == [
        (1, "No trust."), (2, "Slow loads."), (3, "No lineage."),
    ]  # fmt: skip
    assert [[pain.minute for pain in one.answers] for one in covered] == [[6, 12], [12], []]
    assert [one.is_answered for one in covered] == [True, True, False]


def test_a_number_without_a_sentence_covers_nothing() -> None:
    assert [one.is_answered for one in coverage("Only one.", _outline([2], [3], []))] == [False]
    assert coverage("", _outline([1], [], [])) == []
