"""What must hold after all: one of each thing and a true ledger, or nothing left. What is wrong, in words."""

from collections import Counter
from collections.abc import Iterator

from provisioning import names
from provisioning.models import BuildRun, Resource, RunStatus
from tests.fakes.dbt_cloud.progress import SUCCESS, UNFINISHED
from tests.fakes.github.world import Repository
from tests.provisioning.steps.stage import Stage, describe

#: Kind in the ledger -> kind in dbt Cloud.
CLOUD_KINDS = {
    names.PROJECT: "project",
    names.CONNECTION: "connection",
    names.CLOUD_REPOSITORY: "repository",
    names.CREDENTIALS: "credentials",
    names.ENVIRONMENT: "environment",
    names.VARIABLE: "variable",
    names.JOB: "job",
    names.RUN: "run",
    names.SEMANTIC_LAYER: "sl_configuration",
    names.SL_CREDENTIALS: "sl_credentials",
    names.SERVICE_TOKEN: "service_token",
    names.SL_MAPPING: "sl_mapping",
}
AT_GITHUB = {names.REPOSITORY: "repository at GitHub"}
#: Kinds that dbt Cloud knows by name (a variable), or of which it may never have told the number (a mapping).
WITHOUT_NUMBER = (names.VARIABLE, names.SL_MAPPING)
NAMED = {
    "environment": ["Development", "Production"],
    "job": ["Production build", "Data quality, red on demand"],
}


def not_green(stage: Stage, run: BuildRun) -> list[str]:
    """What keeps it from being: succeeded, exactly one of each thing, a green first run, a true ledger."""
    if run.status != RunStatus.SUCCEEDED:
        return [f"the build is {run.status}: {describe(run)}"]
    return [*_in_github(stage, run), *_in_cloud(stage, run), *_in_ledger(stage, run)]


def _in_github(stage: Stage, run: BuildRun) -> Iterator[str]:
    found = list(stage.github.repositories.values())
    if [one.full_name for one in found] != [stage.repository(run)]:
        yield f"repositories: {[one.full_name for one in found]}"
        return
    (repository,) = found
    branches = stage.revision.branches()
    if set(repository.branches) != set(branches):
        yield f"branches: {sorted(repository.branches)}"
        return
    main = stage.github.history(repository.full_name)
    if len(main) != 1:
        yield f"main has {len(main)} commits"
    for branch, files in branches.items():
        if stage.github.files(repository.full_name, branch) != files:
            yield f"{branch} does not hold the proven files"
        if branch != "main" and repository.head(branch).parents != (main[0].sha,):
            yield f"{branch} is not one commit on top of main"
    yield from _beside_code(stage, repository, [branch for branch in branches if branch != "main"])


def _beside_code(stage: Stage, repository: Repository, branches: list[str]) -> Iterator[str]:
    pulls = sorted(pull.head for pull in repository.pulls if pull.state == "open")
    if pulls != sorted(branches):
        yield f"pull requests: {pulls}"
    wanted = 0 if stage.cloud.installations else 1
    if len(repository.keys) != wanted:
        yield f"{len(repository.keys)} deploy keys"
    if set(repository.topics) != set(names.TOPICS):
        yield f"topics: {repository.topics}"
    if not repository.private or repository.archived:
        yield "the repository is public or archived"


def _in_cloud(stage: Stage, run: BuildRun) -> Iterator[str]:
    alive = {kind: stage.cloud.alive(kind) for kind in CLOUD_KINDS.values()}
    for kind in ("project", "connection", "repository", "credentials", "variable", "run"):
        if len(alive[kind]) != 1:
            yield f"{len(alive[kind])} of kind {kind}"
    for kind, wanted in NAMED.items():
        ci = ["CI"] if kind == "job" and stage.cloud.installations else []
        if sorted(one.name for one in alive[kind]) != sorted([*wanted, *ci]):
            yield f"{kind}: {[one.name for one in alive[kind]]}"
    if [one.status for one in alive["run"]] != [SUCCESS]:
        yield f"runs ended as {[one.status for one in alive['run']]}"
    if [one.repository_id for one in alive["project"]] != [one.id for one in alive["repository"]]:
        yield "the project does not use the repository"
    layer = [one.id for one in alive["sl_configuration"]]
    used = [one.semantic_layer_config_id for one in alive["project"]]
    if not _by_hand(run) and stage.revision.demo.include_semantic_layer and (len(layer), used) != (1, layer):
        yield f"the project uses the Semantic Layer {used} of {layer}"


def _by_hand(run: BuildRun) -> bool:
    """Whether a part of the Semantic Layer was refused, and the build says so: then it goes on without."""
    return run.steps.filter(note__contains="switch it on by hand").exists()


def _in_ledger(stage: Stage, run: BuildRun) -> Iterator[str]:
    """Every row stands for something that exists, everything that exists has its row, and the numbers agree."""
    rows = [
        row for row in run.resources.all() if not (_by_hand(run) and row.status == Resource.Status.REMOVED)
    ]
    for row in rows:
        if row.status != Resource.Status.CREATED:
            yield f"the ledger says {row} is {row.status}"
    for kind, theirs in CLOUD_KINDS.items():
        alive = stage.cloud.alive(theirs)
        listed = [row for row in rows if row.kind == kind]
        if len(listed) != len(alive):
            yield f"{len(alive)} of kind {theirs}, {len(listed)} in the ledger"
        ids = Counter(row.external_id for row in listed)
        if kind not in WITHOUT_NUMBER and ids != Counter(str(one.id) for one in alive):
            yield f"{kind}: the ledger has other numbers than dbt Cloud"
    (repository,) = stage.github.repositories.values()
    for kind, numbers in {
        names.REPOSITORY: [repository.id],
        names.DEPLOY_KEY: [key.id for key in repository.keys],
    }.items():
        if [row.external_id for row in rows if row.kind == kind] != [str(number) for number in numbers]:
            yield f"{kind}: the ledger has other numbers than GitHub"


def not_gone(stage: Stage, run: BuildRun) -> list[str]:
    """What keeps it from being: undone, and nothing left but what the ledger lists with where it is."""
    wrong = [] if run.status == RunStatus.UNDONE else [f"the build is {run.status}: {describe(run)}"]
    listed = Counter(
        (AT_GITHUB | CLOUD_KINDS).get(row.kind, row.kind)
        for row in run.resources.filter(status=Resource.Status.LEFTOVER).exclude(location="")
    )
    left = Counter(thing.kind for thing in stage.cloud.leftovers())
    left[AT_GITHUB[names.REPOSITORY]] = len(stage.github.repositories)
    wrong += [
        f"{count} of kind {kind} left, {listed[kind]} listed"
        for kind, count in left.items()
        if count > listed[kind]
    ]
    if set(listed) - {
        names.SCHEMA,
        CLOUD_KINDS[names.SL_MAPPING],
    }:  # the two that cannot be removed: see their steps
        wrong.append(f"listed as left: {dict(listed)}")
    if any(one.status in UNFINISHED for one in stage.cloud.all("run")):
        wrong.append("a run goes on")
    return wrong
