"""The orphan scan finds what carries our marker and belongs to no build, and removes only that, one at a time."""

import pytest

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from demoforge.errors import Explained, NotNow
from provisioning.connections import store
from provisioning.live.orphans import Scan, Thing, scan
from provisioning.live.places import places_of
from provisioning.live.removal import NotRemoved, remove_orphan
from provisioning.markers import is_ours, marker_in, new_marker
from provisioning.models import BuildRun, Resource
from tests.provisioning.scenery import person
from tests.provisioning.steps.stage import GITHUB_TOKEN, OWNER

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(stage) -> User:
    """The person who builds, with their connections on the Connections page."""
    where = stage.connections
    store.save(stage.user, "github", where.github, secrets={}, by=stage.user)
    store.save(stage.user, "dbt_cloud", where.dbt_cloud, secrets={}, by=stage.user)
    stage.enter()
    return stage.user


def search(user: User) -> Scan:
    found = scan(places_of(user))
    assert not found.troubles
    return found


def orphans(user: User) -> dict[str, Thing]:
    return {thing.kind: thing for thing in search(user).orphans}


def forget(run: BuildRun) -> None:
    """As if somebody had deleted the demo, or the database were lost."""
    BuildRun.objects.filter(pk=run.pk).delete()


def test_what_a_build_owns_is_no_orphan(stage, user, live):
    assert orphans(user) == {}


def test_what_a_deleted_build_made_is_found_and_removed_one_by_one(stage, user, live):
    name = stage.repository(live)
    forget(live)
    found = orphans(user)
    assert set(found) == {"repository", "cloud_project", "cloud_connection"}
    assert found["repository"].name == name
    assert all(thing.is_ours and thing.since and thing.url for thing in found.values())
    assert not found["cloud_connection"].may_go, "its project's environments use it"
    with pytest.raises(NotRemoved, match="in use"):
        remove_orphan(found["cloud_connection"].key, by=user)
    for kind in ("cloud_project", "cloud_connection", "repository"):
        remove_orphan(orphans(user)[kind].key, by=user)
    assert stage.cloud.leftovers() == []
    assert stage.github.repositories == {}
    assert orphans(user) == {}


def test_every_removal_leaves_an_audit_line(stage, user, at_github):
    forget(at_github)
    remove_orphan(orphans(user)["repository"].key, by=user)
    lines = AuditEntry.objects.filter(action__startswith="orphan.")
    assert sorted(lines.values_list("action", flat=True)) == ["orphan.removal", "orphan.removed"]
    assert {line.detail["kind"] for line in lines} == {"repository"}


def test_what_is_there_although_the_ledger_says_it_is_gone_is_an_orphan(stage, user, at_github):
    at_github.resources.update(status=Resource.Status.REMOVED)
    assert set(orphans(user)) == {"repository"}


def test_a_repository_without_a_topic_is_found_by_its_marker(stage, user, at_github):
    stage.github.repository(stage.repository(at_github)).topics = []
    forget(at_github)
    assert set(orphans(user)) == {"repository"}


def test_what_another_installation_made_is_shown_and_not_removed(stage, user, settings):
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another installation's key" * 3
    theirs = new_marker(3)
    settings.SECRET_KEY = key
    stage.github.add_repository(f"{OWNER}/theirs", description=f"dbt demo (made {theirs})")
    thing = orphans(user)["repository"]
    assert not thing.may_go
    with pytest.raises(NotRemoved, match="another installation"):
        remove_orphan(thing.key, by=user)
    assert stage.github.repository(f"{OWNER}/theirs")


@pytest.mark.parametrize("description", ["", "about demoforge-3", "demoforge-3-0123456789abcdef", None])
def test_what_carries_no_marker_is_nothing(stage, user, description):
    stage.github.add_repository(f"{OWNER}/other", description=description)
    assert orphans(user) == {}


def test_a_form_cannot_name_what_a_build_owns(stage, user, at_github):
    (place,) = [one for one in places_of(user) if "GitHub" in one.label]
    number = next(iter(stage.github.repositories))
    with pytest.raises(NotRemoved, match="belongs to a build"):
        remove_orphan(f"repository:{number}:{place.key}", by=user)
    assert number in stage.github.repositories


@pytest.mark.parametrize(
    "key", ["", "repository:1", "repository:x:y", "repository:1:https://evil.example acme"]
)
def test_a_form_cannot_name_other_places(stage, user, key):
    before = len(stage.github.calls)
    with pytest.raises(NotRemoved):
        remove_orphan(key, by=user)
    assert len(stage.github.calls) == before


@pytest.mark.parametrize("number", ["²", "1" * 5000])
def test_a_form_with_a_number_that_is_none_is_refused(stage, user, number):
    (place,) = [one for one in places_of(user) if "GitHub" in one.label]
    with pytest.raises(NotRemoved):
        remove_orphan(f"repository:{number}:{place.key}", by=user)


def test_what_is_gone_already_is_said(stage, user, at_github):
    forget(at_github)
    key = orphans(user)["repository"].key
    remove_orphan(key, by=user)
    with pytest.raises(NotNow):
        remove_orphan(key, by=user)


def test_a_token_that_may_not_delete_is_told(stage, user, at_github):
    stage.github.tokens[GITHUB_TOKEN].scopes.remove("delete_repo")
    forget(at_github)
    with pytest.raises(NotRemoved, match="may not delete"):
        remove_orphan(orphans(user)["repository"].key, by=user)
    assert len(stage.github.repositories) == 1


def test_a_place_that_does_not_answer_is_told_and_the_others_are_searched(stage, user, at_github):
    forget(at_github)
    stage.cloud.revoke("t-cloud")
    found = scan(places_of(user))
    assert [thing.kind for thing in found.orphans] == ["repository"]
    assert len(found.troubles) == 1
    assert "dbt Cloud" in found.troubles[0]


def test_owners_of_past_builds_are_searched_too(stage, user, at_github):
    stage.github.add_organization("elsewhere", owners=["acme-se"])
    moved = stage.connections.github.model_copy(update={"owner": "elsewhere"})
    store.save(user, "github", moved, secrets={"github_token": GITHUB_TOKEN}, by=user)
    labels = {place.label for place in places_of(user)}
    assert {f"GitHub, {OWNER}", "GitHub, elsewhere"} <= labels


def test_only_administrators_search_with_the_workspaces_tokens(stage, settings):
    settings.GITHUB_API_URL, settings.GITHUB_OWNER, settings.GITHUB_TOKEN = (
        stage.github.url,
        OWNER,
        GITHUB_TOKEN,
    )
    assert places_of(person("bob")) == []
    (place,) = places_of(person("carol", Role.ADMIN))
    assert place.label == f"GitHub, {OWNER}"
    assert GITHUB_TOKEN not in repr(place)


def test_markers_are_recognised_and_only_ours_are_ours():
    marker = new_marker(12)
    assert marker_in(f"Acme Demo ({marker})") == marker
    assert is_ours(marker)
    assert not is_ours(marker.replace("-12-", "-13-"))
    assert not is_ours(marker[:-1] + ("0" if marker[-1] != "0" else "1"))
    assert not is_ours("")
    assert new_marker(12) != marker


def test_refusals_say_what_to_do(stage, user):
    with pytest.raises(Explained) as refusal:
        remove_orphan("repository:1:nowhere", by=user)
    assert refusal.value.hint
