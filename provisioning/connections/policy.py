"""Whether builds may use the workspace's connections: administrators say so; see `BuildPolicy`."""

from django.conf import settings
from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.errors import Explained
from provisioning.models import BuildPolicy


class WorkspaceRefused(Explained):
    """Builds may not use the workspace's connections."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "Builds may not use the workspace's connections.",
            "Enter tokens of your own under Connections, or ask an administrator to allow it there.",
        )


def workspace_allowed() -> bool:
    """Whether builds may use the workspace's connections: always in local mode and in the headless command."""
    return settings.LOCAL_MODE or settings.INLINE_WORK or workspace_builds()


def workspace_builds() -> bool:
    """What administrators have said; no, as long as nobody has said anything."""
    return BuildPolicy.objects.filter(workspace_builds=True).exists()


@transaction.atomic
def allow_workspace_builds(allowed: bool, *, by: User) -> bool:
    """Say whether builds may use the workspace's connections. Returns whether that changes anything."""
    policy, _ = BuildPolicy.objects.select_for_update().get_or_create(pk=1)
    if policy.workspace_builds == allowed:
        return False
    policy.workspace_builds, policy.changed_by = allowed, by
    policy.save()
    audit.record("policy.changed", policy, by=by, workspace_builds=allowed)
    return True
