"""The orphan scan: things at GitHub and in dbt Cloud that carry our marker and belong to no build any more.

Such as what a build made whose demo was deleted, or whose database was lost. Nothing is ever removed by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from provisioning import names
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.links import account_link, connection_link, project_link
from provisioning.clients.dbt_cloud.shapes import Connection, Project
from provisioning.clients.github import GitHubClient, Repository
from provisioning.clients.outcome import Forbidden, Invalid, OutsideError
from provisioning.live.asking import ALL_SECONDS, GitHubAccess, Question, SideBySide
from provisioning.live.places import Access, Place
from provisioning.markers import PREFIX, is_ours, marker_in
from provisioning.models import Resource

Kind = Literal["repository", "cloud_project", "cloud_connection", "service_token"]
KINDS: dict[Kind, str] = {
    names.REPOSITORY: "Repository",  # type: ignore[dict-item]  # the names are those of Kind
    names.PROJECT: "dbt Cloud project",  # type: ignore[dict-item]
    names.CONNECTION: "dbt Cloud connection",  # type: ignore[dict-item]
    names.SERVICE_TOKEN: "Service token",  # type: ignore[dict-item]
}


@dataclass(frozen=True)
class Thing:
    """Something outside with a marker. `used_by`: how many environments use a connection."""

    kind: Kind
    id: int
    name: str
    marker: str
    url: str
    since: datetime | None
    place: Place
    used_by: int = 0

    @property
    def key(self) -> str:
        """What tells it from all others, for a form."""
        return f"{self.kind}:{self.id}:{self.place.key}"

    @property
    def label(self) -> str:
        """What kind of thing it is, in words."""
        return KINDS[self.kind]

    @property
    def is_ours(self) -> bool:
        """Whether this installation has made it."""
        return is_ours(self.marker)

    @property
    def may_go(self) -> bool:
        """Whether it can be removed from here."""
        return self.is_ours and not self.used_by


@dataclass(frozen=True)
class Scan:
    """What was found, the oldest first; the places that were searched; what could not be asked, in sentences."""

    orphans: Sequence[Thing]
    places: Sequence[Place]
    troubles: Sequence[str]


def scan(places: Sequence[Place], *, seconds: float = ALL_SECONDS) -> Scan:
    """Search places for things that carry a marker and belong to no build. Reads only."""
    found: list[Thing] = []
    troubles: list[str] = []
    with SideBySide(seconds) as asking:
        for place, question in [(place, ask(asking, place)) for place in places]:
            try:
                found += question.answer()
            except OutsideError as error:
                troubles.append(f"{place.label}: {error.sentence} {error.hint}".strip())
    return Scan(unclaimed(found), places, troubles)


def ask(asking: SideBySide, place: Place) -> Question[list[Thing]]:
    """Begin to search a place."""
    access = place.access
    if isinstance(access, GitHubAccess):
        return asking.github(access, partial(_at_github, place))
    return asking.cloud(access, partial(_in_cloud, place))


def unclaimed(found: Iterable[Thing]) -> list[Thing]:
    """Those that no build owns. The ledger is read last: builds write into it before they create anything."""
    things = list(found)
    rows = Resource.objects.filter(marker__in={thing.marker for thing in things})
    claimed = set(rows.exclude(status=Resource.Status.REMOVED).values_list("marker", flat=True))
    left = [thing for thing in things if thing.marker not in claimed]
    return sorted(left, key=lambda thing: (str(thing.since or ""), thing.kind, thing.id))


# --- GitHub -------------------------------------------------------------------------------------------------


def _at_github(place: Place, client: GitHubClient) -> list[Thing]:
    owner = client.owner(_owner(place.access))
    return [thing for repository in client.mine(owner) for thing in repository_thing(repository, place)]


def _owner(access: Access) -> str:
    return access.fields.owner if isinstance(access, GitHubAccess) else ""


def repository_thing(repository: Repository, place: Place) -> Iterator[Thing]:
    """The repository, if its description carries a marker."""
    if marker := marker_in(repository.description):
        since = _moment(repository.created_at)
        yield Thing("repository", repository.id, repository.full_name, marker, repository.url, since, place)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


# --- dbt Cloud ----------------------------------------------------------------------------------------------


def _in_cloud(place: Place, client: DbtCloudClient) -> list[Thing]:
    projects = [thing for one in client.projects() for thing in project_thing(one, place, client)]
    return [*projects, *connection_things(place, client), *token_things(place, client)]


def project_thing(project: Project, place: Place, client: DbtCloudClient) -> Iterator[Thing]:
    """The project, if its description carries a marker."""
    if marker := marker_in(project.description):
        url = project_link(client.host, client.account_id, project.id)
        yield Thing("cloud_project", project.id, project.name, marker, url, project.created_at, place)


def connection_things(place: Place, client: DbtCloudClient) -> Iterator[Thing]:
    """The connections whose names carry a marker. Only a list says how many environments use each."""
    for one in client.connections(PREFIX):
        if marker := marker_in(one.name):
            yield _connection(one, marker, place, client)


def _connection(one: Connection, marker: str, place: Place, client: DbtCloudClient) -> Thing:
    url = connection_link(client.host, client.account_id, one.id)
    used_by = one.environments or 0
    return Thing("cloud_connection", one.id, one.name, marker, url, one.created_at, place, used_by)


def token_things(place: Place, client: DbtCloudClient) -> Iterator[Thing]:
    """The service tokens whose names carry a marker, as far as the token may list them."""
    try:
        tokens = client.semantic_layer.service_tokens()
    except (Forbidden, Invalid):
        return
    for one in tokens:
        if marker := marker_in(one.name):
            url = account_link(client.host, client.account_id)
            yield Thing("service_token", one.id, one.name, marker, url, None, place)
