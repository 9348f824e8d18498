"""The ordered lists of engine steps: one per target."""

from collections.abc import Mapping, Sequence

from provisioning.models import Target
from provisioning.steps.base import Step
from provisioning.steps.local import LOCAL_STEPS

CATALOGUE: Mapping[str, Sequence[Step]] = {Target.LOCAL: LOCAL_STEPS}
