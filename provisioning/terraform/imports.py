"""`imports.tf`: what exists already becomes Terraform's, instead of being created again. Pure.

The form of each id is that of the `dbtcloud` provider's documentation, version 1.12: a number, or the project's
number, a colon and the thing's. Semantic Layer credentials of BigQuery are the only ones that cannot be imported.
"""

from collections.abc import Mapping

from provisioning.terraform.hcl import Expression, block, document
from provisioning.terraform.resources import variable_label
from provisioning.terraform.setup import Setup
from provisioning.terraform.warehouses import NEW_CONNECTION, credential_address, semantic_layer_address

#: Keys whose resource is not the project's: their number stands alone. All others stand behind the project's.
_ALONE = {"cloud_project", "cloud_connection", "job_production", "job_red", "job_ci", "sl_credentials"}

#: Whoever imports one of these has the semantic layer switched on.
SEMANTIC_LAYER = {"semantic_layer", "sl_credentials"}

_NOTHING = "# Nothing exists yet: everything is created."
_EXISTS = "# What exists already. After the first apply, this file can be deleted."
_NO_IMPORT = (
    "# The Semantic Layer credentials of BigQuery cannot be imported. Delete them in dbt Cloud before you apply,\n"
    "# or remove them from main.tf."
)


def imports_file(setup: Setup, imports: Mapping[str, int | str]) -> str:
    """The text of `imports.tf`.

    `imports`: number by key: cloud_project, cloud_connection, cloud_repository, link_repository (the repository's
    number again), credentials, environment_development, environment_production, job_production, job_red, job_ci,
    semantic_layer, sl_credentials; and environment_variables with their names, blanks between them.
    Raises ValueError for a key that the configuration does not have, an id that is none, or a missing project.
    """
    blocks = [_import(address, given) for address, given in import_ids(setup, imports).items()]
    unimportable = setup.warehouse.adapter == "bigquery" and "sl_credentials" in imports
    return document(_EXISTS if blocks else _NOTHING, *blocks, _NO_IMPORT if unimportable else "")


def import_ids(setup: Setup, imports: Mapping[str, int | str]) -> dict[str, str]:
    """Address of a resource -> the id to import it by, in the order of `main.tf`. Raises ValueError as above."""
    addresses = _addresses(setup)
    if unknown := sorted(imports.keys() - addresses.keys() - {"environment_variables"}):
        raise ValueError(f"The configuration has no {', '.join(unknown)}.")
    found: dict[str, str] = {}
    for key, address in addresses.items():
        if key in imports and not (key == "sl_credentials" and setup.warehouse.adapter == "bigquery"):
            number = _number(imports[key])
            found[address] = number if key in _ALONE else f"{_project(imports)}:{number}"
    return found | _variables(setup, imports)


def _addresses(setup: Setup) -> dict[str, str]:
    addresses = {
        "cloud_project": "dbtcloud_project.demo",
        "cloud_repository": "dbtcloud_repository.demo",
        "link_repository": "dbtcloud_project_repository.demo",
    }
    if setup.is_new_connection:
        addresses["cloud_connection"] = NEW_CONNECTION
    addresses |= {
        "credentials": credential_address(setup),
        "environment_development": "dbtcloud_environment.development",
        "environment_production": "dbtcloud_environment.production",
    }
    addresses |= {f"job_{job.kind}": f"dbtcloud_job.{job.kind}" for job in setup.jobs}
    if setup.semantic_layer:
        addresses["semantic_layer"] = "dbtcloud_semantic_layer_configuration.demo[0]"
        addresses["sl_credentials"] = f"{semantic_layer_address(setup)}[0]"
    return addresses


def _variables(setup: Setup, imports: Mapping[str, int | str]) -> dict[str, str]:
    names = str(imports.get("environment_variables", "")).split()
    if unknown := sorted(set(names) - setup.variables.keys()):
        raise ValueError(f"The configuration has no environment variable {', '.join(unknown)}.")
    return {
        f"dbtcloud_environment_variable.{variable_label(name)}": f"{_project(imports)}:{name}"
        for name in sorted(set(names))
    }


def _project(imports: Mapping[str, int | str]) -> str:
    if "cloud_project" not in imports:
        raise ValueError("What belongs to a project is imported together with the project.")
    return _number(imports["cloud_project"])


def _number(given: int | str) -> str:
    number = str(given)
    if not (number.isascii() and number.isdigit() and number.strip("0")):
        raise ValueError(f"An id of dbt Cloud is a positive number, not {number!r}.")
    return number


def _import(address: str, given: str) -> str:
    return block("import", body={"to": Expression(address), "id": given})
