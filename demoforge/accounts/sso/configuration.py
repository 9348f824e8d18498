"""What the environment says about the company's log-in service. Imports nothing of Django: the settings read it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from demoforge.accounts.roles import Role
from demoforge.environment import Reader

DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_ROLES = ", ".join(Role)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PART_OF_A_WHOLE = "all of OIDC_DISCOVERY_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none"


@dataclass(frozen=True)
class Saml:
    """A SAML log-in service: its name for itself, where people log in, and the certificate of its signatures (PEM)."""

    entity_id: str
    url: str
    certificate: str = field(repr=False)
    email_attribute: str = ""  # empty: the name id is the e-mail address


@dataclass(frozen=True)
class SignOn:
    """The log-in service, and who may come in as what. `on` is False when none is set up."""

    discovery_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    domains: tuple[str, ...] = ()  # in lower case; an address must be in one of them, not below one
    groups_claim: str = "groups"
    group_roles: Mapping[str, Role] = field(default_factory=dict)
    default_role: Role | None = None  # of people who are in none of these groups; None: they stay outside
    saml: Saml | None = None

    @property
    def on(self) -> bool:
        """Whether people log in at a service."""
        return bool(self.discovery_url or self.saml)

    @property
    def groups_decide(self) -> bool:
        """Whether groups decide the role at each log-in, so that nobody sets it by hand."""
        return self.on and bool(self.group_roles)

    @property
    def service_id(self) -> str:
        """Tells identities of one service from those of another, and of another registration at the same one."""
        where = self.saml.entity_id if self.saml else f"{self.discovery_url} {self.client_id}"
        return f"{'saml' if self.saml else 'oidc'}-{sha256(where.encode()).hexdigest()[:16]}"


def read_sign_on(read: Reader, *, base: Path) -> SignOn:
    """The settings of single sign-on; what is wrong becomes a fault of the reader."""
    found = SignOn(
        discovery_url=_address(read, "OIDC_DISCOVERY_URL"),
        client_id=read.text(
            "OIDC_CLIENT_ID", pattern=r"[!-~]{1,190}", allowed="the client's id, without blanks"
        ),
        client_secret=read.password("OIDC_CLIENT_SECRET"),
        scopes=tuple(
            read.words(
                "OIDC_SCOPES",
                "openid,profile,email",
                pattern=r"[!-~]+",
                allowed="scopes, separated by commas",
            )
        ),
        domains=tuple(
            domain.lower()
            for domain in read.words(
                "OIDC_ALLOWED_DOMAINS",
                pattern=DOMAIN,
                allowed="domains of e-mail addresses, separated by commas",
            )
        ),
        groups_claim=read.text(
            "OIDC_GROUPS_CLAIM", "groups", pattern=r"[!-~]{1,200}", allowed="the name of a claim"
        ),
        group_roles=_group_roles(read),
        default_role=_role(read, "OIDC_DEFAULT_ROLE"),
        saml=_saml(read, base),
    )
    _check(read, found)
    return found


def _address(read: Reader, name: str) -> str:
    """https, or http on this machine."""
    value = read.url(name, schemes=("https", "http"))
    if value.startswith("http://") and urlsplit(value).hostname not in _LOOPBACK:
        read.fault(name, "is not encrypted", "https://…")
    return value


def _role(read: Reader, name: str) -> Role | None:
    value = read.text(name, pattern="|".join(Role), allowed=_ROLES)
    return Role(value) if value in set(Role) else None


def _group_roles(read: Reader) -> dict[str, Role]:
    """{"group": Role} from JSON such as {"demo-admins": "admin"}."""
    name, text = "OIDC_GROUP_ROLES", read.raw("OIDC_GROUP_ROLES")
    try:
        found = json.loads(text or "{}")
        if not isinstance(found, dict) or not all(found):
            raise ValueError
        return {group: Role(role) for group, role in found.items()}
    except ValueError:
        read.fault(
            name,
            "cannot be used",
            f'JSON such as {{"sales-engineers": "sales_engineer"}} with the roles {_ROLES}',
        )
        return {}


def _saml(read: Reader, base: Path) -> Saml | None:
    entity_id, url = read.line("SAML_IDP_ENTITY_ID"), _address(read, "SAML_IDP_URL")
    certificate = read.document("SAML_IDP_CERTIFICATE", begins="-----BEGIN CERTIFICATE", base=base)
    email_attribute = read.line("SAML_EMAIL_ATTRIBUTE")
    if not (entity_id or url or certificate):
        return None
    if not (entity_id and url and certificate):
        read.fault(
            "SAML_IDP_ENTITY_ID",
            "stands alone",
            "it with SAML_IDP_URL and SAML_IDP_CERTIFICATE, or none of them",
        )
    return Saml(entity_id, url, certificate, email_attribute)


def _check(read: Reader, found: SignOn) -> None:
    """What is wrong with the settings together."""
    whole = (found.discovery_url, found.client_id, found.client_secret)
    if any(whole) and not all(whole):
        read.fault("OIDC_DISCOVERY_URL", "or its client is missing", _PART_OF_A_WHOLE)
    if found.discovery_url and found.saml:
        read.fault("SAML_IDP_URL", "is set beside OIDC_DISCOVERY_URL", "one log-in service")
    if "openid" not in found.scopes:
        read.fault("OIDC_SCOPES", "lacks openid", "scopes with openid and email among them")
    if found.on and not found.domains:
        read.fault("OIDC_ALLOWED_DOMAINS", "is missing", "the domains of your company's e-mail addresses")
    if found.on and not (found.group_roles or found.default_role):
        read.fault("OIDC_GROUP_ROLES", "is missing, and so is OIDC_DEFAULT_ROLE", "at least one of the two")


def is_domain(text: str) -> bool:
    """Whether this is the domain of an address."""
    return re.fullmatch(DOMAIN, text) is not None
