"""Logging in and out."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from demoforge.accounts.local import LOCAL_ACCOUNTS, ensure_local_accounts
from demoforge.accounts.models import AuditEntry, LoginFailures, User
from demoforge.accounts.roles import Role
from demoforge.errors import Explained

pytestmark = pytest.mark.django_db

MakeUser = Callable[..., User]


@pytest.fixture
def alice(make_user: MakeUser) -> User:
    return make_user("alice")


def log_in(client: Client, username: str = "alice", password: str = "pass-alice", **fields: str) -> object:
    return client.post(reverse("login"), {"username": username, "password": password, **fields})


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_list_of_demos(client: Client, alice: User) -> None:
    answer = log_in(client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("demo_list"))
    assert logged_in(client)


@pytest.mark.parametrize(
    ("username", "password"), [("alice", "wrong"), ("nobody", "pass-alice"), ("alice", "")]
)
def test_a_wrong_name_or_password_says_the_same(
    client: Client, alice: User, username: str, password: str
) -> None:
    answer = log_in(client, username, password or " ")
    assert answer.status_code == 200
    assert "Please enter a correct username and password" in answer.content.decode()
    assert not logged_in(client)


def test_inactive_people_stay_out(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()
    log_in(client)
    assert not logged_in(client)


def test_log_in_returns_to_the_page_that_was_asked_for(client: Client, alice: User) -> None:
    wanted = reverse("demo_new")
    redirected = client.get(wanted)
    assert redirected["Location"] == f"{reverse('login')}?next={wanted}"
    page = client.get(redirected["Location"]).content.decode()
    assert f'name="next" value="{wanted}"' in page
    assert log_in(client, next=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_log_in_never_leads_to_another_site(client: Client, alice: User, wanted: str) -> None:
    assert log_in(client, next=wanted)["Location"] == reverse("demo_list")


def test_log_out_needs_a_form_and_ends_the_session(client: Client, alice: User) -> None:
    log_in(client)
    assert client.get(reverse("logout")).status_code == 405
    assert logged_in(client)
    assert client.post(reverse("logout"))["Location"] == reverse("login")
    assert not logged_in(client)


def test_forms_from_other_sites_are_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = log_in(client)
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()


def test_an_htmx_request_without_a_session_moves_the_whole_page(client: Client) -> None:
    answer = client.get(
        reverse("demo_list"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/demos/7/?tab=proof"},
    )
    assert answer["HX-Redirect"] == f"{reverse('login')}?next=%2Fdemos%2F7%2F%3Ftab%3Dproof"
    assert not answer.content


def test_log_ins_and_outs_are_in_the_audit_trail(client: Client, alice: User) -> None:
    log_in(client, password="wrong")
    log_in(client)
    client.post(reverse("logout"))
    trail = AuditEntry.objects.order_by("pk").values_list("action", "actor_name", "subject_id")
    who = str(alice.pk)
    assert list(trail) == [("login.failed", "system", who), ("login", "alice", who), ("logout", "alice", who)]


def test_names_that_do_not_exist_are_not_kept_anywhere(client: Client, alice: User) -> None:
    log_in(client, username="my-secret-password", password="x")
    assert not AuditEntry.objects.exists()
    assert all("secret" not in row.key for row in LoginFailures.objects.all())


class TestLimit:
    """Too many failures from one address."""

    def fail(self, client: Client, times: int, username: str = "alice", **extra: str) -> None:
        for _ in range(times):
            client.post(reverse("login"), {"username": username, "password": "wrong"}, **extra)

    def test_after_five_failures_even_the_right_password_waits(self, client: Client, alice: User) -> None:
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT)
        answer = log_in(client)
        assert "Too many attempts have failed. Wait five minutes" in answer.content.decode()
        assert not logged_in(client)

    def test_one_failure_less_does_not(self, client: Client, alice: User) -> None:
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT - 1)
        log_in(client)
        assert logged_in(client)

    def test_the_name_s_case_is_no_way_around(self, client: Client, alice: User) -> None:
        self.fail(client, 3)
        self.fail(client, 2, "ALICE")
        log_in(client)
        assert not logged_in(client)

    def test_other_addresses_and_other_people_are_not_locked_out(
        self, client: Client, make_user: MakeUser
    ) -> None:
        make_user("alice")
        make_user("bob")
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT, REMOTE_ADDR="192.0.2.1")
        log_in(client)
        assert logged_in(client)
        other = Client(REMOTE_ADDR="192.0.2.1")
        log_in(other, "bob", "pass-bob")
        assert logged_in(other)

    def test_an_address_that_tries_many_names_is_locked_out(self, client: Client, alice: User) -> None:
        for number in range(settings.LOGIN_FAILURES_PER_ADDRESS):
            self.fail(client, 1, f"name{number}")
        log_in(client)
        assert not logged_in(client)

    def test_the_window_ends(self, client: Client, alice: User, settings: object) -> None:
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT)
        settings.LOGIN_WINDOW_SECONDS = 0
        log_in(client)
        assert logged_in(client)

    def test_success_starts_the_count_again(self, client: Client, alice: User) -> None:
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT - 1)
        log_in(client)
        client.logout()
        self.fail(client, settings.LOGIN_FAILURES_PER_ACCOUNT - 1)
        log_in(client)
        assert logged_in(client)

    def test_in_team_mode_the_proxy_names_the_address(
        self, client: Client, alice: User, settings: object
    ) -> None:
        settings.LOCAL_MODE = False
        self.fail(client, 5, HTTP_X_FORWARDED_FOR="10.0.0.1, 192.0.2.1")
        client.post(
            reverse("login"),
            {"username": "alice", "password": "pass-alice"},
            HTTP_X_FORWARDED_FOR="10.0.0.1, 192.0.2.2",
        )
        assert logged_in(client)


class TestLocalAccounts:
    """One for each role, in local mode only."""

    def test_there_is_one_for_each_role_and_each_can_log_in(self) -> None:
        assert ensure_local_accounts() == 4
        assert {account.role for account in LOCAL_ACCOUNTS} == set(Role)
        for account in LOCAL_ACCOUNTS:
            client = Client()
            log_in(client, account.username, account.password)
            assert logged_in(client)
            assert User.objects.get(username=account.username).role == account.role

    def test_making_them_again_changes_nothing(self) -> None:
        ensure_local_accounts()
        User.objects.filter(username="se").update(first_name="Changed")
        assert ensure_local_accounts() == 0
        assert User.objects.get(username="se").first_name == "Changed"

    def test_the_log_in_page_shows_them(self, client: Client) -> None:
        page = client.get(reverse("login")).content.decode()
        assert "Local development accounts" in page
        assert all(account.username in page for account in LOCAL_ACCOUNTS)

    def test_team_mode_neither_shows_nor_makes_nor_admits_them(
        self, client: Client, settings: object
    ) -> None:
        ensure_local_accounts()
        log_in(client, "admin", "admin")
        assert logged_in(client)
        settings.LOCAL_MODE = False
        assert client.get(reverse("demo_list")).status_code == 302, "a session from before ends"
        assert authenticate(None, username="admin", password="admin") is None
        page = Client().get(reverse("login")).content.decode()
        assert "Local development accounts" not in page
        with pytest.raises(Explained, match="local mode only"):
            ensure_local_accounts()

    def test_people_s_own_accounts_work_in_team_mode(
        self, client: Client, alice: User, settings: object
    ) -> None:
        settings.LOCAL_MODE = False
        log_in(client)
        assert logged_in(client)
