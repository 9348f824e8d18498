"""Access URLs as people paste them, and links into dbt Cloud's own pages."""

from typing import Any

import pytest

from demoforge.addresses import AddressRefused
from provisioning.clients.dbt_cloud import DbtCloudClient, access_url, links

HOST = "https://ab123.us1.dbt.com"


@pytest.mark.parametrize(
    "typed",
    [
        HOST,
        "ab123.us1.dbt.com",
        " AB123.us1.DBT.com/ ",
        "https://ab123.us1.dbt.com:443/",
        "https://ab123.us1.dbt.com/deploy/70403100000001/projects/7/environments?x=1#y",
        "ab123.us1.dbt.com/settings/accounts/1/",
        "https://ab123.us1.dbt.com?next=https://evil.example",
        "https://ab123.us1.dbt.com#@evil.example",
    ],
)
def test_pasted_addresses_become_the_access_url(typed: str) -> None:
    assert access_url(typed) == HOST


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "http://ab123.us1.dbt.com",
        "ftp://ab123.us1.dbt.com",
        "https://evil.example",
        "https://dbt.com.evil.example",
        "https://evil.example/ab123.us1.dbt.com",
        "https://evil.example?ab123.us1.dbt.com",
        "https://user@ab123.us1.dbt.com",
        "https://ab123.us1.dbt.com@evil.example",
        "https://evil.example\\.us1.dbt.com",
        "https://ab123.us1.dbt.com:8443",
        "https://169.254.169.254",
        "ab123 us1.dbt.com",
        "javascript:alert(1)",
    ],
)
def test_other_addresses_are_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        access_url(typed)
    with pytest.raises(AddressRefused):
        DbtCloudClient(typed, 1, "dbtc_x", record=lambda call: None)


def test_administrators_may_allow_hosts_of_their_own(settings: Any) -> None:
    with pytest.raises(AddressRefused, match=r"dbt Cloud at dbt\.acme\.example may not be called"):
        access_url("https://dbt.acme.example")
    settings.DBT_HOSTS = ["dbt.acme.example"]
    assert access_url("dbt.acme.example/deploy/1") == "https://dbt.acme.example"
    with pytest.raises(AddressRefused):
        access_url(HOST)


def test_this_machine_is_called_in_local_mode_only(settings: Any) -> None:
    assert access_url("http://127.0.0.1:8000/api") == "http://127.0.0.1:8000"
    settings.LOCAL_MODE = False
    with pytest.raises(AddressRefused):
        access_url("http://127.0.0.1:8000")


@pytest.mark.parametrize("account", [0, -1, 2**63])
def test_an_account_id_is_a_positive_number_of_64_bits(account: int) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        DbtCloudClient(HOST, account, "dbtc_x", record=lambda call: None)


def test_links_lead_to_the_pages_that_are_known() -> None:
    assert links.run_link(HOST, 1, 2, 3) == f"{HOST}/deploy/1/projects/2/runs/3/"
    assert links.job_link(HOST, 1, 2, 3) == f"{HOST}/deploy/1/projects/2/jobs/3"
    assert links.environment_link(HOST, 1, 2, 3) == f"{HOST}/deploy/1/projects/2/environments/3"
    assert links.project_link(HOST, 1, 2) == f"{HOST}/deploy/1/projects/2/environments"
    assert links.account_link(HOST, 1) == f"{HOST}/settings/accounts/1/"
    assert links.connection_link(HOST, 1, 2) == f"{HOST}/settings/accounts/1/pages/connections/2/"


def test_a_runs_own_link_counts_on_the_accounts_own_host_only() -> None:
    own = f"{HOST}/deploy/1/projects/2/runs/3/?tab=logs"
    assert links.run_link(HOST, 1, 2, 3, href=own) == own
    for other in (
        "javascript:alert(1)",
        "https://evil.example/x",
        "http://ab123.us1.dbt.com/x",
        "//evil.example",
        "/x",
    ):
        assert links.run_link(HOST, 1, 2, 3, href=other) == f"{HOST}/deploy/1/projects/2/runs/3/"
