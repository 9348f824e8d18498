"""What may leave for dbt Cloud: a last look at bodies before they are sent, and bodies that replace what is there.

Pure. A body that dbt Cloud is known to take the wrong way is a mistake of ours: a ValueError, and nothing is sent.
The bodies of new things are made by provisioning/connections/payloads.
"""

from collections.abc import Mapping, Sequence
from typing import Any

ACTIVE = 1
Body = Mapping[str, Any]

#: What dbt Cloud demands, or answers with a server error when it is missing, also where its description says less.
PROJECT = ("account_id", "name", "state", "type")
CONNECTION = ("account_id", "name", "adapter_version", "config")
REPOSITORY = ("account_id", "project_id", "state", "remote_url", "git_clone_strategy")
CREDENTIALS = ("account_id", "project_id", "state", "type", "threads", "target_name")
ENVIRONMENT = (
    "account_id",
    "project_id",
    "name",
    "state",
    "type",
    "dbt_version",
    "use_custom_branch",
    "supports_docs",
    "connection_id",
)
JOB = (
    "account_id",
    "project_id",
    "environment_id",
    "name",
    "state",
    "execute_steps",
    "triggers",
    "settings",
    "execution",
    "schedule",
    "generate_docs",
    "run_generate_sources",
    "run_lint",
    "errors_on_lint_failure",
    "run_compare_changes",
    "lifecycle_webhooks",
)
SEMANTIC_LAYER = ("account_id", "project_id", "environment_id", "state")
SEMANTIC_LAYER_CREDENTIALS = (
    "account_id",
    "project_id",
    "name",
    "adapter_version",
    "schema_type",
    "values",
)
MAPPING = ("account_id", "project_id", "semantic_layer_credentials_id", "service_token_id", "state")

#: An update of a project replaces all of it. `connection_id` is not sent back: it would be forced upon every
#: environment of the project.
_KEPT_OF_PROJECTS = (
    "id",
    "account_id",
    "name",
    "type",
    "description",
    "dbt_project_subdirectory",
    "repository_id",
    "semantic_layer_config_id",
    "docs_job_id",
    "freshness_job_id",
)


def looked_at(body: Body, account_id: int, needed: Sequence[str]) -> Body:
    """The body, if it is for this account, complete, and without what dbt Cloud refuses or mistakes."""
    if missing := [name for name in needed if name not in body]:
        raise ValueError(f"not set: {', '.join(missing)}")
    if empty := [name for name, value in body.items() if value is None or value == ""]:
        raise ValueError(f"set, but empty: {', '.join(empty)}")
    if body.get("account_id", account_id) != account_id:
        raise ValueError("the body is for another account")
    return body


def environment(body: Body) -> Body:
    """The body of an environment: without credentials, a deployment one ends in a server error."""
    if (body["type"] == "deployment") != ("credentials_id" in body):
        raise ValueError("deployment environments have credentials, development environments have none")
    if body["use_custom_branch"] != ("custom_branch" in body):
        raise ValueError("a custom branch is set and used, or neither")
    if body.get("extended_attributes_id", 1) == 0:
        raise ValueError("no extended attributes are left out, not 0")
    return body


def job(body: Body) -> Body:
    """The body of a job."""
    if "custom_branch_only" in body["triggers"]:
        raise ValueError("dbt Cloud refuses the trigger custom_branch_only")
    return body


def run(cause: str, *, steps: Sequence[str], branch: str, sha: str, schema: str) -> dict[str, Any]:
    """The body that starts a run."""
    if not cause.strip():
        raise ValueError("a run has a cause")
    overrides = {
        "git_branch": branch,
        "git_sha": sha,
        "schema_override": schema,
        "steps_override": list(steps),
    }
    return {"cause": cause, **{name: value for name, value in overrides.items() if value}}


def changed_project(project: Body, changes: Mapping[str, int | None]) -> dict[str, Any]:
    """All of a project as it was read, with changes; None unsets."""
    return {**_kept(project, _KEPT_OF_PROJECTS), "state": ACTIVE, **changes}


def _kept(thing: Body, names: Sequence[str]) -> dict[str, Any]:
    return {name: thing[name] for name in names if thing.get(name) not in (None, "")}
