"""What the pages before a build need, as data: the targets with their connections, and the pre-flight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import User
from demoforge.errors import Explained
from provisioning import services
from provisioning.connections import store
from provisioning.connections.fields import Adapter, Connections
from provisioning.connections.policy import workspace_allowed
from provisioning.connections.store import AnyFields
from provisioning.connections.workspace import WorkspaceWrong, workspace_connections
from provisioning.models import Target
from provisioning.preflight import NEEDED, TITLES, Place, Preflight
from provisioning.views.connection_page import about
from scenarios.models import Demo, PlanRevision

OUTSIDE = (Target.GITHUB, Target.DBT_CLOUD)
MOMENT_FORMAT = "%Y%m%d-%H%M%S"
_SHOWN_FOR = timedelta(hours=12)  # so long a page with names on it may lie open


@dataclass(frozen=True)
class Way:
    """A target with the connections that a build there would use: somebody's own, or the workspace's.

    `lines`: connection -> its place in words. `missing`: connections that are not set up.
    `to_enter`: those whose secrets are not in memory any more.
    """

    target: Target
    workspace: bool
    lines: Sequence[tuple[str, str]]
    missing: Sequence[str]
    to_enter: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Whether all connections are set up."""
        return not self.missing

    @property
    def query(self) -> str:
        """The way in the address of the pre-flight."""
        return urlencode({"target": self.target.value} | ({"workspace": "1"} if self.workspace else {}))


def ways(demo: Demo, user: User) -> list[Way]:
    """The targets outside with the connections that are used unless one chooses others. Two queries."""
    return [preferred(demo, user, target) for target in OUTSIDE]


def preferred(demo: Demo, user: User, target: Target) -> Way:
    """One's own connections, or the workspace's where these may be used and one's own are not complete."""
    own = way(demo, user, target, workspace=False)
    if own.is_complete or not workspace_allowed():
        return own
    shared = way(demo, user, target, workspace=True)
    return shared if shared.is_complete else own


def way(demo: Demo, user: User, target: Target, *, workspace: bool) -> Way:
    """A target with either connections."""
    where = services.places_of(demo, target, _connections(demo, user, workspace=workspace))
    found: Mapping[Place, AnyFields | None] = {place: getattr(where, place) for place in NEEDED[target]}
    there = {TITLES[place]: fields for place, fields in found.items() if fields}
    gone = [] if workspace else [name for name, fields in there.items() if not store.is_ready(user, fields)]
    return Way(
        target=target,
        workspace=workspace,
        lines=[(name, about(fields)) for name, fields in there.items()],
        missing=[TITLES[place] for place, fields in found.items() if fields is None],
        to_enter=gone,
    )


def _connections(demo: Demo, user: User, *, workspace: bool) -> Connections:
    """Settings that do not fit together count as not there: the Connections page says what is wrong."""
    if not workspace:
        return store.remembered(user)
    try:
        return workspace_connections(cast(Adapter, demo.warehouse))
    except WorkspaceWrong:
        return Connections()


@dataclass(frozen=True)
class PreflightPage:
    """The page before a build. `other`: the same target with the other connections, where one may choose.

    `at`: the moment that the names carry. `asking`: the far sides are being asked; the page then loads itself again.
    """

    demo: Demo
    revision: PlanRevision
    way: Way
    other: Way | None
    at: str
    told: Preflight

    @property
    def asking(self) -> bool:
        """Whether nobody was asked yet."""
        return not self.told.asked

    @property
    def ask_url(self) -> str:
        """The address where everybody is asked about exactly these names."""
        return f"{reverse('preflight', args=[self.demo.pk])}?{self.way.query}&at={self.at}&ask=1"

    @property
    def again_url(self) -> str:
        """The address where everybody is asked again, with names of that moment."""
        return f"{reverse('preflight', args=[self.demo.pk])}?{self.way.query}"

    @property
    def other_url(self) -> str:
        """The address of the same with the other connections."""
        query = self.other.query if self.other else self.way.query
        return f"{reverse('preflight', args=[self.demo.pk])}?{query}"


def preflight_page(
    revision: PlanRevision, user: User, target: str, *, workspace: bool | None, at: str, ask: bool
) -> PreflightPage:
    """Everything the page shows. With `ask`, both sides are called, for some seconds at most.

    `workspace` None: as `preferred`. Raises Explained when there is no such target, WorkspaceRefused.
    """
    if target not in Target.values:
        raise Explained("There is no such target.", "Choose one of the targets on the review page.")
    demo, where = revision.demo, Target(target)
    chosen = (
        preferred(demo, user, where) if workspace is None else way(demo, user, where, workspace=workspace)
    )
    told = services.check_build(
        revision,
        target=where,
        connections=None if where == Target.LOCAL else connections_of(demo, user, workspace=chosen.workspace),
        workspace=chosen.workspace,
        moment=moment_of(at),
        ask=ask or where == Target.LOCAL,
        by=user,
    )
    return PreflightPage(demo, revision, chosen, _other(demo, user, chosen), moment_in(told), told)


def moment_in(told: Preflight) -> str:
    """The moment that the names of a pre-flight carry, at the end of the repository's."""
    return "-".join(told.repository_name.split("-")[-2:])


def connections_of(demo: Demo, user: User, *, workspace: bool) -> Connections:
    """Where builds of the demo by this person go. Raises WorkspaceRefused, WorkspaceWrong."""
    return store.connections_for(user, workspace=workspace, warehouse=cast(Adapter, demo.warehouse))


def _other(demo: Demo, user: User, chosen: Way) -> Way | None:
    if chosen.target == Target.LOCAL or not workspace_allowed():
        return None
    other = way(demo, user, chosen.target, workspace=not chosen.workspace)
    return other if other.lines else None


def moment_of(text: str) -> datetime | None:
    """The moment that a page's names carry; None for one that is no moment, to come, or long gone."""
    try:
        moment = datetime.strptime(text, MOMENT_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    now = timezone.now()
    return moment if now - _SHOWN_FOR < moment < now + timedelta(minutes=5) else None
