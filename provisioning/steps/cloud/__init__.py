"""dbt Cloud's steps, in the order of the page, which undo walks backwards."""

from provisioning.steps.base import Step
from provisioning.steps.cloud.artifacts import ARTIFACTS
from provisioning.steps.cloud.jobs import JOB_STEPS
from provisioning.steps.cloud.project import CLOUD_PROJECT, REPOSITORY_STEPS
from provisioning.steps.cloud.runs import FIRST_RUN
from provisioning.steps.cloud.semantic_layer import SEMANTIC_LAYER_STEPS
from provisioning.steps.cloud.warehouse import CONNECTION, WAREHOUSE_STEPS

__all__ = ["CLOUD_STEPS"]

#: The connection stands first, so that it is removed last: nothing may use it then.
CLOUD_STEPS: tuple[Step, ...] = (
    CONNECTION,
    CLOUD_PROJECT,
    *REPOSITORY_STEPS,
    *WAREHOUSE_STEPS,
    *JOB_STEPS,
    FIRST_RUN,
    ARTIFACTS,
    *SEMANTIC_LAYER_STEPS,
)
