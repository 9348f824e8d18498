"""The workspace's connections come from the environment, and are used only where that is allowed."""

from collections.abc import Callable
from typing import Any

import pytest

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from provisioning.connections.fields import (
    Adapter,
    BigQuery,
    Connections,
    Databricks,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Redshift,
    Snowflake,
)
from provisioning.connections.policy import WorkspaceRefused, allow_workspace_builds, workspace_allowed
from provisioning.connections.store import connections_for
from provisioning.connections.workspace import WorkspaceWrong, workspace_connections, workspace_secret
from provisioning.models import BuildPolicy
from tests.provisioning.connections import environment as env
from tests.provisioning.connections.environment import set_up

MakeUser = Callable[..., User]


def test_nothing_in_the_environment_is_nothing() -> None:
    assert workspace_connections() == Connections()
    assert workspace_secret("github_token") == ""
    assert workspace_secret("openai_key") == "", "no secret of connections"


def test_github_and_dbt_cloud(settings: Any) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, DBT_CLOUD_GITHUB_INSTALLATION_ID="12345678")
    found = workspace_connections()
    assert found.github == GitHubFields(owner="acme-demos")
    assert found.dbt_cloud == DbtCloudFields(
        host="https://ab123.us1.dbt.com", account_id=70403100000001, installation_id=12345678
    )
    assert workspace_secret("github_token") == "ghp_canary_workspace"


def test_the_defaults_of_setup_fill_in_owner_and_account(settings: Any) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, GITHUB_OWNER="", DBT_CLOUD_ACCOUNT_ID="")
    assert workspace_connections() == Connections()
    set_up(settings, DEFAULT_GITHUB_ORG="acme-org", DEFAULT_DBT_ACCOUNT_ID="77")
    found = workspace_connections()
    assert found.github
    assert found.dbt_cloud
    assert (found.github.owner, found.dbt_cloud.account_id) == ("acme-org", 77)


@pytest.mark.parametrize("gone", ["GITHUB_TOKEN", "DBT_CLOUD_TOKEN", "DBT_CLOUD_URL"])
def test_without_token_or_address_there_is_no_connection(settings: Any, gone: str) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, **{gone: ""})
    found = workspace_connections()
    assert (found.github is None) == (gone == "GITHUB_TOKEN")
    assert (found.dbt_cloud is None) == (gone != "GITHUB_TOKEN")


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (env.SNOWFLAKE, Snowflake(account="ORG-ACCOUNT", database="DEMO", warehouse="DEMO_WH", user="DBT")),
        (env.BIGQUERY, BigQuery(project="acme-demos", location="EU")),
        (
            env.DATABRICKS,
            Databricks(
                host="dbc-a1.cloud.databricks.com", http_path="/sql/1.0/warehouses/abc", catalog="main"
            ),
        ),
        (env.REDSHIFT, Redshift(host="demo.redshift.amazonaws.com", database="dev", user="dbt")),
    ],
)
def test_each_warehouse(settings: Any, group: dict[str, str], expected: object) -> None:
    set_up(settings, group)
    assert workspace_connections().warehouse == expected


def test_a_key_in_the_environment_means_key_pair(settings: Any) -> None:
    set_up(settings, env.SNOWFLAKE, env.KEYPAIR)
    found = workspace_connections().warehouse
    assert isinstance(found, Snowflake)
    assert found.auth == "keypair"


@pytest.mark.parametrize(
    ("asked", "default", "got"),
    [(None, "snowflake", "redshift"), (None, "databricks", "databricks"), ("databricks", "redshift", "databricks"),
     ("snowflake", "redshift", None)],
)  # fmt: skip
def test_of_several_the_demos_is_taken_and_else_the_default(
    settings: Any, asked: Adapter | None, default: str, got: str | None
) -> None:
    set_up(settings, env.REDSHIFT, env.DATABRICKS, DEFAULT_WAREHOUSE_TYPE=default)
    if asked is None and default == "snowflake":  # none of the default: the first that there is
        got = "databricks"
    found = workspace_connections(asked).warehouse
    assert (found.type if found else None) == got


def test_a_connection_in_dbt_cloud_goes_before_a_new_one(settings: Any) -> None:
    set_up(settings, env.SNOWFLAKE, DBT_CLOUD_CONNECTION_ID="555")
    found = workspace_connections("snowflake").warehouse
    assert found == Existing(
        connection_id=555, adapter="snowflake", user="DBT", database="DEMO", warehouse="DEMO_WH"
    )


@pytest.mark.parametrize(
    ("settings_of", "names"),
    [
        ({"SNOWFLAKE_ACCOUNT": "two words"}, "account, database, user, warehouse"),
        ({"DBT_CLOUD_CONNECTION_ID": "5", "DEFAULT_WAREHOUSE_TYPE": "redshift"}, "user"),
        ({"DATABRICKS_HOST": "example.com"}, "host, http_path"),
    ],
)
def test_settings_that_do_not_fit_together_are_named(
    settings: Any, settings_of: dict[str, str], names: str
) -> None:
    set_up(settings, **settings_of)
    with pytest.raises(WorkspaceWrong) as wrong:
        workspace_connections()
    assert f"{names} is missing or wrong" in wrong.value.sentence
    assert "docs/configuration.md" in wrong.value.hint


def test_builds_may_use_them_in_local_mode_and_in_the_command(settings: Any, make_user: MakeUser) -> None:
    set_up(settings, env.GITHUB)
    sam = make_user("sam")
    for local, inline in ((True, False), (False, True)):
        settings.LOCAL_MODE, settings.INLINE_WORK = local, inline
        assert workspace_allowed()
        assert connections_for(sam, workspace=True).github
    settings.LOCAL_MODE = settings.INLINE_WORK = False
    assert not workspace_allowed()
    with pytest.raises(WorkspaceRefused):
        connections_for(sam, workspace=True)


def test_an_administrator_allows_it_and_takes_that_back(settings: Any, make_user: MakeUser) -> None:
    set_up(settings, env.GITHUB)
    settings.LOCAL_MODE = False
    sam, ada = make_user("sam"), make_user("ada", role=Role.ADMIN)
    assert allow_workspace_builds(True, by=ada)
    assert not allow_workspace_builds(True, by=ada), "no second line for the same"
    assert connections_for(sam, workspace=True).github
    assert allow_workspace_builds(False, by=ada)
    assert not workspace_allowed()
    policy = BuildPolicy.objects.get()
    assert (policy.workspace_builds, policy.changed_by) == (False, ada)
    lines = AuditEntry.objects.filter(action="policy.changed").order_by("pk")
    assert [line.detail for line in lines] == [{"workspace_builds": True}, {"workspace_builds": False}]


def test_ones_own_builds_have_nothing_of_the_workspace(settings: Any, make_user: MakeUser) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, env.SNOWFLAKE)
    assert connections_for(make_user("sam"), workspace=False) == Connections()
