"""Kill -9 of the worker at every step of an update and of a reset, before acting and after: both end well."""

import signal
from collections.abc import Callable, Iterator

import pytest

from demoforge.claims import release_leases
from provisioning import services
from provisioning.live.branches import look_before
from provisioning.models import BuildRun, BuildStep, RunStatus
from tests.provisioning.faults.ground import ground, start, workspace
from tests.provisioning.faults.mortals import Mortals
from tests.provisioning.live.lives import assert_shows, newer
from tests.provisioning.steps.stage import Stage, describe, run_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def mortals(child_environment: Callable[..., dict[str, str]]) -> Iterator[Mortals]:
    """Workers that share the test's database."""
    with Mortals(child_environment()) as workers:
        yield workers


def killed_everywhere(change: BuildRun, mortals: Mortals) -> BuildRun:
    """One change whose worker dies at each point in turn; then it is driven to its end."""
    for key in change.steps.filter(status="pending").values_list("key", flat=True):
        for moment in ("before", "after"):
            assert mortals.work(change.pk, f"{key}:{moment}") == -signal.SIGKILL, (key, moment)
            release_leases(BuildStep)
    return run_out(change)


def live_demo(stage: Stage) -> BuildRun:
    live = run_out(start(stage, in_workspace=True))
    assert live.status == RunStatus.SUCCEEDED, describe(live)
    return live


def test_an_update(mortals):
    with ground("key") as stage, mortals.share(workspace(stage)):
        live, revision = live_demo(stage), newer(stage)
        runs = len(stage.cloud.alive("run"))
        change = killed_everywhere(services.update_live(live, revision, by=stage.user), mortals)
        assert change.status == RunStatus.SUCCEEDED, describe(change)
        assert_shows(stage, live, revision)
        assert len(stage.github.history(stage.repository(live))) == 2
        assert len(stage.cloud.alive("run")) == runs + 1


@pytest.mark.long
def test_a_reset(mortals):
    with ground("key") as stage, mortals.share(workspace(stage)):
        live = live_demo(stage)
        name = stage.repository(live)
        before = dict(stage.github.repository(name).branches)
        for branch in before:
            stage.github.push(name, {"mine.md": "mine"}, branch=branch)
        runs = len(stage.cloud.alive("run"))
        heads = look_before(live, by=stage.user).to_confirm
        change = killed_everywhere(services.reset_live(live, confirmed=heads, by=stage.user), mortals)
        assert change.status == RunStatus.SUCCEEDED, describe(change)
        assert_shows(stage, live, stage.revision)
        assert stage.github.repository(name).branches == before
        assert len(stage.cloud.alive("run")) == runs + 1
