"""Bodies of projects, repositories, environments and jobs, field by field; and all of them as published."""

import pytest

from provisioning.clients.dbt_cloud.outgoing import changed_project
from provisioning.connections.fields import Snowflake
from provisioning.connections.payloads import (
    connection_body,
    environment_body,
    environment_variables_body,
    job_body,
    project_body,
    repository_body,
    service_token_body,
)
from tests.provisioning.connections import openapi
from tests.provisioning.connections.warehouses import ACCOUNT, PROJECT


class TestProjects:
    def test_a_new_one(self):
        body = project_body(
            account_id=ACCOUNT,
            name="Acme demo 7f3c",
            description="Provisioned demo",
            subdirectory="/transform/",
        )
        assert body == {
            "name": "Acme demo 7f3c",
            "account_id": ACCOUNT,
            "state": 1,
            "type": 0,
            "description": "Provisioned demo",
            "dbt_project_subdirectory": "transform",
        }
        assert project_body(account_id=ACCOUNT, name="x").keys() == {"name", "account_id", "state", "type"}


class TestRepositories:
    ADDRESS = "git@github.com:acme-demos/acme-demo-7f3c.git"

    def test_through_the_app(self):
        body = repository_body(
            account_id=ACCOUNT, project_id=PROJECT, remote_url=self.ADDRESS, installation_id=12345678
        )
        assert body == {
            "account_id": ACCOUNT,
            "project_id": PROJECT,
            "state": 1,
            "remote_url": self.ADDRESS,
            "git_clone_strategy": "github_app",
            "github_installation_id": 12345678,
        }

    def test_with_a_deploy_key(self):
        body = repository_body(account_id=ACCOUNT, project_id=PROJECT, remote_url=self.ADDRESS)
        assert body["git_clone_strategy"] == "deploy_key"
        assert "github_installation_id" not in body

    @pytest.mark.parametrize("address", ["https://github.com/a/b.git", "a/b", "git@github.com:a", ""])
    def test_addresses_that_dbt_cloud_does_not_clone(self, address):
        with pytest.raises(ValueError, match="git@"):
            repository_body(account_id=ACCOUNT, project_id=PROJECT, remote_url=address)

    def test_other_hosts(self):
        for address in ("git@octo.ghe.com:a/b.git", "ssh://git@ghe.acme.com/a/b.git"):
            body = repository_body(account_id=ACCOUNT, project_id=PROJECT, remote_url=address)
            assert body["remote_url"] == address


def environment(kind, **more):
    ids = {"account_id": ACCOUNT, "project_id": PROJECT, "connection_id": 70403100000555}
    return environment_body(kind, **(ids | more))


class TestEnvironments:
    def test_production(self):
        assert environment("production", name="Production", credentials_id=70403100000666) == {
            "account_id": ACCOUNT,
            "project_id": PROJECT,
            "name": "Production",
            "type": "deployment",
            "deployment_type": "production",
            "dbt_version": "latest",
            "use_custom_branch": False,
            "supports_docs": False,
            "connection_id": 70403100000555,
            "credentials_id": 70403100000666,
            "state": 1,
        }

    def test_development_has_no_type_of_deployment_and_no_credentials(self):
        body = environment("development", name="Development")
        assert body["type"] == "development"
        assert not {"deployment_type", "credentials_id"} & body.keys()

    @pytest.mark.parametrize(("kind", "credentials_id"), [("production", None), ("development", 1)])
    def test_credentials_in_the_wrong_place(self, kind, credentials_id):
        with pytest.raises(ValueError, match="credentials"):
            environment(kind, name="x", credentials_id=credentials_id)

    def test_variables(self):
        body = environment_variables_body(
            "DBT_DEMO", project="x", environments={"Production": "y", "Dev": ""}
        )
        assert body == {"env_var": {"new_name": "DBT_DEMO", "project": "x", "Production": "y"}}

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("DEMO", {"project": "x"}),
            ("DBT_", {"project": "x"}),
            ("DBT_demo", {"project": "x"}),
            ("DBT_DEMO", {}),
            ("DBT_DEMO", {"environments": {"Production": ""}}),
            ("DBT_DEMO", {"environments": {"project": "x"}}),
            ("DBT_DEMO", {"environments": {"new_name": "x"}}),
        ],
    )
    def test_variables_that_cannot_be(self, name, values):
        with pytest.raises(ValueError, match=r"environment"):
            environment_variables_body(name, **values)


def job(kind, **more):
    ids = {"account_id": ACCOUNT, "project_id": PROJECT, "environment_id": 70403100000999}
    return job_body(kind, **(ids | {"name": "Demo build"} | more))


class TestJobs:
    MANUAL = {
        "account_id": ACCOUNT,
        "project_id": PROJECT,
        "environment_id": 70403100000999,
        "name": "Demo build",
        "state": 1,
        "job_type": "other",
        "execute_steps": ["dbt build"],
        "triggers": {
            "github_webhook": False,
            "git_provider_webhook": False,
            "schedule": False,
            "on_merge": False,
        },
        "settings": {"threads": 4, "target_name": "default"},
        "execution": {"timeout_seconds": 3600},
        "schedule": {
            "cron": "0 6 * * 1",
            "date": {"type": "custom_cron", "cron": "0 6 * * 1"},
            "time": {"type": "every_hour", "interval": 1},
        },
        "generate_docs": True,
        "run_generate_sources": False,
        "run_lint": False,
        "errors_on_lint_failure": True,
        "run_compare_changes": False,
        "lifecycle_webhooks": False,
    }

    def test_the_production_build_is_the_references_manual_job(self):
        assert job("production") == self.MANUAL

    def test_the_red_one_makes_warnings_errors_and_no_documentation(self):
        red = "dbt test --select tag:data_quality --vars '{data_quality_severity: error}'"
        assert job("red", description="On demand") == self.MANUAL | {
            "execute_steps": [red],
            "generate_docs": False,
            "description": "On demand",
        }

    def test_ci_runs_on_pull_requests_and_defers_to_its_environment(self):
        body = job("ci", threads=8)
        assert body["job_type"] == "ci"
        assert body["execute_steps"] == ["dbt build --select state:modified+"]
        assert body["deferring_environment_id"] == body["environment_id"]
        assert body["triggers"] == self.MANUAL["triggers"] | {
            "github_webhook": True,
            "git_provider_webhook": True,
        }
        assert body["settings"]["threads"] == 8


PROJECTS = "/api/v3/accounts/{account_id}/projects/"
PUBLISHED = {
    "project": ("v3", PROJECTS, project_body(account_id=ACCOUNT, name="x", description="y"), set()),
    "project update": (
        "v3",
        f"{PROJECTS}{{id}}/",
        changed_project(project_body(account_id=ACCOUNT, name="x") | {"id": 1}, {"repository_id": 2}),
        {"id"},  # the published one is made from the new project's body
    ),
    "repository": (
        "v3",
        f"{PROJECTS}{{project_id}}/repositories/",
        repository_body(
            account_id=ACCOUNT, project_id=2, remote_url="git@github.com:a/b.git", installation_id=3
        ),
        {"remote_url"},  # demanded, and not published
    ),
    "development": (
        "v3",
        f"{PROJECTS}{{project_id}}/environments/",
        environment("development", name="D"),
        set(),
    ),
    "production": (
        "v3",
        f"{PROJECTS}{{project_id}}/environments/",
        environment("production", name="P", credentials_id=4),
        set(),
    ),
    "service token": (
        "v3",
        "/api/v3/accounts/{account_id}/service-tokens/",
        service_token_body(name="x", project_id=PROJECT),
        set(),
    ),
    "production build": ("v2", "/api/v2/accounts/{account_id}/jobs/", job("production"), set()),
    "red": ("v2", "/api/v2/accounts/{account_id}/jobs/", job("red", description="x"), set()),
    "ci": ("v2", "/api/v2/accounts/{account_id}/jobs/", job("ci"), set()),
}


@openapi.needed
class TestPublishedSpecification:
    @pytest.mark.parametrize("name", PUBLISHED)
    def test_takes(self, name):
        version, path, body, undocumented = PUBLISHED[name]
        schema = openapi.body_schema(version, path)
        assert openapi.faults(version, schema, body, undocumented=frozenset(undocumented)) == []

    def test_takes_environment_variables_one_at_a_time(self):
        body = environment_variables_body("DBT_DEMO", project="x", environments={"Production": "y"})
        # The specification draws a list of them; the service wants one object.
        known = frozenset({"Production"})
        assert (
            openapi.faults("v3", "CustomEnvironmentVariableBulkRequest", body["env_var"], undocumented=known)
            == []
        )

    def test_says_no_to_what_is_wrong(self):
        schema = openapi.body_schema("v3", "/api/v3/accounts/{account_id}/connections/")
        fields = Snowflake(account="a", database="d", warehouse="w", user="u")
        body = connection_body(fields, {}, account_id=1, name="x")
        assert openapi.faults("v3", schema, body) == []
        assert openapi.faults("v3", schema, body | {"adapter_version": "snowflake_v9"})
        assert openapi.faults("v3", schema, {key: value for key, value in body.items() if key != "name"})
        assert openapi.faults("v3", "SnowflakeConnection", body["config"] | {"role": ""})
        assert openapi.faults("v3", "SnowflakeConnection", body["config"] | {"rolle": "x"})
        assert openapi.faults("v2", "HumanReadableJobDefinitionRequest", job("ci") | {"triggers": {}})
