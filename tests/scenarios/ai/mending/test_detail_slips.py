"""Slips in the answers with details: refused by the rules before, accepted after."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.base import Answer
from scenarios.ai.mending import mend_detail
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan
from scenarios.plan.violations import Violation
from tests.scenarios.ai.mending.plans import NAMES, correct_details, detail_faults
from tests.scenarios.ai.mending.spoiling import Spoiler
from tests.scenarios.ai.mending.spoiling_details import DATA, DAY_TWO, SEMANTIC, TALK
from tests.scenarios.ai.mending.spoiling_sql import SQL

FEW = NAMES[::5]  # example briefs
ENOUGH = 3  # faults that one kind of slip has to be mended in
SLIPS = {"sql": SQL, "semantic": SEMANTIC, "day_two": DAY_TWO, "talk_track": TALK, "data": DATA}
EACH = [(kind, spoil) for kind, spoilers in SLIPS.items() for spoil in dict.fromkeys(spoilers)]
Done = dict[str, PartValue]


def mended(outline: Outline, ask: Ask, answer: Answer, done: Done) -> tuple[Answer, list[str]]:
    """The mended answer, which mending leaves alone."""
    made, said = mend_detail(outline, ask, answer, done=done)
    assert mend_detail(outline, ask, made, done=done) == (made, [])
    assert mend_detail(outline, ask, answer, done=done) == (made, said)
    return made, said


def changed(answer: Answer, change: Any) -> Answer:
    """The answer with a change to its data."""
    data = answer.model_dump()
    change(data)
    return type(answer).model_validate(data)


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("kind", SLIPS)
def test_correct_answers_stay_as_they_are(name: str, kind: str) -> None:
    """Also when another check has found something, so that every mender looks at them."""
    found = [Violation("talk_track", "Somewhere", "Something is wrong.", "Correct it.")]
    for plan, done, ask, answer in correct_details(name, kind):
        assert mend_detail(plan.outline, ask, answer, done=done) == (answer, [])
        assert mend_detail(plan.outline, ask, answer, done=done, violations=found) == (answer, [])


@pytest.mark.parametrize(("kind", "spoil"), EACH, ids=lambda value: getattr(value, "__name__", str(value)))
def test_slip_is_refused_before_and_accepted_after(kind: str, spoil: Spoiler) -> None:
    refused = 0
    for plan, done, ask, spoilt in _spoilt(kind, spoil):
        if refused == ENOUGH or not detail_faults(plan.outline, ask, spoilt, done):
            continue  # not every throw of the dice makes a fault
        refused += 1
        made, said = mended(plan.outline, ask, spoilt, done)
        assert _not_rows(detail_faults(plan.outline, ask, made, done)) == [], said
        assert said
        assert all(sentence.endswith(".") for sentence in said)
    assert refused


def _spoilt(kind: str, spoil: Spoiler) -> Iterator[tuple[Plan, Done, Ask, Answer]]:
    """The correct answers of the example briefs with one slip each."""
    for name in NAMES:
        for plan, done, ask, answer in correct_details(name, kind):
            data = answer.model_dump()
            spoil(data, Random(f"{name} {ask.name}"))
            yield plan, done, ask, type(answer).model_validate(data)


def _not_rows(faults: list[str]) -> list[str]:
    """Faults but those of seed rows, which scenarios.plan.mend mends."""
    return [fault for fault in faults if ", row " not in fault]


@pytest.mark.parametrize("kind", SLIPS)
def test_several_slips_at_once_are_mended(kind: str) -> None:
    """Nearly all of a seeded draw of slips end without violations; some statements are beyond mending."""
    ended: list[bool] = []
    for name in FEW:
        for plan, done, ask, answer in correct_details(name, kind):
            for seed in range(1 if kind == "sql" else 2):
                dice, data = Random(f"{name} {ask.name} {seed}"), answer.model_dump()
                for spoil in dice.sample(SLIPS[kind], 3):
                    spoil(data, dice)
                spoilt = type(answer).model_validate(data)
                if detail_faults(plan.outline, ask, spoilt, done):
                    made, _ = mended(plan.outline, ask, spoilt, done)
                    ended.append(not _not_rows(detail_faults(plan.outline, ask, made, done)))
    assert len(ended) >= 4
    assert sum(ended) >= 0.9 * len(ended)


def test_metric_that_nobody_defined_stays_missing() -> None:
    plan, done, ask, answer = correct_details("retail", "semantic")[0]
    less = changed(answer, lambda data: data["metrics"].pop())
    made, _ = mended(plan.outline, ask, less, done)
    assert len(made.metrics) == len(answer.metrics) - 1  # type: ignore[attr-defined]
    assert detail_faults(plan.outline, ask, made, done)


def test_unknown_token_becomes_words() -> None:
    plan, done, ask, answer = correct_details("retail", "talk_track")[0]
    odd = changed(answer, lambda data: data.update(opening="We look at [[zebra_crossings]] today."))
    made, said = mended(plan.outline, ask, odd, done)
    assert made.opening == "We look at zebra crossings today."  # type: ignore[attr-defined]
    assert "Talk track, opening: it names only models, tests and metrics of this plan." in said


def test_new_key_that_exists_already_is_the_next_prescribed_one() -> None:
    plan, done, ask, answer = correct_details("retail", "day_two")[0]
    place, source = _key_place(plan.outline, answer)
    old = done[f"rows:{source}"].rows[0]  # type: ignore[union-attr]

    def reuse(data: dict[str, Any]) -> None:
        table = next(table for table in data["tables"] if table["table"] == source)
        table["new"][0]["cells"][place] = str(old[place])

    made, said = mended(plan.outline, ask, changed(answer, reuse), done)
    assert detail_faults(plan.outline, ask, made, done) == []
    assert any(f"the key {old[place]} is not new" in sentence for sentence in said)


def _key_place(outline: Outline, answer: Answer) -> tuple[int, str]:
    table = next(table.table for table in answer.tables if table.new)  # type: ignore[attr-defined]
    source = outline.source(table)
    assert source is not None
    return [column.name for column in source.columns].index(source.primary_key), table


def test_missing_defect_is_described_in_the_words_of_the_outline() -> None:
    plan, done, ask, answer = next(
        each
        for each in correct_details("retail", "data")
        if each[3].defects  # type: ignore[attr-defined]
    )
    name = answer.defects[0].name  # type: ignore[attr-defined]
    made, said = mended(plan.outline, ask, changed(answer, lambda data: data["defects"].pop(0)), done)
    added = next(defect for defect in made.defects if defect.name == name)  # type: ignore[attr-defined]
    idea = next(idea for idea in plan.outline.quality if idea.name == name)
    assert added.points == [idea.title]
    assert f"Quality scenario {name}: it was missing and is added in the words of the outline." in said


def test_statement_beyond_mending_stays_as_it_is() -> None:
    plan, done, ask, answer = correct_details("retail", "sql")[0]

    def break_it(data: dict[str, Any]) -> None:
        data["models"][0]["sql"] = "select something from nowhere where (((("

    spoilt = changed(answer, break_it)
    assert mended(plan.outline, ask, spoilt, done) == (spoilt, [])
