"""Roles and the one table of actions: who may do what. Objects' owners are looked at in `access.py`."""

from enum import StrEnum


class Role(StrEnum):
    """The four roles."""

    SALES_ENGINEER = "sales_engineer"
    ACCOUNT_EXECUTIVE = "account_executive"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role as people call it."""
        return self.value.replace("_", " ").capitalize()


class Action(StrEnum):
    """Everything that a person can do, beside logging in and out."""

    SEE_DEMOS = "see_demos"  # the list and the demos that are shared with one
    SEE_ALL_DEMOS = "see_all_demos"  # everybody's
    CREATE_DEMO = "create_demo"
    EDIT_DEMO = "edit_demo"  # one's own: edit, regenerate, restore
    EDIT_ALL_DEMOS = "edit_all_demos"
    BUILD = "build"  # one's own: confirm, retry, cancel, undo
    BUILD_ALL = "build_all"
    CONFIGURE = "configure"  # workspace settings


_EVERYONE = frozenset(Role)
_AUTHORS = frozenset({Role.SALES_ENGINEER, Role.MANAGER, Role.ADMIN})
_LEADS = frozenset({Role.MANAGER, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_DEMOS: _EVERYONE,
    Action.SEE_ALL_DEMOS: _LEADS,
    Action.CREATE_DEMO: _AUTHORS,
    Action.EDIT_DEMO: _AUTHORS,
    Action.EDIT_ALL_DEMOS: _ADMINS,
    Action.BUILD: _AUTHORS,
    Action.BUILD_ALL: _ADMINS,
    Action.CONFIGURE: _ADMINS,
}


def may(role: str, action: Action) -> bool:
    """Whether a role is allowed an action at all."""
    return role in ALLOWED[action]
