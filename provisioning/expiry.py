"""Live demos that nobody uses any more: their owners are warned, and where the policy says so, they are taken down.

A demo is taken down only after its owner was warned under the policy of today and had the time of the warning to
answer, and only with the workspace's connections. What these do not reach stays, and the fleet page lists it.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.notices import tell
from demoforge.errors import Explained
from provisioning.connections import secrets
from provisioning.models import BuildRun, Target
from provisioning.removing import remove
from provisioning.standing import live_builds
from scenarios.lifecycle import Term, term_now
from scenarios.models import Demo

WARNED_AT_ONCE = 500  # owners, in one hour
TAKEN_DOWN_AT_ONCE = 20  # demos, in one hour: each takes a worker some seconds, and calls GitHub


def watch_expiry() -> None:
    """Warn the owners whose demos are about to expire, then take down what may be taken down."""
    term = term_now()
    warn_owners(term)
    take_down_expired(term)


# --- warn ---------------------------------------------------------------------------------------------------


def warn_owners(term: Term) -> int:
    """Tell each owner once per use. Returns how many were told."""
    unwarned = Q(expiry_warned_at=None)
    if term.take_down and term.since:  # who was warned of less is told once more
        unwarned |= Q(expiry_warned_at__lt=term.since)
    live = Exists(live_builds().filter(demo=OuterRef("pk")))
    found = Demo.objects.filter(term.ending(), unwarned, live).select_related("owner").order_by("used_at")
    return sum(_warn(demo, term) for demo in found[:WARNED_AT_ONCE])


@transaction.atomic
def _warn(demo: Demo, term: Term) -> bool:
    """False when it was used, or its owner warned, at this very moment."""
    as_read = Demo.objects.filter(
        pk=demo.pk, used_at=demo.used_at, expiry_warned_at=demo.expiry_warned_at, call_on=demo.call_on
    )
    if not as_read.update(expiry_warned_at=timezone.now()):
        return False
    tell(demo.owner, _warning(demo, term), path=f"{reverse('fleet')}?demo={demo.pk}")
    return True


def _warning(demo: Demo, term: Term) -> str:
    day = term.expires_on(demo)
    name = f"The live demo for {demo.public_name}"
    if not term.take_down:
        over = f"{'has expired' if day <= term.today else 'expires'} on {_words(day)}"
        return f"{name} {over}. Extend it if you still need it, or take it down."
    if not all(unreached(run) for run in live_builds().filter(demo=demo)):
        last = max(day, term.today + term.warning)
        return f"{name} will be taken down on {_words(last)}, unless you extend it before."
    return (
        f"{name} expires on {_words(day)}, and DemoForge cannot reach it with the workspace's connections. "
        "Extend it, or take it down yourself."
    )


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# --- take down ----------------------------------------------------------------------------------------------


def take_down_expired(term: Term) -> list[int]:
    """Take down what has expired, the longest unused first, if the policy says so. Returns the builds."""
    if not term.take_down:
        return []
    found = live_builds().filter(_due(term, "demo__"), workspace=True).select_related("demo__owner")
    taken: list[int] = []
    for run in found.order_by("demo__used_at", "pk"):
        if len(taken) >= TAKEN_DOWN_AT_ONCE:
            break
        if not unreached(run) and _take_down(run, term):
            taken.append(run.pk)
    return taken


def _due(term: Term, prefix: str = "") -> Q:
    """What is true of demos that have expired and whose owners have had the time of a warning to answer."""
    warned: dict[str, datetime] = {f"{prefix}expiry_warned_at__lte": timezone.now() - term.warning}
    if term.since:
        warned[f"{prefix}expiry_warned_at__gte"] = term.since
    return term.expired(prefix) & Q(**warned)


def _take_down(run: BuildRun, term: Term) -> bool:
    """False when it has been used at this very moment, or another build of the demo is not over."""
    try:
        with transaction.atomic():
            demo = Demo.objects.select_for_update().filter(_due(term), pk=run.demo_id).first()
            if demo is None:
                return False
            remove(run, "build.taken_down", by=None)
            tell(
                run.demo.owner,
                f"The live demo for {demo.public_name} was not used any more and is being taken down. "
                "The page of its build says what is left.",
                path=reverse("build_detail", args=[run.pk]),
            )
    except Explained:
        return False
    return True


def unreached(run: BuildRun) -> str:
    """Why the workspace's connections cannot take this build down, in a sentence; empty if they can."""
    if not run.workspace:
        return "It was built with somebody's own tokens: whoever has them takes it down."
    try:
        secrets.github_token(run)
        if run.target == Target.DBT_CLOUD:
            secrets.dbt_cloud_token(run)
    except secrets.Missing as missing:
        return missing.sentence
    return ""
