"""“Test” asks real HTTP servers and says in sentences who one is, what is missing, and what the plan allows."""

from collections.abc import Iterator
from typing import Any

import pytest

from demoforge.addresses import AddressRefused
from provisioning.clients.outcome import OutsideError
from provisioning.connections.checks import (
    Report,
    adapter_of,
    check_dbt_cloud,
    check_existing,
    check_github,
    check_warehouse,
    existing_connections,
)
from provisioning.connections.fields import (
    BigQuery,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Redshift,
    Snowflake,
)
from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.github import GitHubServer
from tests.provisioning.connections.keys import keyfile, pem

BOTH = ["repo", "delete_repo"]


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        server.add_organization("acme-demos", owners=["boss"], members=["acme-se"])
        yield server


@pytest.fixture
def cloud() -> Iterator[DbtCloudServer]:
    with DbtCloudServer(installations={12345678: "Acme-Demos", 99: "others"}) as server:
        server.add_token("dbtc_x", "project_creator")
        server.add_pat("dbtu_x", "se@acme.example")
        for name, adapter in (("Snow", "snowflake_v0"), ("Big", "bigquery_v1"), ("Old", "postgres_v0")):
            server.things.add(
                "connection", name=name, adapter_version=adapter, config={}, account_id=server.account_id
            )
        yield server


def said(report: Report, tone: str = "") -> str:
    """The lines of a report with this tone, or all, in one text."""
    return "\n".join(f"{line.sentence} {line.hint}" for line in report.lines if tone in ("", line.tone))


def ask_github(server: GitHubServer, token: str, owner: str = "acme-demos") -> Report:
    return check_github(GitHubFields(api_url=server.url, owner=owner), token, seconds=5)


def fields_of(server: DbtCloudServer, **more: Any) -> DbtCloudFields:
    return DbtCloudFields(host=server.url, account_id=server.account_id, **more)


# --- GitHub ------------------------------------------------------------------------------------------------------


def test_a_good_token_of_an_owner_of_the_organisation(github: GitHubServer) -> None:
    github.add_token("t", login="boss", scopes=[*BOTH, "read:org"])
    report = ask_github(github, "t")
    assert report.ok
    assert not said(report, "warning")
    for words in ("The token is boss's.", "scope repo:", "undo deletes", "is an organisation. boss is an owner",
                  "boss may make private repositories there"):  # fmt: skip
        assert words in said(report, "success"), words
    assert [call.method for call in github.calls] == ["GET"] * 3, "nothing is written, nothing is asked twice"


def test_an_own_account(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=BOTH)
    report = ask_github(github, "t", owner="ACME-SE")
    assert report.ok
    assert "in your own account, acme-se" in said(report)


def test_missing_scopes_are_named(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=["read:org"])
    report = ask_github(github, "t", owner="acme-se")
    assert not report.ok
    assert not report.refused, "it is a good token, it only may too little"
    assert "lacks the scope repo," in said(report, "error")
    assert "lacks the scope delete_repo: undo archives" in said(report, "warning")


def test_without_delete_repo_a_build_goes_through(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=["repo"])
    report = ask_github(github, "t", owner="acme-se")
    assert report.ok
    assert "archives repositories instead of deleting" in said(report, "warning")


def test_a_fine_grained_token_cannot_be_asked(github: GitHubServer) -> None:
    github.add_token("f", login="acme-se", permissions={"administration": "write"})
    report = ask_github(github, "f", owner="acme-se")
    assert report.ok
    assert "does not say what it may do" in said(report, "info")
    assert "Administration, Contents and Pull requests" in said(report, "info")
    assert "delete_repo" not in said(report)


def test_a_member_is_told_that_only_trying_tells(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=BOTH)
    report = ask_github(github, "t")
    assert report.ok
    assert "acme-se is a member of it" in said(report)
    assert "does not say whether acme-se may make private repositories" in said(report, "info")


def test_a_stranger_may_not(github: GitHubServer) -> None:
    github.add_token("t", login="somebody", scopes=[*BOTH, "read:org"])
    report = ask_github(github, "t")
    assert not report.ok
    assert "somebody may not make private repositories there" in said(report, "error")


def test_an_owner_who_is_not_there(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=BOTH)
    report = ask_github(github, "t", owner="nobody")
    assert not report.ok
    assert "no organisation nobody" in said(report, "error")
    assert "acme-se" in said(report, "success"), "what was found out before is told, too"


@pytest.mark.parametrize("token", ["ghp_wrong-canary", "two words"])
def test_a_wrong_token_is_refused_and_not_repeated(github: GitHubServer, token: str) -> None:
    report = ask_github(github, token)
    assert report.refused
    assert not report.ok
    assert token not in said(report) + repr(report)
    assert len(github.calls) <= 1, "wrong tokens are not tried in a loop"


@pytest.mark.parametrize("fault", ["429", "500", "403", "reset", "malformed"])
def test_trouble_is_told_and_is_no_refusal(github: GitHubServer, fault: Any) -> None:
    github.add_token("t", login="acme-se", scopes=BOTH)
    github.faults.add(fault, "GET", "/user")
    report = ask_github(github, "t")
    assert not report.ok
    assert not report.refused, "the token may be good: it is kept"


def test_a_server_that_says_nothing_is_given_up(github: GitHubServer) -> None:
    github.add_token("t", login="acme-se", scopes=BOTH)
    github.faults.add("timeout_before", "GET", "/user")
    fields = GitHubFields(api_url=github.url, owner="acme-demos")
    assert not check_github(fields, "t", seconds=1).ok


def test_an_address_that_is_not_on_the_list_is_not_called(github: GitHubServer, settings: Any) -> None:
    settings.LOCAL_MODE = False
    report = ask_github(github, "t")
    assert "DEMOFORGE_GITHUB_HOSTS" in said(report, "error")
    assert github.calls == []


# --- dbt Cloud -----------------------------------------------------------------------------------------------------


def test_a_service_token_of_an_enterprise_account(cloud: DbtCloudServer) -> None:
    report = check_dbt_cloud(fields_of(cloud), "dbtc_x")
    assert report.ok
    for words in ("The account is Acme, on the plan enterprise 2025.", "is a service token", "Project creator",
                  "sees no projects", "2 connections that builds can use", "builds will add a deploy key"):  # fmt: skip
        assert words in said(report), words
    assert {call.method for call in cloud.calls} == {"GET"}
    assert report.installations == []


def test_the_personal_token_finds_the_owners_installation(cloud: DbtCloudServer) -> None:
    report = check_dbt_cloud(fields_of(cloud), "dbtc_x", "dbtu_x", owner="acme-demos")
    assert [one.id for one in report.installations] == [12345678, 99], "the owner's first"
    assert "installed at acme-demos with the number 12345678" in said(report, "info")
    found = check_dbt_cloud(
        fields_of(cloud, installation_id=12345678), "dbtc_x", "dbtu_x", owner="acme-demos"
    )
    assert "with this number" in said(found, "success")
    wrong = check_dbt_cloud(fields_of(cloud, installation_id=99), "dbtc_x", "dbtu_x", owner="acme-demos")
    assert "with the number 12345678" in said(wrong, "warning")
    unknown = check_dbt_cloud(fields_of(cloud, installation_id=5), "dbtc_x", "dbtu_x", owner="nobody")
    assert "No installation with the number 5" in said(unknown, "warning")


def test_a_person_who_has_not_linked_github_has_no_installations(cloud: DbtCloudServer) -> None:
    cloud.add_pat("dbtu_y", "new@acme.example", github=False)
    report = check_dbt_cloud(fields_of(cloud), "dbtu_y", owner="acme-demos")
    assert report.ok
    assert "a personal one, of new@acme.example" in said(report)
    assert "No installation of dbt's GitHub App" in said(report, "info")


def test_a_wrong_personal_token_is_told_but_stops_nothing(cloud: DbtCloudServer) -> None:
    report = check_dbt_cloud(fields_of(cloud), "dbtc_x", "dbtu_wrong-canary", owner="acme-demos")
    assert report.ok
    assert "does not accept the personal access token" in said(report, "warning")
    assert "canary" not in said(report)


def test_a_wrong_token_names_the_host_as_a_suspect(cloud: DbtCloudServer) -> None:
    report = check_dbt_cloud(fields_of(cloud), "dbtc_wrong-canary")
    assert report.refused
    assert "127.0.0.1" in said(report, "error")
    assert "access URL" in said(report, "error")
    assert "canary" not in said(report)
    assert len(cloud.calls) == 1


def test_another_account_is_not_found(cloud: DbtCloudServer) -> None:
    fields = DbtCloudFields(host=cloud.url, account_id=7)
    report = check_dbt_cloud(fields, "dbtc_x")
    assert not report.ok
    assert not report.refused
    assert "not found" in said(report, "error")


def test_a_small_plan_wants_a_person_and_has_one_project() -> None:
    with DbtCloudServer(plan="starter_2025") as cloud:
        cloud.add_pat("dbtu_x")
        report = check_dbt_cloud(fields_of(cloud), "dbtu_x")
        assert report.ok
        assert "no projects. The plan allows one." in said(report, "success")
        cloud.things.add("project", name="Taken", account_id=cloud.account_id)
        report = check_dbt_cloud(fields_of(cloud), "dbtu_x")
        assert "one already: Taken" in said(report, "error")


def test_a_token_that_may_read_nothing(cloud: DbtCloudServer) -> None:
    cloud.add_token("dbtc_sl", "semantic_layer_only")
    report = check_dbt_cloud(fields_of(cloud), "dbtc_sl")
    assert not report.ok
    assert "may not show the account" in said(report, "error")


def test_the_list_of_connections_holds_what_builds_can_use(cloud: DbtCloudServer) -> None:
    choices = existing_connections(fields_of(cloud), "dbtc_x")
    assert [(one.name, one.label, one.adapter_version) for one in choices] == [
        ("Big", "BigQuery", "bigquery_v1"), ("Snow", "Snowflake", "snowflake_v0"),
    ]  # fmt: skip
    with pytest.raises(OutsideError):
        existing_connections(fields_of(cloud), "dbtc_wrong")


@pytest.mark.parametrize(
    ("version", "adapter"),
    [("snowflake_v0", "snowflake"), ("bigquery_v1", "bigquery"), ("redshift_v0", "redshift"), ("postgres_v0", None),
     ("databricks_spark_v0", None), ("databricks_v0", "databricks"), ("", None)],
)  # fmt: skip
def test_only_the_four_warehouses_can_be_used(version: str, adapter: str | None) -> None:
    assert adapter_of(version) == adapter


def test_a_chosen_connection_is_looked_up_again(cloud: DbtCloudServer) -> None:
    snow = next(one for one in cloud.connections if one.name == "Snow")
    chosen = Existing(connection_id=snow.id, adapter="snowflake", user="DBT")
    known, line = check_existing(chosen, fields_of(cloud), "dbtc_x")
    assert known
    assert (known.name, known.adapter_version, line.tone) == ("Snow", "snowflake_v0", "success")
    for wrong, words in (
        (chosen.model_copy(update={"connection_id": 5}), "no such connection"),
        (chosen.model_copy(update={"adapter": "redshift"}), "is one to Snowflake"),
    ):
        known, line = check_existing(wrong, fields_of(cloud), "dbtc_x")
        assert known is None
        assert words in line.sentence


# --- warehouses ----------------------------------------------------------------------------------------------------


def test_the_warehouse_is_not_called() -> None:
    redshift = Redshift(host="demo.redshift.amazonaws.com", database="dev", user="dbt")
    report = check_warehouse(redshift, {"redshift_password": "sesame"})
    assert report.ok
    assert "Everything that Redshift needs is there." in said(report)
    assert "does not call the warehouse" in said(report, "info")


def test_keys_are_opened() -> None:
    snowflake = Snowflake(account="A", database="D", warehouse="W", user="U", auth="keypair")
    locked = pem(passphrase="sesame")
    assert check_warehouse(snowflake, {"snowflake_private_key": locked, "snowflake_passphrase": "sesame"}).ok
    report = check_warehouse(snowflake, {"snowflake_private_key": locked, "snowflake_passphrase": "wrong"})
    assert report.refused
    assert "does not open this private key" in said(report, "error")


def test_a_key_file_says_whose_it_is() -> None:
    bigquery = BigQuery(project="acme-demos")
    report = check_warehouse(bigquery, {"bigquery_keyfile": keyfile()})
    assert "dbt@acme-demos.iam.gserviceaccount.com" in said(report, "success")
    assert check_warehouse(bigquery, {"bigquery_keyfile": "{}"}).refused


def test_no_address_is_called_that_the_administrator_does_not_list(
    cloud: DbtCloudServer, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    assert "DEMOFORGE_DBT_HOSTS" in said(check_dbt_cloud(fields_of(cloud), "dbtc_x"), "error")
    with pytest.raises(AddressRefused):
        existing_connections(fields_of(cloud), "dbtc_x")
    assert cloud.calls == []
