"""What a Terraform configuration of a demo is made of. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from provisioning.connections.fields import DbtCloudFields, Existing, WarehouseFields
from provisioning.connections.payloads import THREADS, JobKind

_VARIABLE = re.compile(r"DBT_[A-Z0-9_]+")
_SECRET_VARIABLE = "DBT_ENV_SECRET"  # noqa: S105 -- the beginning of a name, no secret


@dataclass(frozen=True)
class Job:
    """One job of the production environment; `kind` says what it does."""

    kind: JobKind
    name: str
    description: str = ""


@dataclass(frozen=True)
class Setup:
    """A demo in dbt Cloud: names as people read them there, and where it goes. No secrets.

    `variables`: environment variables by name, each a mapping from "project" (its default) or an environment's name
    to a value. `semantic_layer`: the name of its credentials; "" without a semantic layer. Raises ValueError when
    there are two jobs of a kind, or a variable whose name dbt Cloud does not take or marks as a secret.
    """

    title: str  # the demo, for the README
    dbt_cloud: DbtCloudFields
    warehouse: WarehouseFields
    project: str
    remote_url: str  # such as git@github.com:owner/name.git
    schema: str  # of production
    jobs: tuple[Job, ...]
    description: str = ""
    connection: str = ""  # the name of the new connection
    development: str = "Development"
    production: str = "Production"
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    semantic_layer: str = ""
    threads: int = THREADS

    def __post_init__(self) -> None:
        kinds = [job.kind for job in self.jobs]
        if len(set(kinds)) < len(kinds):
            raise ValueError("There can be one job of each kind.")
        for variable in self.variables:
            if not _VARIABLE.fullmatch(variable) or variable.startswith(_SECRET_VARIABLE):
                raise ValueError(f"The environment variable {variable!r} cannot stand in the configuration.")

    @property
    def is_new_connection(self) -> bool:
        """Whether the connection is the demo's own; an existing one stays out of the configuration."""
        return not isinstance(self.warehouse, Existing)

    @property
    def by_app(self) -> bool:
        """Whether dbt Cloud reaches the repository through its GitHub App; by a deploy key otherwise."""
        return self.dbt_cloud.installation_id is not None
