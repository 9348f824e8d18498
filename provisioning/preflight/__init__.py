"""Before the first thing is created: both sides are asked all that can be asked, and all that a build makes is listed.

Only reads. The answer is plain data, for the page and for the `forge` command.
"""

from provisioning.preflight.asking import ASKING_SECONDS, NEEDED, TITLES, called, preflight
from provisioning.preflight.planned import planned_groups
from provisioning.preflight.shapes import Check, Level, Place, Planned, PlannedGroup, Preflight, Section

__all__ = [
    "ASKING_SECONDS",
    "NEEDED",
    "TITLES",
    "Check",
    "Level",
    "Place",
    "Planned",
    "PlannedGroup",
    "Preflight",
    "Section",
    "called",
    "planned_groups",
    "preflight",
]
