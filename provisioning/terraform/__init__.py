"""The demo's dbt Cloud set-up as a Terraform configuration, for teams that keep theirs in code. Pure.

The Admin API provisions demos; this is the same set-up to take away. Secrets are never in it: each is a variable.
"""

from collections.abc import Mapping

from provisioning.terraform.imports import SEMANTIC_LAYER, imports_file
from provisioning.terraform.readme import readme_file
from provisioning.terraform.resources import main_file
from provisioning.terraform.setup import Job, Setup
from provisioning.terraform.variables import values_file, variables_file

__all__ = ["Job", "Setup", "configuration"]


def configuration(setup: Setup, *, imports: Mapping[str, int | str] | None = None) -> dict[str, str]:
    """File name -> text: main.tf, variables.tf, imports.tf, terraform.tfvars.example, README.md.

    `imports`: what exists already, see `imports_file`, which raises ValueError for what does not fit. The same
    set-up gives the same bytes.
    """
    existing = dict(imports or {})
    return {
        "main.tf": main_file(setup),
        "variables.tf": variables_file(setup, semantic_layer=bool(SEMANTIC_LAYER & existing.keys())),
        "imports.tf": imports_file(setup, existing),
        "terraform.tfvars.example": values_file(setup),
        "README.md": readme_file(setup, existing=existing.keys()),
    }
