"""An account of dbt Cloud with a client, and a project in it as builds make it, for tests of the client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.outcome import CallRecord
from provisioning.connections import payloads
from provisioning.connections.payloads import NewWarehouse
from tests.fakes.dbt_cloud import DbtCloudServer
from tests.provisioning.connections.warehouses import SNOWFLAKE, secrets

TOKEN = "dbtc_service-canary"
PERSON = "dbtu_person-canary"
REMOTE = "git@github.com:acme-demos/acme-demo-7f3c.git"
INSTALLATION = 12345678
CODE = "3f1c" * 10


@dataclass
class Cloud:
    """A server with code and keys at GitHub's side, a client of it, and what the client wrote down."""

    server: DbtCloudServer
    client: DbtCloudClient
    records: list[CallRecord] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def account(self) -> int:
        """The account's id."""
        return self.server.account_id

    def project(self, name: str = "Acme Demo") -> int:
        """A project without anything."""
        return self.client.create_project(payloads.project_body(account_id=self.account, name=name)).id

    def connection(self, warehouse: NewWarehouse = SNOWFLAKE) -> int:
        """A connection of the account."""
        body = payloads.connection_body(warehouse, secrets(), account_id=self.account, name="demo warehouse")
        return self.client.create_connection(body).id

    def repository(self, project: int, *, installation: int | None = None, remote: str = REMOTE) -> Any:
        """A repository of a project, not linked; its deploy key is let in at GitHub."""
        body = payloads.repository_body(
            account_id=self.account, project_id=project, remote_url=remote, installation_id=installation
        )
        repository = self.client.create_repository(project, body)
        self.keys.add(repository.public_key)
        return repository

    def credentials(self, project: int, warehouse: NewWarehouse = SNOWFLAKE) -> int:
        """Credentials for production."""
        body = payloads.credentials_body(
            warehouse, secrets(), account_id=self.account, project_id=project, schema="acme_prod"
        )
        return self.client.create_credentials(project, body).id

    def environment(self, project: int, connection: int, credentials: int | None) -> int:
        """Production with credentials, else development."""
        body = payloads.environment_body(
            "production" if credentials else "development",
            account_id=self.account,
            project_id=project,
            name="Production" if credentials else "Development",
            connection_id=connection,
            credentials_id=credentials,
        )
        return self.client.create_environment(project, body).id

    def job(self, project: int, environment: int, kind: payloads.JobKind = "production") -> int:
        """A job of production."""
        body = payloads.job_body(
            kind, account_id=self.account, project_id=project, environment_id=environment, name=f"{kind} job"
        )
        return self.client.create_job(body).id

    def ready(self, warehouse: NewWarehouse = SNOWFLAKE) -> "Ready":
        """A project whose production job will succeed."""
        project, connection = self.project(), self.connection(warehouse)
        repository = self.repository(project).id
        self.client.link_repository(project, repository)
        credentials = self.credentials(project, warehouse)
        environment = self.environment(project, connection, credentials)
        return Ready(
            project, connection, repository, credentials, environment, self.job(project, environment)
        )


@dataclass(frozen=True)
class Ready:
    """The ids of a project that can run."""

    project: int
    connection: int
    repository: int
    credentials: int
    environment: int
    job: int


@contextmanager
def cloud(*, token: str = "", **options: Any) -> Iterator[Cloud]:
    """A server with a service token that may create projects, and a client with all warehouse secrets."""
    keys: set[str] = set()
    server = DbtCloudServer(
        code_at=lambda remote_url: CODE if remote_url == REMOTE else None,
        key_on=lambda remote_url, public_key: public_key in keys,
        installations={INSTALLATION: "Acme-Demos"},
        **options,
    )
    with server:
        if "plan" not in options:
            server.add_token(TOKEN, "account_admin")
        server.add_pat(PERSON)
        records: list[CallRecord] = []
        client = DbtCloudClient(
            server.url,
            server.account_id,
            token or TOKEN,
            record=records.append,
            seconds=5,
            secrets=[*secrets().values()],
        )
        yield Cloud(server, client, records, keys)
        client.close()
