"""Speaking to the dbt Cloud server of tests with plain requests, as the reference writes them down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.fakes.dbt_cloud import DbtCloudServer

ADDRESS = "git@github.com:acme-demos/acme-demo-7f3c.git"
INSTALLATION = 12345678
SNOWFLAKE = {
    "account": "xy12345.eu-central-1",
    "database": "DEMO",
    "warehouse": "DEMO_WH",
    "role": "DEMO_ROLE",
}
NO_TRIGGERS = {"github_webhook": False, "git_provider_webhook": False, "schedule": False, "on_merge": False}
SCHEDULE = {
    "cron": "0 6 * * 1",
    "date": {"type": "custom_cron", "cron": "0 6 * * 1"},
    "time": {"type": "every_hour", "interval": 1},
}


MISSING = "required key not provided"


@contextmanager
def violating(server: DbtCloudServer) -> Iterator[None]:
    """The requests of the block are against the specification, and the server sees it, if it has one."""
    before = list(server.violations)
    yield
    if server.specification is not None:
        assert server.violations != before
    server.violations[:] = before


class Plain:
    """Calls with one token: `api("POST", "v3/projects/", {…})` is a call of the server's account."""

    def __init__(self, server: DbtCloudServer, token: str = "dbtc_admin") -> None:
        self.server = server
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        version, _, rest = path.partition("/")
        return self.at(method, f"/api/{version}/accounts/{self.server.account_id}/{rest}", body, **more)

    def at(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call of any path."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.session.request(
            method, self.server.url + path, json=body, headers=headers, timeout=10, **more
        )

    def data(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The data of a call that must succeed."""
        answer = self(method, path, body, **more)
        assert answer.ok, answer.text
        assert answer.json()["status"]["is_success"] is True
        return answer.json()["data"]

    def new(self, path: str, body: Any) -> Any:
        """The data of a create, which is a 201."""
        answer = self("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def wrong(self, path: str, body: Any, method: str = "POST") -> Any:
        """The details of a 400."""
        answer = self(method, path, body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["status"]["is_success"] is False
        return answer.json()["data"]


class Made(Plain):
    """Makes each kind of thing with a body that is right; `more` changes fields, None takes one away."""

    def whole(self, body: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        """A body with changes."""
        whole = {"account_id": self.server.account_id, **body, **more}
        return {name: value for name, value in whole.items() if value is not None}

    def project(self, **more: Any) -> Any:
        return self.new("v3/projects/", self.project_body(**more))

    def project_body(self, **more: Any) -> dict[str, Any]:
        return self.whole({"name": "Acme demo 7f3c", "state": 1, "type": 0}, more)

    def connection(self, **more: Any) -> Any:
        return self.new("v3/connections/", self.connection_body(**more))

    def connection_body(self, **more: Any) -> dict[str, Any]:
        return self.whole({"name": "demo", "adapter_version": "snowflake_v0", "config": SNOWFLAKE}, more)

    def repository(self, project: int, **more: Any) -> Any:
        return self.new(f"v3/projects/{project}/repositories/", self.repository_body(project, **more))

    def repository_body(self, project: int, **more: Any) -> dict[str, Any]:
        body = {"project_id": project, "state": 1, "remote_url": ADDRESS, "git_clone_strategy": "deploy_key"}
        return self.whole(body, more)

    def credentials(self, project: int, **more: Any) -> Any:
        return self.new(f"v3/projects/{project}/credentials/", self.credentials_body(project, **more))

    def credentials_body(self, project: int, **more: Any) -> dict[str, Any]:
        body = {
            "project_id": project,
            "type": "snowflake",
            "state": 1,
            "threads": 4,
            "target_name": "default",
            "auth_type": "password",
            "schema": "acme_prod",
            "user": "DBT_DEMO",
            "password": "hunter2",
        }
        return self.whole(body, more)

    def environment(self, project: int, **more: Any) -> Any:
        return self.new(f"v3/projects/{project}/environments/", self.environment_body(project, **more))

    def environment_body(self, project: int, **more: Any) -> dict[str, Any]:
        body = {
            "project_id": project,
            "name": "Production",
            "type": "deployment",
            "deployment_type": "production",
            "dbt_version": "latest",
            "use_custom_branch": False,
            "supports_docs": False,
            "state": 1,
        }
        return self.whole(body, more)

    def job(self, project: int, environment: int, **more: Any) -> Any:
        return self.new("v2/jobs/", self.job_body(project, environment, **more))

    def job_body(self, project: int, environment: int, **more: Any) -> dict[str, Any]:
        body = {
            "project_id": project,
            "environment_id": environment,
            "name": "Production build",
            "state": 1,
            "job_type": "other",
            "execute_steps": ["dbt build"],
            "triggers": NO_TRIGGERS,
            "settings": {"threads": 4, "target_name": "default"},
            "execution": {"timeout_seconds": 3600},
            "schedule": SCHEDULE,
            "generate_docs": True,
            "run_generate_sources": False,
            "run_lint": False,
            "errors_on_lint_failure": True,
            "run_compare_changes": False,
            "lifecycle_webhooks": False,
        }
        return self.whole(body, more)

    def link(self, project: dict[str, Any], repository: int) -> Any:
        """Connect the repository to the project: an update that replaces, without the connection."""
        body = self.project_body(id=project["id"], name=project["name"], repository_id=repository)
        return self.data("POST", f"v3/projects/{project['id']}/", body)

    def demo(self) -> "Demo":
        """A whole set-up, ready to run."""
        return Demo(self)


class Demo:
    """Project, connection, repository, credentials, production environment and job, linked in the right order."""

    def __init__(self, api: Made) -> None:
        self.api = api
        project = api.project()
        self.project = project["id"]
        self.connection = api.connection()["id"]
        self.repository = api.repository(self.project)["id"]
        self.credentials = api.credentials(self.project)["id"]
        api.link(project, self.repository)
        ids = {"connection_id": self.connection, "credentials_id": self.credentials}
        self.environment = api.environment(self.project, **ids)["id"]
        self.job = api.job(self.project, self.environment)["id"]

    def trigger(self, **more: Any) -> Any:
        """Start the job: the run."""
        return self.api.data("POST", f"v2/jobs/{self.job}/run/", {"cause": "Demo provisioning 7f3c", **more})

    def read(self, run: int, **query: str) -> Any:
        """One poll of a run."""
        return self.api.data("GET", f"v2/runs/{run}/", params=query)

    def finished(self, run: int) -> Any:
        """Poll until the run is complete: the run with its steps."""
        for _ in range(12):
            seen = self.read(run, include_related='["run_steps"]')
            if seen["is_complete"]:
                return seen
        raise AssertionError(f"run {run} does not end")


@contextmanager
def administered(**options: Any) -> Iterator[Made]:
    """An Enterprise account, the GitHub App installed at acme-demos, and calls with an administrator's token.

    All code is there and all keys are accepted, unless `options` say otherwise.
    """
    given: dict[str, Any] = {
        "installations": {INSTALLATION: "acme-demos"},
        "code_at": lambda remote_url: "3f1c" * 10,
        "key_on": lambda remote_url, public_key: True,
    }
    with DbtCloudServer(**{**given, **options}) as server:
        server.add_token("dbtc_admin", "account_admin")
        yield Made(server)
