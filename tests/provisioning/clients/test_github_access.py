"""Tokens, owners and rights: who one is, what one may do, and how a refusal says what is missing."""

import pytest

from provisioning.clients.github import GitHubClient, Moved, Repository
from provisioning.clients.outcome import (
    CallRecord,
    Conflict,
    Forbidden,
    Limited,
    NotThere,
    OutsideError,
    Unauthorized,
)
from tests.fakes.github import GitHubServer

TOKEN = "ghp_canary_0123456789"


def client_of(server: GitHubServer, token: str = TOKEN) -> GitHubClient:
    return GitHubClient(server.url, token, record=lambda _call: None, seconds=5, pause=0)


def create(client: GitHubClient, owner: str = "acme-se", *, is_organization: bool = False) -> Repository:
    return client.create_repository(owner, is_organization=is_organization, name="demo", description="A demo")


def test_who_a_classic_token_is_and_what_it_may() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo", "admin:org"])
        me = client_of(server).who()
    assert (me.login, me.scopes) == ("acme-se", ("repo", "admin:org"))
    assert me.has("repo")
    assert me.has("public_repo")
    assert me.has("read:org")
    assert me.has("delete_repo") is False


def test_a_token_without_any_scope_has_none_and_a_fine_grained_one_does_not_tell() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=[])
        server.add_token("fine", login="acme-se", permissions={})
        assert client_of(server).who().has("repo") is False
        assert client_of(server, "fine").who().scopes is None
        assert client_of(server, "fine").who().has("repo") is None


@pytest.mark.parametrize(
    ("owners", "members", "role", "may"),
    [(["acme-se"], [], "admin", True), ([], ["acme-se"], "member", None), ([], [], "", False)],
)
def test_the_role_in_an_organisation(
    owners: list[str], members: list[str], role: str, may: bool | None
) -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.add_organization("Acme", owners=owners, members=members)
        owner = client_of(server).owner("acme")
    assert (owner.login, owner.is_organization, owner.is_me) == ("Acme", True, False)
    assert (owner.role, owner.may_create) == (role, may)


def test_who_has_only_been_invited_has_no_role() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.add_organization("acme").pending.add("acme-se")
        owner = client_of(server).owner("acme")
    assert (owner.role, owner.may_create) == ("", False)


def test_one_s_own_account_needs_no_second_question() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="Acme-SE", scopes=["repo"])
        client = client_of(server)
        owner = client.owner("acme-se", me=client.who())
        assert (owner.login, owner.is_me, owner.may_create) == ("Acme-SE", True, True)
        assert len(server.calls) == 1


def test_an_owner_that_is_neither() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.add_user("somebody")
        with pytest.raises(NotThere, match="organisation somebody") as error:
            client_of(server).owner("somebody")
    assert "acme-se" in error.value.hint


@pytest.mark.parametrize("token", ["", "with blank", "line\nbreak", "ghp_é"])
def test_what_can_be_no_token_is_not_sent(token: str) -> None:
    with GitHubServer() as server:
        with pytest.raises(Unauthorized) as error:
            client_of(server, token)
        assert server.calls == []
    assert not token or token not in str(error.value)


def test_a_revoked_token_is_told_from_a_missing_right() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.revoke(TOKEN)
        with pytest.raises(Unauthorized, match="does not accept the token"):
            client_of(server).who()
        with pytest.raises(Unauthorized):
            client_of(server, "ghp_unknown").repository("acme-se", "demo")


@pytest.mark.parametrize(
    ("scopes", "named"), [([], "public_repo or repo"), (["public_repo"], "the scope repo")]
)
def test_a_scope_that_is_missing_has_its_name_also_where_github_says_404(
    scopes: list[str], named: str
) -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=scopes)
        with pytest.raises(Forbidden, match=named):
            create(client_of(server))


def test_a_repository_that_a_scope_hides_is_not_taken_for_missing() -> None:
    with GitHubServer() as server:
        server.add_repository("acme-se/demo")
        server.add_token(TOKEN, login="acme-se", scopes=["public_repo"])
        with pytest.raises(Forbidden, match="the scope repo"):
            client_of(server).repository("acme-se", "demo")


def test_deleting_needs_a_scope_of_its_own() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        client = client_of(server)
        repo = create(client)
        with pytest.raises(Forbidden, match="delete_repo"):
            client.delete_repository(repo)
        client.archive(repo)
        with pytest.raises(Forbidden, match="archived"):
            client.replace_topics(repo, ["dbt"])


def test_a_fine_grained_token_s_missing_permission_has_its_name() -> None:
    with GitHubServer() as server:
        server.add_token("fine", login="acme-se", permissions={"contents": "write"})
        with pytest.raises(Forbidden, match=r"Administration \(write\)"):
            create(client_of(server, "fine"))


def test_an_organisation_s_policies() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo", "delete_repo"])
        server.add_organization(
            "acme", members=["acme-se"], members_can_create_private_repositories=False,
            members_can_delete_repositories=False,
        )  # fmt: skip
        client = client_of(server)
        with pytest.raises(Forbidden, match="does not let you create"):
            create(client, "acme", is_organization=True)
        server.add_repository("acme/demo", creator="acme-se")
        repo = client.repository("acme", "demo")
        assert repo is not None
        with pytest.raises(Forbidden) as refused:
            client.delete_repository(repo)
    assert "cannot delete" in refused.value.hint


def test_single_sign_on_has_the_address_where_to_authorise() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.add_organization("acme", members=["acme-se"], saml=True)
        with pytest.raises(Forbidden, match="single sign-on"):
            create(client_of(server), "acme", is_organization=True)


def test_a_renamed_repository_is_never_written_to_under_its_old_name() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo", "delete_repo"])
        client = client_of(server)
        repo = create(client)
        server.rename("acme-se/demo", "renamed")
        for write in (
            lambda: client.delete_repository(repo),
            lambda: client.archive(repo),
            lambda: client.replace_topics(repo, ["dbt"]),
            lambda: client.set_branch(repo, "main", "0" * 40, force=True),
            lambda: client.branch(repo, "main"),
        ):
            with pytest.raises(Moved) as moved:
                write()
            assert moved.value.path.startswith(f"/repositories/{repo.id}")
        after = server.repository("acme-se/renamed")
        assert after is not None
        assert (after.archived, after.topics) == (False, [])


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(("retry_after", "seconds"), [(7, 7.0), (None, 60.0), (999_999, 3600.0)])
def test_the_secondary_limit_says_how_long(status: int, retry_after: int | None, seconds: float) -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.limits.slow_down(status=status, retry_after=retry_after)  # type: ignore[arg-type]
        with pytest.raises(Limited) as limited:
            create(client_of(server))
        assert limited.value.seconds == seconds
        assert server.repositories == {}


@pytest.mark.parametrize("status", [403, 429])
def test_the_hour_s_limit_lasts_until_it_is_renewed(status: int) -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        server.limits.primary_status = status  # type: ignore[assignment]
        server.limits.exhaust("acme-se", seconds=1200)
        with pytest.raises(Limited) as limited:
            client_of(server).who()
    assert 1190 <= limited.value.seconds <= 1205


def test_nothing_is_waited_for_or_repeated_inside_a_call() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        records: list[CallRecord] = []
        client = GitHubClient(server.url, TOKEN, record=records.append, seconds=1, pause=0)
        for fault in ("429", "500", "403", "reset", "timeout_before", "malformed"):
            server.faults.add(fault, "GET", "/user")
            with pytest.raises(OutsideError):
                client.who()
        assert len(server.calls) == len(records) == 6
        assert client.who().login == "acme-se"
    assert [(call.status, call.outcome) for call in records[:6]] == [
        (429, "rate limit"), (500, "server error"), (403, "not allowed"), (None, "no answer"), (None, "no answer"),
        (200, "unreadable answer"),
    ]  # fmt: skip


def test_a_lost_answer_leaves_a_repository_that_a_second_try_meets() -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        client = GitHubClient(server.url, TOKEN, record=lambda _call: None, seconds=1, pause=0)
        server.faults.add("timeout_after", "POST", "/user/repos")
        with pytest.raises(OutsideError, match="did not answer within 1 second"):
            create(client)
        with pytest.raises(Conflict):
            create(client)
        assert len(server.repositories) == 1
