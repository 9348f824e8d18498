"""A revision written by a model: its road through the database, what is kept, what is put back, what is repaired."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from demoforge.accounts.models import User
from scenarios import services
from scenarios.composing import LAST_ROUND
from scenarios.drafting import advance_revision, drive_revision
from scenarios.models import ModelCall, Origin, PlanRevision, Proof, ProofStatus, RevisionStatus
from scenarios.plan.diff import same
from scenarios.plan.parts import Plan, part_keys
from scenarios.plan.sections import get_section
from scenarios.proof.report import Finding, ProofReport
from tests.fakes.model_server import AskedOf, Fault, ModelServer
from tests.scenarios.ai.writing.played import BRIEF, KEY, Played, heard, played_plan

pytestmark = pytest.mark.django_db(transaction=True)

CODENAME = "Project Bluebird"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password="wonderland-1")


@pytest.fixture
def server(settings: Any) -> Iterator[ModelServer]:
    with ModelServer(answer=Played(), key=KEY) as running:
        settings.ANTHROPIC_BASE_URL = running.address("anthropic")
        settings.ANTHROPIC_API_KEY = KEY
        yield running


def written(user: User, brief: Any = BRIEF, **more: Any) -> PlanRevision:
    """The first revision of a new demo, drafted and rendered, not proven."""
    demo = services.create_demo(brief, provider="anthropic", ai_model="played", by=user, **more)
    assert demo.current_id
    return rendered(demo.current_id)


def rendered(pk: int) -> PlanRevision:
    advance_revision(pk)
    revision = PlanRevision.objects.select_related("demo").get(pk=pk)
    assert (revision.status, revision.error) == (RevisionStatus.RENDERED, "")
    return revision


def alike(one: Plan, other: Plan) -> bool:
    """Whether two plans are the same; arrivals may stand in another order: code puts them in that of the rows."""
    data = [plan.model_dump(mode="json") for plan in (one, other)]
    for plan in data:
        plan["day_two"]["arrivals"].sort(key=lambda arrival: str(arrival["key"]))
        for arrival in plan["day_two"]["arrivals"]:
            del arrival["what"]
    return data[0] == data[1]


def test_what_the_model_wrote_is_the_plan(alice: User, server: ModelServer) -> None:
    revision = written(alice)
    assert alike(revision.read_plan(), played_plan())
    assert (revision.notes, revision.preview, revision.ai_model) == ([], None, "played")


def test_every_call_is_recorded_without_the_key(alice: User, server: ModelServer) -> None:
    revision = written(alice)
    calls = list(ModelCall.objects.filter(revision=revision))
    assert len(calls) == len(server.requests) >= 6
    assert calls[0].purpose == "outline"
    assert {(call.provider, call.model, call.outcome) for call in calls} == {("anthropic", "played", "ok")}
    assert all(call.input_tokens and call.output_tokens and call.answer for call in calls)
    assert KEY not in repr([vars(call) for call in calls])


@pytest.mark.long
def test_model_that_writes_is_proven(alice: User, server: ModelServer) -> None:
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert (revision.status, revision.error) == (RevisionStatus.READY, "")
    assert revision.proof.passed


def test_what_a_killed_worker_had_is_not_asked_for_again(alice: User, server: ModelServer) -> None:
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    plan = played_plan().model_dump(mode="json")
    kept = {f"sql:{one['model']}": one for one in plan["statements"]} | {"talk_track": plan["talk_track"]}
    PlanRevision.objects.filter(pk=demo.current_id).update(outline=plan["outline"], parts=kept)
    revision = rendered(demo.current_id)
    assert alike(revision.read_plan(), played_plan())
    kinds = {heard(call, played_plan().outline)[0].kind for call in server.requests}
    assert kinds == {"data", "semantic", "day_two"}


def test_without_a_key_the_built_in_provider_writes_and_says_so(
    alice: User, server: ModelServer, settings: Any
) -> None:
    settings.ANTHROPIC_API_KEY = ""
    revision = written(alice)
    assert "needs a key" in revision.notes[0]
    assert "built-in provider wrote this plan instead" in revision.notes[0]
    assert not server.requests


def test_wrong_key_ends_in_a_demo_and_a_sentence(alice: User, server: ModelServer, settings: Any) -> None:
    settings.ANTHROPIC_API_KEY = "another-key"
    revision = written(alice)
    assert any("key" in note and "built-in provider wrote" in note for note in revision.notes)
    assert "another-key" not in repr(revision.notes)
    assert [call.outcome for call in ModelCall.objects.filter(revision=revision)] == ["auth"]


def test_the_real_name_never_leaves(alice: User, server: ModelServer) -> None:
    brief = BRIEF.model_copy(update={"codename": CODENAME})
    written(alice, brief)
    sent = "\n".join(json.dumps(call.body) for call in server.requests)
    assert CODENAME in sent
    assert "Northwind" not in sent


# --- regenerated ---------------------------------------------------------------


def changes(**named: Any) -> dict[str, Any]:
    """An answer that changes only what is named."""
    empty = {
        "context": [], "sources": [], "models": [], "incremental": [], "metrics": [], "pains": [], "defects": [],
        "removed": [], "rewrite": [], "notes": [],
    }  # fmt: skip
    return empty | named


def test_a_wish_changes_what_it_speaks_of_and_nothing_else(alice: User, server: ModelServer) -> None:
    first = written(alice)

    def model(call: AskedOf) -> Any:
        understood, _ = heard(call, played_plan().outline)
        if understood.kind == "changes":
            return changes(rewrite=["talk_track"], notes=["The opening is shorter."])
        assert understood.kind == "talk_track"
        track = played_plan().talk_track.model_dump(mode="json") | {"opening": "Good morning."}
        beats = [
            {**beat, "opens": beat["opens"] or "", "if_it_goes_wrong": beat["if_it_goes_wrong"] or ""}
            for beat in track["beats"]
        ]
        return track | {"beats": beats}

    server.answer = model
    again = services.regenerate(first.demo, instructions="A shorter opening", by=alice)
    second = rendered(again.pk)
    assert (second.origin, second.read_plan().talk_track.opening) == (Origin.REGENERATED, "Good morning.")
    old = first.read_plan().model_copy(update={"talk_track": second.read_plan().talk_track})
    assert same(second.read_plan(), old)
    assert "The opening is shorter." in second.notes


def test_one_section_is_written_anew_alone(alice: User, server: ModelServer) -> None:
    first = written(alice)
    server.answer = Played(changes=changes(rewrite=["talk_track", "semantic"]))
    before = len(server.requests)
    again = services.regenerate(first.demo, instructions="", section="semantic", by=alice)
    second = rendered(again.pk)
    assert same(second.read_plan(), first.read_plan())
    kinds = [heard(call, played_plan().outline)[0].kind for call in server.requests[before:]]
    assert kinds == ["changes", "semantic"]


def test_what_is_locked_stays_whatever_the_model_wants(alice: User, server: ModelServer) -> None:
    first = written(alice)
    demo = services.set_lock(first.demo, key="context", locked=True, by=alice)
    server.answer = Played(changes=changes(context=["Something else.", "Another case.", "Win"]))
    again = services.regenerate(demo, instructions="Another context", by=alice)
    second = rendered(again.pk)
    assert get_section(second.read_plan(), "context") == get_section(first.read_plan(), "context")
    assert any("ocked" in note for note in second.notes)


# --- sent back by the Proof ----------------------------------------------------


@pytest.mark.slow
@pytest.mark.long  # as the hurried drafts of tests/played, which are sent back by the Proof
def test_what_the_proof_finds_goes_back_to_the_model(alice: User, server: ModelServer) -> None:
    """A statement that keeps all rules and fails when it is run: a key that is not unique."""
    plan = played_plan()
    mart = next(model for model in plan.outline.marts if model.name != plan.outline.incremental.model)
    good, broken = f"sql:{mart.name}", 0

    def spoil(understood: Any, answer: Any) -> Any:
        nonlocal broken
        if understood.kind == "sql" and good in understood.keys and not understood.repair and not broken:
            broken += 1
            for one in answer["models"]:
                if one["model"] == mart.name:
                    one["sql"] = _doubled(one["sql"], [column.name for column in mart.columns])
        return answer

    server.answer = Played(spoil=spoil)
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert broken == 1
    assert (revision.status, revision.repairs, revision.findings) == (RevisionStatus.READY, 1, None)
    assert any(call.purpose.endswith("repair") for call in ModelCall.objects.filter(revision=revision))
    assert alike(revision.read_plan(), plan)


def _doubled(sql: str, columns: list[str]) -> str:
    """The same rows twice."""
    chosen = ", ".join(f"twice.{name} as {name}" for name in columns)
    once = f"select {chosen} from ({sql}) as twice"
    return f"{once} union all {once}" if not sql.lstrip().startswith("with") else _doubled_with(sql, columns)


def _doubled_with(sql: str, columns: list[str]) -> str:
    head, _, last = sql.rpartition("select")
    body = f"select{last}"
    return f"{head}{body} union all {body}"


@pytest.mark.long
def test_model_that_never_mends_it_is_replaced(alice: User, server: ModelServer) -> None:
    """After two rounds the built-in provider writes what the Proof blames, and the page says so."""
    plan = played_plan()
    mart = next(model for model in plan.outline.marts if model.name != plan.outline.incremental.model)

    def spoil(understood: Any, answer: Any) -> Any:
        if understood.kind == "sql":
            for one in answer["models"]:
                if one["model"] == mart.name:
                    one["sql"] = _doubled(one["sql"], [column.name for column in mart.columns])
        return answer

    server.answer = Played(spoil=spoil)
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert revision.status == RevisionStatus.READY
    assert any("The built-in provider wrote" in note and mart.name in note for note in revision.notes)


@pytest.mark.long
def test_a_promise_that_no_statement_can_keep_is_taken_back(alice: User, server: ModelServer) -> None:
    plan = played_plan()
    mart = plan.outline.marts[0]
    column = next(one for one in mart.columns if one.type == "string" and one.name != mart.primary_key)
    strict = column.model_copy(update={"accepted_values": ["never", "ever"]})
    columns = [strict if one == column else one for one in mart.columns]
    models = [
        one.model_copy(update={"columns": columns}) if one == mart else one for one in plan.outline.models
    ]
    outline = plan.outline.model_copy(update={"models": models})
    server.answer = Played(plan=plan.model_copy(update={"outline": outline}))
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert revision.status == RevisionStatus.READY
    assert any("no longer promises" in note and column.name in note for note in revision.notes)
    found = revision.read_plan().outline.model(mart.name)
    assert found is not None
    assert found.column(column.name) == column


def test_plan_that_cannot_be_proven_gives_way_to_one_that_can(alice: User, server: ModelServer) -> None:
    revision = written(alice)
    Proof.objects.filter(pk=revision.proof_id).update(status=ProofStatus.FAILED, report=failed_report())
    PlanRevision.objects.filter(pk=revision.pk).update(repairs=LAST_ROUND)
    assert advance_revision(revision.pk) == 0.0
    again = rendered(revision.pk)
    assert again.repairs == LAST_ROUND + 1
    assert "So the built-in provider wrote this plan." in again.notes[-1]
    assert "The test x failed with 1 row." in again.notes[-1]


def test_a_repair_after_the_proof_changes_nothing_that_is_locked(alice: User, server: ModelServer) -> None:
    first = written(alice)
    mart = played_plan().outline.marts[0].name
    demo = services.set_lock(first.demo, key=f"model:{mart}", locked=True, by=alice)

    def spoil(understood: Any, answer: Any) -> Any:
        for one in answer.get("models", []) if understood.kind == "sql" else []:
            one["header"] = "Something else."
        return answer

    server.answer = Played(spoil=spoil, changes=changes(rewrite=["talk_track"]))
    second = rendered(services.regenerate(demo, instructions="Another talk track", by=alice).pk)
    report = failed_report(place=f"{mart}.anything")
    Proof.objects.filter(pk=second.proof_id).update(status=ProofStatus.FAILED, report=report)
    assert advance_revision(second.pk) == 0.0
    again = PlanRevision.objects.get(pk=second.pk)
    while again.status == RevisionStatus.QUEUED:
        advance_revision(second.pk)
        again.refresh_from_db()
    assert again.repairs
    assert again.read_plan().statement_of(mart) == first.read_plan().statement_of(mart)


def failed_report(*, place: str = "somewhere") -> dict[str, Any]:
    found = Finding(sentence="The test x failed with 1 row.", place=place)
    return ProofReport(
        passed=False, seconds=1.0, dbt_version="1.12.0", adapter="duckdb", findings=[found]
    ).model_dump(mode="json")


HOSTILE = "{{ env_var('HOME') }} {% raw %} <script>alert(1)</script> ../../etc/passwd"


@pytest.mark.slow
def test_what_a_hostile_model_writes_is_text_and_nothing_else(
    alice: User, server: ModelServer, client: Any
) -> None:
    """Jinja, HTML and paths in every text of its answers: the project is proven, and the page shows words."""

    def poisoned(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: f"{item} {HOSTILE}"[:200]
                if key in ("about", "purpose", "label", "title", "story", "header", "say", "opening", "why")
                else poisoned(item)
                for key, item in value.items()
            }
        return [poisoned(item) for item in value] if isinstance(value, list) else value

    def spoil(understood: Any, answer: Any) -> Any:
        if understood.kind == "outline" and not understood.repair:
            answer["sources"][0]["system"] = "../../etc"
        return poisoned(answer)

    server.answer = Played(spoil=spoil)
    demo = services.create_demo(BRIEF, provider="anthropic", ai_model="played", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert revision.status == RevisionStatus.READY
    files = revision.files_of()
    assert all(".." not in path for path in files)
    assert not any(re.search(r"\{\{\s*env_var|\{%\s*raw", text) for text in files.values())
    client.force_login(alice)
    for tab in ("plan", "proof", "talk"):
        page = client.get(f"/demos/{demo.pk}/?tab={tab}").content.decode()
        assert "<script>alert(1)" not in page


def test_busy_server_is_asked_again(alice: User, server: ModelServer) -> None:
    server.fail_next(Fault(status=529, headers={"retry-after-ms": "10"}), times=2)
    revision = written(alice)
    assert alike(revision.read_plan(), played_plan())
    assert ModelCall.objects.get(revision=revision, purpose="outline").retries == 2


def test_parts_of_a_played_plan_are_all_there() -> None:
    assert set(part_keys(played_plan().outline)) >= {
        "quality",
        "semantic",
        "features",
        "day_two",
        "talk_track",
    }
