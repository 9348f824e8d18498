"""The account, who calls, installations of the GitHub App, and service tokens. Reference, sections 1.3, 2, 4.3, 9."""

import secrets
from typing import Any

from tests.fakes.dbt_cloud.calls import V2, V3, Call, Refused, envelope, route, said
from tests.fakes.dbt_cloud.fields import Check, boolean, checked, complaints, integer, text, texts
from tests.fakes.dbt_cloud.lists import listed, serve_deletion
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.dbt_cloud.tokens import WRITES, Grant, Token, allowed_sets
from tests.fakes.outside_server import Answer

NOT_FOR_SERVICE_TOKENS = {"reason": "This endpoint cannot be accessed with a service token."}


def account_fields(call: Call) -> dict[str, Any]:
    """What the API says about the account."""
    server = call.server
    return {
        "id": server.account_id,
        "name": server.account_name,
        "plan": server.plan,
        "state": 1,
        "locked": False,
        "lock_reason": None,
        "lock_cause": None,
        "run_locked_until": None,
        "run_slots": server.run_slots,
        "queue_limit": 50,
        "run_duration_limit_seconds": 86400,
        "developer_seats": 8,
        "static_subdomain": server.prefix,
        "vanity_subdomain": "",
        "identifier": "act_" + server.prefix,
    }


@route("GET", V2 + "/", "read account")
def read_account(call: Call) -> Answer:
    return envelope(200, account_fields(call), extra={})


@route("GET", "/api/v3/accounts/", "read account")
def list_accounts(call: Call) -> Answer:
    pagination = {"count": 1, "total_count": 1}
    return envelope(
        200, [account_fields(call)], extra={"filters": {}, "order_by": "id", "pagination": pagination}
    )


@route("GET", "/api/v2/whoami/", "read account")
def whoami(call: Call) -> Answer:
    """A service token is nobody: what the service says to one is not published."""
    if call.token.kind == "service":
        return envelope(200, {"user": None})
    return envelope(200, {"user": {"id": call.token.user_id, "email": call.token.email}})


@route("GET", "/api/v2/constants/", "read account")
def constants(call: Call) -> Answer:
    return envelope(200, {"permission_sets": {name: name for name in sorted(WRITES)}})


@route("GET", "/api/v2/integrations/github/installations/", "read account")
def installations(call: Call) -> Answer:
    """A bare list, for users who have linked GitHub."""
    if call.token.kind == "service":
        raise Refused(400, NOT_FOR_SERVICE_TOKENS)
    known = call.server.installations if call.token.github else {}
    address = "https://api.github.com/app/installations/{}/access_tokens"
    return Answer(
        200,
        [
            {"id": id, "account": {"login": login}, "access_tokens_url": address.format(id)}
            for id, login in known.items()
        ],
    )


TOKENS = V3 + "/service-tokens"


def show_token(call: Call, token: Thing) -> dict[str, Any]:
    """A token without its secret string."""
    return {**token.fields, "token_string": None}


@route("GET", TOKENS + "/", "read service_token")
def list_tokens(call: Call) -> Answer:
    return listed(call, call.server.things.of("service_token"), show=show_token, kind="service_token")


@route("GET", TOKENS + "/{id}/", "read service_token")
def read_token(call: Call) -> Answer:
    return said("service_token", 200, show_token(call, call.thing("service_token")))


@route("GET", TOKENS + "/{id}/permissions/", "read service_token")
def token_permissions(call: Call) -> Answer:
    token = call.thing("service_token")
    rows = [
        {
            "id": token.id + place,
            "account_id": token.account_id,
            "service_token_id": token.id,
            "permission_set": grant["permission_set"],
            "project_id": grant.get("project_id"),
            "all_projects": grant.get("project_id") is None,
            "writable_environment_categories": grant.get("writable_environment_categories") or [],
            "state": 1,
        }
        for place, grant in enumerate(token.permission_grants)
    ]
    pagination = {"count": len(rows), "total_count": len(rows)}
    return envelope(200, rows, extra={"filters": {}, "order_by": "id", "pagination": pagination})


def a_list(value: Any) -> str | None:
    """A list of anything."""
    return None if isinstance(value, list) else "expected a list"


GRANT_REQUIRED: dict[str, Check] = {"permission_set": text}
GRANT_OPTIONAL: dict[str, Check] = {"project_id": integer, "writable_environment_categories": texts}


@route("POST", TOKENS + "/", "write service_token")
def create_token(call: Call) -> Answer:
    """Only service tokens make service tokens; the string is said this once. It works at once."""
    if call.token.kind == "personal":
        raise Refused(400, {"reason": "A service token cannot be created with a personal access token."})
    optional: dict[str, Check] = {
        "permission_grants": a_list,
        "metadata_only": boolean,
        "webhooks_only": boolean,
    }
    fields = checked(call, {"name": text}, optional)
    grants = [_grant(call, sent) for sent in fields["permission_grants"] or []]
    uid, string = secrets.token_hex(8), secrets.token_urlsafe(24)
    fields |= {
        "account_id": call.server.account_id,
        "uid": uid,
        "permission_grants": fields["permission_grants"] or [],
    }
    token = call.server.things.add("service_token", **fields)
    token.secrets["value"] = f"dbtc_{uid}_{string}"
    call.server.tokens[token.value] = Token(token.value, "service", tuple(grants))
    return said("service_token", 201, {**token.fields, "token_string": token.value})


def _grant(call: Call, sent: Any) -> Grant:
    wrong = complaints(sent, GRANT_REQUIRED, GRANT_OPTIONAL)
    if not wrong and sent["permission_set"] not in WRITES:
        wrong["permission_set"] = "unknown permission set"
    elif not wrong and sent["permission_set"] not in allowed_sets(call.server.plan):
        wrong["permission_set"] = "not part of the plan of this account"
    project_id = sent.get("project_id") if not wrong else None
    if project_id is not None and call.server.things.find("project", project_id) is None:
        wrong["project_id"] = "there is no such project"
    if wrong:
        raise Refused(400, {"permission_grants": wrong})
    return Grant(sent["permission_set"], project_id, tuple(sent.get("writable_environment_categories") or ()))


def _revoke(call: Call, token: Thing) -> None:
    del call.server.tokens[token.value]


serve_deletion(TOKENS, "service_token", "service_token", _revoke)
