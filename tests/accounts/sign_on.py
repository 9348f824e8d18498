"""A real OpenID provider on loopback, and a browser's way through it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from demoforge.accounts.roles import Role
from demoforge.accounts.sso.configuration import SignOn

GROUP_ROLES = {
    "demo-engineers": Role.SALES_ENGINEER,
    "demo-executives": Role.ACCOUNT_EXECUTIVE,
    "demo-managers": Role.MANAGER,
    "demo-admins": Role.ADMIN,
}
CLIENT_SECRET = "s3cret-of-the-client-7f2a"


@contextmanager
def provider() -> Iterator[str]:
    """A running provider; its address. It lets everybody log in as whoever they say they are."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it wants https, also on loopback
    import oidc_provider_mock

    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def rules_for(address: str, **more: Any) -> SignOn:
    """Settings as an operator would make them: people of example.com, a role for each group."""
    values: dict[str, Any] = {
        "discovery_url": f"{address}/.well-known/openid-configuration",
        "client_id": "demoforge",
        "client_secret": CLIENT_SECRET,
        "domains": ("example.com",),
        "group_roles": GROUP_ROLES,
    }
    return SignOn(**(values | more))


def set_claims(address: str, sub: str, **claims: Any) -> None:
    """What the provider says about somebody from now on."""
    values = {"email": "ada@example.com", "email_verified": True, "given_name": "Ada", "family_name": "Byron"}
    requests.put(f"{address}/users/{sub}", json=values | claims, timeout=5).raise_for_status()


def through_the_provider(client: Client, sub: str, *, target: str = "", action: str = "") -> HttpResponse:
    """Start at our log-in, agree (or `action="deny"`) at the provider, come back; the answer to coming back."""
    start = client.get(reverse("sso_login"), {"next": target} if target else {})
    form = {"action": action} if action else {"sub": sub}
    answer = requests.post(start["Location"], data=form, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert back.path == reverse("sso_callback")
    return client.get(f"{back.path}?{back.query}")
