"""`variables.tf` and `terraform.tfvars.example`: what the person who applies it has to say. Pure."""

from collections.abc import Mapping
from typing import Any

from provisioning.connections.fields import Existing
from provisioning.terraform.hcl import Expression, assignments, block, document
from provisioning.terraform.setup import Setup
from provisioning.terraform.warehouses import SecretVariable, secret_variables

TOKEN = SecretVariable("dbt_cloud_token", "Service token of the account, or somebody's personal token.")


def variables_file(setup: Setup, *, semantic_layer: bool) -> str:
    """The text of `variables.tf`. `semantic_layer`: whether it is there already, so that it stays switched on."""
    return document(
        *(_variable(name, meaning, kind) for name, (meaning, kind, _) in _settings(setup).items()),
        *([_semantic_layer(semantic_layer)] if setup.semantic_layer else []),
        *(_secret(secret) for secret in all_secrets(setup)),
    )


def values_file(setup: Setup) -> str:
    """The text of `terraform.tfvars.example`: the demo's values; secrets are named, and have none."""
    values = {name: value for name, (_, _, value) in _settings(setup).items()}
    names = [f"#   TF_VAR_{secret.name}" for secret in all_secrets(setup)]
    secrets = "\n".join(["# Secrets do not belong in this file. Set them in the environment:", *names])
    return document(assignments(values), secrets)


def all_secrets(setup: Setup) -> list[SecretVariable]:
    """The token of dbt Cloud, then the warehouse's secrets."""
    return [TOKEN, *secret_variables(setup)]


def _settings(setup: Setup) -> Mapping[str, tuple[str, str, Any]]:
    """Name -> meaning, type and the demo's value."""
    settings: dict[str, tuple[str, str, Any]] = {
        "dbt_cloud_host": (
            "Access URL of the account, without a path.",
            "string",
            setup.dbt_cloud.host.rstrip("/"),
        ),
        "dbt_cloud_account_id": ("Number of the account.", "number", setup.dbt_cloud.account_id),
    }
    if isinstance(setup.warehouse, Existing):
        meaning = "Number of the connection that is in the account already."
        settings["connection_id"] = (meaning, "number", setup.warehouse.connection_id)
    return settings


def _variable(name: str, meaning: str, kind: str) -> str:
    return block("variable", name, body={"description": meaning, "type": Expression(kind)})


def _semantic_layer(already: bool) -> str:
    body = {
        "description": "Set to true once a run in production was successful: dbt Cloud wants that first.",
        "type": Expression("bool"),
        "default": already,
    }
    return block("variable", "semantic_layer", body=body)


def _secret(secret: SecretVariable) -> str:
    body = {
        "description": secret.meaning,
        "type": Expression("string"),
        "sensitive": True,
        "default": Expression("null") if secret.optional else None,
    }
    return block("variable", secret.name, body=body)
