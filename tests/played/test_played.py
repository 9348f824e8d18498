"""Drafts of language models, answered by hand from the rendered questions alone: all end in a proven project."""

import json
from pathlib import Path
from typing import Any

import pytest

from demoforge.accounts.models import User
from scenarios import services
from scenarios.briefs import read_brief
from scenarios.drafting import advance_revision, drive_revision
from scenarios.models import PlanRevision, RevisionStatus
from tests.fakes.model_server import AskedOf, ModelServer
from tests.played.drafts import AS_OF, ROOT, Ran, recorded, run
from tests.played.replay import REPLIES, Replay, question_name

#: Run always; the others with --long.
USUAL: list[tuple[str, str]] = []  # a careful one is drafted below; `make bench-played` drafts them all
TALK = {"talk_track.md", "run_of_show.md"}


def drafts() -> list[Any]:
    """Every recorded draft; those that only repeat others are long."""
    return [
        pytest.param(*pair, marks=[] if pair in USUAL else [pytest.mark.long], id="-".join(pair))
        for pair in recorded()
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("brief", "style"), drafts())
def test_draft_ends_in_a_proven_project(brief: str, style: str, tmp_path: Path) -> None:
    ran = run(brief, style, tmp_path)
    assert ran.proven, ran.told
    assert not any("built-in provider wrote this plan" in note for note in ran.notes)
    if style == "careful":
        _was_good_at_once(ran)
    else:
        assert ran.repairs
        assert ran.notes  # what was asked again, mended or replaced is said


def _was_good_at_once(ran: Ran) -> None:
    """At most one round of repair, nothing in a simpler form, nothing by the built-in provider."""
    assert ran.replay.missing == []
    assert ran.sent_back == 0
    assert len(ran.repairs) == len({name.removesuffix("-repair") for name in ran.repairs})
    assert not any(name.endswith(("-2", "-plain")) for name in ran.repairs)
    assert not any("built-in provider" in note for note in ran.notes)


def test_every_example_of_a_style_is_there() -> None:
    briefs = {
        style: {brief for brief, other in recorded() if other == style} for style in ("careful", "hurried")
    }
    assert len(briefs["careful"]) >= 8
    assert len(briefs["hurried"]) >= 8


class _Anew:
    """Answers the first draft from its replies, and then only the question for another talk track."""

    def __init__(self, brief: str) -> None:
        self._replay = Replay(REPLIES / brief / "careful")
        self._folder = REPLIES / brief / "careful"
        self.again = False
        self.asked: list[str] = []

    def __call__(self, call: AskedOf) -> Any:
        if not self.again:
            return self._replay(call)
        self.asked.append(question_name(call))
        if self.asked[-1] == "changes":
            empty = ("context", "sources", "models", "incremental", "metrics", "pains", "defects", "removed")
            return {name: [] for name in empty} | {"rewrite": ["talk_track"], "notes": []}
        track = json.loads((self._folder / "talk_track.txt").read_text(encoding="utf-8"))
        return track | {"opening": "Good morning. Here is another way to begin."}


@pytest.mark.slow
@pytest.mark.long  # without a Proof: tests/scenarios/test_regenerating.py
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("brief", [brief for brief, style in recorded() if style == "careful"])
def test_one_section_written_anew_changes_no_other_byte(brief: str, settings: Any) -> None:
    alice = User.objects.create_user("alice", password="wonderland-1")
    model = _Anew(brief)
    with ModelServer(answer=model) as server:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = server.address("anthropic"), "played-key"
        typed = read_brief(ROOT / "docs" / "examples" / f"{brief}.yaml", as_of=AS_OF)
        demo = services.create_demo(typed, provider="anthropic", ai_model="played", by=alice)
        first = drive_revision(demo.current_id or 0, on_change=lambda words: None)
        model.again = True
        again = services.regenerate(first.demo, instructions="", section="talk_track", by=alice)
        while (delay := advance_revision(again.pk)) == 0:
            pass
    second = PlanRevision.objects.get(pk=again.pk)
    assert (delay, second.status) == (None, RevisionStatus.READY)
    before, after = first.branches(), second.branches()
    assert before.keys() == after.keys()
    changed = {
        path for branch in before for path in before[branch] if before[branch][path] != after[branch][path]
    }
    assert changed <= TALK
    assert "another way to begin" in after["main"]["talk_track.md"]
    assert model.asked == ["changes", "talk_track"]
