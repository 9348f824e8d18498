"""Export a demo to a file and import it from one. Each change and its audit line are one transaction."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.errors import NotNow
from scenarios import leaks
from scenarios.ai.opening import default_provider
from scenarios.exporting.format import Package
from scenarios.exporting.reading import read_package
from scenarios.exporting.writing import write_package
from scenarios.models import Demo, Origin, PlanRevision, Provenance, RevisionStatus
from scenarios.services import add_revision

SUFFIX = ".demoforge.zip"


@dataclass(frozen=True)
class Exported:
    """A file to be downloaded or written: its name and its bytes."""

    name: str
    content: bytes


def is_exportable(revision: PlanRevision | None) -> bool:
    """Whether there is a whole project to export: the revision has passed its Proof, and has its documents."""
    return revision is not None and revision.status == RevisionStatus.READY and bool(revision.project_digest)


@transaction.atomic
def export_demo(demo: Demo, *, confidential: bool = False, by: User | None) -> Exported:
    """The current revision as a file. `confidential`: with the notes, and the real name behind a codename.

    Raises NotNow before the plan is proven, Leaking when a codename would not hold in the file.
    """
    revision = PlanRevision.objects.select_related("demo", "proof").filter(pk=demo.current_id or 0).first()
    if revision is None or not is_exportable(revision):
        raise NotNow(
            "This demo cannot be exported yet: its plan is not proven.", "Wait until the Proof has passed."
        )
    if not confidential:
        leaks.refuse_leaks(revision, names={"the plan": revision.read_plan().model_dump_json()})
    content = write_package(revision, confidential=confidential, exported_by=by.display_name if by else "")
    audit.record("demo.exported", demo, by=by, revision=revision.number, confidential=confidential)
    return Exported(f"{revision.read_plan().outline.company_slug}{SUFFIX}", content)


def import_demo(data: bytes, *, token: UUID | None = None, by: User) -> Demo:
    """Make a demo of one's own from a file; its plan is rendered and proven as any other, and nobody has approved it.

    The same form sent twice makes one demo. Raises PackageRefused, in words.
    """
    package = read_package(data)
    try:
        with transaction.atomic():
            return _sent_before(package, token, by) or _import(package, token, by)
    except IntegrityError:  # the same form, sent at the same moment
        if token is None:
            raise
        return Demo.objects.get(owner=by, request_token=token)


def _sent_before(package: Package, token: UUID | None, by: User) -> Demo | None:
    digest = package.manifest.source.project_digest
    mine = Demo.objects.filter(owner=by, revisions__provenance__project_digest=digest)
    return mine.filter(request_token=token).first() if token else None


def _import(package: Package, token: UUID | None, by: User) -> Demo:
    brief, manifest = package.brief, package.manifest
    used = Demo.objects.filter(request_token=token).exists() if token else False
    demo = Demo.objects.create(
        owner=by,
        team=by.team,
        request_token=None if used else token,
        provider=default_provider(by),
        github_owner=settings.DEFAULT_GITHUB_ORG,
        dbt_account_id=settings.DEFAULT_DBT_ACCOUNT_ID,
        **brief.model_dump() | {"codename": brief.codename or ""},
    )
    audit.record("demo.imported", demo, by=by, project_digest=manifest.source.project_digest)
    revision = add_revision(demo, origin=Origin.IMPORTED, plan=package.plan, by=by)
    Provenance.objects.create(
        revision=revision,
        exported_by=manifest.exported_by,
        demoforge_version=manifest.source.demoforge,
        dbt_version=manifest.source.dbt,
        adapter=manifest.source.adapter,
        template_source=manifest.source.template,
        template_commit=manifest.source.template_commit,
        code_digest=manifest.source.code_digest,
        project_digest=manifest.source.project_digest,
    )
    return demo
