"""The project's steps: what will be pushed is what was confirmed, and has what the plan promises.

The files were rendered while drafting, and the Proof runs exactly these; so nothing is rendered here. Every
step reads the files from the database and checks its folder against the plan.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.models import BuildRun
from provisioning.steps.base import Act, Done, Step, StepContext, StepFailed
from scenarios.models import PlanRevision
from scenarios.plan.parts import ROWS_PER_SOURCE, Plan
from scenarios.rendering import MAIN, project_digest

MAKE_ANEW = "Make a new revision of the demo (regenerate it, or restore this one), then build that."


@dataclass(frozen=True)
class _Project:
    """What a step checks: the plan, and every file that dbt reads, by branch and path."""

    revision: PlanRevision
    plan: Plan
    branches: dict[str, dict[str, str]]

    @property
    def files(self) -> dict[str, str]:
        """Those of `main`."""
        return self.branches[MAIN]


def _read(run: BuildRun) -> _Project:
    wanted = PlanRevision.objects.only("plan", "template_source", "template_commit")
    revision = wanted.get(pk=run.revision_id)
    return _Project(revision, revision.read_plan(), revision.branches(is_document=False))


def clone_template(context: StepContext) -> Done:
    """The base project is in place, and all files are those that were confirmed."""
    project = _read(context.run)
    if project_digest(project.branches) != context.run.code_digest:
        raise StepFailed("The project's files are not those that were confirmed.", MAKE_ANEW, retryable=False)
    return Done(_origin(project.revision), {"files": len(project.files)})


def _origin(revision: PlanRevision) -> str:
    if not revision.template_source:
        return "The base project that ships with DemoForge"
    name = revision.template_source.rstrip("/").rpartition("/")[2]  # an address may carry a password in front
    commit = f" at commit {revision.template_commit[:10]}" if revision.template_commit else ""
    return f"The base project {name}{commit}"


def generate_seeds(context: StepContext) -> Done:
    """Each source table has its ten rows."""
    project = _read(context.run)
    tables = [source.table for source in project.plan.outline.sources]
    paths = [f"seeds/{table}.csv" for table in tables]
    _require(project, paths)
    for table, path in zip(tables, paths, strict=True):
        rows = sum(1 for _ in csv.reader(project.files[path].splitlines(keepends=True))) - 1
        if rows != ROWS_PER_SOURCE:
            sentence = f"The seed {table} has {rows} rows; the plan says {ROWS_PER_SOURCE}."
            raise StepFailed(sentence, MAKE_ANEW, retryable=False)
    return Done(f"{ROWS_PER_SOURCE} rows in each of {len(tables)} seeds", {"seeds": len(tables)})


def create_staging(context: StepContext) -> Done:
    """Each source table has its staging model."""
    project = _read(context.run)
    names = [source.staging_model for source in project.plan.outline.sources]
    _require(project, _models("staging", names))
    return Done(f"{len(names)} models, one per source table", {"models": len(names)})


def create_intermediate(context: StepContext) -> Done:
    """Each intermediate model of the plan is there."""
    project = _read(context.run)
    names = [model.name for model in project.plan.outline.intermediates]
    _require(project, _models("intermediate", names))
    note = _listed("model", names) if names else "The plan has no intermediate models"
    return Done(note, {"models": len(names)})


def create_marts(context: StepContext) -> Done:
    """Each mart of the plan is there."""
    project = _read(context.run)
    outline = project.plan.outline
    names = [model.name for model in outline.marts]
    _require(project, _models("marts", names))
    note = f"{_listed('model', names)}; {outline.incremental.model} is incremental"
    return Done(note, {"models": len(names)})


def generate_schema_files(context: StepContext) -> Done:
    """Each folder that has models or seeds has a schema file."""
    project = _read(context.run)
    folders = {path.rpartition("/")[0] for path in project.files if path.endswith((".sql", ".csv"))}
    described = sorted(folder for folder in folders if folder.startswith(("models", "seeds")))
    _require(project, [f"{folder}/schema.yml" for folder in described])
    return Done(f"schema.yml in {', '.join(described)}", {"files": len(described)})


def configure_semantic_layer(context: StepContext) -> Done:
    """The semantic layer that was asked for is defined."""
    project = _read(context.run)
    metrics = [metric.name for metric in project.plan.semantic.metrics] if project.plan.semantic else []
    text = project.files.get("models/marts/schema.yml", "")
    if missing := [name for name in metrics if name not in text]:
        raise StepFailed(f"The metric {missing[0]} is not defined.", MAKE_ANEW, retryable=False)
    return Done(_listed("metric", metrics), {"metrics": len(metrics)})


def _without_semantic_layer(run: BuildRun) -> str:
    outline = run.revision.read_outline()
    return "" if outline and outline.semantic_layer else "not asked for"


def _models(layer: str, names: Iterable[str]) -> list[str]:
    return [f"models/{layer}/{name}.sql" for name in names]


def _require(project: _Project, paths: Iterable[str]) -> None:
    if missing := [path for path in paths if path not in project.files]:
        raise StepFailed(f"The file {missing[0]} is missing from the project.", MAKE_ANEW, retryable=False)


def _listed(noun: str, names: list[str]) -> str:
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}: {', '.join(names)}"


def _step(key: str, title: str, act: Act, after: str = "") -> Step:
    doing = "Checking the files against the plan"
    return Step(key, key, title, act, after=(after,) if after else (), doing=doing)


PROJECT_STEPS = (
    _step("template", "Clone template", clone_template),
    _step("seeds", "Generate seed data", generate_seeds, "template"),
    _step("staging", "Create staging models", create_staging, "seeds"),
    _step("intermediate", "Create intermediate models", create_intermediate, "staging"),
    _step("marts", "Create marts models", create_marts, "intermediate"),
    _step("schema", "Generate schema files", generate_schema_files, "marts"),
    Step(
        "semantic_layer",
        "semantic_layer",
        "Semantic layer configuration",
        configure_semantic_layer,
        after=("schema",),
        skip=_without_semantic_layer,
        doing="Checking the metrics against the plan",
    ),
)
