"""The whole target GitHub and dbt Cloud: green first run, how many calls that takes, and nothing left after undo."""

import pytest

from provisioning.models import ApiCall, Resource, RunStatus, Target
from scenarios.models import Demo
from scenarios.rendering.commands import BUILD, RED
from tests.provisioning.scenery import statuses
from tests.provisioning.steps.stage import (
    APP,
    GITHUB_TOKEN,
    OWNER,
    PASSWORD,
    assert_green,
    describe,
    leftovers,
    proven_nodes,
    things,
)

pytestmark = pytest.mark.django_db

PROJECT = "v3/projects/N"
#: What the order of dbt Cloud's reference needs, and not one call more.
CALLS = [
    ("POST", "v3/connections/"),
    ("POST", "v3/projects/"),
    ("POST", f"{PROJECT}/repositories/"),
    ("GET", f"{PROJECT}/"),
    ("POST", f"{PROJECT}/"),
    ("POST", f"{PROJECT}/credentials/"),
    ("POST", f"{PROJECT}/environments/"),
    ("POST", f"{PROJECT}/environments/"),
    ("POST", f"{PROJECT}/environment-variables/bulk/"),
    ("POST", "v2/jobs/"),
    ("POST", "v2/jobs/"),
    ("POST", "v2/jobs/N/run/"),
]


def test_one_of_each_thing_and_a_green_first_run(stage):
    run = stage.build()
    assert_green(stage, run)
    project, environment = stage.cloud.alive("project")[0], stage.cloud.alive("environment")[1]
    assert project.name == "Northwind Outdoor Demo"
    assert run.resources.get(kind="cloud_project").marker in project.description
    assert "demoforge" not in project.name
    schema = f"northwind_outdoor_{run.repository_name[-15:].replace('-', '')}_prod"
    assert stage.cloud.alive("credentials")[0].schema == schema
    assert environment.credentials_id == stage.cloud.alive("credentials")[0].id
    jobs = {job.name: job for job in stage.cloud.alive("job")}
    assert {name: job.execute_steps for name, job in jobs.items()} == {
        "Production build": [BUILD],
        "Data quality, red on demand": [RED],
    }
    assert jobs["Production build"].generate_docs
    assert not any(job.triggers["schedule"] for job in jobs.values())


def test_no_call_more_than_the_reference_needs(stage):
    """Which step writes first may differ: they take turns. What each of them writes may not."""
    run = stage.build()
    writes: dict[str, list[str]] = {}
    for call in ApiCall.objects.filter(run=run, system="GitHub").exclude(method="GET").select_related("step"):
        writes.setdefault(call.step.key, []).append(f"{call.method} {call.path.rpartition('/')[2]}")
    objects, refs = ["POST trees", "POST commits"], "POST refs"
    assert writes == {
        "repository": ["POST repos"], "main_commit": [*objects, "PATCH main"], "topics": ["PUT topics"],
        "branch_fix": [*objects, refs], "branch_day_two": [*objects, refs],
        "pull_fix": ["POST pulls"], "pull_day_two": ["POST pulls"], "deploy_key": ["POST keys"],
    }  # fmt: skip
    cloud = stage.calls()
    assert sorted(cloud[: len(CALLS)]) == sorted(CALLS)
    assert cloud[len(CALLS) - 1] == CALLS[-1]
    polls = cloud[len(CALLS) : -2]
    assert set(polls) == {("GET", "v2/runs/N/")}
    assert [path for _, path in cloud[-2:]] == [
        f"v2/runs/N/artifacts/{name}.json" for name in ("run_results", "manifest")
    ]
    assert stage.github.most_writes_at_once() == 1
    assert ApiCall.objects.filter(run=run).count() == len(stage.github.calls) + len(cloud)


def test_what_the_ledger_says_exists_outside(stage):
    run = stage.build()
    made = {(row.kind, row.external_id) for row in run.resources.all()}
    cloud = stage.cloud
    kinds = {"cloud_project": "project", "cloud_connection": "connection", "cloud_repository": "repository"}
    for kind, theirs in {**kinds, "credentials": "credentials"}.items():
        assert (kind, str(cloud.alive(theirs)[0].id)) in made
    assert set(run.resources.values_list("status", flat=True)) == {Resource.Status.CREATED}
    assert len({row.marker for row in run.resources.all()}) == run.resources.count()
    assert run.resources.get(kind="run").location.startswith(cloud.url)


def test_the_first_run_is_told_and_compared_with_the_proof(stage):
    run = stage.build()
    facts = run.steps.get(key="first_run").checkpoint
    assert [step["status"] for step in facts["steps"]] == ["success"] * len(facts["steps"])
    assert any(f"`{BUILD}`" in step["name"] for step in facts["steps"])
    compared = run.steps.get(key="artifacts")
    assert compared.note == f"{len(proven_nodes(stage.revision))} nodes, each with the proven result"
    assert compared.checkpoint["differences"] == []
    assert compared.checkpoint["seeds"] == 1


def test_undo_leaves_nothing_and_lists_the_schemas(stage):
    run = stage.undo(stage.build())
    assert run.status == RunStatus.UNDONE
    assert things(stage) == []
    listed = leftovers(run)
    assert set(listed) == {"schema"}
    prod, raw = sorted(listed["schema"])
    assert prod.startswith('DROP SCHEMA IF EXISTS "DEMO"."NORTHWIND_OUTDOOR_')
    assert raw.endswith('_PROD_RAW" CASCADE;')


def test_undo_of_a_build_that_was_stopped_early_removes_what_there_is(stage):
    stage.cloud.faults.add("403", "POST", "*/credentials/", times=99)
    run = stage.build()
    assert run.status == RunStatus.FAILED
    stage.cloud.faults.clear()
    run = stage.undo(run)
    assert run.status == RunStatus.UNDONE
    assert things(stage) == []
    assert leftovers(run) == {}  # no run, so no schemas


def test_with_the_app_there_is_a_ci_job_and_no_key(stages):
    stage = stages(app=True)
    run = stage.build()
    assert_green(stage, run)
    assert statuses(run)["deploy_key"] == "skipped"
    (repository,) = stage.github.repositories.values()
    assert repository.keys == []
    assert stage.cloud.alive("repository")[0].github_installation_id == APP
    ci = next(job for job in stage.cloud.alive("job") if job.name == "CI")
    assert ci.triggers["github_webhook"]
    assert stage.undo(run).status == RunStatus.UNDONE
    assert things(stage) == []


def test_the_target_github_ends_with_the_repository(stage):
    run = stage.build(Target.GITHUB)
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    assert stage.cloud.calls == []
    assert stage.github.files(stage.repository(run)) == stage.revision.files_of("main")
    elsewhere = run.steps.filter(note="not part of this target").values_list("key", flat=True)
    assert set(elsewhere) == {"cloud_project", "connect_repository", "warehouse", "first_run"}
    pulls = next(iter(stage.github.repositories.values())).pulls
    assert len(pulls) == len(stage.revision.branches()) - 1


def test_the_demos_own_owner_and_account_come_first(stage):
    stage.github.add_organization("other-org", owners=["acme-se"])
    Demo.objects.update(github_owner="other-org", dbt_account_id=str(stage.cloud.account_id))
    run = stage.build(Target.GITHUB)
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    (repository,) = stage.github.repositories.values()
    assert repository.full_name == f"other-org/{run.repository_name}"
    assert OWNER not in str(run.connections)


def test_no_secret_is_in_any_row(stage):
    run = stage.undo(stage.build())
    texts = [str(list(table.objects.filter(run=run).values())) for table in (Resource, ApiCall)]
    texts += [str(list(run.steps.values())), str(list(run.events.values())), str(run.connections)]
    for text in texts:
        assert not any(secret in text for secret in (GITHUB_TOKEN, "t-cloud", PASSWORD))
