"""The dbt Cloud set-up of a build as a Terraform configuration: what was made, from the build's row and its ledger."""

from collections.abc import Iterable, Mapping

from provisioning import names
from provisioning.connections.fields import Connections
from provisioning.connections.payloads import JobKind
from provisioning.models import BuildRun, BuildStep, Resource, StepStatus, Target
from provisioning.steps.cloud.jobs import ABOUT, JOB_NAMES
from provisioning.terraform import Job, Setup, configuration

#: Kinds of which a build has one, as the imports call them; the others are told apart by their names.
_ALONE = (
    names.PROJECT,
    names.CONNECTION,
    names.CLOUD_REPOSITORY,
    names.CREDENTIALS,
    names.VARIABLE,
    names.SEMANTIC_LAYER,
    names.SL_CREDENTIALS,
)
_BY_NAME: Mapping[tuple[str, str], str] = {
    (names.ENVIRONMENT, names.DEVELOPMENT): "environment_development",
    (names.ENVIRONMENT, names.PRODUCTION): "environment_production",
    **{(names.JOB, name): f"job_{kind}" for kind, name in JOB_NAMES.items()},
}


def has_terraform(run: BuildRun, rows: Iterable[BuildStep]) -> bool:
    """Whether there is a dbt Cloud set-up to take away: its project was made, and its repository has an address."""
    made = {row.key for row in rows if row.status == StepStatus.SUCCEEDED}
    return run.target == Target.DBT_CLOUD and {names.PROJECT, names.REPOSITORY} <= made


def terraform_files(run: BuildRun) -> dict[str, str]:
    """File name -> text, see `provisioning.terraform.configuration`; what the build has made is imported.

    Two queries, no secrets. Raises LookupError when `has_terraform` says no.
    """
    rows = {row.key: row for row in run.steps.all()}
    if not has_terraform(run, rows.values()):
        raise LookupError("this build has no dbt Cloud set-up")
    made = list(run.resources.filter(status=Resource.Status.CREATED))
    return configuration(_setup(run, rows, made), imports=_imports(rows, made))


def _setup(run: BuildRun, rows: Mapping[str, BuildStep], made: list[Resource]) -> Setup:
    where, company = Connections.model_validate(run.connections), run.demo.public_name
    if where.dbt_cloud is None or where.warehouse is None:
        raise LookupError("this build has no dbt Cloud connection")
    markers = {resource.kind: resource.marker for resource in made}
    variable = markers.get(names.VARIABLE)
    layered = run.demo.include_semantic_layer or names.SEMANTIC_LAYER in markers
    return Setup(
        title=names.project_name(company),
        dbt_cloud=where.dbt_cloud,
        warehouse=where.warehouse,
        project=names.project_name(company),
        description=names.project_description(run.repository_name, markers.get(names.PROJECT, "")),
        connection=names.connection_name(company, markers.get(names.CONNECTION, "")),
        remote_url=rows[names.REPOSITORY].checkpoint["repository"]["ssh_url"],
        schema=names.schema_name(run.repository_name),
        jobs=tuple(Job(kind, JOB_NAMES[kind], ABOUT[kind]) for kind in _jobs(rows)),
        development=names.DEVELOPMENT,
        production=names.PRODUCTION,
        variables={names.MARKER_VARIABLE: {"project": variable}} if variable else {},
        semantic_layer=markers.get(names.SL_CREDENTIALS, names.project_name(company) if layered else ""),
    )


def _jobs(rows: Mapping[str, BuildStep]) -> list[JobKind]:
    """The jobs that the build has, or would have had."""
    return [
        kind
        for kind in JOB_NAMES
        if (row := rows.get(f"job_{kind}")) is not None and row.status != StepStatus.SKIPPED
    ]


def _imports(rows: Mapping[str, BuildStep], made: Iterable[Resource]) -> dict[str, int | str]:
    """What exists, by the keys of `imports_file`. A number that was never told cannot be imported."""
    found: dict[str, int | str] = {}
    for resource in made:
        key = resource.kind if resource.kind in _ALONE else _BY_NAME.get((resource.kind, resource.name), "")
        if key and resource.external_id:
            found[key] = resource.external_id
    linked = rows.get("link_repository")
    if linked is not None and linked.status == StepStatus.SUCCEEDED and names.CLOUD_REPOSITORY in found:
        found["link_repository"] = found[names.CLOUD_REPOSITORY]
    return found
