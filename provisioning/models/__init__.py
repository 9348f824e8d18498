"""Builds, their steps, what exists outside because of them, and where they go."""

from provisioning.models.builds import (
    BUSY_RUNS,
    BuildEvent,
    BuildRun,
    BuildStep,
    RunKind,
    RunStatus,
    StepStatus,
    Target,
)
from provisioning.models.connections import BuildPolicy, Connection
from provisioning.models.outside import ApiCall, Resource, WriteLane, WriteTurn

__all__ = [
    "BUSY_RUNS",
    "ApiCall",
    "BuildEvent",
    "BuildPolicy",
    "BuildRun",
    "BuildStep",
    "Connection",
    "Resource",
    "RunKind",
    "RunStatus",
    "StepStatus",
    "Target",
    "WriteLane",
    "WriteTurn",
]
