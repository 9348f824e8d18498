"""A worker for the kill tests: creates one demo and one build unless they exist, and drives what is busy.

Run as a process of its own, so that a fault point can kill it. Prints how everything ended.
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
from scenarios.models import Demo, PlanRevision, RevisionStatus  # noqa: E402

RETAIL = Path(__file__).resolve().parents[2] / "docs" / "examples" / "retail.yaml"


def wanted_build() -> BuildRun:
    """The one build, of the one demo; the build is started before the Proof, so that a step has to run it."""
    user = User.objects.get(username="se")
    demo = Demo.objects.first()
    if demo is None:
        brief = read_brief(RETAIL, as_of="2026-11-20")
        demo = services.create_demo(brief, provider="builtin", by=user)
    revision = PlanRevision.objects.get(pk=demo.current_id)
    while revision.status in (RevisionStatus.QUEUED, RevisionStatus.DRAFTING):
        time.sleep(drafting.advance_revision(revision.pk) or 0)
        revision.refresh_from_db()
    return BuildRun.objects.first() or start_build(revision, target=Target.LOCAL, by=user)


settings.INLINE_WORK = True
call_command("migrate", interactive=False, verbosity=0)
ensure_local_accounts()
run = wanted_build()
engine.drive(run.pk, on_change=lambda: None)
run.refresh_from_db()
repository = run.resources.filter(kind="repository", status=Resource.Status.CREATED).first()
sys.stdout.write(
    json.dumps(
        {
            "revision": PlanRevision.objects.get(pk=run.revision_id).status,
            "build": run.status,
            "repositories": Resource.objects.filter(
                kind="repository", status=Resource.Status.CREATED
            ).count(),
            "repository": repository.location if repository else "",
        }
    )
)
