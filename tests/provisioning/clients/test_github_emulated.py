"""The GitHub client against an emulator that others wrote: what it has of the calls of a build."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from provisioning.clients.github import GitHubClient, Repository
from provisioning.clients.outcome import CallRecord, Conflict, Forbidden, NotThere
from tests.fakes.emulated import Emulated, emulated

FILES = {"dbt_project.yml": "name: demo\n", "models/a.sql": "select 'é'\n", "empty.txt": ""}
WHEN = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def emulator() -> Iterator[Emulated]:
    with emulated(["acme-se", "stranger"], {"acme": ["acme-se"]}) as running:
        yield running


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def client(emulator: Emulated, records: list[CallRecord]) -> Iterator[GitHubClient]:
    client = GitHubClient(emulator.url, emulator.token, record=records.append, seconds=5, pause=0)
    yield client
    client.close()


def create(client: GitHubClient, owner: str) -> Repository:
    return client.create_repository(
        owner, is_organization=owner == "acme", name="demo", description="A demo. m-1"
    )


def commit(
    client: GitHubClient, repo: Repository, files: dict[str, str | None], base: str | None = None
) -> str:
    return client.commit(
        repo, branch="main", files=files, base=base, message="Demo", author=("A", "a@example.com"), when=WHEN
    )


@pytest.mark.parametrize("owner", ["acme-se", "acme"])
def test_a_whole_demo_in_nine_writes(client: GitHubClient, records: list[CallRecord], owner: str) -> None:
    repo = create(client, owner)
    main = commit(client, repo, dict(FILES))
    client.set_branch(repo, repo.default_branch, main, force=True)
    client.replace_topics(repo, ["demoforge"])
    fix = commit(client, repo, {"models/a.sql": "select 2\n", "empty.txt": None}, base=main)
    client.create_branch(repo, "demo/fix", fix)
    pull = client.open_pull(repo, "demo/fix", repo.default_branch, "Fix", "Why")

    assert (repo.full_name, repo.private) == (f"{owner}/demo", True)
    assert client.branch(repo, "main") == main
    assert client.branch(repo, "none") is None
    assert set(client.files(repo, main)) == set(FILES)
    assert set(client.files(repo, fix)) == {"dbt_project.yml", "models/a.sql"}
    assert [one.number for one in client.pulls(repo, "demo/fix")] == [pull.number]
    found = client.repository_by_id(repo.id)
    assert found is not None
    assert (found.full_name, found.topics) == (repo.full_name, ("demoforge",))
    assert len([one for one in records if one.method != "GET"]) == 9


def test_a_name_that_is_taken_is_a_conflict_in_its_words_too(client: GitHubClient) -> None:
    create(client, "acme-se")
    with pytest.raises(Conflict):
        create(client, "acme-se")


def test_a_stranger_is_refused(emulator: Emulated, client: GitHubClient) -> None:
    create(client, "acme-se")
    stranger = GitHubClient(
        emulator.url, emulator.tokens["stranger"], record=lambda _: None, seconds=5, pause=0
    )
    with pytest.raises(Forbidden):
        stranger.repository("acme-se", "demo")
    stranger.close()


def test_taking_it_down_and_finding_nothing(client: GitHubClient) -> None:
    repo = create(client, "acme-se")
    client.replace_topics(repo, ["demoforge"])
    me = client.owner("acme-se")
    assert [one.full_name for one in client.mine(me, topic="demoforge")] == ["acme-se/demo"]
    client.archive(repo)
    client.delete_repository(repo)
    assert client.repository_by_id(repo.id) is None
    assert list(client.mine(me, topic="demoforge")) == []
    with pytest.raises(NotThere):
        client.delete_repository(repo)


def test_who_and_what(client: GitHubClient) -> None:
    assert (client.who().login, client.who().scopes) == ("acme-se", None)
    assert client.owner("acme").is_organization is True
    with pytest.raises(NotThere):
        client.owner("nobody")
