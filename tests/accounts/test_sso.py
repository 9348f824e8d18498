"""Single sign-on through a real OpenID provider: who comes in, as what, and who does not."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse

from demoforge.accounts import vault
from demoforge.accounts.models import AuditEntry, LoginFailures, User
from demoforge.accounts.roles import Role
from tests.accounts.sign_on import (
    CLIENT_SECRET,
    GROUP_ROLES,
    provider,
    rules_for,
    set_claims,
    through_the_provider,
)

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture
def idp(running: str, settings: Any) -> str:
    """The provider's address; the settings name it."""
    settings.SIGN_ON = rules_for(running)
    return running


def person_in(client: Client) -> User | None:
    """Who is logged in, as a page sees it."""
    page = client.get(reverse("account"))
    return page.context["request"].user if page.status_code == 200 else None


def told(client: Client) -> str:
    return client.get(reverse("login")).content.decode()


@pytest.mark.parametrize(("group", "role"), GROUP_ROLES.items())
def test_each_group_lands_in_its_role(idp: str, client: Client, group: str, role: Role) -> None:
    set_claims(idp, "ada", groups=["staff", group])
    assert through_the_provider(client, "ada")["Location"] == reverse("demo_list")
    ada = person_in(client)
    assert ada is not None
    assert (ada.role, ada.email, ada.display_name) == (role.value, "ada@example.com", "Ada Byron")
    assert not ada.has_usable_password()
    trail = AuditEntry.objects.order_by("pk").values_list("action", "actor_name")
    assert list(trail) == [("account.created", "system"), ("login", "ada@example.com")]


def test_a_changed_group_changes_the_role_at_the_next_log_in(idp: str, client: Client) -> None:
    set_claims(idp, "ada", groups=["demo-admins"])
    through_the_provider(client, "ada")
    first = person_in(client)
    client.post(reverse("logout"))
    set_claims(idp, "ada", groups=["demo-engineers"])
    through_the_provider(client, "ada")
    again = person_in(client)
    assert (again.pk, again.role) == (first.pk, Role.SALES_ENGINEER.value)
    change = AuditEntry.objects.get(action="person.role_changed")
    assert change.detail == {"before": "admin", "after": "sales_engineer"}
    assert client.get(reverse("people")).status_code == 403


def test_log_in_leads_to_the_page_that_was_asked_for_and_to_no_other_site(idp: str, client: Client) -> None:
    set_claims(idp, "ada", groups=["demo-engineers"])
    assert through_the_provider(client, "ada", target="/demos/new/")["Location"] == "/demos/new/"
    other = Client()
    assert through_the_provider(other, "ada", target="https://evil.example/")["Location"] == reverse(
        "demo_list"
    )


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "ada@evil.example"}, "of your domain are not let in"),
        ({"groups": ["staff"]}, "none of the groups"),
    ],
)
def test_who_is_refused_gets_a_sentence_and_leaves_nothing(
    idp: str, client: Client, claims: dict[str, Any], sentence: str
) -> None:
    set_claims(idp, "ada", **({"groups": ["demo-admins"]} | claims))
    assert through_the_provider(client, "ada")["Location"] == reverse("login")
    assert sentence in told(client)
    assert person_in(client) is None
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


def test_a_default_role_lets_in_who_is_in_no_group(idp: str, client: Client, settings: Any) -> None:
    settings.SIGN_ON = rules_for(idp, default_role=Role.ACCOUNT_EXECUTIVE)
    set_claims(idp, "ada", groups=["staff"])
    through_the_provider(client, "ada")
    assert person_in(client).role == Role.ACCOUNT_EXECUTIVE.value


def test_without_groups_the_default_is_for_newcomers_only(idp: str, client: Client, settings: Any) -> None:
    settings.SIGN_ON = rules_for(idp, group_roles={}, default_role=Role.SALES_ENGINEER)
    set_claims(idp, "ada", groups=["demo-admins"])
    through_the_provider(client, "ada")
    ada = person_in(client)
    assert ada.role == Role.SALES_ENGINEER.value
    User.objects.filter(pk=ada.pk).update(role=Role.MANAGER.value)
    client.post(reverse("logout"))
    through_the_provider(client, "ada")
    assert person_in(client).role == Role.MANAGER.value, "an administrator's choice stays"


class TestKnownPeople:
    """Identities are more than addresses."""

    def test_a_changed_address_is_the_same_person(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(client, "ada")
        set_claims(
            idp, "ada", email="ada.lovelace@example.com", family_name="Lovelace", groups=["demo-engineers"]
        )
        through_the_provider(Client(), "ada")
        assert User.objects.get().email == "ada.lovelace@example.com"

    def test_an_address_that_was_given_to_somebody_else_is_refused(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-admins"])
        through_the_provider(Client(), "ada")
        set_claims(idp, "other-ada", groups=["demo-admins"])
        through_the_provider(client, "other-ada")
        assert "belongs to another person" in told(client)
        assert SocialAccount.objects.get().uid == "ada"

    def test_somebody_without_an_identity_is_taken_by_their_verified_address(
        self, idp: str, client: Client, make_user: MakeUser
    ) -> None:
        alice = make_user("alice", email="Ada@example.com")
        set_claims(idp, "ada", groups=["demo-managers"])
        through_the_provider(client, "ada")
        assert person_in(client) == alice

    def test_another_registration_at_the_service_is_joined_by_address(
        self, idp: str, client: Client, settings: Any
    ) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(Client(), "ada")
        settings.SIGN_ON = rules_for(idp, client_id="demoforge-2")
        set_claims(idp, "new-id-of-ada", groups=["demo-engineers"])
        through_the_provider(client, "new-id-of-ada")
        assert User.objects.count() == 1
        assert SocialAccount.objects.count() == 2

    def test_a_user_name_that_is_taken_is_refused(
        self, idp: str, client: Client, make_user: MakeUser
    ) -> None:
        make_user("ada@example.com", role=Role.ADMIN)
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(client, "ada")
        assert "another account" in told(client)
        assert not SocialAccount.objects.exists()

    def test_who_is_switched_off_stays_out(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-admins"])
        through_the_provider(client, "ada")
        User.objects.update(is_active=False)
        assert person_in(client) is None, "the running session ends"
        through_the_provider(client, "ada")
        assert "has been switched off" in told(client)
        assert person_in(client) is None

    def test_who_has_lost_every_group_loses_running_sessions_too(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-admins"])
        through_the_provider(client, "ada")
        ada = person_in(client)
        vault.put(ada, "github_token", "ghp_1234567890")
        set_claims(idp, "ada", groups=[])
        through_the_provider(Client(), "ada")
        assert person_in(client) is None
        assert not vault.has(ada, "github_token")
        entry = AuditEntry.objects.get(action="login.refused")
        assert entry.detail == {"reason": "no_group", "sessions_ended": 1}


class TestSessions:
    """How they end."""

    def test_log_out_ends_the_session_and_empties_the_vault(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(client, "ada")
        ada = person_in(client)
        vault.put(ada, "github_token", "ghp_1234567890")
        assert vault.has(ada, "github_token")
        client.post(reverse("logout"))
        assert person_in(client) is None
        assert not vault.has(ada, "github_token")

    def test_log_in_empties_the_vault_of_an_earlier_session(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(client, "ada")
        ada = person_in(client)
        vault.put(ada, "github_token", "ghp_1234567890")
        through_the_provider(Client(), "ada")
        assert not vault.has(User.objects.get(), "github_token")

    def test_they_end_with_the_service(self, idp: str, client: Client, settings: Any) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        through_the_provider(client, "ada")
        settings.SIGN_ON = rules_for("", discovery_url="")
        assert person_in(client) is None

    def test_somebody_else_in_the_same_browser_is_logged_out_first(
        self, idp: str, client: Client, make_user: MakeUser
    ) -> None:
        alice = make_user("alice")
        set_claims(idp, "ada", groups=["demo-engineers"])
        start = client.get(reverse("sso_login"))["Location"]
        back = requests.post(start, data={"sub": "ada"}, allow_redirects=False, timeout=5).headers["Location"]
        client.post(reverse("login"), {"username": "alice", "password": "pass-alice"})
        vault.put(User.objects.get(pk=alice.pk), "github_token", "ghp_1234567890")
        client.get(back)
        assert person_in(client) != alice
        assert not vault.has(User.objects.get(pk=alice.pk), "github_token")


class TestAttacks:
    """What the way back must not let through."""

    def test_a_way_back_that_nobody_began_is_refused(self, idp: str, client: Client) -> None:
        set_claims(idp, "mallory", groups=["demo-admins"])
        start = Client().get(reverse("sso_login"))["Location"]
        back = requests.post(start, data={"sub": "mallory"}, allow_redirects=False, timeout=5).headers[
            "Location"
        ]
        client.get(back)
        assert person_in(client) is None, "somebody else's log-in is not put upon this browser"
        assert "did not work" in told(client)

    def test_a_way_back_works_once(self, idp: str, client: Client) -> None:
        set_claims(idp, "ada", groups=["demo-engineers"])
        start = client.get(reverse("sso_login"))["Location"]
        back = requests.post(start, data={"sub": "ada"}, allow_redirects=False, timeout=5).headers["Location"]
        client.get(back)
        client.post(reverse("logout"))
        client.get(back)
        assert person_in(client) is None

    def test_the_query_changes_nothing_of_what_is_asked(self, idp: str, client: Client) -> None:
        query = {
            "scope": "admin",
            "auth_params": "prompt=none",
            "process": "connect",
            "action": "reauthenticate",
        }
        asked = client.get(reverse("sso_login"), query)["Location"]
        assert "prompt" not in asked
        assert "admin" not in asked
        assert "code_challenge_method=S256" in asked

    def test_stopping_at_the_service_is_told(self, idp: str, client: Client) -> None:
        through_the_provider(client, "ada", action="deny")
        assert "You have not logged in" in told(client)
        assert person_in(client) is None

    def test_a_service_that_does_not_answer_is_told(self, idp: str, client: Client, settings: Any) -> None:
        settings.SIGN_ON = rules_for("http://localhost:9")
        assert client.get(reverse("sso_login"))["Location"] == reverse("login")
        assert "does not answer as it should" in told(client)

    def test_an_address_that_is_refused_too_often_waits(
        self, idp: str, client: Client, settings: Any
    ) -> None:
        settings.LOGIN_FAILURES_PER_ADDRESS = 2
        set_claims(idp, "ada", groups=[])
        for _ in range(2):
            through_the_provider(Client(), "ada")
        assert LoginFailures.objects.count() == 1
        assert client.get(reverse("sso_login"))["Location"] == reverse("login")
        assert "Too many log-ins from your address" in told(client)

    def test_passwords_do_not_count_in_team_mode(
        self, idp: str, client: Client, make_user: MakeUser, settings: Any
    ) -> None:
        make_user("alice")
        client.post(reverse("login"), {"username": "alice", "password": "pass-alice"})
        assert person_in(client) is not None
        settings.LOCAL_MODE = False
        assert person_in(client) is None, "a session from before ends"
        page = (
            Client().post(reverse("login"), {"username": "alice", "password": "pass-alice"}).content.decode()
        )
        assert "company account" in page
        assert 'name="password"' not in page
        assert authenticate(None, username="alice", password="pass-alice") is None

    def test_the_library_s_own_pages_do_not_exist(self) -> None:
        for name in ("account_signup", "account_login", "account_email", "account_reset_password",
                     "socialaccount_connections", "socialaccount_signup", "openid_connect_login"):  # fmt: skip
            with pytest.raises(NoReverseMatch):
                reverse(name)


def test_without_a_service_there_is_nothing_to_log_in_at(client: Client) -> None:
    assert client.get(reverse("sso_login")).status_code == 404
    assert client.get(reverse("sso_callback")).status_code == 404
    assert "company account" not in told(client)


def test_claims_tokens_and_the_secret_are_written_nowhere(
    idp: str, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = Path(settings.LOG_FILE).read_text() if Path(settings.LOG_FILE).exists() else ""
    set_claims(idp, "ada", groups=["demo-engineers"], badge_number="B-4711-private")
    through_the_provider(client, "ada")
    through_the_provider(Client(), "ada")
    stored = [
        *SocialAccount.objects.values_list("extra_data", flat=True),
        *(row.get_decoded() for row in Session.objects.all()),
        *AuditEntry.objects.values_list("detail", flat=True),
    ]
    logged = Path(settings.LOG_FILE).read_text()[len(before) :] + caplog.text
    for secret in (CLIENT_SECRET, "B-4711-private"):
        assert secret not in json.dumps(stored)
        assert secret not in logged
    assert [row for row in SocialAccount.objects.values_list("extra_data", flat=True) if row] == []
    assert not SocialToken.objects.exists()
    assert not EmailAddress.objects.exists()
