"""Who may come in as what, from what a log-in service says."""

from typing import Any

import pytest

from demoforge.accounts.roles import Role
from demoforge.accounts.sso.claims import LONGEST_EMAIL, RANK, Refused, read_claims
from demoforge.accounts.sso.configuration import SignOn
from tests.accounts.sign_on import rules_for

RULES = rules_for("https://login.example.com")
ADA = {"email": "Ada@Example.com", "email_verified": True, "given_name": "Ada", "groups": ["demo-admins"]}


def claims_of(rules: SignOn = RULES, **said: Any) -> Any:
    return read_claims(ADA | said, rules)


def test_what_is_believed() -> None:
    found = claims_of(family_name="  Lovelace \n Byron ")
    assert (found.email, found.first_name, found.last_name) == ("ada@example.com", "Ada", "Lovelace Byron")
    assert found.role == Role.ADMIN
    assert claims_of(given_name=None, name="Ada Byron").first_name == "Ada Byron"


REFUSALS = {
    "another domain": ({"email": "ada@evil.example"}, "of your domain are not let in"),
    "below the domain": ({"email": "ada@sub.example.com"}, "of your domain are not let in"),
    "ends like it": ({"email": "ada@notexample.com"}, "of your domain are not let in"),
    "two at signs": ({"email": "ada@evil.example@example.com"}, "did not say your e-mail address"),
    "no address": ({"email": ""}, "did not say your e-mail address"),
    "not verified": ({"email_verified": False}, "has not verified your e-mail address"),
    "verified?": ({"email_verified": None}, "has not verified your e-mail address"),
    "long address": ({"email": "a" * LONGEST_EMAIL + "@example.com"}, "did not say your e-mail address"),
    "no group": ({"groups": []}, "in none of the groups"),
    "unknown group": ({"groups": ["demo-admin", "DEMO-ADMINS"]}, "in none of the groups"),
    "groups of another kind": ({"groups": {"demo-admins": True}}, "in none of the groups"),
    "too many groups": ({"groups": None, "_claim_names": {"groups": "src1"}}, "more groups than"),
}


@pytest.mark.parametrize(("said", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_who_is_refused_gets_a_sentence(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        claims_of(**said)
    assert refused.value.hint


def test_of_several_groups_the_strongest_role_counts() -> None:
    assert set(RANK) == set(Role)
    assert claims_of(groups=["demo-executives", "demo-managers", "demo-engineers"]).role == Role.MANAGER
    assert claims_of(groups="demo-engineers").role == Role.SALES_ENGINEER, "one group may come alone"


def test_the_claim_of_the_groups_is_a_setting() -> None:
    rules = rules_for("https://login.example.com", groups_claim="roles")
    assert claims_of(rules, roles=["demo-managers"]).role == Role.MANAGER
    with pytest.raises(Refused, match="none of the groups"):
        claims_of(rules)


@pytest.mark.parametrize("default", [None, Role.ACCOUNT_EXECUTIVE])
def test_without_groups_in_the_settings_nobody_gets_a_role_from_them(default: Role | None) -> None:
    rules = rules_for("https://login.example.com", group_roles={}, default_role=default)
    assert claims_of(rules).role == default


def test_a_default_is_for_those_in_no_group() -> None:
    rules = rules_for("https://login.example.com", default_role=Role.ACCOUNT_EXECUTIVE)
    assert claims_of(rules, groups=["staff"]).role == Role.ACCOUNT_EXECUTIVE
    assert claims_of(rules).role == Role.ADMIN


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"email_verified": "false"}, False),
        ({"xms_edov": True}, True),
        ({"xms_edov": "1"}, True),
        ({"xms_edov": "0"}, False),
        ({"email_verified": False, "xms_edov": True}, False),
        ({"verified_primary_email": ["Ada@Example.com"]}, True),
        ({"verified_primary_email": ["bob@example.com"]}, False),
        ({"verified_secondary_email": ["ada@example.com"]}, False),
    ],
)
def test_who_vouches_for_an_address(said: dict[str, Any], believed: bool) -> None:
    base = {name: value for name, value in ADA.items() if name != "email_verified"}
    if believed:
        assert read_claims(base | said, RULES).email == "ada@example.com"
    else:
        with pytest.raises(Refused, match="has not verified"):
            read_claims(base | said, RULES)
