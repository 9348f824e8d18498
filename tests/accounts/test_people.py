"""People and teams: what administrators change, what nobody may, and what it does at once."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from demoforge.accounts import sessions, vault
from demoforge.accounts.models import AuditEntry, Team, User
from demoforge.accounts.people import services
from demoforge.accounts.roles import Role
from demoforge.errors import NotNow
from tests.accounts.sign_on import rules_for

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.fixture
def admin(make_user: MakeUser) -> User:
    return make_user("ada", role=Role.ADMIN, first_name="Ada", email="ada@example.com")


@pytest.fixture
def bob(make_user: MakeUser) -> User:
    return make_user("bob", first_name="Bob", email="bob@example.com")


@pytest.fixture
def desk(admin: User, client_of: Callable[[User], Client]) -> Client:
    """The administrator's browser."""
    return client_of(admin)


def change(person: User, by: User, **changes: Any) -> bool:
    wanted = {"role": Role(person.role), "team": person.team, "active": person.is_active} | changes
    return services.change_person(person, by=by, **wanted)


class TestChanges:
    """Of one person, by the page and by the service."""

    def test_role_and_team_are_changed_with_a_line_in_the_audit_trail(self, desk: Client, bob: User) -> None:
        north = Team.objects.create(name="North")
        form = {"role": "manager", "team": north.pk, "active": "on"}
        assert desk.post(reverse("person", args=[bob.pk]), form)["Location"] == reverse("people")
        bob.refresh_from_db()
        assert (bob.role, bob.team) == ("manager", north)
        entry = AuditEntry.objects.get(action="person.changed")
        assert (entry.actor_name, entry.subject_id) == ("ada", str(bob.pk))
        assert entry.detail == {"role": ["sales_engineer", "manager"], "team": [None, north.pk]}

    def test_saving_what_was_so_already_changes_nothing(self, admin: User, bob: User) -> None:
        assert change(bob, admin) is False
        assert not AuditEntry.objects.exists()

    def test_who_is_switched_off_is_out_at_once(self, desk: Client, bob: User, client_of: Any) -> None:
        one, other = client_of(bob), client_of(bob)
        vault.put(User.objects.get(pk=bob.pk), "github_token", "ghp_1234567890")
        desk.post(reverse("person", args=[bob.pk]), {"role": "sales_engineer", "team": ""})
        for client in (one, other):
            assert client.get(reverse("demo_list"))["Location"].startswith(reverse("login"))
        assert not vault.has(User.objects.get(pk=bob.pk), "github_token")
        assert Client().login(username="bob", password="pass-bob") is False
        desk.post(reverse("person", args=[bob.pk]), {"role": "sales_engineer", "team": "", "active": "on"})
        assert one.get(reverse("demo_list")).status_code == 302, "old sessions do not come back"
        assert Client().login(username="bob", password="pass-bob") is True

    def test_a_session_ends_with_its_person_even_if_its_row_stays(self, bob: User, client_of: Any) -> None:
        client = client_of(bob)
        User.objects.filter(pk=bob.pk).update(is_active=False)
        assert client.get(reverse("demo_list")).status_code == 302


class TestRefusals:
    """What nobody may do, whatever the browser sends."""

    @pytest.mark.parametrize("changes", [{"role": Role.MANAGER}, {"active": False}])
    def test_nobody_changes_their_own_role_or_access(
        self, admin: User, make_user: MakeUser, changes: dict[str, Any]
    ) -> None:
        make_user("other", role=Role.ADMIN)
        with pytest.raises(NotNow, match="Nobody changes their own role"):
            change(admin, admin, **changes)
        assert change(admin, admin, team=Team.objects.create(name="North")) is True

    def test_the_page_does_not_offer_it_and_does_not_take_it(self, desk: Client, admin: User) -> None:
        page = desk.get(reverse("person", args=[admin.pk])).content.decode()
        assert 'name="role"' not in page
        assert 'name="active"' not in page
        desk.post(reverse("person", args=[admin.pk]), {"role": "manager", "team": ""})
        admin.refresh_from_db()
        assert (admin.role, admin.is_active) == ("admin", True)

    def test_the_last_active_administrator_stays(self, admin: User, make_user: MakeUser) -> None:
        """Two demote each other: the second is no administrator any more when their turn comes."""
        other = make_user("other", role=Role.ADMIN)
        assert change(other, admin, role=Role.MANAGER) is True
        with pytest.raises(NotNow, match="not an administrator any more"):
            change(admin, other, role=Role.MANAGER)
        admin.refresh_from_db()
        assert admin.role == Role.ADMIN.value

    def test_local_administrators_do_not_count_in_team_mode(
        self, admin: User, make_user: MakeUser, settings: Any
    ) -> None:
        local = make_user("local", role=Role.ADMIN, is_local=True)
        settings.LOCAL_MODE = False
        with pytest.raises(NotNow, match="last active administrator"):
            change(admin, local, active=False)

    def test_where_groups_decide_the_role_is_not_set_by_hand(
        self, desk: Client, admin: User, bob: User, settings: Any
    ) -> None:
        settings.SIGN_ON = rules_for("https://login.example.com")
        page = desk.get(reverse("person", args=[bob.pk])).content.decode()
        assert "Groups of your log-in service decide this role" in page
        assert 'name="role"' not in page
        assert "Groups of your log-in service decide roles" in desk.get(reverse("people")).content.decode()
        with pytest.raises(NotNow, match="Groups of your log-in service decide"):
            change(bob, admin, role=Role.ADMIN)
        assert change(bob, admin, active=False) is True

    def test_a_refusal_is_said_on_the_page(self, desk: Client, admin: User, bob: User, settings: Any) -> None:
        """The form was opened before groups decided."""
        answer = desk.post(reverse("person", args=[bob.pk]), {"role": "emperor", "team": "", "active": "on"})
        assert answer.status_code == 422
        assert "Select a valid choice" in answer.content.decode()

    def test_people_who_do_not_configure_see_nothing(self, bob: User, client_of: Any) -> None:
        client = client_of(bob)
        for path in (reverse("people"), reverse("person", args=[bob.pk]), reverse("teams")):
            assert client.get(path).status_code == 403
        assert client.post(reverse("teams"), {"name": "Mine"}).status_code == 403
        assert not Team.objects.exists()


class TestList:
    """Finding people."""

    def found(self, desk: Client, **query: Any) -> list[str]:
        return [one.username for one in desk.get(reverse("people"), query).context["page"]]

    def test_words_role_team_and_access_narrow_it(
        self, desk: Client, admin: User, bob: User, make_user: Any
    ) -> None:
        north = Team.objects.create(name="North")
        make_user("carol", role=Role.MANAGER, team=north, is_active=False, last_name="Byron")
        assert self.found(desk) == ["carol", "ada", "bob"]
        assert self.found(desk, q="byr") == ["carol"]
        assert self.found(desk, q="example.com bob") == ["bob"]
        assert self.found(desk, role="admin") == ["ada"]
        assert self.found(desk, team=north.pk) == ["carol"]
        assert self.found(desk, active="no") == ["carol"]
        assert self.found(desk, role="nonsense", team="x") == ["carol", "ada", "bob"]
        assert "Nobody fits" in desk.get(reverse("people"), {"q": "zzz"}).content.decode()

    def test_the_number_of_queries_does_not_grow_with_people(
        self, desk: Client, bob: User, make_user: Any
    ) -> None:
        desk.get(reverse("people"))
        with CaptureQueriesContext(
            connection,
        ) as few:
            desk.get(reverse("people"))
        for number in range(60):
            User.objects.create(username=f"p{number}", team=Team.objects.create(name=f"T{number}"))
        with CaptureQueriesContext(connection) as many:
            page = desk.get(reverse("people")).content.decode()
        assert len(many) == len(few) <= 15
        assert "1–50 of 62" in page


class TestTeams:
    """Made and renamed."""

    def test_a_team_is_made_and_renamed_with_lines_in_the_audit_trail(self, desk: Client) -> None:
        desk.post(reverse("teams"), {"name": "  North   West "})
        team = Team.objects.get()
        assert team.name == "North West"
        desk.post(reverse("team", args=[team.pk]), {"name": "West"})
        desk.post(reverse("team", args=[team.pk]), {"name": "West"})
        assert "West" in desk.get(reverse("teams")).content.decode()
        trail = AuditEntry.objects.order_by("pk").values_list("action", "subject", "detail")
        assert list(trail) == [
            ("team.created", "North West", {}), ("team.renamed", "West", {"before": "North West"}),
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["North", "", "No\x07rth", "x" * 81])
    def test_a_name_that_does_not_do_is_refused(self, desk: Client, name: str) -> None:
        Team.objects.create(name="North")
        south = Team.objects.create(name="South")
        assert desk.post(reverse("teams"), {"name": name}).status_code == 422
        assert desk.post(reverse("team", args=[south.pk]), {"name": name}).status_code == 422
        assert sorted(Team.objects.values_list("name", flat=True)) == ["North", "South"]
        assert not AuditEntry.objects.exists()


class TestSessions:
    """Of one person, in every browser."""

    def test_log_out_everywhere_ends_them_all_and_nobody_elses(
        self, desk: Client, bob: User, client_of: Any
    ) -> None:
        here, there = client_of(bob), client_of(bob)
        vault.put(User.objects.get(pk=bob.pk), "github_token", "ghp_1234567890")
        answer = here.post(reverse("sessions_end"), follow=True)
        assert "You are logged out everywhere" in answer.content.decode()
        for client in (here, there):
            assert client.get(reverse("demo_list")).status_code == 302
        assert desk.get(reverse("demo_list")).status_code == 200
        assert not vault.has(User.objects.get(pk=bob.pk), "github_token")
        entry = AuditEntry.objects.get(action="logout.everywhere")
        assert (entry.actor_name, entry.detail) == ("bob", {"sessions": 2})

    def test_a_session_ends_after_its_hours_however_busy_it_is(self, bob: User, settings: Any) -> None:
        settings.SESSION_COOKIE_AGE = 3600
        client = Client()
        client.post(reverse("login"), {"username": "bob", "password": "pass-bob"})
        until = client.session.get_expiry_date()
        session = client.session
        session["touched"] = True
        session.save()
        assert abs((client.session.get_expiry_date() - until).total_seconds()) < 2
        assert 3500 < client.session.get_expiry_age() <= 3600
        assert "You have to log in again" in client.get(reverse("account")).content.decode()

    def test_nobody_has_sessions_that_do_not_run(self, bob: User) -> None:
        assert sessions.end_all(bob) == 0


def test_an_identity_is_forgotten_by_an_administrator_only(desk: Client, bob: User, client_of: Any) -> None:
    SocialAccount.objects.create(user=bob, provider="oidc-x", uid="bob")
    path = reverse("identity_forget", args=[bob.pk])
    assert client_of(bob).post(path).status_code == 403
    assert "Forget the identity" in desk.get(reverse("person", args=[bob.pk])).content.decode()
    desk.post(path)
    desk.post(path)
    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.filter(action="person.identity_forgotten").count() == 1
    assert "Forget the identity" not in desk.get(reverse("person", args=[bob.pk])).content.decode()


class TestSetRole:
    """`manage.py set_role`: the first administrator."""

    def test_it_takes_a_user_name_or_an_address(self, bob: User, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("set_role", "BOB@example.com", "admin")
        bob.refresh_from_db()
        assert bob.role == Role.ADMIN.value
        assert "bob" in capsys.readouterr().out.lower()
        entry = AuditEntry.objects.get()
        assert (entry.actor_name, entry.detail) == ("system", {"role": ["sales_engineer", "admin"]})

    def test_it_refuses_strangers_and_what_groups_decide(self, bob: User, settings: Any) -> None:
        with pytest.raises(CommandError, match="not one person called carol"):
            call_command("set_role", "carol", "admin")
        settings.SIGN_ON = rules_for("https://login.example.com")
        with pytest.raises(CommandError, match="Groups of your log-in service"):
            call_command("set_role", "bob", "admin")
        bob.refresh_from_db()
        assert bob.role == Role.SALES_ENGINEER.value
