"""dbt Cloud's Admin API, as far as builds need it: one method, one call; nothing is repeated and nothing is waited for.

Two kinds of methods make more calls: those that change a project or an environment read it first, because a change
replaces all of it, and lists are read page by page, at most twenty. What methods raise is in
provisioning/clients/outcome.py, with `ServiceTokenRefused`, `WrongAddress` and `TooMany` of answers.py, all three
Invalid. A `delete_…` is True, or False when there was nothing to delete that the token may see.

Bodies of new things come whole from provisioning/connections/payloads; one that cannot go well is a ValueError. Names
are not unique in dbt Cloud: after an Unclear creation, look the thing up before it is created again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from django.conf import settings

from provisioning.clients.dbt_cloud import outgoing, variables
from provisioning.clients.dbt_cloud.address import access_url
from provisioning.clients.dbt_cloud.answers import SYSTEM, Malformed, ServiceTokenRefused, readable
from provisioning.clients.dbt_cloud.outgoing import Body
from provisioning.clients.dbt_cloud.reading import LARGEST_ID, an_object, texts
from provisioning.clients.dbt_cloud.runs import Run
from provisioning.clients.dbt_cloud.semantic_layer import SemanticLayerClient
from provisioning.clients.dbt_cloud.shapes import (
    Account,
    Connection,
    Credentials,
    Environment,
    Installation,
    Job,
    Project,
    Repository,
    User,
)
from provisioning.clients.dbt_cloud.transport import Query, Transport
from provisioning.clients.outcome import Forbidden, Invalid, NotThere, Record

T = TypeVar("T")


class DbtCloudClient:
    """One account at its access URL. Raises AddressRefused for hosts that the administrator does not allow.

    `token` is a service token or a personal access token; `secrets` are warehouse secrets that the client will send:
    neither ever appears in errors, records or reprs. `seconds` bounds each call; the settings have the default.
    """

    def __init__(
        self,
        host: str,
        account_id: int,
        token: str,
        *,
        record: Record,
        seconds: float | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        if not 0 < account_id <= LARGEST_ID:
            raise ValueError("account ids are positive numbers of 64 bits")
        self.host = access_url(host)
        self.account_id = account_id
        self._wire = Transport(
            self.host, token, record=record, seconds=seconds or settings.OUTSIDE_CALL_SECONDS, secrets=secrets
        )
        self.semantic_layer = SemanticLayerClient(self._wire, account_id)
        self._v2 = f"/api/v2/accounts/{account_id}"
        self._v3 = f"/api/v3/accounts/{account_id}"

    def __repr__(self) -> str:
        return f"DbtCloudClient({self.host!r}, {self.account_id})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    # --- the account and who asks --------------------------------------------

    def account(self) -> Account:
        """The account: proves host, token and account id at once."""
        return self._wire.get(f"{self._v2}/", "show the account", Account.read)

    def whoami(self) -> User | None:
        """The person behind the token; None when it is a service token."""
        try:
            return self._wire.get("/api/v2/whoami/", "say whose token this is", User.read)
        except (ServiceTokenRefused, Forbidden, NotThere):
            return None

    def installations(self, user_token: str) -> list[Installation]:
        """Where dbt's GitHub App is installed, as the person of this personal access token sees it.

        Raises ServiceTokenRefused for a service token.
        """
        path = "/api/v2/integrations/github/installations/"
        return self._wire.bare(path, "list its GitHub installations", _installations, token=user_token)

    # --- projects --------------------------------------------------------------

    def projects(self, name: str = "") -> list[Project]:
        """Projects with this in their name, or all."""
        query: Query = {**_named(name), "state": 1}
        return self._wire.listed(f"{self._v3}/projects/", "list its projects", Project.read, query)

    def project(self, project_id: int) -> Project:
        """One project."""
        return self._wire.get(self._of_project(project_id), "show the project", Project.read)

    def create_project(self, body: Body) -> Project:
        """A project without a repository."""
        return self._create(
            f"{self._v3}/projects/", "create the project", Project.read, body, outgoing.PROJECT
        )

    def link_repository(self, project_id: int, repository_id: int | None) -> Project:
        """Make the project use a repository, or none: two calls. A repository that was only created is not used."""
        return self._change_project(project_id, "connect the repository", {"repository_id": repository_id})

    def use_semantic_layer(self, project_id: int, semantic_layer_id: int | None) -> Project:
        """Make the project use a Semantic Layer configuration, or none: two calls."""
        changes = {"semantic_layer_config_id": semantic_layer_id}
        return self._change_project(project_id, "switch the Semantic Layer on", changes)

    def delete_project(self, project_id: int) -> bool:
        """Delete a project; the account's connections stay."""
        return self._wire.delete(self._of_project(project_id), "delete the project")

    # --- connections of the account ---------------------------------------------

    def connections(self, name: str = "") -> list[Connection]:
        """Connections with this in their name, or all; `environments` says how many use each."""
        path = f"{self._v3}/connections/"
        return self._wire.listed(path, "list its connections", Connection.read, _named(name))

    def connection(self, connection_id: int) -> Connection:
        """One connection with its config."""
        return self._wire.get(
            f"{self._v3}/connections/{connection_id}/", "show the connection", Connection.read
        )

    def create_connection(self, body: Body) -> Connection:
        """A connection that all projects of the account can use."""
        path = f"{self._v3}/connections/"
        return self._create(path, "create the connection", Connection.read, body, outgoing.CONNECTION)

    def delete_connection(self, connection_id: int) -> bool:
        """Delete a connection; to be asked only when it is ours and no environment uses it."""
        return self._wire.delete(f"{self._v3}/connections/{connection_id}/", "delete the connection")

    # --- repositories -------------------------------------------------------------

    def repositories(self, project_id: int, remote_url: str = "") -> list[Repository]:
        """Repositories of a project, with this address or all."""
        path = self._of_project(project_id, "repositories")
        query = {"remote_url": remote_url} if remote_url else {}
        return self._wire.listed(path, "list the project's repositories", Repository.read, query)

    def repository(self, project_id: int, repository_id: int) -> Repository:
        """One repository."""
        path = self._of_project(project_id, "repositories", repository_id)
        return self._wire.get(path, "show the repository", Repository.read)

    def create_repository(self, project_id: int, body: Body) -> Repository:
        """A repository by its SSH address; the project does not use it yet, see `link_repository`."""
        path = self._of_project(project_id, "repositories")
        return self._create(path, "add the repository", Repository.read, body, outgoing.REPOSITORY)

    def delete_repository(self, project_id: int, repository_id: int) -> bool:
        """Forget a repository; the code stays at GitHub."""
        return self._wire.delete(
            self._of_project(project_id, "repositories", repository_id), "delete the repository"
        )

    # --- credentials of deployment environments -----------------------------------------

    def credentials(self, project_id: int) -> list[Credentials]:
        """All credentials of a project; they have no names."""
        path = self._of_project(project_id, "credentials")
        return self._wire.listed(path, "list the project's credentials", Credentials.read, paged=False)

    def create_credentials(self, project_id: int, body: Body) -> Credentials:
        """Credentials of a deployment environment. Those of development belong to people, who enter their own."""
        path, doing = self._of_project(project_id, "credentials"), "save the warehouse credentials"
        return self._create(path, doing, Credentials.read, body, outgoing.CREDENTIALS)

    def delete_credentials(self, project_id: int, credentials_id: int) -> bool:
        """Delete credentials."""
        path = self._of_project(project_id, "credentials", credentials_id)
        return self._wire.delete(path, "delete the credentials")

    # --- environments and their variables ------------------------------------------------

    def environments(self, project_id: int) -> list[Environment]:
        """All environments of a project."""
        path = self._of_project(project_id, "environments")
        return self._wire.listed(path, "list the project's environments", Environment.read)

    def environment(self, project_id: int, environment_id: int) -> Environment:
        """One environment."""
        path = self._of_project(project_id, "environments", environment_id)
        return self._wire.get(path, "show the environment", Environment.read)

    def create_environment(self, project_id: int, body: Body) -> Environment:
        """A development or deployment environment."""
        path, doing = self._of_project(project_id, "environments"), "create the environment"
        self._look(body, outgoing.ENVIRONMENT)
        return self._create(path, doing, Environment.read, outgoing.environment(body))

    def delete_environment(self, project_id: int, environment_id: int) -> bool:
        """Delete an environment, and its jobs with it."""
        path = self._of_project(project_id, "environments", environment_id)
        return self._wire.delete(path, "delete the environment")

    def environment_variables(self, project_id: int) -> dict[str, dict[str, str]]:
        """Values by the variable's name, then by the environment's; "project" has the default."""
        path = self._of_project(project_id, "environment-variables", "environment")
        return self._wire.get(path, "list the environment variables", variables.by_name)

    def create_environment_variable(self, project_id: int, body: Body) -> None:
        """A variable with its default and its values by the names of environments, which exist already.

        Raises Invalid also when only one of the values is refused.
        """
        doing = "create the environment variable"
        path = self._of_project(project_id, "environment-variables", "bulk")
        refused = self._create(path, doing, variables.refused, body, ("env_var",))
        if refused:
            details = readable(refused, self._wire.blanks)
            raise Invalid(SYSTEM, f"dbt Cloud refused to {doing}: {details}", "Correct this, then try again.")

    def delete_environment_variable(self, project_id: int, name: str) -> bool:
        """Delete a variable with all its values."""
        path = self._of_project(project_id, "environment-variables", "bulk")
        return self._wire.delete(path, f"delete the environment variable {name}", {"name": name})

    # --- jobs ---------------------------------------------------------------------------------

    def jobs(self, project_id: int) -> list[Job]:
        """All jobs of a project."""
        query = {"project_id": project_id}
        return self._wire.listed(f"{self._v2}/jobs/", "list the project's jobs", Job.read, query)

    def job(self, job_id: int) -> Job:
        """One job."""
        return self._wire.get(f"{self._v2}/jobs/{job_id}/", "show the job", Job.read)

    def create_job(self, body: Body) -> Job:
        """A job of a deployment environment."""
        self._look(body, outgoing.JOB)
        return self._create(f"{self._v2}/jobs/", "create the job", Job.read, outgoing.job(body))

    def delete_job(self, job_id: int) -> bool:
        """Delete a job."""
        return self._wire.delete(f"{self._v2}/jobs/{job_id}/", "delete the job")

    # --- runs ------------------------------------------------------------------------------------

    def trigger_run(
        self,
        job_id: int,
        cause: str,
        *,
        steps: Sequence[str] = (),
        branch: str = "",
        sha: str = "",
        schema: str = "",
    ) -> Run:
        """Queue a run of a job; `cause` is shown as its reason, the others override what the job says."""
        body = outgoing.run(cause, steps=steps, branch=branch, sha=sha, schema=schema)
        return self._create(f"{self._v2}/jobs/{job_id}/run/", "start the run", Run.read, body)

    def run(self, run_id: int) -> Run:
        """A run with its steps and their logs."""
        query = {"include_related": '["run_steps"]'}
        return self._wire.get(f"{self._v2}/runs/{run_id}/", "show the run", Run.read, query)

    def latest_run(self, job_id: int) -> Run | None:
        """The newest run of a job, without steps: also finds the one whose start was not answered."""
        query: Query = {"job_definition_id": job_id, "order_by": "-id", "limit": 1}
        return self._wire.get(f"{self._v2}/runs/", "find the job's latest run", _first_run, query)

    def cancel_run(self, run_id: int) -> Run:
        """Stop a run that is not complete."""
        return self._create(f"{self._v2}/runs/{run_id}/cancel/", "cancel the run", Run.read)

    def artifacts(self, run_id: int) -> list[str]:
        """The paths of the files that a run left behind."""
        path = f"{self._v2}/runs/{run_id}/artifacts/"
        return self._wire.get(
            path, "list the run's artifacts", lambda data: list(texts({"list": data}, "list"))
        )

    def artifact(self, run_id: int, path: str, *, step: int | None) -> bytes:
        """A file of a run's step, such as run_results.json; None: of the last step, which may be the docs' one.

        See `Run.step_of`. Raises NotThere when the step made no such file.
        """
        if not path or {"", ".", ".."} & set(path.split("/")):
            raise ValueError("paths of artifacts are relative and plain")
        query = {"step": step} if step is not None else None
        where = f"{self._v2}/runs/{run_id}/artifacts/{quote(path)}"
        return self._wire.file(where, f"give the run's file {path}", query)

    # --- in common ----------------------------------------------------------------------------------

    def _of_project(self, project_id: int, *parts: str | int) -> str:
        return "/".join(map(str, (f"{self._v3}/projects", project_id, *parts, "")))

    def _create(
        self,
        path: str,
        doing: str,
        read: Callable[[Any], T],
        body: Body | None = None,
        needed: Sequence[str] = (),
    ) -> T:
        if needed and body is not None:
            self._look(body, needed)
        return self._wire.send("POST", path, doing, read, body)

    def _look(self, body: Body, needed: Sequence[str]) -> None:
        outgoing.looked_at(body, self.account_id, needed)

    def _change_project(self, project_id: int, doing: str, changes: Mapping[str, int | None]) -> Project:
        path = self._of_project(project_id)
        whole = self._wire.get(path, doing, an_object)
        return self._create(path, doing, Project.read, outgoing.changed_project(whole, changes))


def _named(name: str) -> dict[str, str]:
    return {"name__icontains": name} if name else {}


def _installations(data: Any) -> list[Installation]:
    if not isinstance(data, list):
        raise Malformed("no list")
    return [Installation.read(item) for item in data]


def _first_run(data: Any) -> Run | None:
    if data is not None and not isinstance(data, list):
        raise Malformed("no list")
    return Run.read(data[0]) if data else None
