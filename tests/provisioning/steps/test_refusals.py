"""What GitHub and dbt Cloud may refuse, what others do meanwhile, and how the build says so."""

import pytest

from provisioning import services
from provisioning.connections.fields import Existing
from provisioning.engine import advance
from provisioning.headlines import headline
from provisioning.models import RunStatus, Target
from scenarios.models import Demo
from tests.fakes.dbt_cloud import Node
from tests.fakes.github import GitHubServer
from tests.fakes.outside_server import Answer, Asked
from tests.provisioning.steps.stage import (
    GITHUB_TOKEN,
    OWNER,
    Stage,
    assert_green,
    describe,
    leftovers,
    proven_nodes,
    run_out,
    staged,
    things,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


# --- GitHub -------------------------------------------------------------------------------------------------


def test_where_force_is_forbidden_the_commit_stands_on_githubs_own(stage):
    stage.github.organizations[OWNER].forbids_force_push = True
    run = stage.build()
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    name = stage.repository(run)
    assert stage.github.files(name) == stage.revision.files_of("main")
    ours, theirs = stage.github.history(name)
    assert ours.message.startswith("Initial demo project for Northwind Outdoor")
    assert theirs.message == "Initial commit"
    assert "a rule forbids" in run.steps.get(key="main_commit").note


def test_a_name_that_somebody_else_has_is_said_and_left_alone(stage):
    run = stage.start(Target.GITHUB)
    stage.github.add_repository(stage.repository(run))
    run = run_out(run)
    row = run.steps.get(key="repository")
    assert (run.status, row.retryable) == (RunStatus.FAILED, True)
    assert "it is not this build's" in row.error
    run = stage.undo(run)
    assert run.status == RunStatus.UNDONE
    assert [one.full_name for one in stage.github.repositories.values()] == [stage.repository(run)]


def test_a_token_that_may_not_delete_archives_and_says_where(stage):
    run = stage.build(Target.GITHUB)
    stage.github.tokens[GITHUB_TOKEN].scopes = ["repo"]
    run = stage.undo(run)
    (repository,) = stage.github.repositories.values()
    assert (run.status, repository.archived) == (RunStatus.UNDO_FAILED, True)
    row = run.steps.get(key="repository")
    assert "archived instead" in row.error
    (location,) = leftovers(run)["repository"]
    assert location.endswith(repository.full_name)
    assert location in row.hint
    stage.github.tokens[GITHUB_TOKEN].scopes = ["repo", "delete_repo"]
    assert stage.undo(run).status == RunStatus.UNDONE
    assert stage.github.repositories == {}


def test_a_repository_that_is_renamed_in_the_middle_is_followed(stage):
    run = stage.start()
    while run.steps.get(key="main_commit").status != "succeeded":
        advance(run.pk)
    stage.github.rename(stage.repository(run), "another-name")
    run = run_out(run)
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    (repository,) = stage.github.repositories.values()
    assert set(repository.branches) == set(stage.revision.branches())
    assert stage.undo(run).status == RunStatus.UNDONE
    assert things(stage) == []


def test_what_somebody_deleted_by_hand_is_no_error_in_undo(stage):
    run = stage.build()
    stage.github.remove(stage.repository(run))
    for thing in stage.cloud.leftovers():
        if thing.kind in ("job", "variable"):
            thing.change(state=2)
    run = stage.undo(run)
    assert run.status == RunStatus.UNDONE, describe(run)
    assert things(stage) == []


def test_a_changed_branch_is_not_taken_for_ours(stage):
    """The answer to the branch's creation is lost, and somebody pushes to it before we look."""
    stage.github.faults.add("malformed", "POST", "*/git/refs")
    run = stage.start(Target.GITHUB)
    while not stage.github.faults.rules[0].done:
        advance(run.pk)
    (repository,) = stage.github.repositories.values()
    branch = next(name for name in repository.branches if name != "main")
    repository.branches[branch] = repository.branches["main"]
    run = run_out(run)
    assert run.status == RunStatus.FAILED
    (row,) = run.steps.filter(status="failed")
    assert f"does not hold the proven files on {branch}" in row.error
    assert not row.retryable


class PublicGitHub(GitHubServer):
    """A GitHub that does not care whether a private repository was asked for."""

    def answer(self, asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path.endswith("/repos"):
            asked.body["private"] = False
        return super().answer(asked)


def test_a_public_repository_is_removed_before_anything_is_pushed(stages):
    stage = stages(server=PublicGitHub())
    run = stage.build(Target.GITHUB)
    row = run.steps.get(key="repository")
    assert (run.status, row.retryable) == (RunStatus.FAILED, True)
    assert "public" in row.error
    assert "removed before anything was pushed" in row.error
    assert stage.github.repositories == {}
    assert stage.github.calls_to("POST", "/git/trees") == []
    assert stage.undo(run).status == RunStatus.UNDONE


def test_a_public_repository_that_may_not_be_deleted_is_said_to_be_there(stages):
    stage = stages(server=PublicGitHub())
    stage.github.tokens[GITHUB_TOKEN].scopes = ["repo"]
    run = stage.build(Target.GITHUB)
    assert run.status == RunStatus.FAILED
    assert "may not delete" in run.steps.get(key="repository").error
    assert stage.github.calls_to("POST", "/git/trees") == []
    assert stage.undo(run).status == RunStatus.UNDO_FAILED
    assert "repository" in leftovers(run)


def test_a_refused_environment_says_what_is_there_and_where_it_failed(stage):
    stage.cloud.faults.add("403", "POST", "*/environments/", times=99)
    run = stage.build()
    told = headline(run, list(run.steps.all()))
    # Both sides go on beside each other: whether GitHub's last branch came before the refusal is not ours to say.
    branches = run.steps.filter(phase="repository").exclude(status__in=["succeeded", "skipped"])
    word = "created" if branches.exists() else "ready"
    assert told.startswith(f"Repository {word}, dbt Cloud failed at development environment: ")
    assert "may not create the environment" in told


# --- first run ----------------------------------------------------------------------------------------------


def broken(stage: Stage, message: str) -> None:
    nodes = [*proven_nodes(stage.revision)[:-1], Node("model.demo.orders", "error", message)]
    stage.cloud.nodes = lambda run: nodes


def test_a_failed_run_tells_its_last_lines_and_retry_starts_another(stage):
    nodes = stage.cloud.nodes
    broken(stage, "Insufficient privileges to operate on schema DEMO")
    run = stage.build()
    row = run.steps.get(key="first_run")
    assert (run.status, row.retryable) == (RunStatus.FAILED, True)
    assert "The first run failed at" in row.error
    assert "Insufficient privileges to operate on schema DEMO" in row.error
    assert "/runs/" in row.hint
    stage.cloud.nodes = nodes
    run = stage.retry(run)
    assert_green(stage, run)
    assert sorted(one.status for one in stage.cloud.all("run")) == [10, 20]
    assert run.resources.filter(kind="run").count() == 2
    assert stage.undo(run).status == RunStatus.UNDONE


def test_undo_cancels_a_run_that_is_not_complete(stage):
    stage.cloud.run_seconds = 3600.0
    run = stage.start()
    while run.steps.get(key="first_run").attempt < 2:
        advance(run.pk)
    run.refresh_from_db()
    services.cancel_build(run, by=stage.user)
    run = stage.undo(run_out(run))
    assert run.status == RunStatus.UNDONE, describe(run)
    assert [one.status for one in stage.cloud.all("run")] == [30]
    assert things(stage) == []
    assert set(leftovers(run)) == {"schema"}


def test_a_run_that_somebody_cancels_is_started_again_by_retry(stage):
    stage.cloud.polls = 3
    run = stage.start()
    while run.steps.get(key="first_run").attempt < 2:
        advance(run.pk)
    stage.cancel_run_in_dbt_cloud()
    run = run_out(run)
    assert "Somebody cancelled" in run.steps.get(key="first_run").error
    assert_green(stage, stage.retry(run))


def test_a_difference_from_the_proof_is_told_and_is_no_failure(stage):
    nodes = [*proven_nodes(stage.revision)[1:], Node("model.demo.extra")]
    stage.cloud.nodes = lambda run: nodes
    run = stage.build()
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    note = run.steps.get(key="artifacts").note
    assert "not as in the Proof: model extra was not in the Proof; seed orders did not run" in note


# --- warehouse ----------------------------------------------------------------------------------------------


def test_an_existing_connection_is_used_and_left_alone(stages):
    first = stages()
    built = first.build()
    (connection,) = first.cloud.alive("connection")
    existing = Existing(connection_id=connection.id, adapter="snowflake", user="DBT", name="Ours")
    first.connections = first.connections.model_copy(update={"warehouse": existing})
    first.enter()
    again = first.build()
    assert again.status == RunStatus.SUCCEEDED, describe(again)
    assert len(first.cloud.alive("connection")) == 1
    assert not again.resources.filter(kind="cloud_connection").exists()
    assert first.undo(again).status == RunStatus.UNDONE
    assert first.cloud.alive("connection") == [connection]
    assert first.undo(built).status == RunStatus.UNDONE
    assert things(first) == []


def test_a_connection_that_others_use_now_stays_and_is_listed(stage):
    run = stage.build()
    (connection,) = stage.cloud.alive("connection")
    existing = Existing(connection_id=connection.id, adapter="snowflake", user="DBT")
    stage.connections = stage.connections.model_copy(update={"warehouse": existing})
    stage.enter()
    stage.build()
    run = stage.undo(run)
    assert run.status == RunStatus.UNDO_FAILED
    (row,) = run.steps.filter(status="undo_failed")
    assert "environments use it" in row.error
    assert "cloud_connection" in leftovers(run)
    assert stage.cloud.alive("connection") == [connection]


# --- codename -----------------------------------------------------------------------------------------------


def test_nothing_that_leaves_us_has_the_name_behind_a_codename(settings):
    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged(company="Zephyr Outfitters Ltd", codename="Project Bluebird") as stage:
        run = stage.build()
        assert run.status == RunStatus.SUCCEEDED, describe(run)
        sent = "".join(f"{call.path} {call.body}" for call in [*stage.github.calls, *stage.cloud.calls])
        assert "zephyr" not in sent.lower()
        assert "Project Bluebird Demo" in sent


# --- semantic layer -----------------------------------------------------------------------------------------


@pytest.fixture
def layered(stage: Stage) -> Stage:
    """A stage whose demo asks for the Semantic Layer."""
    Demo.objects.update(include_semantic_layer=True)
    return stage


def test_the_semantic_layer_is_switched_on_and_taken_back(layered):
    run = layered.build()
    assert_green(layered, run)
    (project,) = layered.cloud.alive("project")
    (configuration,) = layered.cloud.alive("sl_configuration")
    assert project.semantic_layer_config_id == configuration.id
    for kind in ("sl_credentials", "service_token", "sl_mapping"):
        assert len(layered.cloud.alive(kind)) == 1, kind
    assert layered.undo(run).status == RunStatus.UNDONE
    assert things(layered) == []


@pytest.mark.parametrize(
    "path", ["*/semantic-layer-configurations/", "*/semantic-layer-credentials/", "*/service-tokens/"]
)
def test_a_refused_semantic_layer_is_a_note_and_the_build_goes_on(layered, path):
    layered.cloud.faults.add("403", "POST", path, times=99)
    run = layered.build()
    assert_green(layered, run)
    assert run.steps.filter(note__contains="switch it on by hand").count() == 1
    assert run.steps.filter(note__contains="an earlier part was refused").exists()
    layered.cloud.faults.clear()
    assert layered.undo(run).status == RunStatus.UNDONE
    assert things(layered) == []


@pytest.mark.parametrize(
    "path",
    [
        "*/semantic-layer-configurations/",
        "*/semantic-layer-credentials/",
        "*/service-tokens/",
        "*/semantic-layer-credential-to-service-token-mapping/",
    ],
)
def test_lost_answers_of_the_semantic_layer_make_nothing_twice(layered, path):
    layered.cloud.faults.add("malformed", "POST", path)
    run = layered.build()
    assert_green(layered, run)
    for kind in ("sl_configuration", "sl_credentials", "service_token", "sl_mapping"):
        assert len(layered.cloud.alive(kind)) == 1, kind
    assert layered.undo(run).status == RunStatus.UNDONE
    # dbt Cloud lists no mappings: one whose number was lost is told, and does nothing without what it joins.
    unknown = ["sl_mapping"] if "mapping" in path else []
    assert sorted(leftovers(run)) == ["schema", *unknown]
    assert [thing.split()[0] for thing in things(layered)] == unknown
