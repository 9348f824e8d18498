"""Who may come in as what, from what the log-in service says about a person. Reads and writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demoforge.accounts.roles import Role
from demoforge.accounts.sso.configuration import SignOn, is_domain
from demoforge.errors import Explained

#: Who is in several groups gets the first of these roles that one of them gives.
RANK = (Role.ADMIN, Role.MANAGER, Role.SALES_ENGINEER, Role.ACCOUNT_EXECUTIVE)
LONGEST_EMAIL = 150  # characters; it is the user name as well
LONGEST_NAME = 150
_ASK = "Ask the people who run your company's log-in service, or an administrator of DemoForge."


class Refused(Explained):
    """Somebody whom the log-in service knows may not come in. `reason` is a word for the log."""

    status = 403

    def __init__(self, reason: str, sentence: str, hint: str = _ASK) -> None:
        super().__init__(sentence, hint)
        self.reason = reason


@dataclass(frozen=True)
class Claims:
    """What is believed about a person: a verified address in an allowed domain, names, and the role to have.

    `role` is None when groups do not decide and no default is set for people who come for the first time.
    """

    email: str
    first_name: str
    last_name: str
    role: Role | None


def read_claims(said: Mapping[str, Any], rules: SignOn) -> Claims:
    """Check what the service said. Raises Refused."""
    return Claims(
        email=_email(said, rules),
        first_name=_name(said, "given_name", "name"),
        last_name=_name(said, "family_name"),
        role=_role(said, rules),
    )


def _email(said: Mapping[str, Any], rules: SignOn) -> str:
    """The address in lower case, verified and in an allowed domain."""
    address = str(said.get("email") or "").strip().lower()
    name, at, domain = address.rpartition("@")
    if not (name and at and "@" not in name and is_domain(domain)) or len(address) > LONGEST_EMAIL:
        raise Refused("no_email", "Your log-in service did not say your e-mail address.")
    if domain not in rules.domains:
        raise Refused("domain", "E-mail addresses of your domain are not let in here.")
    if not _is_verified(said, address):
        raise Refused("not_verified", "Your log-in service has not verified your e-mail address.")
    return address


def _is_verified(said: Mapping[str, Any], address: str) -> bool:
    """By the standard's claim, or by Microsoft's: the address's domain is verified, or the address itself."""
    if "email_verified" in said:
        return _is_true(said["email_verified"])
    if _is_true(said.get("xms_edov")):
        return True
    return address in {one.strip().lower() for one in _texts(said.get("verified_primary_email"))}


def _is_true(value: Any) -> bool:
    """Some services send words or numbers in place of JSON's true."""
    return value is True or str(value).lower() in ("true", "1")


def _role(said: Mapping[str, Any], rules: SignOn) -> Role | None:
    if not rules.group_roles:
        return rules.default_role
    given = {
        rules.group_roles[group]
        for group in _texts(said.get(rules.groups_claim))
        if group in rules.group_roles
    }
    for role in RANK:
        if role in given:
            return role
    if _left_out(said, rules.groups_claim):
        raise Refused(
            "too_many_groups",
            "You are in more groups than your log-in service tells us.",
            "Ask the people who run it to send only the groups of DemoForge.",
        )
    if rules.default_role is None:
        raise Refused("no_group", "You are in none of the groups that may use DemoForge.")
    return rules.default_role


def _left_out(said: Mapping[str, Any], claim: str) -> bool:
    """Microsoft names a claim that did not fit in `_claim_names`, with the place where it could be asked for."""
    names = said.get("_claim_names")
    return isinstance(names, Mapping) and claim in names


def _texts(value: Any) -> list[str]:
    """A list of texts; services with one value send it alone."""
    many = value if isinstance(value, list | tuple) else [value]
    return [one for one in many if isinstance(one, str)]


def _name(said: Mapping[str, Any], *claims: str) -> str:
    for claim in claims:
        value = said.get(claim)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:LONGEST_NAME]
    return ""
