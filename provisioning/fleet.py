"""The fleet: everything that builds have put at GitHub and in dbt Cloud and that still stands there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from provisioning import names
from provisioning.expiry import unreached
from provisioning.models import BuildRun, Resource, RunKind, RunStatus, Target
from provisioning.standing import LIVE_TARGETS
from scenarios.access import may_build
from scenarios.lifecycle import Term

LINKED = {names.REPOSITORY: "Repository", names.PROJECT: "dbt Cloud project"}
_STOPPED = (RunStatus.FAILED, RunStatus.CANCELLED)
_SHOWN = (
    "status", "target", "kind", "workspace", "connections", "repository_name", "created_at", "finished_at",
    "demo__company", "demo__codename", "demo__used_at", "demo__call_on", "demo__owner", "started_by__username",
    "started_by__first_name", "started_by__last_name", "demo__owner__username", "demo__owner__first_name",
    "demo__owner__last_name", "demo__owner__is_active",
)  # fmt: skip


class State(StrEnum):
    """How it stands with a build that is outside."""

    LIVE = "live"
    ENDING = "ending"
    EXPIRED = "expired"
    UNREACHED = "unreached"
    STOPPED = "stopped"
    GOING = "going"
    LEFT = "left"


LABELS: Mapping[State, str] = {
    State.LIVE: "Live",
    State.ENDING: "Expires soon",
    State.EXPIRED: "Expired",
    State.UNREACHED: "Expired, out of reach",
    State.STOPPED: "Half built",
    State.GOING: "Being taken down",
    State.LEFT: "Taken down in part",
}
SORTS: Mapping[str, Sequence[str]] = {
    "expiry": ("demo__used_at", "pk"),
    "newest": ("-created_at", "-pk"),
    "oldest": ("created_at", "pk"),
}


@dataclass(frozen=True)
class Filters:
    """What to show. `demo`: only this one; `words`: parts of the prospect's name; `owner`: a part of a name."""

    words: str = ""
    owner: str = ""
    target: str = ""
    state: str = ""
    demo: int | None = None
    sort: str = "expiry"


@dataclass(frozen=True)
class Craft:
    """One of the fleet. `why`: why the workspace's connections cannot take it down, if it has expired."""

    run: BuildRun
    state: State
    expires_on: date | None
    links: Sequence[tuple[str, str]]  # label, address
    may_extend: bool
    why: str = ""

    @property
    def label(self) -> str:
        """The state in words."""
        return LABELS[self.state]


def standing(user: User) -> "QuerySet[BuildRun]":
    """The builds that stand outside, in whole or in part: of managers and administrators all, of others their own."""
    made = Resource.objects.filter(run=OuterRef("pk"), status=Resource.Status.CREATED)
    whole = Q(status__in=[RunStatus.SUCCEEDED, RunStatus.UNDOING, RunStatus.UNDO_FAILED])
    rows = BuildRun.objects.filter(
        whole | Q(Q(status__in=_STOPPED), Exists(made)), kind=RunKind.BUILD, target__in=LIVE_TARGETS
    )
    return rows if user.may(Action.SEE_ALL_DEMOS) else rows.filter(demo__owner=user)


def narrowed(rows: "QuerySet[BuildRun]", filters: Filters, term: Term) -> "QuerySet[BuildRun]":
    """What the filters leave, in the order that is asked for, with all that a page shows of it."""
    rows = _chosen(rows, filters)
    if filters.state in list(State):
        rows = rows.filter(_states(term)[State(filters.state)])
    shown = rows.select_related("demo__owner", "started_by").only(*_SHOWN)
    return shown.order_by(*SORTS.get(filters.sort, SORTS["expiry"]))


def counts(rows: "QuerySet[BuildRun]", filters: Filters, term: Term) -> dict[str, int]:
    """How many there are of each state, with the other filters. One query."""
    asked: dict[str, Any] = {state.value: Count("pk", filter=meant) for state, meant in _states(term).items()}
    return dict(_chosen(rows, replace(filters, state="")).order_by().aggregate(**asked))


def crafts(runs: Iterable[BuildRun], user: User, term: Term) -> list[Craft]:
    """The rows of a page. One query for the links, and some more where something has expired."""
    runs = list(runs)
    links = _links(runs)
    known: dict[str, str] = {}
    return [_craft(run, user, term, links.get(run.pk, []), known) for run in runs]


def _chosen(rows: "QuerySet[BuildRun]", filters: Filters) -> "QuerySet[BuildRun]":
    for word in filters.words.split()[:6]:
        rows = rows.filter(Q(demo__company__icontains=word) | Q(demo__codename__icontains=word))
    for word in filters.owner.split()[:3]:
        rows = rows.filter(
            Q(demo__owner__username__icontains=word)
            | Q(demo__owner__first_name__icontains=word)
            | Q(demo__owner__last_name__icontains=word)
        )
    if filters.target in LIVE_TARGETS:
        rows = rows.filter(target=filters.target)
    return rows.filter(demo=filters.demo) if filters.demo else rows


def _states(term: Term) -> dict[State, Q]:
    """State -> what is true of the builds in it. Every one that stands outside is in exactly one."""
    live, expired, ending = Q(status=RunStatus.SUCCEEDED), term.expired("demo__"), term.ending("demo__")
    return {
        State.LIVE: live & ~ending,
        State.ENDING: live & ending & ~expired,
        State.EXPIRED: live & expired & Q(workspace=True),
        State.UNREACHED: live & expired & Q(workspace=False),
        State.STOPPED: Q(status__in=_STOPPED),
        State.GOING: Q(status=RunStatus.UNDOING),
        State.LEFT: Q(status=RunStatus.UNDO_FAILED),
    }


def _state(run: BuildRun, ends: date, term: Term) -> State:
    """The same of one build, by what is in memory."""
    if run.status == RunStatus.SUCCEEDED:
        if ends > term.today:
            return State.LIVE if ends > term.today + term.warning else State.ENDING
        return State.EXPIRED if run.workspace else State.UNREACHED
    if run.status in _STOPPED:
        return State.STOPPED
    return State.GOING if run.status == RunStatus.UNDOING else State.LEFT


def _craft(
    run: BuildRun, user: User, term: Term, links: Sequence[tuple[str, str]], known: dict[str, str]
) -> Craft:
    ends = term.expires_on(run.demo)
    state = _state(run, ends, term)
    over = state in (State.EXPIRED, State.UNREACHED)
    live = over or state in (State.LIVE, State.ENDING)
    return Craft(
        run=run,
        state=state,
        expires_on=ends if live else None,
        links=links,
        may_extend=live and may_build(user, run.demo),
        why=_why(run, known) if over else "",
    )


def _why(run: BuildRun, known: dict[str, str]) -> str:
    """`unreached`, asked once for all builds that go to the same place in the same way."""
    place = f"{run.workspace} {run.target} {run.connections}"
    if place not in known:
        known[place] = unreached(run)
    return known[place]


def _links(runs: Sequence[BuildRun]) -> dict[int, list[tuple[str, str]]]:
    rows = Resource.objects.filter(run__in=[run.pk for run in runs], kind__in=LINKED)
    rows = rows.filter(
        status__in=[Resource.Status.CREATED, Resource.Status.LEFTOVER], location__startswith="http"
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for run, kind, location in rows.order_by("pk").values_list("run", "kind", "location"):
        found.setdefault(run, []).append((LINKED[kind], location))
    return found


def targets() -> list[tuple[str, str]]:
    """The targets that stand outside, with their labels."""
    return [(target.value, Target(target).label) for target in LIVE_TARGETS]
