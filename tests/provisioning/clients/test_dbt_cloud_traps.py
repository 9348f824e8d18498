"""The traps of the Admin API that the reference lists in section 12, one by one, each with what springs it.

But for the fourth: DemoForge never changes an environment that it has made.
"""

import json
from typing import Any

import pytest

from provisioning.clients.dbt_cloud import DbtCloudClient, ServiceTokenRefused, variables
from provisioning.clients.dbt_cloud.runs import Run
from provisioning.clients.outcome import Forbidden, Invalid, Limited, NotThere, Unauthorized, Unclear
from provisioning.connections import payloads
from tests.fakes.dbt_cloud import Node
from tests.provisioning.clients.cloud import INSTALLATION, PERSON, REMOTE, TOKEN, cloud
from tests.provisioning.clients.wire import WireServer
from tests.provisioning.connections.warehouses import REDSHIFT


def test_01_a_wrong_host_looks_like_a_bad_token_and_is_named() -> None:
    with cloud() as there:
        there.server.hosts = {"ab123.us1.dbt.com"}
        with pytest.raises(Unauthorized) as caught:
            there.client.account()
    assert there.server.url.removeprefix("http://") in caught.value.hint


def test_02_a_repository_counts_only_when_it_is_linked() -> None:
    with cloud() as there:
        project = there.project()
        repository = there.repository(project)
        assert there.client.project(project).repository_id is None
        there.client.link_repository(project, repository.id)
        assert there.client.project(project).repository_id == repository.id
        paths = [
            (call.method, call.path.partition(f"{there.account}/")[2]) for call in there.server.calls[-3:-1]
        ]
    assert paths == [("GET", f"projects/{project}/"), ("POST", f"projects/{project}/")]


def test_03_a_changed_project_does_not_rewire_its_environments() -> None:
    with cloud() as there:
        ready = there.ready()
        body = payloads.connection_body(REDSHIFT, {}, account_id=there.account, name="other")
        other = there.client.create_connection(body).id
        there.server.alive("project")[0].change(connection_id=other)
        there.client.link_repository(ready.project, None)
        there.client.link_repository(ready.project, ready.repository)
        assert there.client.environment(ready.project, ready.environment).connection_id == ready.connection
        sent = there.server.calls_to("POST", f"/projects/{ready.project}/")
    assert len(sent) == 3
    assert not any("connection_id" in call.body for call in sent)


def test_03_a_changed_project_keeps_what_it_had() -> None:
    with cloud() as there:
        body = payloads.project_body(
            account_id=there.account, name="Acme", description="Ours", subdirectory="transform"
        )
        project = there.client.create_project(body).id
        there.server.alive("project")[0].change(docs_job_id=70403100000123)
        changed = there.client.link_repository(project, there.repository(project).id)
        assert (changed.description, changed.subdirectory) == ("Ours", "transform")
        assert there.server.alive("project")[0].docs_job_id == 70403100000123


def test_05_remote_url_is_sent_and_nothing_leaves_without_it() -> None:
    with cloud() as there:
        project = there.project()
        there.repository(project)
        assert there.server.calls[-1].body["remote_url"] == REMOTE
        calls = len(there.server.calls)
        body = {
            "account_id": there.account,
            "project_id": project,
            "state": 1,
            "git_clone_strategy": "deploy_key",
        }
        with pytest.raises(ValueError, match="remote_url"):
            there.client.create_repository(project, body)
        assert len(there.server.calls) == calls


def test_06_installations_need_a_persons_token() -> None:
    with cloud() as there:
        with pytest.raises(ServiceTokenRefused):
            there.client.installations(TOKEN)
        assert [(one.id, one.login) for one in there.client.installations(PERSON)] == [
            (INSTALLATION, "Acme-Demos")
        ]
        there.client.account()
        assert [call.token for call in there.server.calls] == [TOKEN, PERSON, TOKEN]


def test_06_a_service_token_is_nobody() -> None:
    with cloud() as there:
        assert there.client.whoami() is None
    with cloud(token=PERSON) as there:
        me = there.client.whoami()
        assert me is not None
        assert me.email == "se@acme.example"


@pytest.mark.parametrize(
    ("plan", "small"), [("starter_2025", True), ("enterprise_2025", False), ("usage_2027", False)]
)
def test_07_small_plans_are_known_by_their_account(plan: str, small: bool) -> None:
    with cloud(token=PERSON, plan=plan) as there:
        assert there.client.account().is_small is small


def test_07_on_a_small_plan_a_second_project_is_refused_with_the_reason() -> None:
    with cloud(token=PERSON, plan="starter_2025") as there:
        there.project()
        with pytest.raises(Forbidden) as caught:
            there.project("Second")
    assert "allows 1 project" in caught.value.hint
    assert "personal access token" in caught.value.hint


def test_08_not_found_may_be_a_missing_permission() -> None:
    with cloud() as there:
        other, project = there.project("Other"), there.project()
        there.server.add_token("dbtc_one_project", "admin", project_id=project)
        narrow = DbtCloudClient(there.server.url, there.account, "dbtc_one_project", record=lambda call: None)
        assert narrow.project(project).id == project
        with pytest.raises(NotThere) as caught:
            narrow.project(other)
    assert "permission" in caught.value.hint


def test_09_ids_do_not_fit_into_32_bits() -> None:
    with cloud() as there:
        assert there.project() > 2**32
        assert there.ready().job > 2**32


def test_10_names_are_not_unique_so_they_are_looked_up_after_a_lost_answer() -> None:
    with cloud() as there:
        first = there.project("Acme Demo")
        there.server.faults.add("timeout_after", "POST", "*/projects/")
        quick = DbtCloudClient(
            there.server.url, there.account, TOKEN, record=there.records.append, seconds=0.3
        )
        with pytest.raises(Unclear):
            quick.create_project(payloads.project_body(account_id=there.account, name="Acme Demo"))
        assert len(there.server.calls_to("POST", "/projects/")) == 2, "the client does not repeat a creation"
        assert len(there.client.projects("Acme Demo")) == 2
        there.client.delete_project(first)
        assert len(there.client.projects("Acme Demo")) == 1


def test_11_jobs_are_made_in_v2_with_schedule_and_all_flags() -> None:
    with cloud() as there:
        ready = there.ready()
        call = there.server.calls[-1]
        assert call.path == f"/api/v2/accounts/{there.account}/jobs/"
        for missing in ("schedule", "run_lint", "lifecycle_webhooks", "triggers", "environment_id"):
            body = {name: value for name, value in call.body.items() if name != missing}
            with pytest.raises(ValueError, match=missing):
                there.client.create_job(body)
        triggers = {**call.body["triggers"], "custom_branch_only": False}
        with pytest.raises(ValueError, match="custom_branch_only"):
            there.client.create_job({**call.body, "triggers": triggers})
        assert [job.id for job in there.client.jobs(ready.project)] == [ready.job]


@pytest.mark.parametrize("cause", ["", "  \n"])
def test_12_a_run_has_a_cause(cause: str) -> None:
    with cloud() as there:
        job = there.ready().job
        with pytest.raises(ValueError, match="cause"):
            there.client.trigger_run(job, cause)
        assert not there.server.runs


def test_13_the_builds_results_are_not_those_of_the_documentation() -> None:
    nodes = [Node("model.demo.orders"), Node("test.demo.not_null", "warn", failures=3)]
    with cloud(nodes=lambda run: nodes) as there:
        run = there.client.trigger_run(there.ready().job, "go")
        while not run.is_complete:
            run = there.client.run(run.id)
        last = json.loads(there.client.artifact(run.id, "run_results.json", step=None))
        build = json.loads(there.client.artifact(run.id, "run_results.json", step=run.step_of("dbt build")))
        asked = [(call.path, dict(call.query)) for call in there.server.calls[-2:]]
    assert last["args"]["which"] == "generate"
    assert [result["status"] for result in build["results"]] == ["success", "warn"]
    assert asked[0][0].endswith("/artifacts/run_results.json"), "no slash at the end of a file"
    assert asked[1][1] == {"step": "4"}


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../../jobs", "compiled//x", "compiled/./x"])
def test_13_paths_of_files_stay_below_the_run(path: str) -> None:
    with cloud() as there, pytest.raises(ValueError, match="relative"):
        there.client.artifact(7, path, step=1)


def test_13_names_of_files_are_quoted() -> None:
    with cloud() as there:
        with pytest.raises(NotThere):
            there.client.artifact(7, "compiled/a?step=9#x.sql", step=2)
        assert there.server.calls[-1].path.endswith("/runs/7/artifacts/compiled/a?step=9#x.sql")
        assert there.server.calls[-1].query == {"step": "2"}


def test_14_development_environments_have_no_credentials_and_production_has_some() -> None:
    with cloud() as there:
        project, connection = there.project(), there.connection()
        credentials = there.credentials(project)
        there.environment(project, connection, None)
        body = there.server.calls[-1].body
        assert "credentials_id" not in body
        calls = len(there.server.calls)
        for wrong in ({"credentials_id": credentials}, {"type": "deployment"}):
            with pytest.raises(ValueError, match="credentials"):
                there.client.create_environment(project, {**body, **wrong})
        assert len(there.server.calls) == calls
        assert not any("/users/" in call.path for call in there.server.calls)


def test_15_deleted_things_are_gone_and_the_connection_stays() -> None:
    with cloud() as there:
        ready, client = there.ready(), there.client
        assert client.delete_project(ready.project)
        assert not client.delete_project(ready.project)
        assert [one.id for one in client.connections()] == [ready.connection]
        assert client.projects() == []


def test_15_what_is_shown_as_deleted_is_not_there() -> None:
    said = {
        "status": {"code": 200, "is_success": True},
        "data": {"id": 7, "state": 2, "account_id": 1, "name": "x"},
    }
    with WireServer(lambda wire: wire.answer(200, said)) as server:
        client = DbtCloudClient(server.url, 1, TOKEN, record=lambda call: None)
        with pytest.raises(NotThere):
            client.project(7)
        with pytest.raises(NotThere):
            client.link_repository(7, 9)  # and so brings it back to life
        assert [asked.method for asked in server.asked] == ["GET", "GET"]


def test_16_runs_are_started_and_cancelled_at_the_right_place() -> None:
    with cloud() as there:
        job = there.ready().job
        run = there.client.trigger_run(job, "go").id
        there.client.cancel_run(run)
        calls = [(call.method, call.path) for call in there.server.calls[-2:]]
    assert calls == [
        ("POST", f"/api/v2/accounts/{there.account}/jobs/{job}/run/"),
        ("POST", f"/api/v2/accounts/{there.account}/runs/{run}/cancel/"),
    ]


def test_17_empty_fields_do_not_leave() -> None:
    with cloud() as there:
        body = payloads.project_body(account_id=there.account, name="Acme")
        for empty in ("", None):
            with pytest.raises(ValueError, match="description"):
                there.client.create_project({**body, "description": empty})
        assert not there.server.calls


def test_17_unknown_fields_are_refused_with_their_names() -> None:
    with cloud() as there:
        body = payloads.connection_body(REDSHIFT, {}, account_id=there.account, name="demo")
        with pytest.raises(Invalid, match="colour"):
            there.client.create_connection({**body, "colour": "red"})
        there.server.violations.clear()


def test_bodies_for_another_account_do_not_leave() -> None:
    with cloud() as there:
        with pytest.raises(ValueError, match="another account"):
            there.client.create_project(payloads.project_body(account_id=7, name="Acme"))
        assert not there.server.calls


def test_every_path_but_that_of_a_file_ends_with_a_slash() -> None:
    with cloud() as there:
        ready, client = there.ready(), there.client
        client.environments(ready.project)
        client.connections("demo")
        client.latest_run(ready.job)
        assert all(call.path.endswith("/") for call in there.server.calls)


def test_variables_that_are_refused_inside_a_success_are_refused() -> None:
    with cloud() as there:
        ready = there.ready()
        body = payloads.environment_variables_body("DBT_DEMO", project="x", environments={"Nowhere": "y"})
        with pytest.raises(Invalid, match="there is no environment Nowhere"):
            there.client.create_environment_variable(ready.project, body)


@pytest.mark.parametrize(
    "result",
    [
        {"status": "failed", "status_code": 400, "key_name": "x", "reason": "because"},
        {"status": "success", "status_code": 400, "reason": "because"},
        {"status": "success", "data": {"message": "made", "new_var_ids": [1], "failures": ["because"]}},
        {"status": "error", "data": {"message": "because", "new_var_ids": []}},
    ],
)
def test_all_shapes_of_a_refused_variable_are_seen(result: Any) -> None:
    assert "because" in str(variables.refused([{"status": "success", "status_code": 200}, result]))
    assert variables.refused([{"status": "success", "status_code": 200, "data": {"failures": []}}]) == []


def test_a_server_error_of_bad_input_is_unclear_even_as_xml() -> None:
    with cloud() as there:
        there.server.xml_errors = True
        there.server.faults.add("500", "POST")
        with pytest.raises(Unclear):
            there.project()


def test_too_many_calls_wait_for_the_cooldown() -> None:
    with cloud() as there:
        there.server.calls_a_minute = 1
        there.client.account()
        with pytest.raises(Limited) as caught:
            there.client.account()
    assert caught.value.seconds == 300


def test_a_repositorys_name_keeps_its_capital_letters() -> None:
    with cloud() as there:
        repository = there.repository(there.project(), remote="git@github.com:Acme-Demos/Acme-Demo.git")
    assert repository.full_name == "Acme-Demos/Acme-Demo"


def test_a_run_that_cannot_read_the_code_is_not_green() -> None:
    with cloud() as there:
        project = there.project()
        there.client.link_repository(project, there.repository(project).id)
        there.keys.clear()
        environment = there.environment(project, there.connection(), there.credentials(project))
        run = there.client.trigger_run(there.job(project, environment), "go")
        while not run.is_complete:
            run = there.client.run(run.id)
    assert "Permission denied" in run.message


def test_times_are_read_in_both_forms() -> None:
    data = {"id": 1, "status": 10, "created_at": "2023-08-02 08:03:46.216855+00:00"}
    run = Run.read({**data, "finished_at": "2023-08-02T08:04:46Z"})
    assert run.created_at is not None
    assert run.finished_at is not None
    assert 59 < (run.finished_at - run.created_at).total_seconds() < 60
    assert Run.read({**data, "created_at": "yesterday"}).created_at is None
    naive = Run.read({**data, "created_at": "2023-08-02 08:03:46"}).created_at
    assert naive is not None
    assert naive.tzinfo is not None


def test_the_step_of_a_command_is_the_last_that_ran_it() -> None:
    steps = [
        "Clone git repository",
        "Invoke dbt with `dbt deps`",
        "Invoke dbt with `dbt build --full-refresh`",
    ]
    run = Run.read(
        {"id": 1, "run_steps": [{"index": i, "name": name} for i, name in enumerate(steps, 1)][::-1]}
    )
    assert [step.index for step in run.steps] == [1, 2, 3]
    assert run.step_of("dbt build") == 3
    assert run.step_of("dbt docs generate") is None
