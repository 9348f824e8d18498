"""A build gets its secrets from whoever started it or from the workspace, for the address they were entered for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from demoforge.accounts import vault
from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from provisioning.connections import store
from provisioning.connections.fields import Connections, DbtCloudFields, Existing, GitHubFields, Snowflake
from provisioning.connections.policy import allow_workspace_builds
from provisioning.connections.secrets import (
    Missing,
    dbt_cloud_token,
    github_token,
    user_token,
    warehouse_secrets,
)
from provisioning.connections.workspace import workspace_connections
from provisioning.models import BuildRun
from tests.provisioning.connections import environment as env
from tests.provisioning.connections.environment import set_up
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
GITHUB = GitHubFields(owner="acme-demos")
DBT_CLOUD = DbtCloudFields(host="https://ab123.us1.dbt.com", account_id=7)
SNOWFLAKE = Snowflake(account="ORG-ACCOUNT", database="DEMO", warehouse="WH", user="DBT")
EVERYTHING = Connections(github=GITHUB, dbt_cloud=DBT_CLOUD, warehouse=SNOWFLAKE)
READERS = {"github": github_token, "dbt_cloud": dbt_cloud_token, "warehouse": warehouse_secrets}


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sam(make_user: Callable[..., User]) -> User:
    return make_user("sam")


def run_of(
    user: User | None, owner: User, where: Connections = EVERYTHING, *, workspace: bool = False
) -> BuildRun:
    revision = revision_of(demo_of(owner))
    return BuildRun.objects.create(
        demo=revision.demo, revision=revision, target="dbt_cloud", connections=where.model_dump(mode="json"),
        workspace=workspace, started_by=user, repository_name=f"demo-{revision.pk}",
    )  # fmt: skip


def enter_everything(user: User) -> None:
    secrets: dict[Any, str] = {"github_token": "ghp_sam"}
    store.save(user, "github", GITHUB, secrets=secrets, by=user)
    secrets = {"dbt_cloud_token": "dbtc_sam", "dbt_cloud_user_token": "dbtu_sam"}
    store.save(user, "dbt_cloud", DBT_CLOUD, secrets=secrets, by=user)
    store.save(user, "warehouse", SNOWFLAKE, secrets={"snowflake_password": "sesame"}, by=user)


def test_a_build_has_the_secrets_of_whoever_started_it(sam: User) -> None:
    enter_everything(sam)
    run = BuildRun.objects.get(pk=run_of(sam, sam).pk)
    assert (github_token(run), dbt_cloud_token(run), user_token(run)) == ("ghp_sam", "dbtc_sam", "dbtu_sam")
    assert warehouse_secrets(run) == {"snowflake_password": "sesame"}


@pytest.mark.parametrize("needs", READERS)
def test_what_is_missing_is_named_with_the_place_to_enter_it(sam: User, needs: Any) -> None:
    run = run_of(sam, sam)
    with pytest.raises(Missing) as missing:
        READERS[needs](run)
    assert missing.value.needs == needs
    assert "of sam" in missing.value.sentence
    assert "Connections" in missing.value.hint
    assert user_token(run) is None


@pytest.mark.parametrize("needs", READERS)
def test_a_log_in_makes_a_build_wait_until_they_are_entered_again(sam: User, needs: Any) -> None:
    enter_everything(sam)
    run = run_of(sam, sam)
    sam.last_login = timezone.now()
    sam.save()
    with pytest.raises(Missing):
        READERS[needs](BuildRun.objects.get(pk=run.pk))
    enter_everything(sam)
    assert READERS[needs](BuildRun.objects.get(pk=run.pk))


@pytest.mark.parametrize(
    ("needs", "elsewhere"),
    [
        ("github", {"github": GITHUB.model_copy(update={"api_url": "https://github.example.com/api/v3"})}),
        ("dbt_cloud", {"dbt_cloud": DBT_CLOUD.model_copy(update={"host": "https://evil.us1.dbt.com"})}),
        ("warehouse", {"warehouse": SNOWFLAKE.model_copy(update={"account": "EVIL"})}),
        ("warehouse", {"warehouse": None}),
        ("github", {"github": None}),
    ],
)
def test_a_secret_goes_nowhere_else(sam: User, needs: Any, elsewhere: dict[str, Any]) -> None:
    enter_everything(sam)
    run = run_of(sam, sam, EVERYTHING.model_copy(update=elsewhere))
    with pytest.raises(Missing):
        READERS[needs](run)


def test_another_persons_build_does_not_get_mine(sam: User, make_user: Callable[..., User]) -> None:
    enter_everything(sam)
    with pytest.raises(Missing, match="of alex"):
        github_token(run_of(make_user("alex"), sam))
    with pytest.raises(Missing, match="is not here any more"):
        github_token(run_of(None, sam))


def test_a_key_pair_needs_the_key_and_only_maybe_a_passphrase(sam: User) -> None:
    keypair = SNOWFLAKE.model_copy(update={"auth": "keypair"})
    run = run_of(sam, sam, Connections(warehouse=keypair))
    vault.put(sam, "snowflake_password", "sesame", bound_to=keypair.bound_to)
    with pytest.raises(Missing):
        warehouse_secrets(run)
    vault.put(sam, "snowflake_private_key", "PEM", bound_to=keypair.bound_to)
    assert warehouse_secrets(run) == {"snowflake_private_key": "PEM"}
    vault.put(sam, "snowflake_passphrase", "phrase", bound_to=keypair.bound_to)
    assert warehouse_secrets(run) == {"snowflake_private_key": "PEM", "snowflake_passphrase": "phrase"}


def test_a_connection_to_bigquery_in_dbt_cloud_needs_nothing(sam: User) -> None:
    existing = Existing(connection_id=5, adapter="bigquery")
    assert warehouse_secrets(run_of(sam, sam, Connections(warehouse=existing))) == {}


def test_a_build_of_the_workspace_has_the_workspaces_secrets(settings: Any, sam: User) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, env.SNOWFLAKE, env.KEYPAIR)
    enter_everything(sam)
    run = run_of(sam, sam, workspace_connections(), workspace=True)
    assert (github_token(run), dbt_cloud_token(run)) == ("ghp_canary_workspace", "dbtc_canary_workspace")
    assert user_token(run) == "dbtu_canary_workspace"
    assert set(warehouse_secrets(run)) == {"snowflake_private_key", "snowflake_passphrase"}


def test_a_build_of_the_workspace_waits_while_it_is_not_allowed(
    settings: Any, sam: User, make_user: Callable[..., User]
) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, env.SNOWFLAKE)
    run = run_of(sam, sam, workspace_connections(), workspace=True)
    settings.LOCAL_MODE = False
    for needs, read in READERS.items():
        with pytest.raises(Missing, match="not use the workspace's") as missing:
            read(run)
        assert missing.value.needs == needs
    assert user_token(run) is None
    allow_workspace_builds(True, by=make_user("ada", role=Role.ADMIN))
    assert github_token(run) == "ghp_canary_workspace"


def test_the_workspaces_secrets_go_nowhere_else_either(settings: Any, sam: User) -> None:
    """Also when the operator has moved to another server while the build was waiting."""
    set_up(settings, env.GITHUB, env.DBT_CLOUD, env.SNOWFLAKE)
    run = run_of(sam, sam, workspace_connections(), workspace=True)
    set_up(
        settings,
        GITHUB_API_URL="https://github.example.com/api/v3",
        SNOWFLAKE_ACCOUNT="NEW",
        DBT_CLOUD_TOKEN="",
    )
    for read in READERS.values():
        with pytest.raises(Missing, match="workspace has not got"):
            read(run)
