"""What is sent to dbt Cloud, field by field, as its API takes it. Pure: no Django, no calls.

Bodies hold only what is set: dbt Cloud refuses unknown keys in several places, and empty texts.
"""

from provisioning.connections.payloads.body import Body, Unusable
from provisioning.connections.payloads.connection import NewWarehouse, adapter_version, connection_body
from provisioning.connections.payloads.credentials import THREADS, credentials_body
from provisioning.connections.payloads.environments import (
    EnvironmentKind,
    environment_body,
    environment_variables_body,
)
from provisioning.connections.payloads.jobs import JobKind, job_body
from provisioning.connections.payloads.keyfile import service_account
from provisioning.connections.payloads.project import project_body, repository_body
from provisioning.connections.payloads.semantic_layer import (
    semantic_layer_configuration_body,
    semantic_layer_credentials_body,
    semantic_layer_mapping_body,
    service_token_body,
)

__all__ = [
    "THREADS",
    "Body",
    "EnvironmentKind",
    "JobKind",
    "NewWarehouse",
    "Unusable",
    "adapter_version",
    "connection_body",
    "credentials_body",
    "environment_body",
    "environment_variables_body",
    "job_body",
    "project_body",
    "repository_body",
    "semantic_layer_configuration_body",
    "semantic_layer_credentials_body",
    "semantic_layer_mapping_body",
    "service_account",
    "service_token_body",
]
