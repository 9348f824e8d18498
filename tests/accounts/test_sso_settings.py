"""The settings of single sign-on: what they mean, and what stops the start."""

from pathlib import Path

import pytest

from demoforge.accounts.roles import Role
from demoforge.accounts.sso.configuration import SignOn, read_sign_on
from demoforge.environment import Reader

WHOLE = {
    "OIDC_DISCOVERY_URL": "https://login.example.com/.well-known/openid-configuration",
    "OIDC_CLIENT_ID": "demoforge",
    "OIDC_CLIENT_SECRET": "hunter2-hunter2",
    "OIDC_ALLOWED_DOMAINS": "Example.com, example.org",
    "OIDC_GROUP_ROLES": '{"demo-admins": "admin", "se": "sales_engineer"}',
}
PEM = "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"
SAML = {
    "SAML_IDP_ENTITY_ID": "https://idp.example.com",
    "SAML_IDP_URL": "https://idp.example.com/sso",
    "SAML_IDP_CERTIFICATE": PEM,
    "OIDC_ALLOWED_DOMAINS": "example.com",
    "OIDC_DEFAULT_ROLE": "sales_engineer",
}


def read(tmp_path: Path, **values: str) -> tuple[SignOn, list[str]]:
    reader = Reader(values)
    return read_sign_on(reader, base=tmp_path), reader.faults


def test_nothing_is_on_by_itself(tmp_path: Path) -> None:
    found, faults = read(tmp_path)
    assert (found.on, found.groups_decide, found.saml, faults) == (False, False, None, [])


def test_all_of_it(tmp_path: Path) -> None:
    found, faults = read(tmp_path, **WHOLE)
    assert faults == []
    assert found.on
    assert found.groups_decide
    assert found.domains == ("example.com", "example.org")
    assert found.group_roles == {"demo-admins": Role.ADMIN, "se": Role.SALES_ENGINEER}
    assert (found.default_role, found.groups_claim) == (None, "groups")
    assert "hunter2" not in repr(found)


def test_the_secret_is_taken_out_of_the_log(tmp_path: Path) -> None:
    reader = Reader(WHOLE)
    read_sign_on(reader, base=tmp_path)
    assert WHOLE["OIDC_CLIENT_SECRET"] in reader.secrets


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_DISCOVERY_URL or its client is missing"),
        ({"OIDC_DISCOVERY_URL": "http://login.example.com/"}, "OIDC_DISCOVERY_URL is not encrypted"),
        ({"OIDC_ALLOWED_DOMAINS": ""}, "OIDC_ALLOWED_DOMAINS is missing"),
        ({"OIDC_ALLOWED_DOMAINS": "*.example.com"}, "OIDC_ALLOWED_DOMAINS contains '*.example.com'"),
        ({"OIDC_GROUP_ROLES": ""}, "OIDC_GROUP_ROLES is missing, and so is OIDC_DEFAULT_ROLE"),
        ({"OIDC_GROUP_ROLES": "demo-admins=admin"}, "OIDC_GROUP_ROLES cannot be used; allowed: JSON such as"),
        ({"OIDC_GROUP_ROLES": '{"demo-admins": "root"}'}, "OIDC_GROUP_ROLES cannot be used"),
        ({"OIDC_GROUP_ROLES": '{"demo-admins": ["admin"]}'}, "OIDC_GROUP_ROLES cannot be used"),
        ({"OIDC_GROUP_ROLES": '["admin"]'}, "OIDC_GROUP_ROLES cannot be used"),
        ({"OIDC_GROUP_ROLES": '{"": "admin"}'}, "OIDC_GROUP_ROLES cannot be used"),
        ({"OIDC_DEFAULT_ROLE": "root"}, "OIDC_DEFAULT_ROLE is 'root'; allowed: sales_engineer"),
        ({"OIDC_SCOPES": "email"}, "OIDC_SCOPES lacks openid"),
        (SAML, "SAML_IDP_URL is set beside OIDC_DISCOVERY_URL"),
        ({"SAML_IDP_URL": "https://idp.example.com"}, "SAML_IDP_ENTITY_ID stands alone"),
    ],
)
def test_what_is_wrong_stops_the_start(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    _, faults = read(tmp_path, **(WHOLE | changes))
    assert any(one.startswith(fault) for one in faults), faults
    assert "hunter2" not in "".join(faults)


def test_a_provider_on_this_machine_may_speak_http(tmp_path: Path) -> None:
    _, faults = read(tmp_path, **(WHOLE | {"OIDC_DISCOVERY_URL": "http://localhost:9400"}))
    assert faults == []


def test_identities_belong_to_one_registration_at_one_service(tmp_path: Path) -> None:
    ids = {
        read(tmp_path, **values)[0].service_id
        for values in (
            WHOLE,
            WHOLE | {"OIDC_CLIENT_ID": "other"},
            WHOLE | {"OIDC_DISCOVERY_URL": "https://x.y"},
            SAML,
        )
    }
    assert len(ids) == 4
    assert read(tmp_path, **WHOLE, OIDC_GROUPS_CLAIM="roles")[0].service_id in ids


def test_saml_instead(tmp_path: Path) -> None:
    found, faults = read(tmp_path, **SAML)
    assert faults == []
    assert found.on
    assert not found.groups_decide
    assert found.saml is not None
    assert found.saml.certificate.splitlines()[1] == "AAAA"
