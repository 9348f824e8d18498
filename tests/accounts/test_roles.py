"""The one table of actions."""

from collections.abc import Callable

import pytest

from demoforge.accounts.models import User
from demoforge.accounts.roles import ALLOWED, Action, Role, may

SE, AE, MANAGER, ADMIN = Role.SALES_ENGINEER, Role.ACCOUNT_EXECUTIVE, Role.MANAGER, Role.ADMIN


def test_every_action_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        (Action.SEE_DEMOS, {SE, AE, MANAGER, ADMIN}),
        (Action.SEE_SHARED_UNAPPROVED, {SE, MANAGER, ADMIN}),
        (Action.SEE_ALL_DEMOS, {MANAGER, ADMIN}),
        (Action.CREATE_DEMO, {SE, MANAGER, ADMIN}),
        (Action.USE_TEMPLATE, {SE, AE, MANAGER, ADMIN}),
        (Action.EDIT_DEMO, {SE, MANAGER, ADMIN}),
        (Action.EDIT_ALL_DEMOS, {ADMIN}),
        (Action.BUILD, {SE, AE, MANAGER, ADMIN}),
        (Action.BUILD_ALL, {ADMIN}),
        (Action.REVIEW, {MANAGER, ADMIN}),
        (Action.SEE_INSIGHTS, {MANAGER, ADMIN}),
        (Action.CONFIGURE, {ADMIN}),
    ],
)
def test_who_may_do_what(action: Action, allowed: set[Role]) -> None:
    assert {role for role in Role if may(role, action)} == allowed


def test_unknown_roles_may_do_nothing() -> None:
    assert not any(may("owner", action) for action in Action)


def test_inactive_people_may_do_nothing(make_user: Callable[..., User]) -> None:
    boss = make_user("boss", role=ADMIN)
    assert boss.may(Action.CONFIGURE)
    boss.is_active = False
    assert not any(boss.may(action) for action in Action)


def test_the_database_knows_exactly_these_roles() -> None:
    assert [value for value, _ in User._meta.get_field("role").choices] == [role.value for role in Role]
