"""The Semantic Layer's own things: its configuration, credentials and service tokens."""

from dataclasses import dataclass, field
from typing import Any, Self

from provisioning.clients.dbt_cloud.answers import Malformed
from provisioning.clients.dbt_cloud.reading import an_object, id_of, id_or_none, items, text


@dataclass(frozen=True)
class SemanticLayer:
    """The Semantic Layer of a project, served from one of its deployment environments."""

    id: int
    environment_id: int | None

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(id_of(data), id_or_none(data, "environment_id"))


@dataclass(frozen=True)
class SemanticLayerCredentials:
    """What metrics are queried with; `service_tokens` are the ids of the tokens that were joined with them."""

    id: int
    name: str
    service_tokens: tuple[int, ...]

    @classmethod
    def read(cls, data: Any) -> Self:
        tokens = items(an_object(data), "service_tokens")
        return cls(id_of(data), text(data, "name"), tuple(id_of(token) for token in tokens))


@dataclass(frozen=True)
class Named:
    """Something of which only id and name count."""

    id: int
    name: str

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(id_of(data), text(data, "name"))


@dataclass(frozen=True)
class NewServiceToken:
    """A service token in the only answer that holds its secret."""

    id: int
    name: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, data: Any) -> Self:
        secret = text(an_object(data), "token_string")
        if not secret:
            raise Malformed("no secret")
        return cls(id_of(data), text(data, "name"), secret)


@dataclass(frozen=True)
class Grant:
    """What a service token may do; `project_id` None: in all projects."""

    permission_set: str
    project_id: int | None

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(text(an_object(data), "permission_set"), id_or_none(data, "project_id"))
