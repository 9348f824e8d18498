"""At night, approved plans are really proven again with the dbt version that is installed: what broke is flagged.

The plan whose last Proof is the oldest comes first. A check proves the stored files; it touches neither the revision's
own Proof nor its approval. One worker at a time holds the night's row under a claim; a message does one check and
sends the next. When a worker dies, its lease runs out, and the hour's message goes on with the next plan.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Max, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from pydantic import ValidationError

from demoforge.accounts import audit
from demoforge.accounts.notices import tell
from demoforge.claims import Claim, LeaseLost, claim
from demoforge.faults import fault_point
from scenarios import proving
from scenarios.models import Demo, Night, NightStatus, PlanRevision, RevisionStatus, TemplateCheck
from scenarios.proof import ProofReport, ProofUnavailable

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30.0
KEPT_CHECKS = 30  # of one revision; older ones are forgotten
KEPT_NIGHTS = timedelta(days=30)
TOLD_FINDINGS = 3
RENEW_SECONDS = 5.0
UNREADABLE = "Its plan was written by another version of DemoForge, and this one cannot read it."


def night_of(now: datetime) -> datetime | None:
    """When the night began in which `now` lies; None by day, and when nights are switched off."""
    if settings.NIGHT == "off":
        return None
    local = timezone.localtime(now)
    first, last = (60 * int(clock[:2]) + int(clock[3:]) for clock in settings.NIGHT.split("-"))
    minutes = 60 * local.hour + local.minute
    if (minutes - first) % 1440 >= ((last - first) % 1440 or 1440):
        return None
    begins = local.replace(hour=first // 60, minute=first % 60, second=0, microsecond=0)
    return begins - timedelta(days=1) if minutes < first else begins


def newest_checks(revisions: Iterable[int]) -> dict[int, TemplateCheck]:
    """Revision id -> its last nightly check; what was never checked is left out. One query."""
    newest = TemplateCheck.objects.filter(revision__in=list(revisions)).order_by()
    ids = newest.values("revision").annotate(newest=Max("pk")).values("newest")
    return {check.revision_id: check for check in TemplateCheck.objects.filter(pk__in=ids)}


def due_plans(since: datetime, *, last: Iterable[int] = ()) -> "QuerySet[PlanRevision]":
    """The approved plans that were not proven since then, the longest unproven first; the ids in `last` after them."""
    checks = TemplateCheck.objects.filter(revision=OuterRef("pk")).order_by("-pk").values("at")[:1]
    proven_at = Coalesce(Subquery(checks), "proof__finished_at", "ready_at", "created_at")
    templates = PlanRevision.objects.filter(
        pk__in=Demo.objects.approved().values("current"), status=RevisionStatus.READY
    )
    due = templates.annotate(proven_at=proven_at).filter(proven_at__lt=since)
    put_off = list(last)
    if not put_off:  # a plain 0 in its place is the number of a column to PostgreSQL
        return due.order_by("proven_at", "pk")
    return due.order_by(Case(When(pk__in=put_off, then=1), default=0), "proven_at", "pk")


def check_next() -> float | None:
    """Prove one approved plan again. Returns seconds until the next one, or None when this worker is done."""
    began = night_of(timezone.now())
    if began is None:
        return None
    night, new = Night.objects.get_or_create(begins_on=timezone.localtime(began).date())
    if new:
        Night.objects.filter(begins_on__lt=night.begins_on - KEPT_NIGHTS).delete()
    held = claim(Night, night.pk, ready=[NightStatus.WAITING], running=NightStatus.RUNNING)
    if held is None:
        return None
    if held.worn_out:
        log.error("night_given_up", night=str(night.begins_on), checking=night.checking)
        held.settle(status=NightStatus.OVER)
        return None
    try:
        with held.heartbeat():
            return _check_under_claim(held, began)
    except LeaseLost:
        log.warning("lease_lost", night=held.pk)
        return None


def _check_under_claim(held: Claim, began: datetime) -> float | None:
    night = Night.objects.get(pk=held.pk)
    if night.checking:  # whoever proved it died: first the others, then once more this one
        night.put_off = [*night.put_off, night.checking]
    if night.seconds >= 60 * settings.NIGHT_MINUTES:
        held.settle(status=NightStatus.OVER, checking=None)
        return None
    due = due_plans(began, last=night.put_off).values_list("pk", flat=True).first()
    if due is None:
        held.settle(status=NightStatus.WAITING, checking=None, failures=0)
        return None
    held.save(checking=due, put_off=night.put_off)
    return _check(held, night, PlanRevision.objects.select_related("demo__owner").get(pk=due))


def _check(held: Claim, night: Night, revision: PlanRevision) -> float | None:
    """Prove the revision, outside any transaction, and settle."""
    started = time.monotonic()
    try:
        passed, sentence = _proven(held, revision)
    except LeaseLost:
        raise
    except ProofUnavailable as error:
        log.warning("template_not_checked", revision=revision.pk, error=str(error))
        return _put_off(held, night, revision, time.monotonic() - started)
    except Exception:  # our bug: it says nothing about the plan
        log.exception("template_not_checked", revision=revision.pk)
        return _put_off(held, night, revision, time.monotonic() - started)
    fault_point("night", "after")
    spent = F("seconds") + (time.monotonic() - started)
    with transaction.atomic():
        if held.settle(status=NightStatus.WAITING, seconds=spent, checking=None, failures=0):
            _record(revision, passed, sentence)
    return 0.0


def _proven(held: Claim, revision: PlanRevision) -> tuple[bool, str]:
    """Whether the stored project passes today, and what is wrong with it otherwise."""
    fault_point("night", "before")
    try:
        plan = revision.read_plan()
    except ValidationError:
        return False, UNREADABLE
    report = proving.prove(plan, revision.branches(is_document=False), say=_Renewing(held))
    return report.passed, "" if report.passed else _findings(report)


class _Renewing:
    """Hears what a run is doing, and ends it when somebody else holds the night."""

    def __init__(self, held: Claim) -> None:
        self._held, self._at = held, time.monotonic()

    def __call__(self, words: str) -> None:
        if time.monotonic() - self._at > RENEW_SECONDS:
            self._at = time.monotonic()
            if not self._held.renew():
                raise LeaseLost(f"night {self._held.pk}")


def _findings(report: ProofReport) -> str:
    told = [
        f"{found.place}: {found.sentence}" if found.place else found.sentence for found in report.findings
    ]
    more = len(told) - TOLD_FINDINGS
    return "\n".join([*told[:TOLD_FINDINGS], *([f"and {more} more"] if more > 0 else [])])


def _put_off(held: Claim, night: Night, revision: PlanRevision, spent: float) -> float | None:
    """Let the others go first. After the third time in a row the night is over: it is not the plans' fault."""
    fields = {
        "checking": None,
        "put_off": [*night.put_off, revision.pk],
        "seconds": F("seconds") + spent,
    }
    if held.put_back(status=NightStatus.WAITING, seconds=RETRY_SECONDS, **fields):
        return RETRY_SECONDS
    log.error("night_given_up", night=str(night.begins_on))
    held.settle(status=NightStatus.OVER, **fields)
    return None


def _record(revision: PlanRevision, passed: bool, sentence: str) -> None:
    """Write the check; tell the owner when it says something else than what was known."""
    if not PlanRevision.objects.filter(pk=revision.pk).exists():
        return
    before = revision.checks.first()
    check = TemplateCheck.objects.create(
        revision=revision, dbt_version=proving.dbt_version(), passed=passed, sentence=sentence
    )
    kept = list(revision.checks.values_list("pk", flat=True)[:KEPT_CHECKS])
    revision.checks.exclude(pk__in=kept).delete()
    if passed != (before.passed if before else True):
        _tell(revision, check)


def _tell(revision: PlanRevision, check: TemplateCheck) -> None:
    name = revision.demo.public_name
    words = (
        f"{name}: the approved plan passes its Proof again, with dbt {check.dbt_version}."
        if check.passed
        else f"{name}: the approved plan no longer passes its Proof with dbt {check.dbt_version}. "
        "The demo's page says what broke."
    )
    audit.record(
        "template.mended" if check.passed else "template.broke", revision, by=None, dbt=check.dbt_version
    )
    if revision.demo.owner.is_active:
        tell(revision.demo.owner, words, path=reverse("demo_detail", args=[revision.demo_id]))
