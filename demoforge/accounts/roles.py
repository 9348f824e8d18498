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

    SEE_DEMOS = "see_demos"  # one's own, and those that are shared with one
    SEE_SHARED_UNAPPROVED = "see_shared_unapproved"  # also before a manager has approved them
    SEE_ALL_DEMOS = "see_all_demos"  # everybody's
    CREATE_DEMO = "create_demo"  # from a brief
    USE_TEMPLATE = "use_template"  # a demo of one's own from an approved plan
    EDIT_DEMO = "edit_demo"  # one's own: edit, regenerate, restore
    EDIT_ALL_DEMOS = "edit_all_demos"
    BUILD = "build"  # one's own: confirm, retry, cancel, undo; the policy of reviews comes on top
    BUILD_ALL = "build_all"
    REVIEW = "review"  # other people's plans: comment, approve, send back
    SEE_INSIGHTS = "see_insights"
    CONFIGURE = "configure"  # workspace settings, policy, people, the audit trail


_EVERYONE = frozenset(Role)
_AUTHORS = frozenset({Role.SALES_ENGINEER, Role.MANAGER, Role.ADMIN})
_LEADS = frozenset({Role.MANAGER, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_DEMOS: _EVERYONE,
    Action.SEE_SHARED_UNAPPROVED: _AUTHORS,
    Action.SEE_ALL_DEMOS: _LEADS,
    Action.CREATE_DEMO: _AUTHORS,
    Action.USE_TEMPLATE: _EVERYONE,
    Action.EDIT_DEMO: _AUTHORS,
    Action.EDIT_ALL_DEMOS: _ADMINS,
    Action.BUILD: _EVERYONE,
    Action.BUILD_ALL: _ADMINS,
    Action.REVIEW: _LEADS,
    Action.SEE_INSIGHTS: _LEADS,
    Action.CONFIGURE: _ADMINS,
}


def may(role: str, action: Action) -> bool:
    """Whether a role is allowed an action at all."""
    return role in ALLOWED[action]
