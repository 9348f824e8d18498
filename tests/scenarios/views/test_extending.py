"""Extending a demo by one click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios.models import Demo
from tests.scenarios.views import rows

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def demo() -> Demo:
    demo = rows.demo_of(rows.person())
    Demo.objects.filter(pk=demo.pk).update(used_at=timezone.now() - timedelta(days=40))
    demo.refresh_from_db()
    return demo


def press(client: Client, demo: Demo, **fields: str) -> "tuple[int, str]":
    answer = client.post(reverse("demo_extend", args=[demo.pk]), fields)
    return answer.status_code, answer.get("Location", "")


def is_extended(demo: Demo) -> bool:
    return Demo.objects.filter(pk=demo.pk, used_at__gte=timezone.now() - timedelta(minutes=1)).exists()


def test_the_owner_extends_and_is_told_until_when(client_of: ClientOf, demo: Demo) -> None:
    client = client_of(demo.owner)
    assert press(client, demo) == (302, reverse("demo_detail", args=[demo.pk]))
    assert is_extended(demo)
    day = timezone.localdate() + timedelta(days=30)
    assert f"now lasts until {day.day} {day:%B %Y}." in client.get(reverse("demo_list")).content.decode()


def test_an_account_executive_extends_their_own(client_of: ClientOf, demo: Demo) -> None:
    User.objects.filter(pk=demo.owner_id).update(role=Role.ACCOUNT_EXECUTIVE.value)
    press(client_of(User.objects.get(pk=demo.owner_id)), demo)
    assert is_extended(demo)


def test_nobody_extends_the_demos_of_others(client_of: ClientOf, demo: Demo) -> None:
    assert press(client_of(rows.person("morgan", Role.MANAGER)), demo)[0] == 403
    assert press(client_of(rows.person("eve")), demo)[0] == 404
    assert not is_extended(demo)


@pytest.mark.parametrize(
    ("back", "goes"),
    [
        ("/fleet/?state=expired", "/fleet/?state=expired"),
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
    ],
)
def test_it_goes_back_to_a_page_of_this_site(client_of: ClientOf, demo: Demo, back: str, goes: str) -> None:
    assert press(client_of(demo.owner), demo, back=back)[1] == (
        goes or reverse("demo_detail", args=[demo.pk])
    )
