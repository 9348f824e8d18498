"""“Ready for the call?”: everything about a live demo that can be looked at, within seconds."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import User
from provisioning import names
from provisioning.connections.fields import Connections
from provisioning.connections.secrets import Missing
from provisioning.live.asking import ALL_SECONDS, CloudAccess, GitHubAccess, SideBySide, asker
from provisioning.live.at_cloud import ask_cloud, check_cloud, remind
from provisioning.live.at_github import ask_for_repository, check_repository
from provisioning.live.checks import Check, Readiness
from provisioning.models import BuildRun, RunStatus
from provisioning.standing import Place, place_of, proven_branches, require_live, standing_run

Finish = Callable[[], list[Check]]  # waits for the answers to what was asked


def check_readiness(
    live: BuildRun, *, by: User, seconds: float = ALL_SECONDS, now: datetime | None = None
) -> Readiness:
    """Look at a live demo with the credentials of `by`, or the workspace's if it was built with these.

    All calls run side by side; whatever has not answered after `seconds` is told as such. Raises NotNow.
    """
    require_live(live)
    place = place_of(live)
    with SideBySide(seconds) as asking:
        checks = _ask(live, place, by, asking, now or timezone.now())
    return Readiness([*_changes(live), *checks])


def _ask(live: BuildRun, place: Place, by: User, asking: SideBySide, now: datetime) -> list[Check]:
    run = asker(live, by)
    under_way = [_begin_github(live, run, place, asking), _begin_cloud(run, place, asking, now)]
    answers = [check for finish in under_way for check in finish()]
    return [*answers, *_reminders(live, place)]


def _begin_github(live: BuildRun, run: BuildRun, place: Place, asking: SideBySide) -> Finish:
    try:
        access = GitHubAccess.of(run)
    except Missing as missing:
        return partial(_not_asked, missing, "GitHub token", run)
    question = ask_for_repository(asking, access, place.repository.id)
    branches = proven_branches(live)
    return partial(check_repository, asking, access, question, known=place.repository, branches=branches)


def _begin_cloud(run: BuildRun, place: Place, asking: SideBySide, now: datetime) -> Finish:
    if place.project_id is None:
        return list
    try:
        access = CloudAccess.of(run)
    except Missing as missing:
        return partial(_not_asked, missing, "dbt Cloud token", run)
    return partial(check_cloud, ask_cloud(asking, access, place), now=now)


def _not_asked(missing: Missing, title: str, run: BuildRun) -> list[Check]:
    if run.workspace:
        return [Check(title, "fail", missing.sentence, missing.hint)]
    fix = "Enter it on the page Connections, then check again."
    return [
        Check(title, "fail", f"Your {title} for this address is not in memory.", fix, reverse("connections"))
    ]


def _reminders(live: BuildRun, place: Place) -> list[Check]:
    cloud = Connections.model_validate(live.connections).dbt_cloud
    if cloud is None:
        return []
    schema = names.schema_name(live.repository_name, names.DEVELOPMENT)
    return remind(place, (cloud.host, cloud.account_id), schema, _schemas(live))


def _schemas(live: BuildRun) -> list[str]:
    return list(live.resources.filter(kind=names.SCHEMA).values_list("name", flat=True))


def _changes(live: BuildRun) -> list[Check]:
    """An update or a reset that is not over, or stopped half way."""
    last = live.changes.order_by("-pk").first()
    if last is None or last.status == RunStatus.SUCCEEDED:
        return _said(standing_run(live), live)
    label = last.get_kind_display()
    if last.is_busy:
        fix = "Wait until it is over, then check again."
        return [
            Check(
                label,
                "fail",
                f"Its {label.lower()} (build {last.pk}) is under way.",
                fix,
                reverse("build_detail", args=[last.pk]),
            )
        ]
    sentence = f"Its {label.lower()} (build {last.pk}) stopped half way."
    fix = "Retry it there, or reset the demo."
    return [Check(label, "fail", sentence, fix, reverse("build_detail", args=[last.pk]))]


def _said(standing: BuildRun, live: BuildRun) -> list[Check]:
    if standing.pk == live.pk:
        return []
    words = f"It shows revision {standing.revision.number} since build {standing.pk}."
    return [Check(standing.get_kind_display(), "pass", words)]
