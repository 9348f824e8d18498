"""Changes of a live demo: an update to a newer revision, and a reset to the proven state. Their lists of steps.

A step of a change that does for it what a step of the build did has that step's key; facts of all other steps are
those of the build (see StepContext). Nothing is created that the build's undo would not remove, so a change has no
undo of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from provisioning import names
from provisioning.models import BuildRun, RunKind, Target
from provisioning.steps.base import Act, SkipReason, Step, never
from provisioning.steps.changes.branches import put_branch, put_main
from provisioning.steps.changes.look import look_before_reset, look_before_update
from provisioning.steps.changes.pulls import show_pull
from provisioning.steps.changes.rerun import run_again
from provisioning.steps.cloud.artifacts import ARTIFACTS
from provisioning.steps.github import YOUNG, Work, in_repository
from provisioning.steps.hands import in_turn
from provisioning.steps.outside import outside
from provisioning.steps.proof import PROOF_STEP

__all__ = ["CHANGES"]

PHASE = names.REPOSITORY
PROOF = replace(PROOF_STEP, after=())
LOOKS: Mapping[str, Work] = {RunKind.UPDATE: look_before_update, RunKind.RESET: look_before_reset}


def _writing(work: Work, writes: int) -> Act:
    return outside(in_turn(writes)(in_repository(work)), settling=YOUNG)


def _branch_steps(word: str, title: str) -> tuple[Step, Step]:
    branch = names.BRANCHES[word]

    def skip(run: BuildRun) -> str:
        return "" if run.revision.files.filter(branch=branch).exists() else "the plan has no such branch"

    put, show = _writing(put_branch(branch), 3), _writing(show_pull(branch), 1)
    return (
        _step(f"branch_{word}", f"Branch {title}", put, ("main_commit",), f"Putting {branch} in place", skip),
        _step(f"pull_{word}", f"Pull request {title}", show, (f"branch_{word}",), "Looking at the pull request", skip),
    )  # fmt: skip


def _step(
    key: str, title: str, act: Act, after: tuple[str, ...], doing: str, skip: SkipReason = never
) -> Step:
    return Step(key, PHASE, title, act, after=after, doing=doing, skip=skip)


def _at_github(kind: str) -> tuple[Step, ...]:
    look = outside(in_repository(LOOKS[kind]))
    return (
        PROOF,
        _step("look", "Look at the branches", look, ("proof",), "Looking whether somebody has changed something"),
        _step("main_commit", "Files on main", _writing(put_main, 3), ("look",), "Putting main in place"),
        *_branch_steps("fix", "with the data-quality fix"),
        *_branch_steps("day_two", "of the second day"),
    )  # fmt: skip


RERUN = Step(
    "first_run",
    "first_run",
    "Run",
    outside(run_again),
    after=("main_commit",),
    doing="Starting the production job with a full refresh",
)

CHANGES: Mapping[tuple[str, str], Sequence[Step]] = {
    (target, kind): (*_at_github(kind), *more)
    for kind in LOOKS
    for target, more in ((Target.GITHUB, ()), (Target.DBT_CLOUD, (RERUN, ARTIFACTS)))
}
