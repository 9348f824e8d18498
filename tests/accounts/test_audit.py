"""The audit trail is written beside the change: both or neither."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from demoforge.accounts import audit
from demoforge.accounts.models import AuditEntry, User

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


def test_an_entry_says_who_did_what_to_what(make_user: MakeUser) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    entry = audit.record("account.changed", bob, by=alice, role="manager")
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.action) == (alice, "alice", "account.changed")
    assert (entry.subject_type, entry.subject_id, entry.subject) == ("user", str(bob.pk), "bob")
    assert entry.detail == {"role": "manager"}


def test_the_system_acts_without_a_person(make_user: MakeUser) -> None:
    assert audit.record("account.created", make_user("alice"), by=None).actor_name == "system"


def test_a_change_that_is_rolled_back_leaves_no_entry(make_user: MakeUser) -> None:
    alice = make_user("alice")

    def change_and_fail() -> None:
        with transaction.atomic():
            audit.record("account.changed", alice, by=alice)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert not AuditEntry.objects.exists()


def test_the_trail_outlives_the_person(make_user: MakeUser) -> None:
    alice = make_user("alice")
    audit.record("login", alice, by=alice)
    alice.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name) == (None, "alice")


def test_the_newest_entry_comes_first(make_user: MakeUser) -> None:
    alice = make_user("alice")
    for action in ("one", "two", "three"):
        audit.record(action, alice, by=alice)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["three", "two", "one"]


def test_a_line_says_from_where_as_the_proxy_tells_it(make_user: MakeUser, settings: Any) -> None:
    """Locally the connection's address; behind a proxy the last one that it forwards, never one that is made up."""
    make_user("bob")
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.4", "REMOTE_ADDR": "192.0.2.7"}
    found = {}
    for local in (True, False):
        settings.LOCAL_MODE = local
        Client().post(reverse("login"), {"username": "bob", "password": "wrong"}, secure=True, **forged)
        found[local] = AuditEntry.objects.filter(action="login.failed").latest("pk").origin
    assert found == {True: "192.0.2.7", False: "198.51.100.4"}


@pytest.mark.parametrize("address", ["", "unix:", "<script>", "192.0.2.7:4711"])
def test_what_is_no_address_is_left_out(make_user: MakeUser, address: str) -> None:
    make_user("bob")
    Client().post(reverse("login"), {"username": "bob", "password": "wrong"}, REMOTE_ADDR=address)
    assert AuditEntry.objects.get(action="login.failed").origin is None


def test_outside_a_request_there_is_no_address(make_user: MakeUser) -> None:
    bob = make_user("bob")
    Client().post(reverse("login"), {"username": "bob", "password": "wrong"}, REMOTE_ADDR="192.0.2.7")
    assert audit.record("account.changed", bob, by=None).origin is None
