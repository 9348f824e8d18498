"""Phases from steps: status, words, times."""

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.models import BuildStep, StepStatus
from provisioning.views.lines import phase_lines, remaining_seconds

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def row(key: str, status: StepStatus, phase: str = "seeds", **fields: object) -> BuildStep:
    return BuildStep(key=key, phase=phase, position=1, title=key, status=status, **fields)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["succeeded", "succeeded"], "succeeded"),
        (["succeeded", "skipped"], "succeeded"),
        (["skipped", "skipped"], "skipped"),
        (["pending", "pending"], "pending"),
        (["succeeded", "pending"], "running"),  # between two of its steps
        (["running", "failed"], "failed"),
        (["succeeded", "cancelled"], "cancelled"),
        (["undone", "undo_failed"], "undo_failed"),
        (["undone", "succeeded"], "undone"),
        (["to_undo", "undoing"], "undoing"),
    ],
)
def test_a_phase_has_the_loudest_status_of_its_steps(statuses, expected):
    rows = [row(f"s{number}", StepStatus(status)) for number, status in enumerate(statuses)]
    (line,) = phase_lines(rows, NOW)
    assert line.status == expected


def test_every_status_of_a_step_can_be_shown():
    for status in StepStatus:
        (line,) = phase_lines([row("only", status)], NOW)
        assert line.status == status
        assert line.label == status.label


def test_a_step_that_waits_counts_as_under_way_and_says_for_what():
    waiting = row("s", StepStatus.PENDING, attempt=2, note="Waiting for the Proof", started_at=ago(7))
    (line,) = phase_lines([waiting], NOW)
    assert (line.status, line.note, line.seconds, line.is_moving) == (
        "running",
        "Waiting for the Proof",
        7,
        True,
    )


def test_phases_stand_in_their_order_with_the_sum_of_their_times():
    rows = [
        row("run", StepStatus.RUNNING, "first_run", started_at=ago(3)),
        row("a", StepStatus.SUCCEEDED, "seeds", started_at=ago(10), finished_at=ago(8)),
        row("b", StepStatus.SUCCEEDED, "seeds", started_at=ago(8), finished_at=ago(7)),
        row("absent", StepStatus.SKIPPED, "warehouse"),
    ]
    lines = phase_lines(rows, NOW)
    assert [(line.key, line.seconds) for line in lines] == [
        ("seeds", 3),
        ("warehouse", None),
        ("first_run", 3),
    ]
    assert [line.is_over for line in lines] == [True, True, False]


def test_what_remains_is_expected_minus_elapsed_and_unknown_while_a_step_was_never_timed():
    rows = [
        row("a", StepStatus.SUCCEEDED, expected_seconds=100.0),
        row("b", StepStatus.RUNNING, expected_seconds=5.0, started_at=ago(2)),
        row("c", StepStatus.RUNNING, expected_seconds=1.0, started_at=ago(30)),  # late, but never negative
        row("d", StepStatus.PENDING, expected_seconds=4.0),
    ]
    in_a_row = {"b": ["a"], "c": ["b"], "d": ["c"]}
    assert remaining_seconds(rows, in_a_row, NOW) == 7
    assert remaining_seconds([*rows, row("e", StepStatus.PENDING)], in_a_row, NOW) is None
    assert remaining_seconds(rows, {"d": ["a"]}, NOW) == 4, "side by side, only the longest counts"
    assert remaining_seconds([], {}, NOW) == 0


def test_in_a_build_that_is_over_nothing_moves():
    waiting = row("s", StepStatus.PENDING, attempt=2, note="Waiting for its turn", started_at=ago(7))
    (line,) = phase_lines([waiting], NOW, busy=False)
    assert (line.status, line.note, line.seconds, line.is_moving) == ("pending", "", None, False)
    done = row("d", StepStatus.SUCCEEDED, started_at=ago(9), finished_at=ago(7))
    (line,) = phase_lines([done, waiting], NOW, busy=False)
    assert (line.status, line.note, line.seconds) == ("pending", "Done in part", 2)
