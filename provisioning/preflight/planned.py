"""Exactly what a build creates, where and under which names: from the same steps and names that create it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings

from provisioning import names
from provisioning.connections.fields import (
    ADAPTER_LABELS,
    BigQuery,
    Connections,
    Databricks,
    Existing,
    Redshift,
    Snowflake,
    WarehouseFields,
)
from provisioning.connections.schemas import NO_CATALOG, demo_schemas
from provisioning.models import BuildRun, Target
from provisioning.preflight.shapes import Planned, PlannedGroup
from provisioning.steps import CATALOGUE
from provisioning.steps.cloud.jobs import JOB_NAMES
from scenarios.plan.parts import Plan
from scenarios.rendering import MAIN, commit_message

MARK = "demoforge-…"  # a build's mark is made when the thing is about to be created
_SYSTEMS = ("This machine", "GitHub", "dbt Cloud", "Warehouse")


@dataclass(frozen=True)
class _Draft:
    """What the names are made of."""

    run: BuildRun
    plan: Plan
    where: Connections

    @property
    def company(self) -> str:
        return self.run.demo.public_name

    @property
    def schema(self) -> str:
        return names.schema_name(self.run.repository_name)

    @property
    def warehouse(self) -> WarehouseFields:
        if self.where.warehouse is None:
            raise LookupError("this target has no warehouse")
        return self.where.warehouse


_Thing = Callable[[_Draft], Planned]


def planned_groups(run: BuildRun) -> list[PlannedGroup]:
    """All that the build makes, by place. `run` need not be saved, but needs all its connections and its plan."""
    draft = _Draft(run, run.revision.read_plan(), Connections.model_validate(run.connections))
    made: dict[str, list[Planned]] = {}
    left_out: dict[str, list[tuple[str, str]]] = {}
    listed = _LOCAL if run.target == Target.LOCAL else THINGS
    for step in CATALOGUE[run.target]:
        for system, thing in listed.get(step.key, ()):
            if reason := step.skip(run):
                missing = thing(draft)
                left_out.setdefault(system, []).append((f"{missing.what} {missing.name}", reason))
            else:
                made.setdefault(system, []).append(thing(draft))
    return [
        PlannedGroup(system, _where(draft, system), made.get(system, []), left_out.get(system, []))
        for system in _SYSTEMS
        if system in made
    ]


def _where(draft: _Draft, system: str) -> str:
    """The place in words: an owner, an account, a database."""
    where = draft.where
    if system == "GitHub" and where.github:
        return f"{where.github.owner} at {host_of(where.github.api_url)}"
    if system == "dbt Cloud" and where.dbt_cloud:
        return f"account {where.dbt_cloud.account_id} at {host_of(where.dbt_cloud.host)}"
    if system == "Warehouse":
        return _warehouse(draft.warehouse)
    return str(settings.LOCAL_REPOSITORIES)


def _warehouse(fields: WarehouseFields) -> str:
    """A warehouse with what in it the schemas are made in."""
    match fields:
        case Snowflake():
            place = f"database {fields.database} at {fields.account}"
        case BigQuery():
            place = f"project {fields.project}"
        case Databricks():
            place = f"catalog {fields.catalog or NO_CATALOG} at {fields.host}"
        case Redshift():
            place = f"database {fields.database} at {fields.host}"
        case Existing():
            place = f"through {fields.name or fields.connection_id}"
    return f"{ADAPTER_LABELS[fields.adapter]}, {place}"


def host_of(address: str) -> str:
    """An address as people say it: `github.com` for that of its API."""
    bare = address.partition("://")[2].partition("/")[0]
    return bare.removeprefix("api.") if "github.com" in bare or bare.endswith(".ghe.com") else bare


# --- things -------------------------------------------------------------------------------------------------


def _repository(draft: _Draft) -> Planned:
    about = names.repository_description(draft.company, MARK)
    return Planned("Private repository", draft.run.repository_name, f"described as “{about}”")


def _local_repository(draft: _Draft) -> Planned:
    return Planned("Git repository", draft.run.repository_name)


def _commit(draft: _Draft) -> Planned:
    return Planned("Commit", _title(draft, MAIN), f"all files, on {MAIN}")


def _branch(branch: str) -> _Thing:
    return lambda draft: Planned("Branch", branch, "one commit on top")


def _pull(branch: str) -> _Thing:
    def thing(draft: _Draft) -> Planned:
        title = "" if branch not in _branches(draft) else _title(draft, branch)
        return Planned("Pull request", title or branch, f"from {branch} to {MAIN}")

    return thing


def _branches(draft: _Draft) -> set[str]:
    return set(draft.run.revision.files.order_by().values_list("branch", flat=True).distinct())


def _title(draft: _Draft, branch: str) -> str:
    """Commits and pull requests of a branch have the same one."""
    return commit_message(draft.plan, branch).partition("\n")[0]


def _connection(draft: _Draft) -> Planned:
    fields = draft.warehouse
    if isinstance(fields, Existing):
        name = fields.name or f"number {fields.connection_id}"
        return Planned("Connection", name, "is there already and is used", created=False)
    return Planned("Connection", names.connection_name(draft.company, MARK), ADAPTER_LABELS[fields.adapter])


def _project(draft: _Draft) -> Planned:
    about = names.project_description(draft.run.repository_name, MARK)
    return Planned("Project", names.project_name(draft.company), f"described as “{about}”")


def _known_repository(draft: _Draft) -> Planned:
    cloud = draft.where.dbt_cloud
    by_app = cloud is not None and cloud.installation_id is not None
    return Planned(
        "Repository", draft.run.repository_name, "by dbt's GitHub App" if by_app else "by a deploy key"
    )


def _credentials(draft: _Draft) -> Planned:
    return Planned("Credentials", names.PRODUCTION, f"models go to the schema {draft.schema}")


def _named(what: str, name: str, note: str = "") -> _Thing:
    return lambda draft: Planned(what, name, note)


def _token(draft: _Draft) -> Planned:
    name = names.service_token_name(draft.company, MARK)
    return Planned("Service token", name, "for queries of metrics")


def _schema(number: int) -> _Thing:
    def thing(draft: _Draft) -> Planned:
        note = "the seeds' tables" if number else "what the models make"
        return Planned("Schema", demo_schemas(draft.schema)[number], f"{note}; made by the first run")

    return thing


#: Step of the engine -> what it makes, each with the place where it is.
THINGS: Mapping[str, tuple[tuple[str, _Thing], ...]] = {
    names.REPOSITORY: (("GitHub", _repository),),
    "main_commit": (("GitHub", _commit),),
    "topics": (("GitHub", _named("Topics", ", ".join(names.TOPICS))),),
    **{f"branch_{word}": (("GitHub", _branch(branch)),) for word, branch in names.BRANCHES.items()},
    **{f"pull_{word}": (("GitHub", _pull(branch)),) for word, branch in names.BRANCHES.items()},
    names.DEPLOY_KEY: (
        ("GitHub", _named("Deploy key", names.key_title(MARK), "dbt Cloud's, with write access")),
    ),
    names.PROJECT: (("dbt Cloud", _project),),
    names.CONNECTION: (("dbt Cloud", _connection),),
    names.CLOUD_REPOSITORY: (("dbt Cloud", _known_repository),),
    names.CREDENTIALS: (("dbt Cloud", _credentials),),
    "environment_development": (("dbt Cloud", _named("Environment", names.DEVELOPMENT)),),
    "environment_production": (("dbt Cloud", _named("Environment", names.PRODUCTION)),),
    names.VARIABLE: (("dbt Cloud", _named("Environment variable", names.MARKER_VARIABLE)),),
    **{
        f"job_{kind}": (("dbt Cloud", _named("Job", name, "not scheduled")),)
        for kind, name in JOB_NAMES.items()
    },
    "first_run": (
        ("dbt Cloud", _named("Run", "First run", f"of {names.JOB_PRODUCTION}")),
        ("Warehouse", _schema(0)),
        ("Warehouse", _schema(1)),
    ),
    "sl_configuration": (("dbt Cloud", _named("Semantic Layer", names.PRODUCTION)),),
    names.SL_CREDENTIALS: (("dbt Cloud", _named("Semantic Layer credentials", MARK)),),
    names.SERVICE_TOKEN: (("dbt Cloud", _token),),
    names.SL_MAPPING: (
        ("dbt Cloud", _named("Semantic Layer mapping", "Semantic Layer", "credentials of the service token")),
    ),
}
_LOCAL: Mapping[str, tuple[tuple[str, _Thing], ...]] = {
    names.REPOSITORY: (("This machine", _local_repository), ("This machine", _commit)),
}
