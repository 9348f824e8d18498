"""The Semantic Layer of an account: `client.semantic_layer`.

A successful run of the deployment environment comes first, then: `create`, `use_semantic_layer` of the client,
`create_credentials`, `create_service_token`, `join`. Most of this is not in dbt Cloud's published description.
Errors are those of the client.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from provisioning.clients.dbt_cloud import outgoing
from provisioning.clients.dbt_cloud.outgoing import Body
from provisioning.clients.dbt_cloud.reading import id_of
from provisioning.clients.dbt_cloud.tokens import (
    Grant,
    Named,
    NewServiceToken,
    SemanticLayer,
    SemanticLayerCredentials,
)
from provisioning.clients.dbt_cloud.transport import Transport

T = TypeVar("T")


class SemanticLayerClient:
    """See the module's description."""

    def __init__(self, wire: Transport, account_id: int) -> None:
        self._wire = wire
        self._account_id = account_id
        self._account = f"/api/v3/accounts/{account_id}"

    def configurations(self, project_id: int) -> list[SemanticLayer]:
        """Configurations of a project, in use or not."""
        path = self._configurations(project_id)
        return self._wire.listed(
            path, "list the Semantic Layer configurations", SemanticLayer.read, paged=False
        )

    def create(self, project_id: int, body: Body) -> SemanticLayer:
        """Serve a project's Semantic Layer from one environment; the project does not use it yet."""
        path, doing = self._configurations(project_id), "configure the Semantic Layer"
        return self._create(path, doing, SemanticLayer.read, body, outgoing.SEMANTIC_LAYER)

    def delete(self, project_id: int, semantic_layer_id: int) -> bool:
        """Delete a configuration."""
        path = f"{self._configurations(project_id)}{semantic_layer_id}/"
        return self._wire.delete(path, "delete the Semantic Layer configuration")

    def credentials(self, project_id: int) -> list[SemanticLayerCredentials]:
        """Credentials of a project's Semantic Layer, with the service tokens that use them."""
        path, query = f"{self._account}/semantic-layer-credentials/", {"project_id": project_id}
        doing, read = "list the Semantic Layer credentials", SemanticLayerCredentials.read
        return self._wire.listed(path, doing, read, query, paged=False)

    def create_credentials(self, body: Body) -> SemanticLayerCredentials:
        """Credentials that questions are asked with."""
        path, doing = f"{self._account}/semantic-layer-credentials/", "save the Semantic Layer credentials"
        read, needed = SemanticLayerCredentials.read, outgoing.SEMANTIC_LAYER_CREDENTIALS
        return self._create(path, doing, read, body, needed)

    def delete_credentials(self, credentials_id: int) -> bool:
        """Delete credentials."""
        path = f"{self._account}/semantic-layer-credentials/{credentials_id}/"
        return self._wire.delete(path, "delete the Semantic Layer credentials")

    def service_tokens(self) -> list[Named]:
        """All service tokens of the account, without their secrets."""
        path = f"{self._account}/service-tokens/"
        return self._wire.listed(path, "list the service tokens", Named.read, paged=False)

    def grants(self, service_token_id: int) -> list[Grant]:
        """What a service token may do; seldom may it ask that itself."""
        path = f"{self._account}/service-tokens/{service_token_id}/permissions/"
        return self._wire.listed(path, "list the service token's permissions", Grant.read, paged=False)

    def create_service_token(self, body: Body) -> NewServiceToken:
        """A service token, whose secret is in this answer only, and whose permissions cannot be changed later.

        Raises Invalid when a person's token asks: this takes a service token of an account administrator.
        """
        path, doing = f"{self._account}/service-tokens/", "create the service token"
        token = self._create(path, doing, NewServiceToken.read, body, ("name", "permission_grants"))
        self._wire.blanks.learn([token.secret])
        return token

    def delete_service_token(self, service_token_id: int) -> bool:
        """Delete a service token; who has it cannot ask any more."""
        path = f"{self._account}/service-tokens/{service_token_id}/"
        return self._wire.delete(path, "delete the service token")

    def join(self, body: Body) -> int:
        """Let questions that come with a service token use credentials; returns the id of the mapping."""
        doing = "join credentials and service token"
        return self._create(self._mappings, doing, id_of, body, outgoing.MAPPING)

    def part(self, mapping_id: int) -> bool:
        """Undo `join`."""
        return self._wire.delete(f"{self._mappings}{mapping_id}/", "part credentials and service token")

    def _create(
        self, path: str, doing: str, read: Callable[[Any], T], body: Body, needed: Sequence[str]
    ) -> T:
        return self._wire.send("POST", path, doing, read, outgoing.looked_at(body, self._account_id, needed))

    def _configurations(self, project_id: int) -> str:
        return f"{self._account}/projects/{project_id}/semantic-layer-configurations/"

    @property
    def _mappings(self) -> str:
        return f"{self._account}/semantic-layer-credential-to-service-token-mapping/"
