"""The whole order of provisioning and its rollback through the client, against a server as strict as the service."""

import json

import pytest

from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.runs import QUEUED, SUCCESS, Run
from provisioning.clients.outcome import Forbidden, Limited, NotThere, OutsideError, Unclear
from provisioning.connections import payloads
from provisioning.connections.payloads import NewWarehouse
from tests.fakes.dbt_cloud import Node
from tests.fakes.faults import Fault
from tests.provisioning.clients.cloud import CODE, INSTALLATION, PERSON, REMOTE, TOKEN, Cloud, cloud
from tests.provisioning.connections.warehouses import (
    BIGQUERY,
    DATABRICKS,
    REDSHIFT,
    SNOWFLAKE,
    SNOWFLAKE_KEY,
    secrets,
)

WAREHOUSES = [SNOWFLAKE, SNOWFLAKE_KEY, BIGQUERY, DATABRICKS, REDSHIFT]


def finished(there: Cloud, run_id: int) -> Run:
    """The run when it is over."""
    for _ in range(10):
        run = there.client.run(run_id)
        if run.is_complete:
            return run
    raise AssertionError("the run does not end")


@pytest.mark.parametrize("warehouse", WAREHOUSES, ids=lambda one: f"{one.type}-{getattr(one, 'auth', '')}")
def test_the_whole_order_ends_green_and_its_rollback_leaves_nothing(warehouse: NewWarehouse) -> None:
    with cloud() as there:
        client, server = there.client, there.server
        # (0) preflight
        account = client.account()
        assert (account.id, account.plan, account.prefix) == (server.account_id, "enterprise_2025", "ab123")
        assert client.projects("Acme Demo") == []
        assert [one.login for one in client.installations(PERSON) if one.id == INSTALLATION] == ["Acme-Demos"]
        # (1) to (4)
        project, connection = there.project(), there.connection(warehouse)
        repository = there.repository(project)
        assert repository.public_key.startswith("ssh-ed25519 ")
        linked = client.link_repository(project, repository.id)
        assert (linked.repository_id, linked.name) == (repository.id, "Acme Demo")
        credentials = there.credentials(project, warehouse)
        there.environment(project, connection, None)
        production = there.environment(project, connection, credentials)
        variable = payloads.environment_variables_body(
            "DBT_DEMO", project="no", environments={"Production": "yes"}
        )
        client.create_environment_variable(project, variable)
        assert client.environment_variables(project) == {"DBT_DEMO": {"project": "no", "Production": "yes"}}
        # (5), (6)
        job = there.job(project, production)
        red = there.job(project, production, "red")
        started = client.trigger_run(job, "Demo provisioning 7f3c")
        assert (started.status, started.is_complete, started.job_id) == (QUEUED, False, job)
        run = finished(there, started.id)
        assert (run.status, run.sha, run.created_at is not None) == (SUCCESS, CODE, True)
        assert run.href == f"{server.url}/deploy/{server.account_id}/projects/{project}/runs/{run.id}/"
        assert "run_results.json" in client.artifacts(run.id)
        # (7)
        layer, service_token = semantic_layer(there, warehouse, project, production)
        assert client.project(project).semantic_layer_id == layer
        assert client.project(project).repository_id == repository.id, "the replacement kept the rest"

        assert all(call.outcome == "ok" for call in there.records)
        assert len(there.records) == len(server.calls)

        rollback(there, project, service_token, [job, red])
        assert server.leftovers() == []


def semantic_layer(there: Cloud, warehouse: NewWarehouse, project: int, environment: int) -> tuple[int, int]:
    """Configure it with a token of its own; returns the ids of the configuration and the token."""
    layer, account = there.client.semantic_layer, there.account
    configuration = layer.create(
        project,
        payloads.semantic_layer_configuration_body(
            account_id=account, project_id=project, environment_id=environment
        ),
    )
    there.client.use_semantic_layer(project, configuration.id)
    credentials = layer.create_credentials(
        payloads.semantic_layer_credentials_body(
            warehouse, secrets(), account_id=account, project_id=project, name="demo"
        )
    )
    token = layer.create_service_token(payloads.service_token_body(name="sl-7f3c", project_id=project))
    mapping = layer.join(
        payloads.semantic_layer_mapping_body(
            account_id=account,
            project_id=project,
            credentials_id=credentials.id,
            service_token_id=token.id,
        )
    )
    assert [one.id for one in layer.configurations(project)] == [configuration.id]
    assert layer.credentials(project)[0].service_tokens == (token.id,)
    assert [one.name for one in layer.service_tokens()] == ["sl-7f3c"]
    assert [grant.permission_set for grant in layer.grants(token.id)] == [
        "semantic_layer_only",
        "metadata_only",
    ]
    assert layer.part(mapping)
    return configuration.id, token.id


def rollback(there: Cloud, project: int, service_token: int, jobs: list[int]) -> None:
    """Everything in the reverse order, by what the lists say, each twice: the second time it is gone already."""
    client, layer = there.client, there.client.semantic_layer
    assert [one.id for one in client.jobs(project)] == jobs
    repository = client.project(project).repository_id
    connection = client.connections()[0].id
    assert client.connections()[0].environments == 2
    for expected in (True, False):
        assert layer.delete_service_token(service_token) is expected
        if expected:
            client.use_semantic_layer(project, None)
            for credentials in layer.credentials(project):
                assert layer.delete_credentials(credentials.id)
            for configuration in layer.configurations(project):
                assert layer.delete(project, configuration.id)
        assert {client.delete_job(job) for job in jobs} == {expected}
        for environment in client.environments(project):
            assert client.delete_environment(project, environment.id)
        assert client.delete_environment_variable(project, "DBT_DEMO") is expected
        for credential in client.credentials(project):
            assert client.delete_credentials(project, credential.id)
        if expected:
            assert client.link_repository(project, None).repository_id is None
        assert repository is not None
        assert client.delete_repository(project, repository) is expected
    assert client.delete_project(project)
    assert not client.delete_project(project)
    assert client.delete_connection(connection)
    for profile in there.server.alive("profile"):
        profile.delete()  # made by the service itself


def test_single_things_can_be_read_and_are_gone_when_deleted() -> None:
    with cloud() as there:
        ready, client = there.ready(), there.client
        assert client.connection(ready.connection).config["warehouse"] == "DEMO_WH"
        assert client.repository(ready.project, ready.repository).full_name == "acme-demos/acme-demo-7f3c"
        assert client.environment(ready.project, ready.environment).deployment_type == "production"
        assert client.job(ready.job).environment_id == ready.environment
        assert [one.id for one in client.repositories(ready.project, REMOTE)] == [ready.repository]
        assert client.repositories(ready.project, "git@github.com:other/other.git") == []
        assert [one.schema for one in client.credentials(ready.project)] == ["acme_prod"]
        client.delete_job(ready.job)
        with pytest.raises(NotThere):
            client.job(ready.job)


def test_the_github_app_takes_the_place_of_the_deploy_key() -> None:
    with cloud() as there:
        project = there.project()
        repository = there.repository(project, installation=INSTALLATION)
        assert (repository.strategy, repository.installation_id) == ("github_app", INSTALLATION)
        assert (repository.public_key, repository.deploy_key_id) == ("", None)
        there.client.link_repository(project, repository.id)
        environment = there.environment(project, there.connection(), there.credentials(project))
        there.job(project, environment, "ci")
        run = finished(there, there.client.trigger_run(there.job(project, environment), "go").id)
        assert run.is_success


def test_a_run_can_be_watched_overridden_and_cancelled() -> None:
    with cloud() as there:
        ready, client = there.ready(), there.client
        assert client.latest_run(ready.job) is None
        first = client.trigger_run(
            ready.job, "one", steps=["dbt seed"], branch="fix", sha="ab12", schema="other"
        )
        second = client.trigger_run(ready.job, "two")
        found = client.latest_run(ready.job)
        assert found is not None
        assert found.id == second.id
        assert there.server.calls_to("POST", "/run/")[0].body == {
            "cause": "one",
            "git_branch": "fix",
            "git_sha": "ab12",
            "schema_override": "other",
            "steps_override": ["dbt seed"],
        }
        assert client.cancel_run(second.id).is_complete
        over = finished(there, first.id)
        assert over.is_success
        assert [step.index for step in over.steps] == [1, 2, 3, 4, 5], "the job's documentation is the last"
        assert "Running with dbt: dbt seed" in over.steps[3].logs


def test_a_run_without_artifacts_has_none_and_a_missing_file_is_not_there() -> None:
    with cloud() as there:
        ready = there.ready()
        run = there.client.trigger_run(ready.job, "go")
        assert there.client.artifacts(run.id) == []
        with pytest.raises(NotThere):
            there.client.artifact(run.id, "run_results.json", step=4)


def test_a_red_run_says_why() -> None:
    with cloud(nodes=lambda run: [Node("model.demo.orders", "error", "no such column")]) as there:
        run = finished(there, there.client.trigger_run(there.ready().job, "go").id)
        assert run.is_complete
        assert not run.is_success
        assert "dbt build" in run.message


def test_every_lost_answer_of_a_creation_is_unclear_and_can_be_looked_up() -> None:
    with cloud() as there:
        there.server.patience = 0.2
        there.server.faults.add("malformed", "POST", "*/projects/")
        with pytest.raises(Unclear):
            there.project("Lost Demo")
        assert [project.name for project in there.client.projects("Lost Demo")] == ["Lost Demo"]


def test_results_of_the_build_are_json() -> None:
    with cloud() as there:
        run = finished(there, there.client.trigger_run(there.ready().job, "go").id)
        results = json.loads(there.client.artifact(run.id, "run_results.json", step=run.step_of("dbt build")))
        assert results["args"]["which"] == "build"


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        ("timeout_before", Unclear, 0),
        ("timeout_after", Unclear, 1),
        ("reset", Unclear, 0),
        ("429", Limited, 0),
        ("500", Unclear, 0),
        ("403", Forbidden, 0),
        ("malformed", Unclear, 1),
    ],
)
def test_every_fault_has_its_error_and_is_tried_once(
    fault: Fault, error: type[OutsideError], made: int
) -> None:
    with cloud() as there:
        there.server.faults.add(fault, "POST")
        quick = DbtCloudClient(
            there.server.url, there.account, TOKEN, record=there.records.append, seconds=0.5
        )
        with pytest.raises(OutsideError) as caught:
            quick.create_project(payloads.project_body(account_id=there.account, name="Acme Demo"))
        assert type(caught.value) is error
        assert len(there.client.projects("Acme Demo")) == made
        assert len(there.server.calls_to("POST")) == 1
        assert not there.server.faults.pending()
        assert there.records[0].outcome != "ok"
