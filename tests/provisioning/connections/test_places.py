"""Addresses as people paste them become the one that is kept, or are refused."""

from typing import Any

import pytest

from demoforge.addresses import AddressRefused
from provisioning.connections.places import account_in, github_api_url


@pytest.fixture(autouse=True)
def lists(settings: Any) -> None:
    settings.GITHUB_HOSTS = ["api.github.com", "*.ghe.com", "github.example.com"]
    settings.LOCAL_MODE = False


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", "https://api.github.com"),
        ("github.com", "https://api.github.com"),
        ("https://github.com/acme-demos", "https://api.github.com"),
        ("https://API.github.com/", "https://api.github.com"),
        ("acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com"),
        ("http://acme.ghe.com", "https://api.acme.ghe.com"),  # never without encryption
        ("https://acme.ghe.com/orgs/x", "https://api.acme.ghe.com"),
        ("github.example.com", "https://github.example.com/api/v3"),
        ("https://github.example.com/", "https://github.example.com/api/v3"),
        ("https://github.example.com/api/v3/", "https://github.example.com/api/v3"),
    ],
)
def test_the_address_of_a_site_becomes_that_of_its_api(typed: str, kept: str) -> None:
    assert github_api_url(typed) == kept
    assert github_api_url(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example.com",
        "http://api.github.com",
        "http://127.0.0.1:8000",
        "https://api.github.com@evil.example.com",
        "https://api.github.com.evil.example.com",
        "https://[::1",
        "https://github.example.com:8443",
        "file:///etc/passwd",
    ],
)
def test_other_places_are_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        github_api_url(typed)


def test_in_local_mode_this_machine_may_be_called(settings: Any) -> None:
    settings.LOCAL_MODE = True
    assert github_api_url("http://127.0.0.1:8765") == "http://127.0.0.1:8765"
    assert github_api_url("http://localhost:8765/api/v3") == "http://localhost:8765/api/v3"


def test_the_workspaces_own_address_is_the_default(settings: Any) -> None:
    settings.GITHUB_API_URL = "https://github.example.com/api/v3"
    assert github_api_url("  ") == "https://github.example.com/api/v3"


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("https://ab123.us1.dbt.com/settings/accounts/70403/", "70403"),
        ("https://ab123.us1.dbt.com/deploy/70403100000001/projects/7", "70403100000001"),
        ("https://ab123.us1.dbt.com/develop/12", "12"),
        ("https://ab123.us1.dbt.com", ""),
        ("https://ab123.us1.dbt.com/accounts/abc", ""),
        ("", ""),
    ],
)
def test_a_pasted_address_of_dbt_cloud_names_its_account(typed: str, account: str) -> None:
    assert account_in(typed) == account
