"""A worker for the kill tests: creates one demo and one build unless they exist, and drives what is busy.

Run as a process of its own, so that a fault point can kill it: `worker.py drafted` or `worker.py built`, and if another
than the built-in provider is to write, its name and the brief's file.
Prints how everything ended.
"""

import json
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from demoforge.accounts.local import ensure_local_accounts  # noqa: E402
from demoforge.accounts.models import User  # noqa: E402
from provisioning import engine  # noqa: E402
from provisioning.models import BuildRun, Resource, Target  # noqa: E402
from provisioning.services import start_build  # noqa: E402
from scenarios import drafting, services  # noqa: E402
from scenarios.briefs import read_brief  # noqa: E402
from scenarios.models import Demo, PlanRevision, ProjectFile, Proof, RevisionStatus  # noqa: E402

BRIEF = Path(__file__).resolve().parents[2] / "docs" / "examples" / "education.yaml"  # the smallest demo


def drafted_revision(user: User) -> PlanRevision:
    """The one revision of the one demo, drafted but not proven by this function."""
    demo = Demo.objects.first()
    if demo is None:
        provider, path = sys.argv[2:] or ("builtin", str(BRIEF))
        brief = read_brief(Path(path), as_of=None if sys.argv[2:] else "2026-11-20")
        demo = services.create_demo(brief, provider=provider, ai_model="played", by=user)
    revision = PlanRevision.objects.get(pk=demo.current_id)
    while revision.status in (RevisionStatus.QUEUED, RevisionStatus.DRAFTING):
        time.sleep(drafting.advance_revision(revision.pk) or 0)
        revision.refresh_from_db()
    return revision


def build(revision: PlanRevision, user: User) -> None:
    """The one build, driven to its end. It is started before the Proof, so that a step has to run that."""
    run = BuildRun.objects.first() or start_build(revision, target=Target.LOCAL, by=user)
    engine.drive(run.pk, on_change=lambda: None)


def ending() -> dict[str, object]:
    """How everything ended."""
    repositories = Resource.objects.filter(kind="repository", status=Resource.Status.CREATED)
    run = BuildRun.objects.first()
    repository = repositories.first()
    return {
        "demos": Demo.objects.count(),
        "revisions": PlanRevision.objects.count(),
        "proofs": Proof.objects.count(),
        "files": ProjectFile.objects.count(),
        "revision": PlanRevision.objects.get().status,
        "build": run.status if run else "",
        "repositories": repositories.count(),
        "repository": repository.location if repository else "",
    }


settings.INLINE_WORK = True
call_command("migrate", interactive=False, verbosity=0)
ensure_local_accounts()
actor = User.objects.get(username="se")
newest = drafted_revision(actor)
if sys.argv[1] == "built":
    build(newest, actor)
sys.stdout.write(json.dumps(ending()))
