"""A revision as a file."""

from demoforge import __version__
from scenarios.exporting.archive import LIMITS, pack
from scenarios.exporting.format import BRIEF, MANIFEST, PLAN, Manifest, Source, digest_of
from scenarios.models import PlanRevision
from scenarios.plan.brief import Brief
from scenarios.proving import read_report


def write_package(revision: PlanRevision, *, confidential: bool, exported_by: str) -> bytes:
    """The file of a ready revision; the same revision gives the same bytes.

    Without `confidential`, neither the notes are in it nor the real name behind a codename. Raises ValueError for a
    revision that has no Proof, and for one that no installation would take back.
    """
    brief = revision.demo.brief if confidential else public_brief(revision.demo.brief)
    texts = {
        BRIEF: brief.model_dump_json(indent=1).encode(),
        PLAN: revision.read_plan().model_dump_json(indent=1).encode(),
    }
    manifest = Manifest(
        exported_by=exported_by,
        confidential=confidential,
        source=_source(revision),
        brief_digest=digest_of(texts[BRIEF]),
        plan_digest=digest_of(texts[PLAN]),
    )
    texts[MANIFEST] = manifest.model_dump_json(indent=1).encode()
    for name, limit in LIMITS.items():
        if len(texts[name]) > limit:
            raise ValueError(f"{name} of {revision} has {len(texts[name])} bytes, allowed are {limit}")
    return pack(texts)


def public_brief(brief: Brief) -> Brief:
    """The brief without what the prospect has told; a codename stands in the place of the company's name for good."""
    hidden = brief.disguised()
    return hidden.model_copy(update={"discovery_notes": "", "pain_points": "", "codename": None})


def _source(revision: PlanRevision) -> Source:
    report = read_report(revision.proof)
    if report is None:
        raise ValueError(f"{revision} has no Proof")
    return Source(
        demoforge=__version__,
        dbt=report.dbt_version,
        adapter=report.adapter,
        template=revision.template_source,
        template_commit=revision.template_commit,
        code_digest=revision.code_digest,
        project_digest=revision.project_digest,
    )
