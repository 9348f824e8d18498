"""The ordered lists of engine steps: one per target, and one per target for each way to change a live demo."""

from collections.abc import Mapping, Sequence

from provisioning.models import BuildRun, RunKind, Target
from provisioning.steps.base import Step
from provisioning.steps.changes import CHANGES
from provisioning.steps.cloud import CLOUD_STEPS
from provisioning.steps.github import GITHUB_STEPS
from provisioning.steps.local import LOCAL_STEPS
from provisioning.steps.phases import absent
from provisioning.steps.project import PROJECT_STEPS
from provisioning.steps.proof import PROOF_STEP

_TO_GITHUB = (*PROJECT_STEPS, PROOF_STEP, *GITHUB_STEPS)
_ELSEWHERE = ("cloud_project", "connect_repository", "warehouse", "first_run")

CATALOGUE: Mapping[str, Sequence[Step]] = {
    Target.LOCAL: LOCAL_STEPS,
    Target.GITHUB: (*_TO_GITHUB, *map(absent, _ELSEWHERE)),
    Target.DBT_CLOUD: (*_TO_GITHUB, *CLOUD_STEPS),
}


def steps_of(run: BuildRun, catalogue: Mapping[str, Sequence[Step]] = CATALOGUE) -> Sequence[Step]:
    """The steps of a build, or of an update or a reset, in the order of the page."""
    return catalogue[run.target] if run.kind == RunKind.BUILD else CHANGES[run.target, run.kind]
