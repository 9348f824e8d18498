"""The dbt Cloud server of tests: credentials, environments, variables."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.dbt_cloud_plain import MISSING, Made, administered


@pytest.fixture
def api() -> Iterator[Made]:
    with administered() as api:
        yield api


@pytest.fixture
def server(api: Made) -> DbtCloudServer:
    return api.server


def field(value: str, *, encrypt: bool = False, required: bool = True) -> dict[str, Any]:
    """One field of credentials of an adapter."""
    metadata = {
        "label": "L",
        "description": "",
        "field_type": "text",
        "encrypt": encrypt,
        "overrideable": False,
    }
    return {"metadata": {**metadata, "validation": {"required": required}}, "value": value}


# Credentials


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        ({}, "hunter2"),
        (
            {
                "auth_type": "keypair",
                "password": None,
                "private_key": "PEM",
                "private_key_passphrase": "pass",
            },
            "PEM",
        ),
        (
            {"type": "redshift", "schema": None, "default_schema": "s", "user": None, "username": "u"},
            "hunter2",
        ),
    ],
)
def test_credentials_keep_their_secrets(
    server: DbtCloudServer, api: Made, more: dict[str, Any], secret: str
) -> None:
    project = api.project()["id"]
    made = api.credentials(project, **more)
    path = f"v3/projects/{project}/credentials/"
    assert secret not in api("GET", f"{path}{made['id']}/").text + api("GET", path).text + str(made)
    assert secret in server.alive("credentials")[0].secrets.values()


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"schema": None}, "schema"),
        ({"auth_type": None}, "auth_type"),
        ({"user": None}, "user"),
        ({"password": None}, "password"),
        ({"auth_type": "keypair"}, "private_key"),
        ({"threads": None}, "threads"),
        ({"type": None}, "type"),
        ({"type": "redshift", "schema": None, "user": None, "username": "u"}, "default_schema"),
        ({"type": "bigquery", "schema": None, "auth_type": None, "user": None, "password": None}, "schema"),
    ],
)
def test_required_fields_of_credentials(
    server: DbtCloudServer, api: Made, more: dict[str, Any], wrong: str
) -> None:
    project = api.project()["id"]
    assert list(api.wrong(f"v3/projects/{project}/credentials/", api.credentials_body(project, **more))) == [
        wrong
    ]
    server.violations.clear()  # a body without a type fits no shape


def databricks(api: Made, project: int, **fields: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("auth_type", "schema", "user", "password"))
    details = {"field_order": [], "fields": fields}
    more = {**nothing, "type": "adapter", "adapter_version": "databricks_v0", "credential_details": details}
    return api.credentials_body(project, **more)


def test_credentials_of_adapters(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    path = f"v3/projects/{project}/credentials/"
    fields = {"auth_type": field("token"), "token": field("dapi1", encrypt=True), "schema": field("acme")}
    made = api.new(path, databricks(api, project, **fields))
    assert made["unencrypted_credential_details"] == {"auth_type": "token", "schema": "acme"}
    assert "dapi1" not in str(made)
    fields["schema"] = field("acme_2")
    body = databricks(api, project, **fields)
    changed = api.data("PATCH", f"{path}{made['id']}/", body)
    assert changed["unencrypted_credential_details"]["schema"] == "acme_2"
    reduced = databricks(api, project, **{**fields, "schema": {"value": "acme"}})
    assert "metadata" in api.wrong(path, reduced)["credential_details"]["schema"]
    del fields["token"]
    assert api.wrong(path, databricks(api, project, **fields)) == {"credential_details": {"token": MISSING}}


# Environments and variables


@pytest.mark.parametrize(
    "name",
    [
        "account_id",
        "project_id",
        "name",
        "state",
        "type",
        "dbt_version",
        "use_custom_branch",
        "supports_docs",
    ],
)
def test_required_fields_of_environments(api: Made, name: str) -> None:
    project = api.project()["id"]
    body = api.environment_body(project, **{name: None})
    assert api.wrong(f"v3/projects/{project}/environments/", body) == {name: MISSING}


def test_a_deployment_without_credentials_is_a_server_error(server: DbtCloudServer, api: Made) -> None:
    project, connection = api.project()["id"], api.connection()["id"]
    body = api.environment_body(project, connection_id=connection)
    answer = api("POST", f"v3/projects/{project}/environments/", body)
    assert (answer.status_code, answer.json()["status"]["user_message"][:12]) == (500, "There was a ")
    assert server.environments == []


def test_one_environment_of_each_kind(api: Made) -> None:
    demo = api.demo()
    path = f"v3/projects/{demo.project}/environments/"
    links = {"connection_id": demo.connection, "credentials_id": demo.credentials}
    assert "deployment_type" in api.wrong(path, api.environment_body(demo.project, **links))
    api.environment(demo.project, name="General", deployment_type=None, **links)
    api.environment(demo.project, name="Other", deployment_type=None, **links)
    development = {
        "name": "Dev",
        "type": "development",
        "deployment_type": None,
        "connection_id": demo.connection,
    }
    api.environment(demo.project, **development)
    assert "type" in api.wrong(path, api.environment_body(demo.project, **development))
    whole_account = api.data("GET", "v3/environments/", params={"project_id": demo.project})
    assert [e["name"] for e in whole_account] == ["Production", "General", "Other", "Dev"]
    assert [e["name"] for e in api.data("GET", path, params={"type": "development"})] == ["Dev"]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"deployment_type": ""}, "deployment_type"),
        ({"dbt_version": "1.0"}, "dbt_version"),
        ({"use_custom_branch": True}, "custom_branch"),
        ({"custom_branch": "fix"}, "custom_branch"),
        ({"connection_id": 5}, "connection_id"),
        ({"credentials_id": 5}, "credentials_id"),
        ({"type": "development", "deployment_type": None}, "credentials_id"),
        ({"primary_profile_id": 5}, "primary_profile_id"),
    ],
)
def test_rules_of_environments(server: DbtCloudServer, api: Made, more: dict[str, Any], wrong: str) -> None:
    project, connection = api.project()["id"], api.connection()["id"]
    links = {"connection_id": connection, "credentials_id": api.credentials(project)["id"]}
    body = {**api.environment_body(project, **links), **more}
    body = {name: value for name, value in body.items() if value is not None}
    assert list(api.wrong(f"v3/projects/{project}/environments/", body)) == [wrong]
    server.violations.clear()  # the empty deployment_type


def test_updating_an_environment_forgets_links_that_are_left_out(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    path = f"v3/projects/{demo.project}/environments/{demo.environment}/"
    before = api.data("GET", path)
    assert (before["connection_id"], before["credentials_id"]) == (demo.connection, demo.credentials)
    assert before["primary_profile_id"] == server.alive("profile")[0].id
    after = api.data("POST", path, api.environment_body(demo.project, connection_id=demo.connection))
    assert (after["connection_id"], after["credentials_id"]) == (demo.connection, None)
    changed = api.environment_body(demo.project, type="development", deployment_type=None)
    assert "type" in api.wrong(path, changed)


def test_a_profile_stands_for_connection_and_credentials(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    profile = server.alive("profile")[0].id
    general = {"name": "General", "deployment_type": None, "primary_profile_id": profile}
    assert api.environment(demo.project, **general)["credentials_id"] == demo.credentials
    body = api.environment_body(demo.project, **general, connection_id=demo.connection)
    assert list(api.wrong(f"v3/projects/{demo.project}/environments/", body)) == ["primary_profile_id"]


def test_environments_are_in_their_own_project_only(api: Made) -> None:
    demo, other = api.demo(), api.project()["id"]
    assert api("GET", f"v3/projects/{other}/environments/{demo.environment}/").status_code == 404
    body = api.environment_body(demo.project, type="development", deployment_type=None)
    assert "project_id" in api.wrong(f"v3/projects/{other}/environments/", body)


def test_extended_attributes_zero_is_a_server_error(api: Made) -> None:
    demo = api.demo()
    path = f"v3/projects/{demo.project}/environments/{demo.environment}/"
    assert api("POST", path, api.environment_body(demo.project, extended_attributes_id=0)).status_code == 500
    attributes = {"account_id": api.server.account_id, "project_id": demo.project, "state": 1}
    path = f"v3/projects/{demo.project}/extended-attributes/"
    made = api.new(path, {**attributes, "extended_attributes": {"role": "R"}})
    assert api.data("GET", f"{path}{made['id']}/")["extended_attributes"] == {"role": "R"}
    assert "extended_attributes" in api.wrong(path, {"extended_attributes": {"x": "y" * 4096}})


def test_versionless_reads_back_as_latest(api: Made) -> None:
    project = api.project()["id"]
    development = {"type": "development", "deployment_type": None, "dbt_version": "versionless"}
    assert api.environment(project, **development)["dbt_version"] == "latest"


def test_an_environment_takes_its_jobs_and_profile_along(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    api.data("DELETE", f"v3/projects/{demo.project}/environments/{demo.environment}/")
    assert (server.alive("environment"), server.alive("job"), server.alive("profile")) == ([], [], [])
    assert len(server.jobs) == 1


def test_variables_fail_one_by_one_inside_a_200(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    path = f"v3/projects/{demo.project}/environment-variables/"
    sent = {"new_name": "DBT_DEMO", "project": "x", "Production": "y", "Nowhere": "z"}
    rows = api.data("POST", path + "bulk/", {"env_var": sent})
    assert [(row["key_name"], row["status_code"]) for row in rows] == [
        ("project", 200),
        ("Production", 200),
        ("Nowhere", 400),
    ]
    assert "Nowhere" in rows[2]["reason"]
    (again, bad) = api.data(
        "POST",
        path + "bulk/",
        {"env_var": [{"new_name": "DBT_DEMO", "project": "x"}, {"new_name": "DEMO", "project": "x"}]},
    )
    assert ("exists" in again["reason"], "start with DBT_" in bad["reason"]) == (True, True)
    read = api.data("GET", path + "environment/")
    assert read["environments"] == ["project", "Production"]
    assert {scope: entry["value"] for scope, entry in read["variables"]["DBT_DEMO"].items()} == {
        "project": "x",
        "Production": "y",
    }
    api.data("PUT", path + "bulk/", {"env_vars": {"name": "DBT_DEMO", "Production": "new", "project": ""}})
    assert [(v.scope, v.value) for v in server.alive("variable")] == [("Production", "new")]
    api.data("DELETE", path + "bulk/", {"name": "DBT_DEMO"})
    assert server.alive("variable") == []
    assert api("DELETE", path + "bulk/", {"name": "DBT_DEMO"}).status_code == 404
