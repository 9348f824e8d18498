"""What the result page and the list of a demo's builds need, as data."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demoforge.accounts.models import User
from provisioning.access import may_build
from provisioning.models import BuildRun, BuildStep, Resource, Target
from provisioning.terraform_files import has_terraform
from provisioning.views.building import elapsed_seconds, may_undo
from provisioning.views.far_side import ARTIFACTS, FIRST_RUN, Link, links
from scenarios.models import Demo, PlanRevision
from scenarios.plan.names import MAIN
from scenarios.proving import read_report
from scenarios.rendering.readme import GUIDE_PATH, TALK_TRACK_PATH
from scenarios.views.answers import ShownAnswer, shown_answers
from scenarios.views.files import ABOUT_BRANCH
from scenarios.views.outcomes import outcome_context

BUILDS_SHOWN = 20
SHOWN = (TALK_TRACK_PATH, GUIDE_PATH)  # documents that the page shows in full


@dataclass(frozen=True)
class ResultPage:
    """The result page: where everything is, what was proven, what to do next. Counts are 0 when unknown."""

    run: BuildRun
    repository: Resource | None
    clone_command: str
    commit: str
    files: int
    first_run: dict[str, Any]  # nodes, seeds, models, tests_passed, tests_warned, dbt_seconds, dbt_version
    answers: Sequence[ShownAnswer]  # the metrics, with small charts
    branches: Sequence[tuple[str, str]]  # name, and what it shows in words
    documents: dict[str, str]  # path -> text, of those that are shown here
    tests_passed: int
    tests_warned: int
    seconds: float | None
    next_steps: Sequence[str]
    may_build: bool
    may_undo: bool
    links: Sequence[Link] = ()
    terraform: bool = False  # whether there is a dbt Cloud set-up to take away
    outcome: Mapping[str, Any] = field(default_factory=dict)  # what `_demo_outcome.html` needs


def result_page(run: BuildRun, user: User) -> ResultPage:
    """Everything the result page shows, for a build that has succeeded. Five queries."""
    rows = list(run.steps.all())
    facts = {row.key: row.checkpoint for row in rows}
    repository = run.resources.filter(kind="repository", status=Resource.Status.CREATED).first()
    report = read_report(run.revision.proof)
    plan = run.revision.read_plan() if run.revision.plan else None
    mine = may_build(user, run.demo)
    return ResultPage(
        run=run,
        repository=repository,
        clone_command=f"git clone {shlex.quote(repository.location)}" if repository else "",
        commit=_pushed(facts).get("commit", ""),
        files=_pushed(facts).get("files", 0),
        first_run=_first_run(rows, facts),
        answers=shown_answers(plan, report) if plan and report else [],
        branches=_branches(run.revision),
        documents=dict(run.revision.files.filter(branch=MAIN, path__in=SHOWN).values_list("path", "text")),
        tests_passed=report.tests_passed if report else 0,
        tests_warned=report.tests_warned if report else 0,
        seconds=elapsed_seconds(run),
        next_steps=_next_steps(report.tests_warned if report else 0, run.target),
        may_build=mine,
        may_undo=mine and may_undo(run, rows),
        links=links(run, rows),
        terraform=has_terraform(run, rows),
        outcome=outcome_context(run.demo, user),
    )


def _pushed(facts: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Commit and files on main: on GitHub a step of its own pushes them."""
    return facts.get("main_commit") or facts.get("repository", {})


def _first_run(rows: Sequence[BuildStep], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the first run came to; dbt Cloud's results are read by a step of its own."""
    seconds = next((row.seconds for row in rows if row.key == FIRST_RUN), None)
    found = {**facts.get(FIRST_RUN, {}), **facts.get(ARTIFACTS, {})}
    return {"dbt_seconds": seconds} | found if found else {}


def _branches(revision: PlanRevision) -> list[tuple[str, str]]:
    """The branches that were handed over, main first."""
    names = revision.files.order_by("branch").values_list("branch", flat=True).distinct()
    return sorted(
        ((name, ABOUT_BRANCH.get(name, "")) for name in names), key=lambda one: (one[0] != MAIN, one)
    )


def _next_steps(warned: int, target: str) -> list[str]:
    own = "In dbt Cloud, enter your own development credentials for the project once: no token can do that for you."
    steps = [
        *([own] if target == Target.DBT_CLOUD else []),
        "Rehearse once with the clock: it says what to click and what to say, minute by minute.",
        "Print the run of show on one page, to have beside you in the call.",
        "Clone the repository and open it in your editor, so that you can show the files.",
    ]
    if warned:
        tests = "one test warns" if warned == 1 else f"{warned} tests warn"
        steps.append(f"Practise the data-quality story: {tests}, because of defects planted for this talk.")
    return steps


@dataclass(frozen=True)
class BuildList:
    """The builds of a demo, the newest first."""

    demo: Demo
    builds: Sequence[BuildRun]
    may_build: bool

    @property
    def polling(self) -> bool:
        """Whether one of them is still under way."""
        return any(build.is_busy for build in self.builds)


def build_list(demo: Demo, user: User) -> BuildList:
    """What the review page shows of a demo's builds. One query."""
    builds = BuildRun.objects.filter(demo=demo).for_page()[:BUILDS_SHOWN]
    return BuildList(demo=demo, builds=list(builds), may_build=may_build(user, demo))
