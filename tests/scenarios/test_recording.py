"""The record of calls: encrypted texts, figures that stay, never a key."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from demoforge.accounts.models import AuditEntry
from scenarios.ai.calls.protocol import Usage
from scenarios.ai.writing.records import CallRecord
from scenarios.models import ModelCall, PlanRevision
from scenarios.models.call import TEXTS
from scenarios.recording import HIDDEN, purge_texts, record_call, without_keys
from scenarios.tasks import purge_call_texts
from tests.scenarios.views.rows import demo_of, person, revision_of

pytestmark = pytest.mark.django_db

KEY = "sk-ant-api03-canary-Q8wLz2Vt6Yb4Nc0Rm5Xk"
OTHER_KEY = "plain.canary.key.of.a.local.server"
RECORD = CallRecord(
    purpose="data:1", provider="anthropic", model="some-model", prompt_digest="d" * 64, system="The rules.",
    shared="CONFIDENTIAL-NOTES", task="Write rows.", answer='{"tables": []}',
    usage=Usage(input=1000, cached=800, output=200), seconds=3.25, retries=1, outcome="ok", request_id="req_1",
)  # fmt: skip


@pytest.fixture
def revision(db: None) -> PlanRevision:
    return revision_of(demo_of(person()))


def test_a_call_is_kept_with_all_its_figures(revision: PlanRevision, settings: Any) -> None:
    settings.AI_PRICES = {"some-model": (Decimal(3), Decimal("0.3"), Decimal(15))}
    record_call(revision, RECORD)
    record_call(revision, replace(RECORD, purpose="repair data:1", outcome="rate_limit", answer=""))
    first, second = revision.calls.all()
    assert (first.number, second.number) == (1, 2)
    assert (first.input_tokens, first.cached_tokens, first.output_tokens) == (1000, 800, 200)
    assert (first.seconds, first.retries, first.outcome, first.request_id) == (3.25, 1, "ok", "req_1")
    assert first.price == Decimal("0.003840")
    assert [getattr(first, name) for name in TEXTS] == [
        "The rules.", "CONFIDENTIAL-NOTES", "Write rows.", '{"tables": []}'
    ]  # fmt: skip
    assert second.outcome == "rate_limit"


def test_calls_are_numbered_within_their_revision(revision: PlanRevision) -> None:
    other = revision_of(revision.demo)
    for one in (revision, other, revision):
        record_call(one, RECORD)
    assert [call.number for call in revision.calls.all()] == [1, 2]
    assert [call.number for call in other.calls.all()] == [1]


def test_a_model_without_a_price_has_none(revision: PlanRevision) -> None:
    record_call(revision, RECORD)
    assert revision.calls.get().price is None


def test_texts_are_encrypted_in_the_database(revision: PlanRevision) -> None:
    record_call(revision, RECORD)
    with connection.cursor() as cursor:
        cursor.execute("select system, shared, task, answer from scenarios_modelcall")
        stored = [bytes(value) for value in cursor.fetchone()]
    assert all(stored)
    assert not any(b"CONFIDENTIAL" in value or b"rules" in value for value in stored)


@pytest.mark.parametrize("field", [*TEXTS, "request_id", "model"])
def test_no_key_is_in_any_record(revision: PlanRevision, field: str) -> None:
    """A server may say a key back, and a person may paste one into the notes."""
    record_call(revision, replace(RECORD, **{field: f"so {KEY} and {OTHER_KEY}."}), secrets=[OTHER_KEY])
    row = ModelCall.objects.values().get()
    said = " ".join(str(value) for value in row.values())
    assert row[field] == f"so {HIDDEN} and {HIDDEN}."
    assert "canary" not in said


@pytest.mark.parametrize(
    "key",
    [KEY, "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8x", "ghp_" + "a1B2" * 9, "github_pat_" + "a1B2" * 6, "dbtc_" + "a1B2" * 6,
     "AKIAABCDEFGHIJKLMNOP", "AIza" + "a1B2" * 9],
)  # fmt: skip
def test_what_looks_like_a_key_is_hidden(key: str) -> None:
    assert without_keys(f'{{"token": "{key}"}}') == f'{{"token": "{HIDDEN}"}}'
    assert without_keys("Authorization: Bearer abcdefghijklmnop1234") == f"Authorization: Bearer {HIDDEN}"


@pytest.mark.parametrize(
    "text", ["fct_orders", "a task-force for risk-averse members", "sk-123", "ask-me-anything-please"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert without_keys(text, ["a", ""]) == text


def test_texts_may_be_kept_for_no_time_at_all(revision: PlanRevision, settings: Any) -> None:
    settings.AI_TEXT_DAYS = 0
    record_call(revision, RECORD)
    call = revision.calls.get()
    assert [getattr(call, name) for name in TEXTS] == [""] * 4
    assert call.purged_at is not None
    assert call.input_tokens == 1000


def test_old_texts_are_taken_out_and_figures_stay(revision: PlanRevision, settings: Any) -> None:
    settings.AI_TEXT_DAYS = 30
    for _ in range(3):
        record_call(revision, RECORD)
    now = timezone.now()
    revision.calls.filter(number=1).update(at=now - timedelta(days=31))
    revision.calls.filter(number=2).update(at=now - timedelta(days=29))
    purge_call_texts()
    old, young, new = revision.calls.all()
    assert [getattr(old, name) for name in TEXTS] == [""] * 4
    assert (old.purged_at is not None, old.output_tokens, old.outcome) == (True, 200, "ok")
    assert young.shared == new.shared == "CONFIDENTIAL-NOTES"
    assert young.purged_at is None
    entry = AuditEntry.objects.get(action="calls.purged")
    assert (entry.actor, entry.detail) == (None, {"count": 1, "days": 30})
    assert purge_texts(30) == 0
    assert AuditEntry.objects.filter(action="calls.purged").count() == 1


def test_purging_takes_any_number(revision: PlanRevision) -> None:
    calls = [
        ModelCall(revision=revision, number=number, purpose="x", outcome="ok") for number in range(1, 1203)
    ]
    ModelCall.objects.bulk_create(calls)
    assert purge_texts(0) == 1202
    assert not ModelCall.objects.filter(purged_at=None).exists()
