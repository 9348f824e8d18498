"""Where cells play: both servers, a proven revision that a database makes once, and settings with tiny waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test.utils import override_settings

from provisioning import services
from provisioning.models import BuildRun, Target, WriteLane
from scenarios.models import Demo, PlanRevision
from tests.provisioning.faults.matrix import Recording, Variant, numbered
from tests.provisioning.scenery import ready_revision
from tests.provisioning.steps.stage import (
    APP,
    CLOUD_TOKEN,
    GITHUB_TOKEN,
    OWNER,
    PASSWORD,
    SNOWFLAKE,
    Stage,
    run_out,
    staged,
)

COMPANY = "Northwind Outdoor"
UNHURRIED = 30  # seconds a call may take while nothing goes wrong: a busy machine must not add faults
#: A call is given up after a second, the smallest number that the setting allows.
TINY_WAITS: dict[str, Any] = {
    "OUTSIDE_CALL_SECONDS": 1,
    "OUTSIDE_RETRY_SECONDS": 0.01,
    "GITHUB_WRITES_A_MINUTE": 600_000,
}


@contextmanager
def ground(variant: Variant, *, call_seconds: int | None = None) -> Iterator[Stage]:
    """Both servers as they are before anything was built, and nothing in the database but the proven revision."""
    more = {"OUTSIDE_CALL_SECONDS": call_seconds} if call_seconds else {}
    BuildRun.objects.all().delete()
    WriteLane.objects.all().delete()
    with (
        override_settings(**{**TINY_WAITS, **more}),
        staged(app=variant == "app", revision=_proven(variant)) as stage,
    ):
        yield stage


def _proven(variant: Variant) -> PlanRevision:
    made = PlanRevision.objects.filter(demo__company=COMPANY).first() or ready_revision(COMPANY)
    Demo.objects.filter(pk=made.demo_id).update(include_semantic_layer=variant == "app")
    return PlanRevision.objects.select_related("demo__owner", "proof").get(pk=made.pk)


def workspace(stage: Stage) -> dict[str, Any]:
    """The settings with which builds in any process may use this stage: it is the workspace's."""
    cloud = stage.connections.dbt_cloud
    assert cloud is not None
    return {
        **{name: getattr(settings, name) for name in TINY_WAITS},
        "GITHUB_API_URL": stage.github.url,
        "GITHUB_OWNER": OWNER,
        "GITHUB_TOKEN": GITHUB_TOKEN,
        "DBT_CLOUD_URL": stage.cloud.url,
        "DBT_CLOUD_ACCOUNT_ID": str(stage.cloud.account_id),
        "DBT_CLOUD_TOKEN": CLOUD_TOKEN,
        "DBT_CLOUD_GITHUB_INSTALLATION_ID": str(APP) if cloud.installation_id else "",
        "SNOWFLAKE_ACCOUNT": SNOWFLAKE.account,
        "SNOWFLAKE_DATABASE": SNOWFLAKE.database,
        "SNOWFLAKE_WAREHOUSE": SNOWFLAKE.warehouse,
        "SNOWFLAKE_ROLE": SNOWFLAKE.role,
        "SNOWFLAKE_USER": SNOWFLAKE.user,
        "SNOWFLAKE_PASSWORD": PASSWORD,
    }


def start(stage: Stage, *, in_workspace: bool = False) -> BuildRun:
    """Confirm and build; `in_workspace`: with tokens that other processes have, too."""
    return services.start_build(
        stage.revision,
        target=Target.DBT_CLOUD,
        connections=stage.connections,
        workspace=in_workspace,
        by=stage.user,
    )


def record(variant: Variant) -> Recording:
    """Let a build go well, then undo it, and write down what was asked and done."""
    with ground(variant, call_seconds=UNHURRIED) as stage:
        run = run_out(start(stage))
        assert run.status == "succeeded", run.status
        calls, seen = _calls(stage), (len(stage.github.calls), len(stage.cloud.calls))
        steps = tuple(run.steps.filter(attempt__gt=0).values_list("key", flat=True))
        del stage.github.calls[: seen[0]], stage.cloud.calls[: seen[1]]
        services.undo_build(run, by=stage.user)
        undone = tuple(run.steps.filter(status="to_undo").order_by("-position").values_list("key", flat=True))
        assert run_out(run).status == "undone"
        return Recording(calls, _calls(stage), steps, undone)


def _calls(stage: Stage):
    return (
        *numbered("github", stage.github.each_call()),
        *numbered("cloud", stage.cloud.each_call()),
    )
