"""What the Proof finds goes back: only the failing part, at most two rounds, then without the model."""

import pytest

from scenarios.plan.parts import Plan, assemble, parts_of
from scenarios.plan.rules import check_plan
from scenarios.plan.violations import PlanRefused, Violation
from tests.fakes.model_server import ModelServer
from tests.scenarios.ai.writing.played import BRIEF, Heap, Heard, Json, Played, Said, played_plan, writer_at

PLAN = played_plan()
MART = PLAN.outline.incremental.model
FOUND = [Violation(f"sql:{MART}", f"Model {MART}", "dbt says that a division by zero happens.", "Guard it.")]


def other_header(heard: Heard, answer: Json) -> Said:
    for model in answer.get("models", []):
        if "header" in model:
            model["header"] = "Now with a guard."
    return answer


def repair(violations: list[Violation], *, round: int = 1) -> tuple[dict[str, object], list[str], Played]:
    model, heap = Played(spoil=other_header), Heap()
    with ModelServer(answer=model) as server:
        parts, notes = writer_at(server, heap).repair(BRIEF, PLAN, violations, round=round)
    whole = assemble(PLAN.outline, {**parts_of(PLAN), **parts})
    assert check_plan(whole) == []
    return dict(parts), notes, model


@pytest.mark.parametrize("round", [1, 2])
def test_only_the_failing_part_goes_back_with_what_was_found(round: int) -> None:
    parts, notes, model = repair(FOUND, round=round)
    assert [(one.kind, one.keys, one.repair) for one in model.log] == [("sql", (f"sql:{MART}",), True)]
    assert "division by zero" in model.log[0].call.user
    assert parts[f"sql:{MART}"].header == "Now with a guard."  # type: ignore[attr-defined]
    assert set(parts) <= {f"sql:{MART}", "features"}
    assert notes == [f"Asked again and corrected: the statement of {MART}."]


def test_after_two_rounds_the_built_in_provider_writes_what_is_blamed() -> None:
    _, notes, model = repair(FOUND, round=3)
    assert model.log == []
    assert any("The built-in provider wrote" in note for note in notes)


def test_several_parts_are_repaired_side_by_side() -> None:
    talk = Violation("talk_track", "Talk track", "It says nothing about the price.", "Say it.")
    _, _, model = repair([*FOUND, talk])
    assert sorted(one.kind for one in model.log) == ["sql", "talk_track"]


def test_a_finding_about_a_locked_part_is_refused() -> None:
    model, heap = Played(), Heap()
    everything = frozenset({"sources", "models", "semantic", "quality", "features", "day_two", "talk_track"})
    broken = _with_broken_talk(PLAN)
    with ModelServer(answer=model) as server, pytest.raises(PlanRefused):
        writer_at(server, heap).repair(BRIEF, broken, check_plan(broken), locked=everything)
    assert model.log == []


def _with_broken_talk(plan: Plan) -> Plan:
    beats = [beat.model_copy(update={"minute": 1}) for beat in plan.talk_track.beats]
    return plan.model_copy(update={"talk_track": plan.talk_track.model_copy(update={"beats": beats})})
