"""Bodies for environments and their variables, under `/api/v3/accounts/A/projects/P/`. Pure."""

import re
from collections.abc import Mapping
from typing import Literal

from provisioning.connections.payloads.body import ACTIVE, Body, only_set

EnvironmentKind = Literal["development", "production"]

LATEST = "latest"  # dbt Cloud's release track

_VARIABLE = re.compile(r"DBT_[A-Z0-9_]+")
_RESERVED = {"name", "new_name", "project"}


def environment_body(
    kind: EnvironmentKind,
    *,
    account_id: int,
    project_id: int,
    name: str,
    connection_id: int,
    credentials_id: int | None = None,
    dbt_version: str = LATEST,
) -> Body:
    """A new environment on the repository's default branch; a project has one of each kind at most.

    Production needs credentials: without them dbt Cloud answers 500. Development has none, each person has their
    own. Raises ValueError when that does not fit.
    """
    if (kind == "production") == (credentials_id is None):
        raise ValueError("The production environment needs credentials, the development one has none.")
    return only_set(
        account_id=account_id,
        project_id=project_id,
        name=name,
        type="deployment" if kind == "production" else "development",
        deployment_type="production" if kind == "production" else None,
        dbt_version=dbt_version,
        use_custom_branch=False,
        supports_docs=False,
        connection_id=connection_id,
        credentials_id=credentials_id,
        state=ACTIVE,
    )


def environment_variables_body(
    name: str, *, project: str = "", environments: Mapping[str, str] | None = None
) -> Body:
    """One variable for `POST …/environment-variables/bulk/`: its default, and its values by environment name.

    Values that are "" are left out. Raises ValueError for a name that dbt Cloud does not take, for an environment
    named like one of the keys around it, and when there is no value at all.
    """
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"An environment variable is named DBT_ and capital letters, not {name!r}.")
    values = {key: value for key, value in (environments or {}).items() if value}
    if clash := _RESERVED & values.keys():
        raise ValueError(f"An environment cannot be named {', '.join(sorted(clash))}.")
    if not project and not values:
        raise ValueError(f"The environment variable {name} has no value.")
    return {"env_var": only_set(new_name=name, project=project) | values}
