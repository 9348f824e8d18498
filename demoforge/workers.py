"""What to do at a start for the work that dead workers left."""

import structlog
from django.apps import apps
from django.db import connection

from demoforge.claims import Claimed, release_leases
from demoforge.locks import no_worker_alive

log = structlog.get_logger(__name__)


def release_dead_claims() -> int | None:
    """End the leases that dead workers left, so that their work is taken up at once. Returns how many.

    None, and nothing is done, when a worker of this machine lives, or when the database can be shared with workers
    of other machines: then the leases run out by themselves.
    """
    if connection.vendor != "sqlite":
        return None
    with no_worker_alive() as alone:
        if not alone:
            return None
        released = sum(release_leases(model) for model in apps.get_models() if issubclass(model, Claimed))
    log.info("leases_released", rows=released)
    return released
