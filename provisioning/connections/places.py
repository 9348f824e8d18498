"""Addresses as people type or paste them, in the one form that is kept. See also clients/dbt_cloud/address.py."""

import re
from urllib.parse import urlsplit

from django.conf import settings

from demoforge.addresses import GITHUB, AddressRefused, check_address, is_this_machine
from provisioning.connections.fields import PUBLIC_GITHUB

_SITES = ("github.com", "www.github.com")  # people paste the address of the pages
_ACCOUNT = re.compile(r"/(?:accounts|deploy|develop|explore|dashboard)/(\d{1,18})(?:/|$)")


def github_api_url(typed: str) -> str:
    """The address of GitHub's API from what people type: a site's address, with or without `https://`, or the API's.

    Empty means the workspace's. Raises AddressRefused.
    """
    typed = typed.strip() or settings.GITHUB_API_URL
    return check_address(_api_of(_with_scheme(typed)), allowed=settings.GITHUB_HOSTS, callee=GITHUB)


def account_in(typed: str) -> str:
    """The number of the account in a pasted address of dbt Cloud's pages; empty when there is none."""
    found = _ACCOUNT.search(typed)
    return found[1] if found else ""


def _with_scheme(typed: str) -> str:
    return typed if "://" in typed else f"https://{typed}"


def _api_of(address: str) -> str:
    """The API's address for a site's: github.com, NAME.ghe.com, or a server of one's own."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise AddressRefused(
            "This is not an address that can be used.", f"Type it like {GITHUB.example}."
        ) from None
    if host in _SITES:
        return PUBLIC_GITHUB
    if host.endswith(".ghe.com"):
        return f"https://{host if host.startswith('api.') else f'api.{host}'}"
    if not parts.path.strip("/") and host != urlsplit(PUBLIC_GITHUB).hostname and not is_this_machine(host):
        return f"{parts.scheme}://{parts.netloc}/api/v3"
    return address
