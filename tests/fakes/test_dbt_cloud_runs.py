"""The dbt Cloud server of tests: runs, artifacts and the Semantic Layer."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer, Node
from tests.fakes.dbt_cloud_plain import ADDRESS, MISSING, Made, Plain, administered, violating


@pytest.fixture
def api() -> Iterator[Made]:
    with administered() as api:
        yield api


@pytest.fixture
def server(api: Made) -> DbtCloudServer:
    return api.server


# Runs


def test_a_run_goes_on_by_polls(api: Made) -> None:
    demo = api.demo()
    run = demo.trigger()
    assert run["status"] == 1
    assert run["href"] == (
        f"{api.server.url}/deploy/{api.server.account_id}/projects/{demo.project}/runs/{run['id']}/"
    )
    assert [demo.read(run["id"])["status"] for _ in range(4)] == [2, 3, 10, 10]
    done = demo.read(run["id"])
    assert (done["is_complete"], done["is_success"], done["status_humanized"]) == (True, True, "Success")
    assert done["git_sha"] == "3f1c" * 10


def test_a_run_goes_on_by_seconds_whoever_looks(api: Made) -> None:
    api.server.run_seconds = 0.3
    demo = api.demo()
    run = demo.trigger()["id"]
    assert {demo.read(run)["status"] for _ in range(3)} == {1}
    time.sleep(0.35)
    (listed,) = api.data("GET", f"v2/runs/?job_definition_id={demo.job}&order_by=-id&limit=1")
    assert (listed["id"], listed["status"]) == (run, 10)


def test_a_run_needs_a_cause(api: Made) -> None:
    demo = api.demo()
    assert api.wrong(f"v2/jobs/{demo.job}/run/", {}) == {"cause": MISSING}
    with violating(api.server):
        assert list(api.wrong(f"v2/jobs/{demo.job}/run/", {"cause": ""})) == ["cause"]
    assert api.server.runs == []


@pytest.mark.parametrize("asked", ['["run_steps","job"]', "run_steps,job", "['run_steps', 'job']"])
def test_steps_are_said_when_asked_for(api: Made, asked: str) -> None:
    demo = api.demo()
    run = demo.trigger()["id"]
    seen = [demo.read(run, include_related=asked) for _ in range(3)]
    assert demo.read(run)["run_steps"] == []
    assert seen[0]["run_steps"] == []
    assert [step["status"] for step in seen[1]["run_steps"]] == [10, 10, 10, 3]
    assert "1 of 2 OK model.demo.stg_orders" in seen[1]["run_steps"][3]["logs"]
    assert [(step["index"], step["name"]) for step in seen[2]["run_steps"]][3:] == [
        (4, "Invoke dbt with `dbt build`"),
        (5, "Invoke dbt with `dbt docs generate`"),
    ]
    assert "Done. PASS=2" in seen[2]["run_steps"][3]["logs"]
    assert seen[2]["job"]["id"] == demo.job


def test_debug_logs_are_cut_unless_asked_for(api: Made) -> None:
    demo = api.demo()
    run = demo.trigger()["id"]
    demo.finished(run)
    (short, whole) = (
        demo.read(run, include_related=asked)["run_steps"][3]["debug_logs"]
        for asked in ("run_steps", "run_steps,debug_logs")
    )
    assert len(short.splitlines()) == 1000 < len(whole.splitlines())


def test_a_failed_node_makes_the_run_red_and_the_docs_step_stays_out() -> None:
    nodes = [Node("model.demo.orders"), Node("test.demo.unique_orders", "fail", "Got 3 results", 3)]
    with administered(nodes=lambda run: nodes if run.job.name == "Red" else []) as api:
        demo = api.demo()
        red = api.job(demo.project, demo.environment, name="Red")["id"]
        run = api.data("POST", f"v2/jobs/{red}/run/", {"cause": "x"})["id"]
        seen = demo.finished(run)
        assert (seen["status"], seen["is_error"], seen["can_retry"]) == (20, True, True)
        assert [step["status"] for step in seen["run_steps"]] == [10, 10, 10, 20]
        assert "FAIL 3 test.demo.unique_orders" in seen["run_steps"][3]["logs"]
        assert demo.finished(demo.trigger()["id"])["status"] == 10
        again = api.data("POST", f"v2/runs/{run}/retry/")
        assert (again["retrying_run_id"], again["status"]) == (run, 1)
        assert (
            api.wrong(f"v2/runs/{run}/retry/", None)["retry_not_supported_reason"] == "RETRY_NOT_LATEST_RUN"
        )


def test_failing_freshness_stops_nothing() -> None:
    bad = [Node("source.demo.raw", "runtime error")]
    with administered(nodes=lambda run: bad if "freshness" in run.command else []) as api:
        demo = api.demo()
        job = api.job(demo.project, demo.environment, run_generate_sources=True)["id"]
        seen = demo.finished(api.data("POST", f"v2/jobs/{job}/run/", {"cause": "x"})["id"])
        assert (seen["status"], [step["status"] for step in seen["run_steps"]][3:]) == (10, [20, 10, 10])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"code_at": lambda remote_url: None}, "Repository not found"),
        ({"key_on": lambda remote_url, key: False}, "Permission denied (publickey)"),
    ],
)
def test_a_run_needs_code_and_its_key(options: dict[str, Any], sentence: str) -> None:
    with administered(**options) as api:
        demo = api.demo()
        seen = demo.finished(demo.trigger()["id"])
        assert (seen["status"], [step["status"] for step in seen["run_steps"]]) == (20, [20])
        assert sentence in seen["run_steps"][0]["logs"]
        assert sentence in seen["status_message"]


def test_the_callbacks_hear_what_was_made() -> None:
    asked: list[tuple[str, str]] = []
    with administered(key_on=lambda remote_url, key: not asked.append((remote_url, key))) as api:
        demo = api.demo()
        demo.finished(demo.trigger()["id"])
        assert asked == [(ADDRESS, api.server.repositories[0].deploy_key["public_key"])]


def test_a_run_needs_a_linked_repository(api: Made) -> None:
    demo = api.demo()
    api.data("POST", f"v3/projects/{demo.project}/", api.project_body(repository_id=None))
    assert "No repository" in demo.finished(demo.trigger()["id"])["status_message"]


@pytest.mark.parametrize("missing", ["connection", "credentials"])
def test_a_run_needs_connection_and_credentials(api: Made, missing: str) -> None:
    demo = api.demo()
    links = {"connection_id": demo.connection, "credentials_id": demo.credentials, f"{missing}_id": None}
    path = f"v3/projects/{demo.project}/environments/{demo.environment}/"
    api.data("POST", path, api.environment_body(demo.project, **links))
    seen = demo.finished(demo.trigger()["id"])
    assert (seen["status"], seen["status_message"]) == (20, f"The environment has no {missing}.")
    assert [step["status"] for step in seen["run_steps"]] == [10, 20]


def test_runs_of_one_job_wait_for_each_other(api: Made) -> None:
    demo = api.demo()
    first, second = demo.trigger()["id"], demo.trigger()["id"]
    assert [demo.read(second)["status"] for _ in range(3)] == [1, 1, 1]  # each of them moved the first one
    assert demo.read(first)["status"] == 10
    assert demo.read(second)["status"] == 2


def test_runs_take_slots_of_the_account(api: Made) -> None:
    api.server.run_slots = 1
    one, two = api.demo(), api.demo()
    first, second = one.trigger()["id"], two.trigger()["id"]
    assert one.read(first)["status"] == 2
    assert [two.read(second)["status"] for _ in range(2)] == [1, 1]
    assert one.read(first)["status"] == 10
    assert two.read(second)["status"] == 2


def test_cancelling_a_run(api: Made) -> None:
    demo = api.demo()
    run = demo.trigger()["id"]
    demo.read(run), demo.read(run)
    cancelled = api.data("POST", f"v2/runs/{run}/cancel/")
    assert (cancelled["status"], cancelled["is_cancelled"], cancelled["is_complete"]) == (30, True, True)
    assert demo.read(run)["status"] == 30
    done = demo.finished(demo.trigger()["id"])
    assert api.data("POST", f"v2/runs/{done['id']}/cancel/")["status"] == 10


def test_overrides_of_a_run(api: Made) -> None:
    demo = api.demo()
    run = demo.trigger(
        steps_override=["dbt seed", "dbt test"], generate_docs_override=False, git_branch="fix"
    )
    names = [step["name"] for step in demo.finished(run["id"])["run_steps"]][3:]
    assert (names, run["git_branch"]) == (["Invoke dbt with `dbt seed`", "Invoke dbt with `dbt test`"], "fix")
    api.data("POST", f"v2/jobs/{demo.job}/rerun/")
    assert api.server.runs[-1].asked["execute_steps"] == ["dbt seed", "dbt test"]


def test_artifacts_are_raw_and_the_last_step_is_that_of_the_docs(api: Made) -> None:
    demo = api.demo()
    run = demo.trigger()["id"]
    assert api.data("GET", f"v2/runs/{run}/artifacts/") is None
    demo.finished(run)
    assert api.data("GET", f"v2/runs/{run}/artifacts/") == [
        "catalog.json",
        "manifest.json",
        "run_results.json",
    ]
    file = f"v2/runs/{run}/artifacts/run_results.json"
    whole = api("GET", file).json()
    assert (whole["args"]["which"], "status" in whole) == ("generate", False)
    build = api("GET", file, params={"step": 4}).json()
    assert (build["args"]["which"], len(build["results"])) == ("build", 2)
    for missing in (f"{file}?step=3", f"v2/runs/{run}/artifacts/sources.json", f"{file}/"):
        assert api("GET", missing).status_code == 404
    assert api("GET", f"v2/jobs/{demo.job}/artifacts/manifest.json").json()["nodes"]
    assert [seen.status for seen in api.server.calls_to("GET", "run_results.json")] == [200, 200, 404]


def test_given_artifacts_decide_about_the_run() -> None:
    results = {"results": [{"unique_id": "model.demo.orders", "status": "error", "message": "no such table"}]}
    with administered(
        artifacts=lambda run: {"run_results.json": results, "compiled/x.sql": "select 1"}
    ) as api:
        demo = api.demo()
        run = demo.trigger()["id"]
        assert demo.finished(run)["status"] == 20
        assert api("GET", f"v2/runs/{run}/artifacts/run_results.json").json() == results
        assert api("GET", f"v2/runs/{run}/artifacts/compiled/x.sql").text == "select 1"


# The Semantic Layer


def values(**more: str | None) -> dict[str, Any]:
    """Snowflake's."""
    given = {
        "auth_type": "password",
        "user": "SL",
        "password": "sesame",
        "role": "R",
        "warehouse": "W",
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


def test_the_semantic_layer_needs_a_successful_run(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    path = f"v3/projects/{demo.project}/semantic-layer-configurations/"
    body = api.whole({"project_id": demo.project, "environment_id": demo.environment, "state": 1}, {})
    assert "no successful run" in api.wrong(path, body)["environment_id"]
    demo.finished(demo.trigger()["id"])
    made = api.new(path, body)["id"]
    linked = api.project_body(repository_id=demo.repository, semantic_layer_config_id=made)
    assert api.data("POST", f"v3/projects/{demo.project}/", linked)["semantic_layer_config_id"] == made
    assert api.data("DELETE", f"{path}{made}/")["state"] == 2


def test_the_chain_of_the_semantic_layer(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    credentials = {"project_id": project, "name": "sl", "adapter_version": "snowflake_v0"}
    body = api.whole({**credentials, "schema_type": "semantic_layer_credentials", "values": values()}, {})
    path = "v3/semantic-layer-credentials/"
    assert api.wrong(path, {**body, "values": values(password=None)})["values"] == {
        "password or private_key": MISSING
    }
    made = api.new(path, body)
    assert "sesame" not in str(made)
    token = api.new(
        "v3/service-tokens/", {"name": "sl", "permission_grants": [{"permission_set": "semantic_layer_only"}]}
    )
    link = {
        "project_id": project,
        "semantic_layer_credentials_id": made["id"],
        "service_token_id": token["id"],
    }
    mappings = "v3/semantic-layer-credential-to-service-token-mapping/"
    assert list(api.wrong(mappings, api.whole({**link, "state": 1, "service_token_id": 5}, {}))) == [
        "service_token_id"
    ]
    mapping = api.new(mappings, api.whole({**link, "state": 1}, {}))
    assert [t["id"] for t in api.data("GET", path)[0]["service_tokens"]] == [token["id"]]
    for gone in (f"{mappings}{mapping['id']}/", f"{path}{made['id']}/", f"v3/service-tokens/{token['id']}/"):
        assert api.data("DELETE", gone)["state"] == 2
    assert {thing.kind for thing in server.leftovers()} == {"project"}


def test_runs_need_write_rights(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    server.add_token("dbtc_reader", "readonly")
    reader = Plain(server, "dbtc_reader")
    assert reader("POST", f"v2/jobs/{demo.job}/run/", {"cause": "x"}).status_code == 403
    assert reader("GET", "v2/runs/").status_code == 200
