"""The dbt Cloud server of tests: projects, connections, repositories."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.dbt_cloud_plain import (
    ADDRESS,
    INSTALLATION,
    MISSING,
    SNOWFLAKE,
    Made,
    administered,
    violating,
)

KEY_FILE = {
    "private_key_id": "k1",
    "private_key": "-----BEGIN PRIVATE KEY-----",
    "client_email": "dbt@acme.iam.example",
    "client_id": "1234",
    "auth_uri": "https://accounts.example/auth",
    "token_uri": "https://accounts.example/token",
    "auth_provider_x509_cert_url": "https://accounts.example/certs",
    "client_x509_cert_url": "https://accounts.example/x509",
}
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "snowflake_v0": SNOWFLAKE,
    "bigquery_v0": {"project_id": "acme", "timeout_seconds": 300, **KEY_FILE},
    "bigquery_v1": {"project_id": "acme", "job_execution_timeout_seconds": 300, **KEY_FILE},
    "databricks_v0": {
        "host": "dbc-1.cloud.databricks.com",
        "http_path": "/sql/1.0/warehouses/x",
        "catalog": "main",
    },
    "redshift_v0": {"hostname": "acme.redshift.example", "dbname": "demo", "port": 5439},
}


@pytest.fixture
def api() -> Iterator[Made]:
    with administered() as api:
        yield api


@pytest.fixture
def server(api: Made) -> DbtCloudServer:
    return api.server


# Projects


def test_project_names_are_not_unique_and_deletion_is_soft(server: DbtCloudServer, api: Made) -> None:
    first, second = api.project(), api.project()
    assert first["name"] == second["name"]
    deleted = api("DELETE", f"v3/projects/{first['id']}/")
    assert (deleted.status_code, deleted.json()["data"]["state"]) == (200, 2)
    assert [project.id for project in server.alive("project")] == [second["id"]]
    assert len(server.projects) == 2
    assert api("DELETE", f"v3/projects/{first['id']}/").status_code == 404
    assert [project["id"] for project in api.data("GET", "v3/projects/?state=deleted")] == [first["id"]]
    assert len(api.data("GET", "v3/projects/?state=all")) == 2
    assert [project["id"] for project in api.data("GET", "v3/projects/")] == [second["id"]]


def test_deleting_a_project_leaves_the_rest(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    api.data("DELETE", f"v3/projects/{demo.project}/")
    kinds = {thing.kind for thing in server.leftovers()}
    assert {"connection", "repository", "credentials", "environment", "job"} <= kinds
    assert "project" not in kinds


@pytest.mark.parametrize("name", ["name", "account_id", "state", "type"])
def test_required_fields_of_projects(api: Made, name: str) -> None:
    assert api.wrong("v3/projects/", api.project_body(**{name: None})) == {name: MISSING}


@pytest.mark.parametrize("path", ["/transform", "transform/", "../transform", "a/./b"])
def test_subdirectories_of_projects(api: Made, path: str) -> None:
    assert "dbt_project_subdirectory" in api.wrong(
        "v3/projects/", api.project_body(dbt_project_subdirectory=path)
    )
    assert api.project(dbt_project_subdirectory="dbt/transform")


def test_empty_texts_are_refused(server: DbtCloudServer, api: Made) -> None:
    with violating(server):
        assert "description" in api.wrong("v3/projects/", api.project_body(description=""))


def test_updating_a_project_replaces_it(server: DbtCloudServer, api: Made) -> None:
    project = api.project(description="Provisioned demo")
    repository = api.repository(project["id"])["id"]
    linked = api.link(project, repository)
    assert (linked["repository_id"], linked["description"]) == (repository, None)
    (shown,) = api.data("GET", "v3/projects/", params={"include_related": '["repository"]'})
    assert shown["repository"]["remote_url"] == ADDRESS
    api.data("POST", f"v3/projects/{project['id']}/", api.project_body())
    assert server.alive("project")[0].repository_id is None


def test_only_a_repository_of_the_project_can_be_linked(api: Made) -> None:
    mine, other = api.project(), api.project()
    theirs = api.repository(other["id"])["id"]
    for repository in (theirs, 12):
        body = api.project_body(repository_id=repository)
        assert api("POST", f"v3/projects/{mine['id']}/", body).status_code == 404


def test_a_connection_in_a_project_update_rewires_all_environments(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    other = api.connection(name="other")["id"]
    body = api.project_body(repository_id=demo.repository)
    api.data("POST", f"v3/projects/{demo.project}/", body)
    assert server.alive("environment")[0].connection_id == demo.connection
    api.data("POST", f"v3/projects/{demo.project}/", {**body, "connection_id": other})
    assert server.alive("environment")[0].connection_id == other


# Connections


@pytest.mark.parametrize("adapter", CONFIGURATIONS)
def test_connections_keep_their_secrets(server: DbtCloudServer, api: Made, adapter: str) -> None:
    made = api.connection(adapter_version=adapter, config=CONFIGURATIONS[adapter])
    assert "private_key" not in made["config"]
    assert "BEGIN PRIVATE KEY" not in api("GET", f"v3/connections/{made['id']}/").text
    if "bigquery" in adapter:
        assert server.connections[0].private_key == KEY_FILE["private_key"]
        assert made["config"]["client_id"] == "1234"


@pytest.mark.parametrize("adapter", CONFIGURATIONS)
def test_required_fields_of_connections(api: Made, adapter: str) -> None:
    required = {"snowflake_v0": "warehouse", "databricks_v0": "http_path", "redshift_v0": "dbname"}
    name = required.get(adapter, "project_id")
    config = {key: value for key, value in CONFIGURATIONS[adapter].items() if key != name}
    wrong = api.wrong("v3/connections/", api.connection_body(adapter_version=adapter, config=config))
    assert wrong == {"config": {name: MISSING}}


@pytest.mark.parametrize(
    ("adapter", "name", "value"),
    [
        ("databricks_v0", "host", "acme.example"),
        ("databricks_v0", "http_path", "warehouses/x"),
        ("redshift_v0", "port", 0),
        ("redshift_v0", "retries", 11),
        ("bigquery_v0", "timeout_seconds", 86401),
        ("bigquery_v0", "priority", "soon"),
        ("snowflake_v0", "allow_sso", "no"),
    ],
)
def test_limits_of_connections(
    server: DbtCloudServer, api: Made, adapter: str, name: str, value: Any
) -> None:
    body = api.connection_body(adapter_version=adapter, config={**CONFIGURATIONS[adapter], name: value})
    assert list(api.wrong("v3/connections/", body)["config"]) == [name]
    server.violations.clear()


def test_connections_know_no_other_fields(server: DbtCloudServer, api: Made) -> None:
    with violating(server):
        wrong = api.wrong("v3/connections/", api.connection_body(state=1))
        assert wrong == {"state": "Additional properties are not allowed ('state' was unexpected)"}
    with violating(server):
        wrong = api.wrong("v3/connections/", api.connection_body(config={**SNOWFLAKE, "password": "x"}))
        assert "password" in wrong["config"]


def test_lists_of_connections_say_how_many_use_them(api: Made) -> None:
    demo = api.demo()
    (listed,) = api.data("GET", "v3/connections/")
    assert (listed["config"], listed["environment__count"]) == (None, 1)
    assert "connection" in api.wrong(f"v3/connections/{demo.connection}/", None, "DELETE")
    api.data("DELETE", f"v3/projects/{demo.project}/environments/{demo.environment}/")
    assert api.data("GET", "v3/connections/")[0]["environment__count"] == 0
    assert api.data("DELETE", f"v3/connections/{demo.connection}/")["state"] == 2


def test_patching_a_connection_keeps_the_rest(server: DbtCloudServer, api: Made) -> None:
    made = api.connection()["id"]
    changed = api.data("PATCH", f"v3/connections/{made}/", {"name": "new", "config": {"role": "R"}})
    assert (changed["name"], changed["config"]["role"], changed["config"]["database"]) == ("new", "R", "DEMO")
    with violating(server):
        assert api("PATCH", f"v3/connections/{made}/", {"adapter_version": "bigquery_v0"}).status_code == 400


# Repositories


def test_a_deploy_key_for_each_repository(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    one, two = api.repository(project), api.repository(project)
    keys = [repository["deploy_key"]["public_key"] for repository in (one, two)]
    assert keys[0] != keys[1]
    assert base64.b64decode(keys[0].split()[1]).startswith(b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20")
    assert (one["full_name"], one["remote_backend"]) == ("acme-demos/acme-demo-7f3c", "github")
    assert one["deploy_key_id"] == one["deploy_key"]["id"]
    found = api.data("GET", f"v3/projects/{project}/repositories/", params={"remote_url": ADDRESS})
    assert [repository["id"] for repository in found] == [one["id"], two["id"]]
    assert api.data("GET", f"v3/projects/{project}/repositories/?remote_url=git@github.com:a/b.git") == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("git@github.com:acme-demos/demo.git", 201),
        ("ssh://git@github.com/acme-demos/demo.git", 201),
        ("git://github.com/acme-demos/demo.git", 201),
        ("git@acme.ghe.com:acme-demos/demo.git", 201),
        ("https://github.com/acme-demos/demo.git", 400),
        ("acme-demos/demo", 400),
    ],
)
def test_addresses_of_repositories(api: Made, address: str, status: int) -> None:
    project = api.project()["id"]
    body = api.repository_body(project, remote_url=address)
    assert api("POST", f"v3/projects/{project}/repositories/", body).status_code == status


def test_repositories_need_an_address_and_a_strategy(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    path = f"v3/projects/{project}/repositories/"
    assert api.wrong(path, api.repository_body(project, remote_url=None)) == {"remote_url": MISSING}
    assert api("POST", path, api.repository_body(project, git_clone_strategy=None)).status_code == 500
    with violating(server):
        wrong = api.wrong(path, api.repository_body(project, remote_url=None, repository_url=ADDRESS))
        assert wrong == {"remote_url": MISSING}


@pytest.mark.parametrize(
    ("installation", "address", "wrong"),
    [
        (INSTALLATION, ADDRESS, None),
        (INSTALLATION, "git@github.com:ACME-demos/x.git", None),
        (None, ADDRESS, "github_installation_id"),
        (999, ADDRESS, "github_installation_id"),
        (INSTALLATION, "git@github.com:other/x.git", "github_installation_id"),
        (INSTALLATION, "git@acme.ghe.com:acme-demos/x.git", "git_clone_strategy"),
    ],
)
def test_the_github_app_covers_its_owner(
    api: Made, installation: int | None, address: str, wrong: str | None
) -> None:
    project = api.project()["id"]
    more = {"git_clone_strategy": "github_app", "github_installation_id": installation, "remote_url": address}
    if wrong is None:
        assert api.repository(project, **more)["deploy_key"] is None
    else:
        assert list(
            api.wrong(f"v3/projects/{project}/repositories/", api.repository_body(project, **more))
        ) == [wrong]


def test_an_update_of_a_repository_loses_what_it_does_not_repeat(api: Made) -> None:
    project = api.project()["id"]
    made = api.repository(project)
    path = f"v3/projects/{project}/repositories/{made['id']}/"
    kept = {name: made[name] for name in ("deploy_key_id", "full_name", "remote_backend")}
    assert api.data("POST", path, api.repository_body(project, **kept))["full_name"] == made["full_name"]
    assert api.data("POST", path, api.repository_body(project))["full_name"] is None
