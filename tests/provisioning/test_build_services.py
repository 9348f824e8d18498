"""Services of builds: what they refuse, what they record."""

import pytest
from django.db.models import RestrictedError

from demoforge.accounts.models import AuditEntry
from demoforge.errors import NotNow
from provisioning import services
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields, Snowflake
from provisioning.engine import advance
from provisioning.models import BuildRun, RunStatus, StepStatus, Target
from scenarios.models import Demo, Origin, PlanRevision
from tests.provisioning.scenery import bare_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> Demo:
    return bare_demo()


def start(demo: Demo) -> BuildRun:
    assert demo.current is not None
    return services.start_build(demo.current, target=Target.LOCAL, by=demo.owner)


def stop(run: BuildRun) -> BuildRun:
    services.cancel_build(run, by=run.demo.owner)
    advance(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    return run


def test_each_order_leaves_its_audit_line_and_a_refused_one_none(demo):
    run = stop(start(demo))
    services.retry_build(run, by=demo.owner)
    stop(run)
    BuildRun.objects.update(status=RunStatus.SUCCEEDED)
    with pytest.raises(NotNow):
        services.cancel_build(run, by=demo.owner)
    services.undo_build(run, by=demo.owner)
    lines = AuditEntry.objects.filter(subject_type="buildrun", subject_id=run.pk).order_by("pk")
    verbs = ["started", "cancelled", "retried", "cancelled", "undone"]
    assert [line.action for line in lines] == [f"build.{verb}" for verb in verbs]
    assert {line.actor for line in lines} == {demo.owner}


def test_an_old_build_is_neither_retried_nor_undone_while_another_runs(demo):
    old = stop(start(demo))
    start(demo)
    with pytest.raises(NotNow, match="Another build of this demo is running"):
        services.retry_build(old, by=demo.owner)
    with pytest.raises(NotNow, match="Another build of this demo is running"):
        services.undo_build(old, by=demo.owner)


def refused(demo: Demo) -> services.BuildRefused:
    with pytest.raises(services.BuildRefused) as caught:
        start(demo)
    return caught.value


def test_while_one_revision_is_built_the_next_one_is_refused_not_taken_for_it(demo):
    old = start(demo)
    demo.current = PlanRevision.objects.create(
        demo=demo, number=2, origin=Origin.EDITED, provider="builtin", author=demo.owner, status="ready"
    )
    demo.save()
    error = refused(demo)
    assert error.sentence == f"Build {old.pk} of revision 1 is not over yet."
    assert error.hint == "Wait for it or cancel it, then confirm again."
    stop(old)
    assert start(demo).revision == demo.current


@pytest.mark.parametrize("status", [RunStatus.CANCELLING, RunStatus.UNDOING])
def test_a_build_that_is_going_away_is_not_what_somebody_confirmed(demo, status):
    run = start(demo)
    assert start(demo) == run
    BuildRun.objects.update(status=RunStatus.RUNNING)
    assert start(demo) == run
    BuildRun.objects.update(status=status)
    assert refused(demo).sentence == f"Build {run.pk} of revision 1 is not over yet."


def test_retry_and_undo_twice_change_nothing_more(demo):
    run = stop(start(demo))
    services.retry_build(run, by=demo.owner)
    with pytest.raises(NotNow, match="nothing to retry"):
        services.retry_build(run, by=demo.owner)
    stop(run)
    services.undo_build(run, by=demo.owner)
    services.undo_build(run, by=demo.owner)
    assert run.events.filter(text="Undo started.").count() == 1


def test_steps_of_other_targets_and_what_was_not_asked_for_are_skipped_from_the_start(demo):
    run = start(demo)
    skipped = dict(run.steps.filter(status=StepStatus.SKIPPED).values_list("key", "note"))
    elsewhere = dict.fromkeys(["cloud_project", "connect_repository", "warehouse"], "not part of this target")
    assert skipped == elsewhere | {"semantic_layer": "not asked for"}
    assert run.steps.count() == 13


def test_a_demo_goes_with_its_builds_but_a_built_revision_does_not_go_alone(demo):
    stop(start(demo))
    with pytest.raises(RestrictedError):
        PlanRevision.objects.all().delete()
    demo.delete()
    assert not BuildRun.objects.exists()


GITHUB = GitHubFields(owner="acme-demos")
CLOUD = DbtCloudFields(host="https://ab123.us1.dbt.com", account_id=7)
WAREHOUSE = Snowflake(account="xy1", database="D", warehouse="W", user="u")
EVERYTHING = Connections(github=GITHUB, dbt_cloud=CLOUD, warehouse=WAREHOUSE)


@pytest.mark.parametrize(
    ("target", "missing", "word"),
    [
        (Target.GITHUB, "github", "GitHub"),
        (Target.DBT_CLOUD, "github", "GitHub"),
        (Target.DBT_CLOUD, "dbt_cloud", "dbt Cloud"),
        (Target.DBT_CLOUD, "warehouse", "warehouse"),
    ],
)
def test_a_target_without_its_connection_is_refused_with_a_sentence(demo, target, missing, word):
    given = EVERYTHING.model_copy(update={missing: None})
    with pytest.raises(services.BuildRefused) as caught:
        services.start_build(demo.current, target=target, connections=given, by=demo.owner)
    assert caught.value.sentence == f"There is no {word} connection, and {Target(target).label} needs one."
    assert "Connections page" in caught.value.hint
    assert not BuildRun.objects.exists()


def test_connections_are_frozen_into_the_build_as_far_as_the_target_needs_them(demo):
    run = services.start_build(demo.current, target=Target.GITHUB, connections=EVERYTHING, by=demo.owner)
    frozen = Connections.model_validate(run.connections)
    assert frozen == Connections(github=GITHUB)
    assert not run.workspace


def test_the_demos_owner_and_account_come_before_the_connections(demo):
    Demo.objects.update(github_owner="other-org", dbt_account_id="70403100000001")
    run = services.start_build(
        demo.current, target=Target.DBT_CLOUD, connections=EVERYTHING, workspace=True, by=demo.owner
    )
    frozen = Connections.model_validate(run.connections)
    assert frozen.github == GITHUB.model_copy(update={"owner": "other-org"})
    assert frozen.dbt_cloud == CLOUD.model_copy(update={"account_id": 70403100000001})
    assert frozen.warehouse == WAREHOUSE
    assert run.workspace


def test_a_local_build_has_no_connections(demo):
    assert Connections.model_validate(start(demo).connections) == Connections()
