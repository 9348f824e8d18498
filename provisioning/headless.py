"""Draft and build in this process, telling each step: what the `forge` command does, without its arguments."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from demoforge.accounts.local import ensure_local_accounts
from demoforge.accounts.models import User
from provisioning import engine, services
from provisioning.connections.fields import Adapter
from provisioning.connections.store import connections_for
from provisioning.headlines import headline
from provisioning.models import BuildRun, Resource, RunStatus, StepStatus, Target
from provisioning.preflight import Preflight
from scenarios import services as scenario_services
from scenarios.access import may_create
from scenarios.briefs import BadBrief
from scenarios.drafting import drive_revision
from scenarios.leaks import leaks_of
from scenarios.models import PlanRevision, Proof, RevisionStatus
from scenarios.plan.brief import Brief
from scenarios.proving import read_report

Tell = Callable[[str], None]

#: How a step's end is called in the JSON result; one that was not reached was skipped.
_ENDED = {StepStatus.SUCCEEDED: "succeeded", StepStatus.FAILED: "failed"}


def acting_user(username: str | None) -> User:
    """The active user of that name, by default the local sales engineer. Raises BadBrief when there is none."""
    if username is None:
        ensure_local_accounts()
    user = User.objects.filter(username=username or "se", is_active=True).first()
    if user is None or (user.is_local and settings.MODE != "local"):
        raise BadBrief([f"There is no active user called {username or 'se'}: choose another with --as."])
    if not may_create(user):
        raise BadBrief([f"{user.username} may not create demos: choose another user with --as."])
    return user


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
    """Start a build with the workspace's connections and drive it as far as it gets. Raises Explained."""
    run = services.start_build(revision, target=target, by=by, **_places(revision, target, by))
    tell(f"Build {run.pk}: {run.repository_name}")
    return drive_build(run, tell=tell)


def _places(revision: PlanRevision, target: Target, by: User) -> dict[str, Any]:
    """Where a build of the command goes: to the workspace's connections."""
    if target == Target.LOCAL:
        return {}
    warehouse = cast(Adapter, revision.demo.warehouse)  # the brief allows no other
    return {"connections": connections_for(by, workspace=True, warehouse=warehouse), "workspace": True}


def check_demo(revision: PlanRevision, *, target: Target, by: User, tell: Tell) -> Preflight:
    """The pre-flight with the workspace's connections: asks both sides, creates nothing. Raises Explained."""
    told = services.check_build(revision, target=target, by=by, **_places(revision, target, by))
    for section in told.sections:
        for check in section.checks:
            tell(f"[{section.title}: {check.level}] {check.sentence} {check.hint}".strip())
    for group in told.groups:
        tell(f"Would be created, {group.title} ({group.where}):")
        for thing in group.things:
            used = "" if thing.created else "used, not created: "
            tell(f"- {used}{thing.what}: {thing.name}" + (f" ({thing.note})" if thing.note else ""))
    return told


def checked(told: Preflight) -> dict[str, Any]:
    """What a dry run puts into the JSON result in place of a build's."""
    faults = [f"{check.sentence} {check.hint}".strip() for check in told.blockers]
    return {
        "status": "succeeded" if told.ok else "failed",
        "error": " ".join(faults) or None,
        "preflight": asdict(told),
    }


def drive_build(run: BuildRun, *, tell: Tell) -> BuildRun:
    """Drive a build in this process until it is over, or nothing goes on without credentials."""
    told: dict[str, str] = {}

    def tell_changes() -> None:
        for step in run.steps.all():
            if told.get(step.key) != step.status and step.status != StepStatus.PENDING:
                told[step.key] = step.status
                tell(f"[{step.get_status_display()}] {step.title} {step.note or step.error}".strip())

    engine.drive(run.pk, on_change=tell_changes, leave_when_starved=True)
    run.refresh_from_db()
    for step in run.steps.exclude(needs="") if run.is_busy else []:
        tell(f"[Waiting] {step.title}: {step.note}")
    return run


def resume_build(run: BuildRun, *, by: User, tell: Tell) -> BuildRun:
    """Go on with a build that stopped or waits, with the workspace's credentials as they are now. Raises NotNow."""
    _take_over(run)
    if not run.is_busy:
        services.retry_build(run, by=by)
    return drive_build(run, tell=tell)


def undo_build(run: BuildRun, *, by: User, tell: Tell) -> BuildRun:
    """Remove what a build created; one that is under way is stopped first. Raises NotNow."""
    _take_over(run)
    if run.status in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.CANCELLING):
        services.cancel_build(run, by=by)
        drive_build(run, tell=tell)
    run.refresh_from_db()
    services.undo_build(run, by=by)
    return drive_build(run, tell=tell)


def _take_over(run: BuildRun) -> None:
    """Let what waits for credentials look for them again now: they may have been set meanwhile."""
    run.steps.exclude(needs="").update(not_before=None)


def waiting_for(run: BuildRun) -> str:
    """What a build that is not over needs from a person, and how it goes on then; "" when it needs nothing."""
    waiting = run.steps.exclude(needs="").first() if run.is_busy else None
    if waiting is None:
        return ""
    verb = "--undo" if run.status == RunStatus.UNDOING else "--resume"
    return f"{waiting.note} Then run: manage.py forge {verb} {run.pk}"


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
            "demo": None, "revision": None, "build": None, "status": "failed", "project_digest": "",
            "repository": None, "steps": [], "resources": [], "proof": _proof(None), "notes": [], "error": error,
        }  # fmt: skip
    succeeded = run is not None and run.status in (RunStatus.SUCCEEDED, RunStatus.UNDONE)
    repository = (
        run.resources.filter(kind="repository", status=Resource.Status.CREATED).first() if run else None
    )
    return {
        "demo": revision.demo_id,
        "revision": revision.number,
        "build": run.pk if run else None,
        "status": "succeeded" if succeeded and error is None else "failed",
        "project_digest": revision.project_digest,
        "repository": repository.location if repository else None,
        "steps": [_step(step) for step in run.steps.all()] if run else [],
        "resources": [_resource(resource) for resource in run.resources.all()] if run else [],
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


def _resource(resource: Resource) -> dict[str, Any]:
    """Something outside; `status` is created, removed, leftover, or intent where nobody knows whether it exists."""
    return {
        "kind": resource.kind,
        "name": resource.name,
        "status": resource.status,
        "location": resource.location,
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
    if waits := waiting_for(run):
        return waits
    rows = list(run.steps.all())
    failed = next((row for row in rows if row.error), None)
    if failed is None:
        return run.get_status_display()
    told = headline(run, rows)
    where = told if failed.error in told else f"{failed.title}: {failed.error}"
    return f"{where} {failed.hint}".strip()
