"""The thirteen phases of a build, as people read them."""

from dataclasses import dataclass

from provisioning.models import BuildRun
from provisioning.steps.base import Outcome, Step, StepContext, StepFailed


@dataclass(frozen=True)
class Phase:
    """One line of the build page; it shows one or more engine steps."""

    key: str
    title: str


PHASES = (
    Phase("template", "Clone template"),
    Phase("seeds", "Generate seed data"),
    Phase("staging", "Create staging models"),
    Phase("intermediate", "Create intermediate models"),
    Phase("marts", "Create marts models"),
    Phase("schema", "Generate schema files"),
    Phase("semantic_layer", "Semantic layer configuration"),
    Phase("proof", "Prove the project"),
    Phase("repository", "Create the repository"),
    Phase("cloud_project", "Create dbt Cloud project"),
    Phase("connect_repository", "Connect repository"),
    Phase("warehouse", "Configure warehouse connection"),
    Phase("first_run", "First run"),
)


def absent(key: str) -> Step:
    """A phase of other targets, shown and skipped."""
    title = next(phase.title for phase in PHASES if phase.key == key)
    return Step(key, key, title, _not_here, skip=_elsewhere)


def _elsewhere(_run: BuildRun) -> str:
    return "not part of this target"


def _not_here(_context: StepContext) -> Outcome:
    raise StepFailed("This step is not part of this target.", retryable=False)
