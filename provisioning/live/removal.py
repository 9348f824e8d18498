"""Removing one orphan, after a person has confirmed it. Looked at again right before: ours, and still nobody's."""

from contextlib import suppress
from functools import partial

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.errors import Explained, NotNow
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.github import GitHubClient
from provisioning.clients.outcome import Forbidden, NotThere
from provisioning.live.asking import GitHubAccess
from provisioning.live.orphans import (
    Thing,
    connection_things,
    project_thing,
    repository_thing,
    token_things,
    unclaimed,
)
from provisioning.live.places import Place, places_of

LONGEST_ID = 19  # digits: numbers outside have 64 bits


class NotRemoved(Explained):
    """An orphan that was left where it is."""

    status = 409


def remove_orphan(key: str, *, by: User) -> Thing:
    """Remove the thing of this key (`Thing.key`) with the tokens of `by`. Returns what was removed.

    Raises NotRemoved, NotNow when it is gone already, OutsideError.
    """
    thing = _find(key, by)
    about = {"kind": thing.kind, "outside_id": thing.id, "marker": thing.marker}
    audit.record("orphan.removal", by, by=by, **about)  # before: a worker may die right after the call
    _remove(thing)
    audit.record("orphan.removed", by, by=by, **about)
    return thing


def _find(key: str, by: User) -> Thing:
    """The thing as it is now. Only places that are the person's own are asked, whatever the form says."""
    kind, number, place_key = [*key.split(":", 2), "", ""][:3]
    place = next((place for place in places_of(by) if place.key == place_key), None)
    if place is None or not number.isdecimal() or len(number) > LONGEST_ID:
        raise NotRemoved(
            "This is in none of the places that your tokens reach.",
            "Enter the token for it on the page Connections, then search again.",
        )
    thing = next((one for one in _look(place, kind, int(number)) if one.id == int(number)), None)
    if thing is None:
        raise NotNow("It is not there any more, or has lost its marker.", "Search again.")
    _refuse(thing)
    return thing


def _refuse(thing: Thing) -> None:
    if not thing.is_ours:
        raise NotRemoved(
            f"{thing.name} was made by another installation of DemoForge.", "Let the people there remove it."
        )
    if not unclaimed([thing]):
        raise NotRemoved(
            f"{thing.name} belongs to a build.", "Undo that build: it removes everything that it has made."
        )
    if thing.used_by:
        raise NotRemoved(
            f"{thing.name} is in use: {thing.used_by} environments need it.",
            "Let them use another connection first, or remove their project.",
        )


def _look(place: Place, kind: str, number: int) -> list[Thing]:
    access = place.access
    if isinstance(access, GitHubAccess):
        return access.ask(partial(_repository, place, number)) if kind == "repository" else []
    return access.ask(partial(_in_cloud, place, kind, number))


def _repository(place: Place, number: int, client: GitHubClient) -> list[Thing]:
    found = client.repository_by_id(number)
    return list(repository_thing(found, place)) if found else []


def _in_cloud(place: Place, kind: str, number: int, client: DbtCloudClient) -> list[Thing]:
    if kind == "cloud_project":
        with suppress(NotThere):
            return list(project_thing(client.project(number), place, client))
        return []
    if kind == "cloud_connection":
        return list(connection_things(place, client))
    return list(token_things(place, client)) if kind == "service_token" else []


# --- removal ------------------------------------------------------------------------------------------------


def _remove(thing: Thing) -> None:
    access = thing.place.access
    if isinstance(access, GitHubAccess):
        access.ask(partial(_delete_repository, thing))
    else:
        access.ask(partial(_delete_in_cloud, thing))


def _delete_repository(thing: Thing, client: GitHubClient) -> None:
    repository = client.repository_by_id(thing.id)
    if repository is None:
        return
    try:
        client.delete_repository(repository)
    except NotThere:
        pass  # gone, or hidden: the look below tells
    except Forbidden as refusal:
        raise NotRemoved(
            f"Your token may not delete {thing.name}.",
            f"Delete it at {thing.url}/settings, or enter a token that may delete repositories "
            "(classic: delete_repo) on the page Connections.",
        ) from refusal
    if client.repository_by_id(thing.id) is not None:
        raise NotRemoved(f"{thing.name} is still there.", f"Delete it at {thing.url}/settings.")


def _delete_in_cloud(thing: Thing, client: DbtCloudClient) -> None:
    if thing.kind == "cloud_connection":
        client.delete_connection(thing.id)
    elif thing.kind == "service_token":
        client.semantic_layer.delete_service_token(thing.id)
    else:
        _empty_project(thing.id, client)
        client.delete_project(thing.id)


def _empty_project(project: int, client: DbtCloudClient) -> None:
    """Delete what is in a project: dbt Cloud does not promise that it goes with it."""
    for job in client.jobs(project):
        client.delete_job(job.id)
    for name in client.environment_variables(project):
        client.delete_environment_variable(project, name)
    for environment in client.environments(project):
        client.delete_environment(project, environment.id)
    for credentials in client.credentials(project):
        client.delete_credentials(project, credentials.id)
    repositories = client.repositories(project)
    if repositories:
        client.link_repository(project, None)
    for repository in repositories:
        client.delete_repository(project, repository.id)
