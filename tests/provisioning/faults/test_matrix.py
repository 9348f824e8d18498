"""The matrix leaves nothing out, its table shows what is empty, and its verdicts can say no."""

import pytest

from provisioning.models import Resource, RunStatus
from tests.fakes.faults import FAULTS
from tests.provisioning.faults import __main__ as command
from tests.provisioning.faults.ground import ground, start
from tests.provisioning.faults.matrix import Call, Cell, Recording, Result, cells
from tests.provisioning.faults.table import counts, failures, tables
from tests.provisioning.faults.verdicts import not_gone, not_green
from tests.provisioning.steps.stage import run_out

CALLS = (Call("github", "GET", "/user", 1), Call("cloud", "POST", "/projects/", 2))
RECORDING = Recording(CALLS, CALLS[:1], ("proof", "repository"), ("repository",))


def test_there_is_a_cell_for_each_call_and_fault_and_for_each_step_and_moment_on_each_road():
    found = list(cells("key", RECORDING))
    assert len(found) == len(set(found)) == 2 * (2 * len(FAULTS) + 2 * 2) + (len(FAULTS) + 2)
    assert Cell("key", "undo", CALLS[1], "reset") in found
    assert Cell("key", "undoing", step="repository", moment="after") in found


def test_a_cell_goes_through_json():
    for cell in cells("app", RECORDING):
        assert Cell.read(cell.to_json()) == cell


def test_the_table_shows_what_went_how_and_what_is_empty():
    found = [cell for cell in cells("key", RECORDING) if cell.road == "retry"]
    words = {0: (0, ""), 1: (2, ""), 2: (0, "two projects")}
    results = {found[place]: Result(found[place], *how, 0.1) for place, how in words.items()}
    lines = list(tables(found, results))
    assert lines[2].split()[4:] == ["ok", "ok", "2", "FAILED", "-", "-", "-", "-"]
    assert list(counts(found, results)) == ["retry    18 cells: 1 FAILED, 15 empty, 1 ok, 1 ok 2"]
    assert list(failures(results.values())) == [f"FAILED {found[2].name}\n    two projects"]


@pytest.mark.django_db
def test_a_finished_build_is_green_and_whatever_is_twice_or_missing_is_told():
    with ground("app", call_seconds=30) as stage:
        run = run_out(start(stage))
        assert not_green(stage, run) == []
        (project,), (repository,) = stage.cloud.alive("project"), stage.github.repositories.values()
        stage.cloud.things.add("project", **spare(project.fields))
        stage.cloud.alive("variable")[0].delete()
        project.change(repository_id=None)
        repository.pulls.append(repository.pulls[0])
        repository.topics.pop()
        stage.github.push(repository.full_name, {"README.md": "changed"})
        run.resources.filter(kind="job").update(external_id="7")
        run.resources.filter(kind="credentials").update(status=Resource.Status.INTENT)
        told = "; ".join(not_green(stage, run))
    for words in (
        "2 of kind project;",
        "0 of kind variable",
        "does not use the repository",
        "pull requests: ",
        "topics: ",
        "main has 2 commits",
        "main does not hold the proven files",
        "job: the ledger has other numbers",
        "credentials Northwind",
        "0 of kind variable, 1 in the ledger",
    ):
        assert words.lower() in told.lower(), words


def spare(fields: dict[str, object]) -> dict[str, object]:
    """A thing's fields without those that a new thing gets by itself."""
    return {
        name: value
        for name, value in fields.items()
        if name not in ("id", "state", "created_at", "updated_at")
    }


@pytest.mark.django_db
def test_what_is_left_and_not_listed_is_told():
    with ground("key", call_seconds=30) as stage:
        run = run_out(start(stage))
        run.status = RunStatus.UNDONE
        wrong = not_gone(stage, run)
        for kind in ("project", "connection", "environment", "job", "repository at GitHub"):
            assert any(f"of kind {kind} left" in one for one in wrong), kind
        run.resources.filter(kind="cloud_project").update(status=Resource.Status.LEFTOVER, location="")
        assert any("project left, 0 listed" in one for one in not_gone(stage, run))  # no link, so not listed


def test_the_matrix_has_not_ended_well_while_a_cell_is_empty_or_has_failed():
    assert command.ended_well([], {}) is False
    cell = next(cells("key", RECORDING))
    assert command.ended_well([cell], {}) is False
    assert command.ended_well([cell], {cell: Result(cell, 0, "two projects", 0.1)}) is False
    assert command.ended_well([cell], {cell: Result(cell, 3, "", 0.1)})
