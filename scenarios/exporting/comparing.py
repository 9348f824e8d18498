"""Whether an imported plan has become the same project here as at its source."""

from dataclasses import dataclass

from scenarios.models import PlanRevision, Provenance, RevisionStatus
from scenarios.proving import read_report


@dataclass(frozen=True)
class Comparison:
    """`same` is None until the Proof is done; `reasons` are in sentences, and empty when it is the same."""

    provenance: Provenance
    same: bool | None
    same_code: bool | None
    reasons: list[str]


def compare(revision: PlanRevision) -> Comparison | None:
    """Compare the digests of an imported revision with those in its file. None when it was not imported."""
    source = Provenance.objects.filter(revision=revision).first()
    if source is None:
        return None
    rendered = bool(revision.code_digest)
    same_code = revision.code_digest == source.code_digest if rendered else None
    same = revision.project_digest == source.project_digest if _is_done(revision) else None
    return Comparison(source, same, same_code, [] if same is not False else _reasons(revision, source))


def _is_done(revision: PlanRevision) -> bool:
    return revision.status == RevisionStatus.READY


def _reasons(revision: PlanRevision, source: Provenance) -> list[str]:
    report = read_report(revision.proof)
    here = {"dbt": report.dbt_version, "Its adapter": report.adapter} if report else {}
    there = {"dbt": source.dbt_version, "Its adapter": source.adapter}
    reasons = [
        f"{name} is {version} here and was {there[name]} there."
        for name, version in here.items()
        if version != there[name]
    ]
    if (revision.template_source, revision.template_commit) != (
        source.template_source,
        source.template_commit,
    ):
        reasons.append("Another template project is used here: compare DBT_TEMPLATE_REPO_URL.")
    if reasons:
        return reasons
    if revision.code_digest != source.code_digest:
        return [f"DemoForge {source.demoforge_version} there writes other files from the same plan."]
    return [
        "Only documents differ: another talk-track template is set here, or DemoForge has another version."
    ]
