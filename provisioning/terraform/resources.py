"""`main.tf`: everything of the demo in dbt Cloud that is not a warehouse's. Pure.

Resource and argument names as in the documentation of the `dbtcloud` provider, version 1.12. Facts from there that
shape this file: a repository shows in its project only with a `dbtcloud_project_repository`; environments and
credentials have their number in `environment_id` and `credential_id`, their `id` is a text with the project's;
environment variables may come too early unless they wait for the environments; all four triggers of a job are named.
"""

from collections.abc import Mapping

from provisioning.connections.payloads.body import TARGET
from provisioning.connections.payloads.environments import LATEST
from provisioning.connections.payloads.jobs import JOBS, TIMEOUT_SECONDS, UNUSED_CRON, job_triggers
from provisioning.terraform.hcl import Expression, block, document
from provisioning.terraform.setup import Job, Setup
from provisioning.terraform.warehouses import (
    PROJECT_ID,
    connection,
    connection_id,
    credential,
    credential_address,
    key_of_bigquery,
    only,
    semantic_layer_credential,
)

#: `import` blocks came with 1.5; 1.12 is the provider's minor version that this was written for.
TERRAFORM_VERSION, PROVIDER_VERSION = ">= 1.5", "~> 1.12"
PROVIDER = "dbt-labs/dbtcloud"

PRODUCTION_ID = Expression("dbtcloud_environment.production.environment_id")
ENVIRONMENTS = Expression("[dbtcloud_environment.development, dbtcloud_environment.production]")
SEMANTIC_LAYER_COUNT = Expression("var.semantic_layer ? 1 : 0")


def main_file(setup: Setup) -> str:
    """The text of `main.tf`."""
    return document(
        _versions(),
        _provider(),
        key_of_bigquery(setup),
        _project(setup),
        _repository(setup),
        _link(),
        connection(setup),
        credential(setup),
        *_environments(setup),
        *(_variable(name, values) for name, values in sorted(setup.variables.items())),
        *(_job(setup, job) for job in setup.jobs),
        *_semantic_layer(setup),
        *_outputs(setup),
    )


def variable_label(name: str) -> str:
    """What an environment variable is called in Terraform: `dbt_demo_marker` for DBT_DEMO_MARKER."""
    return name.lower()


def _versions() -> str:
    providers = block(
        "required_providers", body={"dbtcloud": {"source": PROVIDER, "version": PROVIDER_VERSION}}
    )
    return block("terraform", body=[f'required_version = "{TERRAFORM_VERSION}"', providers])


def _provider() -> str:
    settings = {
        "host_url": Expression('"${var.dbt_cloud_host}/api"'),
        "account_id": Expression("var.dbt_cloud_account_id"),
        "token": Expression("var.dbt_cloud_token"),
    }
    return block("provider", "dbtcloud", body=settings)


def _project(setup: Setup) -> str:
    body = only(name=setup.project, description=setup.description)
    return block("resource", "dbtcloud_project", "demo", body=body)


def _repository(setup: Setup) -> str:
    body = {
        "project_id": PROJECT_ID,
        "remote_url": setup.remote_url,
        "git_clone_strategy": "github_app" if setup.by_app else "deploy_key",
        "github_installation_id": setup.dbt_cloud.installation_id,
    }
    return block("resource", "dbtcloud_repository", "demo", body=body)


def _link() -> str:
    body = {"project_id": PROJECT_ID, "repository_id": Expression("dbtcloud_repository.demo.repository_id")}
    return block("resource", "dbtcloud_project_repository", "demo", body=body)


def _environments(setup: Setup) -> list[str]:
    common = {"project_id": PROJECT_ID, "dbt_version": LATEST, "connection_id": connection_id(setup)}
    development = {"name": setup.development, "type": "development"} | common
    production = {"name": setup.production, "type": "deployment", "deployment_type": "production"} | common
    production["credential_id"] = Expression(f"{credential_address(setup)}.credential_id")
    return [
        block("resource", "dbtcloud_environment", "development", body=development),
        block("resource", "dbtcloud_environment", "production", body=production),
    ]


def _variable(name: str, values: Mapping[str, str]) -> str:
    ordered = sorted(values.items(), key=lambda value: (value[0] != "project", value[0]))
    body = {
        "name": name,
        "project_id": PROJECT_ID,
        "environment_values": only(**dict(ordered)),
        "depends_on": ENVIRONMENTS,
    }
    return block("resource", "dbtcloud_environment_variable", variable_label(name), body=body)


def _job(setup: Setup, job: Job) -> str:
    definition = JOBS[job.kind]
    body = only(name=job.name, description=job.description) | {
        "project_id": PROJECT_ID,
        "environment_id": PRODUCTION_ID,
        "execute_steps": list(definition.steps),
        "generate_docs": definition.documents,
        "run_generate_sources": False,
        "num_threads": setup.threads,
        "target_name": TARGET,
        "deferring_environment_id": PRODUCTION_ID if definition.defers else None,
        "schedule_type": "custom_cron",
        "schedule_cron": UNUSED_CRON,
        "triggers": job_triggers(job.kind),
        "execution": {"timeout_seconds": TIMEOUT_SECONDS},
        "depends_on": Expression("[dbtcloud_project_repository.demo]"),
    }
    return block("resource", "dbtcloud_job", job.kind, body=body)


def _semantic_layer(setup: Setup) -> list[str]:
    """It needs a successful run first, so it stays off until `semantic_layer` is set to true."""
    if not setup.semantic_layer:
        return []
    body = {"count": SEMANTIC_LAYER_COUNT, "project_id": PROJECT_ID, "environment_id": PRODUCTION_ID}
    return [
        block("resource", "dbtcloud_semantic_layer_configuration", "demo", body=body),
        semantic_layer_credential(setup, count=SEMANTIC_LAYER_COUNT),
    ]


def _outputs(setup: Setup) -> list[str]:
    project = block("output", "project_id", body={"value": PROJECT_ID})
    if setup.by_app:
        return [project]
    key = {
        "description": "Add this to the repository as a deploy key with write access.",
        "value": Expression("dbtcloud_repository.demo.deploy_key"),
    }
    return [project, block("output", "deploy_key", body=key)]
