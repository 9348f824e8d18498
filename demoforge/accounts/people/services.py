"""Change people and teams. Each change and its line in the audit trail are one transaction."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from demoforge.accounts import audit, sessions
from demoforge.accounts.models import Team, User
from demoforge.accounts.roles import Action, Role
from demoforge.errors import Explained, NotNow


def groups_decide(person: User) -> bool:
    """Whether the groups of the log-in service decide this person's role, so that nobody sets it by hand."""
    return bool(settings.SIGN_ON.groups_decide) and not person.is_local


@transaction.atomic
def change_person(person: User, *, role: Role, team: Team | None, active: bool, by: User) -> bool:
    """Give a person a role and a team, let them in or not; whether anything was changed.

    Who is switched off has no session from this moment on. Raises NotNow with a sentence for one's own role or
    activity, for the last active administrator, and for a role that groups decide.
    """
    _administrators_wait()
    before = User.objects.select_for_update().get(pk=person.pk)
    _refuse(before, role=role, active=active, by=by)
    changes = {
        name: [old, new]
        for name, old, new in (
            ("role", before.role, role.value),
            ("team", before.team_id, team.pk if team else None),
            ("active", before.is_active, active),
        )
        if old != new
    }
    if not changes:
        return False
    before.role, before.team, before.is_active = role.value, team, active
    before.save(update_fields=["role", "team", "is_active"])
    audit.record("person.changed", before, by=by, **changes)
    if not active:
        sessions.end_all(before)
    return True


def _administrators_wait() -> None:
    """Two administrators who demote each other at the same moment do it one after the other."""
    list(_administrators().select_for_update().order_by("pk").values_list("pk", flat=True))


def _administrators() -> "QuerySet[User]":
    """Administrators who can log in."""
    found = User.objects.filter(role=Role.ADMIN.value, is_active=True)
    return found if settings.LOCAL_MODE else found.filter(is_local=False)


def _refuse(person: User, *, role: Role, active: bool, by: User) -> None:
    """Raise NotNow for what nobody may do. `by` is read again: the change of another administrator may be through."""
    if not User.objects.get(pk=by.pk).may(Action.CONFIGURE):
        raise NotNow("You are not an administrator any more.", "Ask another administrator.")
    if role.value == person.role and active == person.is_active:
        return
    if person.pk == by.pk:
        raise NotNow(
            "Nobody changes their own role or switches themselves off.", "Ask another administrator."
        )
    if role.value != person.role and groups_decide(person):
        raise NotNow(
            "Groups of your log-in service decide this role.",
            "Change the person's groups there; the role follows at their next log-in.",
        )
    if (role != Role.ADMIN or not active) and not _administrators().exclude(pk=person.pk).exists():
        raise NotNow("This is the last active administrator.", "Make somebody else an administrator first.")


@transaction.atomic
def give_role(name: str, role: Role) -> User:
    """Give the person of this user name or e-mail address a role, from the command line: nobody's consent is asked.

    Raises Explained when there is no such person, or groups decide their role.
    """
    found = list(
        User.objects.select_for_update().filter(Q(username__iexact=name) | Q(email__iexact=name))[:2]
    )
    if len(found) != 1:
        raise Explained(
            f"There is not one person called {name}.", "They have to log in once, before they get a role."
        )
    if groups_decide(found[0]):
        raise NotNow("Groups of your log-in service decide this role.", "Change the person's groups there.")
    audit.record("person.changed", found[0], by=None, role=[found[0].role, role.value])
    found[0].role = role.value
    found[0].save(update_fields=["role"])
    return found[0]


@transaction.atomic
def forget_identity(person: User, *, by: User) -> bool:
    """Forget who the person is at the log-in service; the next who comes with their verified address is them.

    False when there was nothing to forget.
    """
    count, _ = SocialAccount.objects.filter(user=person).delete()
    if count:
        audit.record("person.identity_forgotten", person, by=by)
    return bool(count)


def make_team(name: str, *, by: User) -> Team:
    """A new team. Raises NotNow when there is one of this name."""
    try:
        with transaction.atomic():
            team = Team.objects.create(name=name)
            audit.record("team.created", team, by=by)
    except IntegrityError:
        raise _taken(name) from None
    return team


def rename_team(team: Team, name: str, *, by: User) -> bool:
    """Give a team another name; False when it has this one. Raises NotNow when another team has it."""
    try:
        with transaction.atomic():
            old = Team.objects.select_for_update().get(pk=team.pk).name
            if old == name:
                return False
            team.name = name
            team.save(update_fields=["name"])
            audit.record("team.renamed", team, by=by, before=old)
    except IntegrityError:
        raise _taken(name) from None
    return True


def _taken(name: str) -> NotNow:
    return NotNow(f"There is a team called “{name}” already.", "Choose another name.")
