"""Every write of an update and of a reset goes wrong once, before or after acting; it ends as if it had not."""

import pytest

from provisioning.models import RunStatus
from tests.fakes.faults import Fault
from tests.fakes.outside_server import OutsideServer
from tests.provisioning.live.lives import assert_shows, newer, reset, update
from tests.provisioning.steps.stage import describe

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG = pytest.mark.long
WRITES = ("POST", "PATCH", "PUT")
Write = tuple[OutsideServer, str, str, int]


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.OUTSIDE_CALL_SECONDS = 1


def writes_of(stage, act) -> list[Write]:
    """The writes that both servers see while `act` runs: server, method, kind of path, which of these."""
    servers = (stage.github, stage.cloud)
    before = [len(server.each_call()) for server in servers]
    act()
    found = []
    for server, start in zip(servers, before, strict=True):
        counted: dict[tuple[str, str], int] = {}
        for method, kind, _ in server.each_call()[start:]:
            counted[method, kind] = counted.get((method, kind), 0) + 1
            if method in WRITES:
                found.append((server, method, kind, counted[method, kind]))
    return found


def change_with(stage, live, write: Write, fault: Fault, number: int) -> None:
    """An update with that fault, retried as a person would; then the demo shows it, with one run more."""
    server, method, kind, nth = write
    runs = len(stage.cloud.alive("run"))
    rule = server.faults.add(fault, method, kind, nth=nth)
    revision = newer(stage, f"{fault} {number}\n")
    change = update(stage, live, revision)
    if change.status == RunStatus.FAILED:
        change = stage.retry(change)
    assert change.status == RunStatus.SUCCEEDED, (write[1:], fault, describe(change))
    assert rule.done == 1, (write[1:], fault)
    assert_shows(stage, live, revision)
    assert len(stage.cloud.alive("run")) == runs + 1, (write[1:], fault)


@pytest.mark.parametrize(
    "fault", ["malformed", *(pytest.param(one, marks=LONG) for one in ("reset", "500", "403"))]
)
def test_every_write_of_an_update(stage, live, fault):
    writes = writes_of(stage, lambda: update(stage, live, newer(stage, "first\n")))
    assert len(writes) >= 11
    for number, write in enumerate(writes):
        change_with(stage, live, write, fault, number)


@pytest.mark.parametrize("fault", ["malformed", pytest.param("reset", marks=LONG)])
def test_every_write_of_a_reset(stage, live, fault):
    name = stage.repository(live)

    def change_everything() -> None:
        for branch in stage.revision.branches():
            stage.github.push(name, {"mine.md": "mine"}, branch=branch)
        for pull in stage.github.repository(name).pulls:
            pull.state = "closed"

    change_everything()
    writes = writes_of(stage, lambda: reset(stage, live))
    assert len(writes) >= 6
    for server, method, kind, nth in writes:
        change_everything()
        rule = server.faults.add(fault, method, kind, nth=nth)
        change = reset(stage, live)
        assert change.status == RunStatus.SUCCEEDED, (method, kind, fault, describe(change))
        assert rule.done == 1
        assert_shows(stage, live, stage.revision)
