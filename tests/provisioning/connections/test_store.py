"""What is remembered of somebody's connections, and what is forgotten."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from demoforge.accounts import vault
from demoforge.accounts.models import AuditEntry, User
from provisioning.connections import store
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields, Redshift, Snowflake
from provisioning.models import Connection

pytestmark = pytest.mark.django_db
GITHUB = GitHubFields(owner="acme-demos")
SNOWFLAKE = Snowflake(account="ORG-ACCOUNT", database="DEMO", warehouse="WH", user="DBT")
REDSHIFT = Redshift(host="demo.redshift.amazonaws.com", database="dev", user="dbt")
TOKEN = "ghp_canary-4Gh8KpW2zX9qL6"


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sam(make_user: Callable[..., User]) -> User:
    return make_user("sam")


def test_fields_are_remembered_and_secrets_are_in_memory_alone(sam: User) -> None:
    row = store.save(sam, "github", GITHUB, secrets={"github_token": TOKEN}, by=sam)
    assert row.fields == {"api_url": "https://api.github.com", "owner": "acme-demos"}
    assert store.remembered(sam) == Connections(github=GITHUB)
    assert vault.get(sam, "github_token", bound_to=GITHUB.bound_to) == TOKEN
    line = AuditEntry.objects.get(action="connection.saved")
    assert line.detail == {"kind": "github", "entered": ["github_token"]}
    assert TOKEN not in everything_in_the_database()


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(repr(cursor.fetchall()))
    assert "acme-demos" in "".join(found), "the search would find it"
    return "".join(found)


def test_a_second_save_replaces_the_fields_and_leaves_the_secret(sam: User) -> None:
    store.save(sam, "github", GITHUB, secrets={"github_token": TOKEN}, by=sam)
    other = GitHubFields(owner="other-org")
    store.save(sam, "github", other, secrets={}, by=sam)
    assert Connection.objects.get().fields["owner"] == "other-org"
    assert store.is_ready(sam, other)
    assert store.kept_secrets(sam, other) == {"github_token": TOKEN}
    elsewhere = GitHubFields(owner="x", api_url="https://github.example.com/api/v3")
    assert not store.is_ready(sam, elsewhere)


def test_secrets_without_use_are_forgotten(sam: User) -> None:
    store.save(sam, "warehouse", SNOWFLAKE, secrets={"snowflake_password": "sesame"}, by=sam)
    store.save(sam, "warehouse", REDSHIFT, secrets={"redshift_password": "sesame"}, by=sam)
    assert not vault.has(sam, "snowflake_password", bound_to=SNOWFLAKE.bound_to)
    assert store.is_ready(sam, REDSHIFT)
    assert Connection.objects.count() == 1


def test_people_do_not_see_each_others(sam: User, make_user: Callable[..., User]) -> None:
    store.save(sam, "github", GITHUB, secrets={"github_token": TOKEN}, by=sam)
    alex = make_user("alex")
    assert store.remembered(alex) == Connections()
    assert not store.is_ready(alex, GITHUB)


def test_forgetting_the_secrets_leaves_the_fields(sam: User) -> None:
    store.save(sam, "github", GITHUB, secrets={"github_token": TOKEN}, by=sam)
    store.forget(sam, "github", fields=False, by=sam)
    assert store.remembered(sam).github == GITHUB
    assert not store.is_ready(sam, GITHUB)
    store.forget(sam, "github", fields=True, by=sam)
    assert store.remembered(sam) == Connections()
    store.forget(sam, "github", fields=True, by=sam)  # nothing there: no error
    assert AuditEntry.objects.filter(action="connection.forgotten").count() == 3


def test_keeping_after_a_test_saves_no_fields(sam: User) -> None:
    store.keep_secrets(sam, "github", GITHUB, secrets={"github_token": TOKEN}, by=sam)
    assert store.is_ready(sam, GITHUB)
    assert not Connection.objects.exists()
    store.keep_secrets(sam, "github", GITHUB, secrets={}, by=sam)
    assert AuditEntry.objects.filter(action="connection_secret.kept").count() == 1


@pytest.mark.parametrize("fields", [{}, {"owner": "a/b"}, {"owner": "acme", "new": 1}, []])
def test_a_row_of_another_shape_counts_as_not_there(sam: User, fields: Any) -> None:
    Connection.objects.create(user=sam, kind="github", fields=fields)
    cloud = DbtCloudFields(host="https://ab123.us1.dbt.com", account_id=2**40)
    store.save(sam, "dbt_cloud", cloud, secrets={}, by=sam)
    assert store.remembered(sam) == Connections(dbt_cloud=cloud)
