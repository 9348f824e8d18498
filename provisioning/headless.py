"""Draft and build in this process, telling each step: what the `forge` command does, without its arguments."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from demoforge.accounts.models import User
from provisioning import engine, services
from provisioning.models import BuildRun, Resource, RunStatus, StepStatus, Target
from scenarios import services as scenario_services
from scenarios.drafting import drive_revision
from scenarios.leaks import leaks_of
from scenarios.models import PlanRevision, Proof, RevisionStatus
from scenarios.plan.brief import Brief
from scenarios.proving import read_report

Tell = Callable[[str], None]

#: How a step's end is called in the JSON result; one that was not reached was skipped.
_ENDED = {StepStatus.SUCCEEDED: "succeeded", StepStatus.FAILED: "failed"}


def draft_demo(brief: Brief, *, provider: str, model: str = "", by: User, tell: Tell) -> PlanRevision:
    """Create a demo and bring its first revision to its end; `tell` hears the progress."""
    demo = scenario_services.create_demo(brief, provider=provider, ai_model=model, by=by)
    tell(f"Demo {demo.pk}: {demo}")
    if demo.current_id is None:
        raise ValueError("a new demo has a revision")
    revision = drive_revision(demo.current_id, on_change=tell)
    for note in revision.notes:
        tell(f"Note: {note}")
    for leak in leaks_of(revision):
        tell(f"The codename does not hold: {leak.what} in {leak.where}")
    if revision.status != RevisionStatus.READY:
        tell(f"{revision.get_status_display()}. {revision.error} {revision.hint}".strip())
        for finding in findings(revision):
            tell(f"- {finding}")
    return revision


def findings(revision: PlanRevision) -> list[str]:
    """What the Proof found wrong, as sentences with their place."""
    report = read_report(revision.proof)
    return [f"{found.place}: {found.sentence}" for found in report.findings] if report else []


def build_demo(revision: PlanRevision, *, target: Target, by: User, tell: Tell) -> BuildRun:
    """Start a build and drive it to its end in this process."""
    run = services.start_build(revision, target=target, by=by)
    told: dict[str, str] = {}

    def tell_changes() -> None:
        for step in run.steps.all():
            if told.get(step.key) != step.status and step.status != StepStatus.PENDING:
                told[step.key] = step.status
                tell(f"[{step.get_status_display()}] {step.title} {step.note or step.error}".strip())

    engine.drive(run.pk, on_change=tell_changes)
    run.refresh_from_db()
    return run


def write_files(revision: PlanRevision, folder: Path) -> None:
    """Write exactly the committed files of `main` into a folder that is new or empty."""
    for path, text in revision.files_of("main").items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def summary(
    revision: PlanRevision | None, run: BuildRun | None, *, error: str | None = None
) -> dict[str, Any]:
    """The result as plain data; `error` is what ended the command, if that was neither of the two."""
    if revision is None:
        return {
            "demo": None, "revision": None, "status": "failed", "project_digest": "", "repository": None,
            "steps": [], "proof": _proof(None), "notes": [], "error": error,
        }  # fmt: skip
    succeeded = run is not None and run.status == RunStatus.SUCCEEDED
    repository = (
        run.resources.filter(kind="repository", status=Resource.Status.CREATED).first() if run else None
    )
    return {
        "demo": revision.demo_id,
        "revision": revision.number,
        "status": "succeeded" if succeeded and error is None else "failed",
        "project_digest": revision.project_digest,
        "repository": repository.location if repository else None,
        "steps": [_step(step) for step in run.steps.all()] if run else [],
        "proof": _proof(revision.proof),
        "notes": revision.notes,
        "error": error or (None if succeeded else _error(revision, run)),
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "name": step.title,
        "status": _ENDED.get(step.status, "skipped"),
        "seconds": round(step.seconds or 0.0, 3),
    }


def _proof(proof: Proof | None) -> dict[str, Any]:
    report = read_report(proof)
    if report is None:
        return {"passed": False, "nodes": 0, "tests_passed": 0, "tests_warned": 0, "metrics": {}}
    return {
        "passed": report.passed,
        "nodes": len(report.nodes),
        "tests_passed": report.tests_passed,
        "tests_warned": report.tests_warned,
        "metrics": report.metrics,
    }


def _error(revision: PlanRevision, run: BuildRun | None) -> str:
    if run is None:
        return " ".join([revision.error, *findings(revision)]).strip() or revision.get_status_display()
    failed = run.steps.exclude(error="").first()
    return f"{failed.title}: {failed.error} {failed.hint}".strip() if failed else run.get_status_display()
