"""The person behind an identity of the log-in service: found, made, and kept up to date at each log-in."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from demoforge.accounts import audit, sessions
from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from demoforge.accounts.sso.claims import Claims, Refused

_ADMINISTRATOR = "Ask an administrator of DemoForge; they see you on the page People."


@transaction.atomic
def person_of(claims: Claims, known: User | None) -> User:
    """The person who comes in, with the role and the names that the log-in service says now. Raises Refused.

    `known` is the person of this identity, if it has been here before. Otherwise somebody with the same verified
    address is taken, unless the address has an identity of this service already: addresses are given to new people.
    """
    person = known or _by_address(claims.email)
    if person and not person.is_active:
        raise Refused("inactive", "Your account has been switched off.", _ADMINISTRATOR)
    return _updated(person, claims) if person else _made(claims)


def turn_away(person: User, reason: str) -> None:
    """The log-in service does not let this person in any more: sessions from before end as well."""
    with transaction.atomic():
        audit.record("login.refused", person, by=None, reason=reason, sessions_ended=sessions.end_all(person))


def _by_address(email: str) -> User | None:
    found = User.objects.filter(email__iexact=email, is_local=False).order_by("pk").first()
    if found is None:
        return None
    if SocialAccount.objects.filter(user=found, provider=settings.SIGN_ON.service_id).exists():
        raise Refused(
            "address_taken", "Your e-mail address belongs to another person's account.", _ADMINISTRATOR
        )
    return found


def _made(claims: Claims) -> User:
    if User.objects.filter(username=claims.email).exists():
        raise Refused("name_taken", "Your e-mail address is another account's user name.", _ADMINISTRATOR)
    person = User(
        username=claims.email,
        email=claims.email,
        first_name=claims.first_name,
        last_name=claims.last_name,
        role=(claims.role or Role.SALES_ENGINEER).value,
    )
    person.set_unusable_password()
    person.save()
    audit.record("account.created", person, by=None, role=person.role)
    return person


def _updated(person: User, claims: Claims) -> User:
    """Names always follow the service, the role where groups decide it."""
    before = person.role
    person.email = claims.email
    person.first_name = claims.first_name or person.first_name
    person.last_name = claims.last_name or person.last_name
    if settings.SIGN_ON.groups_decide and claims.role:
        person.role = claims.role.value
    person.save(update_fields=["email", "first_name", "last_name", "role"])
    if person.role != before:
        audit.record("person.role_changed", person, by=None, before=before, after=person.role)
    return person
