"""The thirteen phases of a build, as people read them."""

from dataclasses import dataclass


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
