"""Notices in the app: who is told what, what is read, and the number in the navigation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import Notice, User
from demoforge.accounts.notices import TEXT_LENGTH, tell, unread_count

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def alice(make_user: Callable[..., User]) -> User:
    return make_user("alice")


def shown(client: Client, **query: Any) -> str:
    return client.get(reverse("notices"), query).content.decode()


def test_a_notice_is_cut_to_what_fits(alice: User) -> None:
    notice = tell(alice, "x" * 400, path="/demos/7/")
    notice.refresh_from_db()
    assert (len(notice.text), notice.text[-1], notice.path) == (TEXT_LENGTH, "…", "/demos/7/")


def test_a_change_that_is_rolled_back_is_not_told(alice: User) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            tell(alice, "It happened.")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert unread_count(alice) == 0


def test_the_page_shows_ones_own_and_the_navigation_how_many(
    alice: User, make_user: Callable[..., User], client_of: ClientOf
) -> None:
    bob = make_user("bob")
    tell(alice, "Your plan was approved <b>.")
    tell(bob, "For Bob alone.")
    page = shown(client_of(alice))
    assert "Your plan was approved &lt;b&gt;." in page
    assert "For Bob alone." not in page
    assert page.count('<span class="tab-count">1<span class="sr-only"> not read') == 2, "sidebar and menu"
    assert "not read</span>" not in client_of(make_user("carol")).get(reverse("notices")).content.decode()


def test_reading_one_and_then_all(alice: User, client_of: ClientOf) -> None:
    first, *_ = [tell(alice, f"Notice {number}.") for number in range(3)]
    client = client_of(alice)
    answer = client.post(reverse("notice_read", args=[first.pk]))
    assert answer["Location"] == reverse("notices")
    assert unread_count(alice) == 2
    read_at = Notice.objects.get(pk=first.pk).read_at
    client.post(reverse("notices_read"))
    assert unread_count(alice) == 0
    assert Notice.objects.get(pk=first.pk).read_at == read_at, "it was read before"
    assert "Mark all as read" not in shown(client)


def test_opening_marks_it_as_read_and_goes_there(alice: User, client_of: ClientOf) -> None:
    notice = tell(alice, "Look.", path="/demos/7/?tab=plan")
    answer = client_of(alice).post(reverse("notice_read", args=[notice.pk]), {"open": "1"})
    assert answer["Location"] == "/demos/7/?tab=plan"
    assert unread_count(alice) == 0


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_a_notice_never_leads_elsewhere(alice: User, client_of: ClientOf, path: str) -> None:
    notice = tell(alice, "Look.", path=path)
    answer = client_of(alice).post(reverse("notice_read", args=[notice.pk]), {"open": "1"})
    assert answer["Location"] == reverse("notices")


def test_nobody_reads_the_notices_of_others(
    alice: User, make_user: Callable[..., User], client_of: ClientOf
) -> None:
    notice = tell(alice, "For Alice.")
    bob = client_of(make_user("bob"))
    assert bob.post(reverse("notice_read", args=[notice.pk])).status_code == 404
    bob.post(reverse("notices_read"))
    assert unread_count(alice) == 1


def test_pages_and_queries(alice: User, client_of: ClientOf, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        tell(alice, f"Notice {number}.")
    client = client_of(alice)
    with django_assert_max_num_queries(7):
        page = shown(client)
    assert "Notice 59." in page
    assert "Notice 34." not in page
    assert "Notice 34." in shown(client, page=2)
    assert "<html" not in client.get(reverse("notices"), headers={"HX-Request": "true"}).content.decode()


def test_many_are_not_counted_to_the_end(alice: User, client_of: ClientOf) -> None:
    Notice.objects.bulk_create(Notice(user=alice, text="x") for _ in range(150))
    assert "99+" in shown(client_of(alice))


def test_there_is_a_word_for_nothing(alice: User, client_of: ClientOf) -> None:
    assert "Nothing to tell you" in shown(client_of(alice))
