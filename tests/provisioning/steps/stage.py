"""A GitHub and a dbt Cloud on loopback, a person with tokens for both, and builds that go there."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from demoforge.accounts import vault
from demoforge.accounts.models import User
from provisioning import services
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields, Snowflake
from provisioning.engine import drive
from provisioning.models import BuildRun, Resource, RunStatus, Target
from scenarios.models import Demo, PlanRevision
from scenarios.proving import read_report
from tests.fakes.dbt_cloud import DbtCloudServer, Node, Thing
from tests.fakes.dbt_cloud.progress import cancel
from tests.fakes.github import GitHubServer
from tests.provisioning.scenery import ready_revision

SNOWFLAKE = Snowflake(account="xy12345", database="DEMO", warehouse="DEMO_WH", role="DEMO_ROLE", user="DBT")
OWNER = "acme-demos"
GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD = "t-github", "t-cloud", "p-snowflake"
APP = 4711  # the installation of dbt's GitHub App


@dataclass
class Stage:
    """Both servers and who builds. `connections` say where builds go."""

    github: GitHubServer
    cloud: DbtCloudServer
    revision: PlanRevision
    connections: Connections

    @property
    def user(self) -> User:
        """Who owns the demo and enters the tokens."""
        return self.revision.demo.owner

    def enter(self, *which: str) -> None:
        """Enter credentials on the Connections page: of all three connections, or of these."""
        where = self.connections
        secrets = {
            "github": ("github_token", GITHUB_TOKEN, where.github),
            "dbt_cloud": ("dbt_cloud_token", CLOUD_TOKEN, where.dbt_cloud),
            "warehouse": ("snowflake_password", PASSWORD, where.warehouse),
        }
        for kind in which or secrets:
            name, secret, fields = secrets[kind]
            vault.put(self.user, name, secret, bound_to=fields.bound_to)
        services.wake_builds(self.user)

    def start(self, target: Target = Target.DBT_CLOUD) -> BuildRun:
        """Confirm and build."""
        return services.start_build(self.revision, target=target, connections=self.connections, by=self.user)

    def build(self, target: Target = Target.DBT_CLOUD) -> BuildRun:
        """Build to the end."""
        return run_out(self.start(target))

    def undo(self, run: BuildRun) -> BuildRun:
        """Undo to the end."""
        services.undo_build(run, by=self.user)
        return run_out(run)

    def retry(self, run: BuildRun) -> BuildRun:
        """Press Retry."""
        services.retry_build(run, by=self.user)
        return run_out(run)

    def cancel_run_in_dbt_cloud(self) -> None:
        """Somebody cancels the run that is under way."""
        for run in self.cloud.all("run"):
            cancel(run)

    def repository(self, run: BuildRun) -> str:
        """The full name of a build's repository."""
        return f"{OWNER}/{run.repository_name}"

    def calls(self, *methods: str) -> list[tuple[str, str]]:
        """Method and path, without ids, of dbt Cloud's calls."""
        return [
            (call.method, shape(call.path))
            for call in self.cloud.calls
            if not methods or call.method in methods
        ]


def shape(path: str) -> str:
    """A path of dbt Cloud without account and numbers."""
    bare = re.sub(r"^/api/(v\d)/accounts/\d+/", r"\1/", path)
    return re.sub(r"/\d+(?=/)", "/N", bare)


@contextmanager
def staged(
    *,
    app: bool = False,
    entered: bool = True,
    company: str = "Northwind Outdoor",
    codename: str = "",
    server: GitHubServer | None = None,
    revision: PlanRevision | None = None,
) -> Iterator[Stage]:
    """Both servers, a proven revision, and tokens that may do everything; `app`: dbt's GitHub App is there.

    `server` is a GitHub of another kind, `revision` one that is proven already.
    """
    revision = revision or ready_revision(codename or company)
    if codename:
        Demo.objects.filter(pk=revision.demo_id).update(company=company, codename=codename)
        revision = PlanRevision.objects.get(pk=revision.pk)
    nodes = proven_nodes(revision)  # the servers' threads have no database
    with ExitStack() as stack:
        github = stack.enter_context(server or GitHubServer())
        github.add_token(GITHUB_TOKEN, login="acme-se", scopes=["repo", "delete_repo"])
        github.add_organization(OWNER, owners=["acme-se"])
        cloud = stack.enter_context(
            DbtCloudServer(
                code_at=lambda url: _head(github, url),
                key_on=lambda url, key: github.has_key(_full_name(url), key),
                nodes=lambda run: nodes,
                installations={APP: OWNER} if app else {},
            )
        )
        cloud.add_token(CLOUD_TOKEN, "account_admin")
        connections = Connections(
            github=GitHubFields(api_url=github.url, owner=OWNER),
            dbt_cloud=DbtCloudFields(
                host=cloud.url, account_id=cloud.account_id, installation_id=APP if app else None
            ),
            warehouse=SNOWFLAKE,
        )
        stage = Stage(github, cloud, revision, connections)
        if entered:
            stage.enter()
        yield stage


def _full_name(url: str) -> str:
    return url.rpartition(":")[2].removesuffix(".git")


def _head(github: GitHubServer, url: str) -> str | None:
    name = _full_name(url)
    return github.history(name)[0].sha if github.code_at(name) else None


def proven_nodes(revision: PlanRevision) -> list[Node]:
    """What a run would say if it came out as the Proof did."""
    report = read_report(revision.proof)
    assert report is not None
    nodes = []
    for node in report.nodes:
        kind, _, name = node.unique_id.partition(".")
        digest = ".0123abcdef" if kind == "test" else ""
        nodes.append(Node(f"{kind}.demo.{name}{digest}", node.status, failures=node.failures))
    return nodes


def run_out(run: BuildRun) -> BuildRun:
    """Drive the build until it is over, or nothing goes on without credentials."""
    drive(run.pk, on_change=lambda: None, leave_when_starved=True)
    run.refresh_from_db()
    return run


def describe(run: BuildRun) -> list[tuple[str, str, str]]:
    """Key, status and words of each step that is not done, for messages."""
    rows = run.steps.exclude(status__in=["succeeded", "skipped", "undone"])
    return [(row.key, row.status, row.error or row.note) for row in rows]


def assert_green(stage: Stage, run: BuildRun) -> None:
    """The build succeeded, and outside there is exactly one of each thing, as it should be."""
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    (repository,) = stage.github.repositories.values()
    assert repository.full_name == stage.repository(run)
    assert repository.private
    branches = stage.revision.branches()
    assert set(repository.branches) == set(branches)
    for branch, files in branches.items():
        assert stage.github.files(repository.full_name, branch) == files
    assert len(stage.github.history(repository.full_name)) == 1
    cloud = stage.cloud
    kinds = ("project", "connection", "repository", "credentials", "variable")
    assert {kind: len(cloud.alive(kind)) for kind in kinds} == dict.fromkeys(kinds, 1)
    assert [one.name for one in cloud.alive("environment")] == ["Development", "Production"]
    green = [one for one in cloud.alive("run") if one.status == 10]
    assert len(green) == 1


def things(stage: Stage) -> list[str]:
    """All that is left outside: repositories, and dbt Cloud's things by kind."""
    left = [one.full_name for one in stage.github.repositories.values()]
    return [*left, *(f"{thing.kind} {thing.id}" for thing in left_in_cloud(stage))]


def left_in_cloud(stage: Stage) -> list[Thing]:
    """What is alive in dbt Cloud, runs left out: they are history."""
    return list(stage.cloud.leftovers())


def leftovers(run: BuildRun) -> dict[str, list[str]]:
    """What the ledger lists as left, by kind."""
    found: dict[str, list[str]] = {}
    for resource in run.resources.filter(status=Resource.Status.LEFTOVER):
        found.setdefault(resource.kind, []).append(resource.location)
    return found
