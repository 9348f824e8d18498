"""What “Test” finds out about a connection, in sentences: who you are, what you may do, what is missing.

Only reads. Each check ends at the first answer that makes the rest pointless, and never raises OutsideError.
"""

from provisioning.connections.checks.dbt_cloud import (
    Choice,
    adapter_of,
    check_dbt_cloud,
    existing_connections,
    usable_connections,
)
from provisioning.connections.checks.github import check_github
from provisioning.connections.checks.report import CALL_SECONDS, Line, Report
from provisioning.connections.checks.warehouse import check_existing, check_warehouse

__all__ = [
    "CALL_SECONDS",
    "Choice",
    "Line",
    "Report",
    "adapter_of",
    "check_dbt_cloud",
    "check_existing",
    "check_github",
    "check_warehouse",
    "existing_connections",
    "usable_connections",
]
