"""`README.md` beside the configuration. Pure."""

from collections.abc import Collection

from provisioning.terraform.resources import PROVIDER, PROVIDER_VERSION, TERRAFORM_VERSION
from provisioning.terraform.setup import Setup
from provisioning.terraform.variables import all_secrets
from scenarios.rendering.markdown import Md, block, bullets, code, inline, page

_STEPS = "cp terraform.tfvars.example terraform.tfvars\nterraform init\nterraform plan\nterraform apply"

_STATE = Md(
    "Terraform writes secrets into its state. Keep the state in a backend that is encrypted and that few people read, "
    "and never in git."
)
_DEVELOPMENT = Md(
    "Development credentials belong to people: whoever presents enters theirs once in dbt Cloud, under Your profile, "
    "Credentials. No token can do that for them."
)
_RUN = Md("Terraform runs no job: start the production job in dbt Cloud, and wait until it is green.")
_SCHEMAS = Md(
    "Terraform drops no schemas: what runs have made in the warehouse stays after `terraform destroy`."
)


def readme_file(setup: Setup, *, existing: Collection[str]) -> str:
    """What it sets up, how to apply it, and what it does not do. `existing`: the keys of what is imported."""
    return page(
        f"# {inline(setup.title)}: dbt Cloud with Terraform",
        _what(setup),
        "## How to apply it",
        f"You need Terraform {code(TERRAFORM_VERSION)} (or OpenTofu) and the provider {code(PROVIDER)} "
        f"{code(PROVIDER_VERSION)}, which `terraform init` brings.",
        block(_STEPS),
        "Check the values in `terraform.tfvars`, and set the secrets in the environment:",
        bullets(Md(f"{code(f'TF_VAR_{secret.name}')}: {secret.meaning}") for secret in all_secrets(setup)),
        _imported() if existing else "",
        "## Then",
        bullets(_then(setup, existing)),
        "## Good to know",
        bullets([_STATE, _SCHEMAS, _shared(setup)]),
    )


def _what(setup: Setup) -> str:
    return (
        f"The project {inline(setup.project)} in dbt Cloud, as DemoForge sets it up: repository, connection, "
        "credentials, environments, environment variables and jobs."
    )


def _imported() -> str:
    return (
        "What DemoForge has created already is in `imports.tf`, so the first plan imports it and creates nothing "
        "twice. dbt Cloud never gives secrets back: that plan shows connections and credentials as changed, because "
        "it sets their secrets anew. After the first apply, `imports.tf` can be deleted. From then on Terraform owns "
        "these things: an undo in DemoForge would remove them behind its back."
    )


def _then(setup: Setup, existing: Collection[str]) -> list[Md]:
    steps = [] if setup.by_app or "cloud_repository" in existing else [_deploy_key(setup)]
    steps += [_DEVELOPMENT, _RUN]
    if setup.semantic_layer and "semantic_layer" not in existing:
        steps.append(Md("After that run, set `semantic_layer = true` in `terraform.tfvars` and apply again."))
    return steps


def _deploy_key(setup: Setup) -> Md:
    return Md(
        "Add the key that `terraform output -raw deploy_key` prints to the repository "
        f"{code(setup.remote_url)}, under Settings, Deploy keys, with write access."
    )


def _shared(setup: Setup) -> Md:
    if setup.is_new_connection:
        return Md(
            "The connection belongs to the whole account: other projects may use it, so look before you destroy."
        )
    return Md("The connection was there before. It is not part of this configuration, and stays.")
