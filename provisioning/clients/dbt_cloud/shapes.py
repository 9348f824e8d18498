"""What dbt Cloud has, as far as builds need it. Each `read` takes the `data` of an answer and raises Malformed.

Ids have 64 bits. Texts are "" where dbt Cloud has null. `state` is 1 for what exists and 2 for what was deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from provisioning.clients.dbt_cloud.reading import (
    an_object,
    flag,
    id_of,
    id_or_none,
    moment,
    number,
    text,
    texts,
)

EnvironmentType = Literal["development", "deployment"]
DeploymentType = Literal["production", "staging"]


@dataclass(frozen=True)
class Account:
    """`plan` is such as enterprise or starter_2025; new ones appear. `prefix` is the account's own part of its host."""

    id: int
    name: str
    plan: str
    run_slots: int
    developer_seats: int
    locked: bool
    lock_reason: str
    prefix: str

    @property
    def is_small(self) -> bool:
        """Starter and Developer plans: one project, and service tokens may only use the Semantic Layer."""
        return self.plan.startswith(("starter", "developer"))

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(
            id=id_of(data),
            name=text(data, "name"),
            plan=text(data, "plan"),
            run_slots=number(data, "run_slots", 1),
            developer_seats=number(data, "developer_seats"),
            locked=flag(data, "locked"),
            lock_reason=text(data, "lock_reason"),
            prefix=text(data, "static_subdomain") or text(data, "vanity_subdomain"),
        )


@dataclass(frozen=True)
class User:
    """The person that a personal access token belongs to."""

    id: int
    email: str

    @classmethod
    def read(cls, data: Any) -> Self | None:
        """None: the token belongs to no person."""
        user = an_object(data).get("user")
        return None if user is None else cls(id_of(user), text(user, "email"))


@dataclass(frozen=True)
class Installation:
    """dbt's GitHub App at an owner; `id` is GitHub's own."""

    id: int
    login: str

    @classmethod
    def read(cls, data: Any) -> Self:
        account = data.get("account") if isinstance(data, dict) else None
        return cls(id_of(data), text(account, "login") if isinstance(account, dict) else "")


@dataclass(frozen=True)
class Project:
    """`default_version` is the dbt version of new environments; only in the answer for one project."""

    id: int
    name: str
    description: str
    subdirectory: str
    repository_id: int | None
    connection_id: int | None
    semantic_layer_id: int | None
    default_version: str
    created_at: datetime | None = None

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(
            id=id_of(data),
            name=text(data, "name"),
            description=text(data, "description"),
            subdirectory=text(data, "dbt_project_subdirectory"),
            repository_id=id_or_none(data, "repository_id"),
            connection_id=id_or_none(data, "connection_id"),
            semantic_layer_id=id_or_none(data, "semantic_layer_config_id"),
            default_version=text(data, "default_version"),
            created_at=moment(data, "created_at"),
        )


@dataclass(frozen=True)
class Connection:
    """A warehouse of the account. On lists `config` is empty and `environments` says how many use it; else None."""

    id: int
    name: str
    adapter_version: str
    config: Mapping[str, Any]
    environments: int | None
    created_at: datetime | None = None

    @classmethod
    def read(cls, data: Any) -> Self:
        config = an_object(data).get("config")
        return cls(
            id=id_of(data),
            name=text(data, "name"),
            adapter_version=text(data, "adapter_version"),
            config=config if isinstance(config, dict) else {},
            environments=number(data, "environment__count") if "environment__count" in data else None,
            created_at=moment(data, "created_at"),
        )


@dataclass(frozen=True)
class Repository:
    """`public_key` is the deploy key that the repository must let in with write access; "" with the GitHub App."""

    id: int
    full_name: str
    strategy: str
    public_key: str
    deploy_key_id: int | None
    installation_id: int | None
    web_url: str

    @classmethod
    def read(cls, data: Any) -> Self:
        key = an_object(data).get("deploy_key")
        return cls(
            id=id_of(data),
            full_name=text(data, "full_name"),
            strategy=text(data, "git_clone_strategy"),
            public_key=text(key, "public_key") if isinstance(key, dict) else "",
            deploy_key_id=id_or_none(data, "deploy_key_id"),
            installation_id=id_or_none(data, "github_installation_id"),
            web_url=text(data, "web_url"),
        )


@dataclass(frozen=True)
class Credentials:
    """A deployment environment's way into the warehouse. They have no name; secrets never come back."""

    id: int
    type: str
    adapter_version: str
    schema: str
    threads: int

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(
            id=id_of(data),
            type=text(data, "type"),
            adapter_version=text(data, "adapter_version"),
            schema=_schema(data),
            threads=number(data, "threads"),
        )


def _schema(data: Mapping[str, Any]) -> str:
    """Where the models go: a field, or for adapters one level deeper."""
    details = data.get("unencrypted_credential_details")
    deeper = text(details, "schema") if isinstance(details, dict) else ""
    return text(data, "schema") or text(data, "default_schema") or deeper


@dataclass(frozen=True)
class Environment:
    """`deployment_type` None is a general one. An update replaces everything, so all that is to stay is here."""

    id: int
    project_id: int
    name: str
    type: EnvironmentType
    deployment_type: DeploymentType | None
    dbt_version: str
    connection_id: int | None
    credentials_id: int | None
    extended_attributes_id: int | None
    custom_branch: str

    @classmethod
    def read(cls, data: Any) -> Self:
        kind = text(an_object(data), "deployment_type")
        return cls(
            id=id_of(data),
            project_id=id_of(data, "project_id"),
            name=text(data, "name"),
            type="development" if text(data, "type") == "development" else "deployment",
            deployment_type=kind if kind in ("production", "staging") else None,  # type: ignore[arg-type]
            dbt_version=text(data, "dbt_version"),
            connection_id=id_or_none(data, "connection_id"),
            credentials_id=id_or_none(data, "credentials_id"),
            extended_attributes_id=id_or_none(data, "extended_attributes_id"),
            custom_branch=text(data, "custom_branch") if flag(data, "use_custom_branch") else "",
        )


@dataclass(frozen=True)
class Job:
    """A job of a deployment environment."""

    id: int
    name: str
    project_id: int
    environment_id: int
    steps: tuple[str, ...]
    generate_docs: bool
    job_type: str

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(
            id=id_of(data),
            name=text(data, "name"),
            project_id=id_of(data, "project_id"),
            environment_id=id_of(data, "environment_id"),
            steps=texts(data, "execute_steps"),
            generate_docs=flag(data, "generate_docs"),
            job_type=text(data, "job_type"),
        )
