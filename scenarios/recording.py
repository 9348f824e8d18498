"""The record of calls of models: kept per revision, texts encrypted and taken out after a while, never a key."""

import re
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from demoforge.accounts import audit
from scenarios.ai.pricing import price_of
from scenarios.ai.writing.records import CallRecord
from scenarios.models import ModelCall, PlanRevision
from scenarios.models.call import REQUEST_ID_LENGTH, TEXTS

HIDDEN = "[hidden]"
SHORTEST_KEY = 8  # characters; anything shorter is no secret and would hide ordinary words
PURGED_AT_ONCE = 500  # records of a statement

#: What keys look like: model providers, code hosts, clouds, and what stands in a header.
_KEYS = re.compile(
    r"\b(?:sk|rk|pk)-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"
    r"|\bdbt[acu]_[A-Za-z0-9_-]{20,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{30,}"
    r"|(?<=Bearer )[A-Za-z0-9._~+/-]{16,}=*"
)


def without_keys(text: str, secrets: Collection[str] = ()) -> str:
    """The text without these secrets, and without anything that looks like a key."""
    for secret in sorted((one for one in secrets if len(one) >= SHORTEST_KEY), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _KEYS.sub(HIDDEN, text)


def record_call(revision: PlanRevision, record: CallRecord, *, secrets: Collection[str] = ()) -> None:
    """Keep the record of a call. `secrets`, such as the key it was made with, are taken out of every text.

    Calls run side by side: the revision's row is locked while the next number is found.
    """
    usage = record.usage
    with transaction.atomic():
        PlanRevision.objects.select_for_update(no_key=True).only("pk").get(pk=revision.pk)
        last = ModelCall.objects.filter(revision=revision).aggregate(last=Max("number"))["last"]
        ModelCall.objects.create(
            revision=revision,
            number=(last or 0) + 1,
            purpose=record.purpose[:60],
            provider=record.provider[:20],
            model=without_keys(record.model, secrets)[:200],
            prompt_digest=record.prompt_digest[:71],
            input_tokens=max(usage.input, 0),
            cached_tokens=max(usage.cached, 0),
            output_tokens=max(usage.output, 0),
            seconds=record.seconds,
            retries=record.retries,
            outcome=str(record.outcome)[:20],
            request_id=without_keys(record.request_id, secrets)[:REQUEST_ID_LENGTH],
            price=price_of(settings.AI_PRICES, record.model, usage),
            **_texts(record, secrets),
        )


def _texts(record: CallRecord, secrets: Collection[str]) -> dict[str, object]:
    """The encrypted columns; where texts are not kept at all, when they were taken out: now."""
    if not settings.AI_TEXT_DAYS:
        return {"purged_at": timezone.now()}
    return {name: without_keys(getattr(record, name), secrets) for name in TEXTS}


def purge_texts(older_than_days: int) -> int:
    """Take the texts out of records that are older than so many days; their figures stay. How many there were."""
    now = timezone.now()
    old = ModelCall.objects.filter(purged_at=None, at__lte=now - timedelta(days=older_than_days))
    purged = 0
    while some := list(old.order_by("pk").defer(*TEXTS)[:PURGED_AT_ONCE]):
        with transaction.atomic():
            rows = ModelCall.objects.filter(pk__in=[call.pk for call in some], purged_at=None)
            if count := rows.update(purged_at=now, **dict.fromkeys(TEXTS, "")):
                audit.record("calls.purged", some[-1], by=None, count=count, days=older_than_days)
        purged += count
    return purged
