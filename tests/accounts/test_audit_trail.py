"""The page of the audit trail: searches, pages, the file, and that it stays quick."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from demoforge.accounts import audit, trail
from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from demoforge.accounts.trail import PER_PAGE, Search, page_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def people(make_user: Callable[..., User]) -> dict[str, User]:
    return {
        "alice": make_user("alice", first_name="Alice", last_name="Berg"),
        "bob": make_user("bob"),
        "ada": make_user("ada", role=Role.ADMIN),
    }


@pytest.fixture
def client(people: dict[str, User], client_of: Callable[[User], Client]) -> Client:
    return client_of(people["ada"])


def entry(
    actor: User | None, action: str, subject: User, *, days_ago: float = 0, **detail: Any
) -> AuditEntry:
    made = audit.record(action, subject, by=actor, **detail)
    AuditEntry.objects.filter(pk=made.pk).update(at=NOON - timedelta(days=days_ago))
    return made


def actions(**search: Any) -> list[str]:
    return sorted(one.action for one in Search(**search).entries())


@pytest.fixture
def some(people: dict[str, User]) -> None:
    alice, bob, ada = people.values()
    entry(alice, "login", alice, days_ago=3)
    entry(None, "login.failed", bob, days_ago=2)
    entry(bob, "connection.saved", bob, days_ago=1, kind="github")
    entry(ada, "role.changed", alice, role="manager")


@pytest.mark.parametrize(
    ("who", "found"),
    [("alice", ["login"]), ("ali", ["login"]), ("BERG", ["login"]), ("bob", ["connection.saved"]),
     ("system", ["login.failed"]), ("nobody", [])],
)  # fmt: skip
def test_by_person(some: None, who: str, found: list[str]) -> None:
    assert actions(who=who) == found


def test_by_a_person_whose_account_is_gone(some: None, people: dict[str, User]) -> None:
    people["bob"].delete()
    assert actions(who="bob") == ["connection.saved"]


def test_by_the_beginning_of_an_action(some: None) -> None:
    assert actions(action="login") == ["login", "login.failed"]
    assert actions(action="failed") == []


def test_by_subject_in_words_and_by_number(some: None, people: dict[str, User]) -> None:
    assert actions(subject="ali") == ["login", "role.changed"]
    assert actions(subject=f"user {people['bob'].pk}") == ["connection.saved", "login.failed"]
    assert actions(subject=f"demo {people['bob'].pk}") == []


def test_by_period_both_days_included(some: None) -> None:
    day = NOON.date()
    assert actions(since=day) == ["role.changed"]
    assert actions(until=day - timedelta(days=2)) == ["login", "login.failed"]
    assert actions(since=day - timedelta(days=2), until=day - timedelta(days=1)) == [
        "connection.saved",
        "login.failed",
    ]


def test_the_page_searches_and_shows_from_where(client: Client, people: dict[str, User]) -> None:
    Client().post(reverse("login"), {"username": "bob", "password": "wrong"}, REMOTE_ADDR="192.0.2.7")
    page = client.get(reverse("audit_trail"), {"action": "login.failed"}).content.decode()
    assert page.count("<tr>") == 2, "its head and one line"
    assert "192.0.2.7" in page
    assert '<option value="login.failed">' in page
    assert (
        "No line fits" in client.get(reverse("audit_trail"), {"who": "bob", "action": "x"}).content.decode()
    )


@pytest.mark.parametrize("query", ["since=yesterday", "since=0001-01-01", "until=9999-12-31", "before=x", "after=9-9-9",
                                   f"before={'9' * 19}-1", "who=%00", "since=2026-02-31&who=ada"])  # fmt: skip
def test_what_cannot_be_read_breaks_nothing(client: Client, query: str) -> None:
    assert client.get(f"{reverse('audit_trail')}?{query}").status_code == 200
    assert client.get(f"{reverse('audit_download')}?{query}").status_code == 200


def fill(count: int, actor: User, *, same: int = 50) -> None:
    """So many lines, always `same` of them at the same moment, a minute after those before."""
    rows = [
        AuditEntry(
            actor=actor if number % 2 else None, actor_name=actor.username if number % 2 else "system",
            action=f"thing.{'abcdefghij'[number % 10]}", subject_type="demo", subject_id=str(number % 5000),
            subject=f"Prospect {number % 5000} (Retail)", detail={"number": number},
        )
        for number in range(count)
    ]  # fmt: skip
    made = [one.pk for one in AuditEntry.objects.bulk_create(rows, batch_size=5000)]
    for place in range(0, count, same):
        at = NOON + timedelta(minutes=place // same - count // same)
        AuditEntry.objects.filter(pk__in=made[place : place + same]).update(at=at)


def test_paging_there_and_back_shows_every_line_once(people: dict[str, User]) -> None:
    """Also when many lines were written at the same moment, and while others are written."""
    fill(PER_PAGE * 3 + 7, people["bob"], same=20)
    rows = Search().entries()
    expected = [one.pk for one in AuditEntry.objects.order_by("-at", "-pk")]
    pages = [page_of(rows)]
    while pages[-1].older:
        entry(people["ada"], "written.meanwhile", people["bob"], days_ago=-1)
        pages.append(page_of(rows, before=pages[-1].older))
    assert [one.pk for page in pages for one in page.entries] == expected
    assert [len(page.entries) for page in pages] == [PER_PAGE] * 3 + [7]
    back = page_of(rows, after=pages[2].newer)
    assert [one.pk for one in back.entries] == [one.pk for one in pages[1].entries]
    assert (back.newer, back.older) != ("", "")
    assert not page_of(rows).newer
    assert (
        page_of(rows, after=page_of(rows).entries[0].pk and trail._cursor(page_of(rows).entries[0])).entries
        == []
    )


def test_the_page_needs_few_queries(
    client: Client, people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    fill(PER_PAGE * 2, people["bob"])
    with django_assert_max_num_queries(8):
        page = client.get(reverse("audit_trail"), {"who": "bob", "subject": "Prospect"}).content.decode()
    assert page.count("<tr>") == PER_PAGE + 1
    assert "<html" not in client.get(reverse("audit_trail"), headers={"HX-Request": "true"}).content.decode()


def read(client: Client, **query: str) -> list[list[str]]:
    answer = client.get(reverse("audit_download"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="audit-' in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_file_has_what_the_search_leaves(some: None, client: Client, people: dict[str, User]) -> None:
    head, *lines = read(client, who="bob")
    assert tuple(head) == trail.FIELDS
    (line,) = lines
    assert line[1:7] == ["bob", "connection.saved", "user", str(people["bob"].pk), "bob", "kind=github"]


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "-2", "@cmd", "\tx"])
def test_no_cell_of_the_file_is_a_formula(client: Client, people: dict[str, User], name: str) -> None:
    row = entry(people["bob"], "demo.created", people["bob"])
    AuditEntry.objects.filter(pk=row.pk).update(subject=name, actor_name=name)
    _, line = read(client, action="demo.created")
    assert (line[1], line[5]) == (f"'{name}", f"'{name}")


def test_a_line_of_a_command_has_no_address(people: dict[str, User]) -> None:
    assert entry(None, "account.created", people["bob"]).origin is None
