"""The ledger: everything outside that a build created or was about to create."""

from django.utils import timezone

from provisioning.markers import new_marker
from provisioning.models import BuildRun, BuildStep, Resource


class Ledger:
    """One step's page of the ledger."""

    def __init__(self, run: BuildRun, row: BuildStep) -> None:
        self._run = run
        self._row = row

    def intend(self, kind: str, name: str, *, location: str = "") -> Resource:
        """Record that a thing is about to be created. Asked again: the same row with the same marker."""
        resource, _ = Resource.objects.get_or_create(
            run=self._run,
            kind=kind,
            name=name,
            defaults={"step": self._row, "location": location, "marker": new_marker(self._run.pk)},
        )
        return resource

    def trying(self, resource: Resource) -> None:
        """Record that its creation is asked for outside now: whatever comes of it, it may exist from here on."""
        resource.tried_at = timezone.now()
        resource.save(update_fields=["tried_at", "updated_at"])

    def refused(self, resource: Resource) -> None:
        """Record that the far side refused to create it, so it does not exist."""
        resource.tried_at = None
        resource.save(update_fields=["tried_at", "updated_at"])

    def created(self, resource: Resource, *, external_id: str, location: str) -> None:
        """Record that the thing exists."""
        resource.external_id, resource.location = external_id, location
        self._set(resource, Resource.Status.CREATED)

    def removed(self, resource: Resource) -> None:
        """Record that the thing is gone."""
        self._set(resource, Resource.Status.REMOVED)

    def left(self, resource: Resource, *, location: str) -> None:
        """Record that the thing stays for a person to remove; `location` says where it is, or how it goes."""
        resource.location = location
        self._set(resource, Resource.Status.LEFTOVER)

    def remaining(self) -> list[Resource]:
        """What this step created or may have created and has not removed, the newest first."""
        rows = self._row.resources.exclude(status=Resource.Status.REMOVED)
        return list(rows.order_by("-pk"))

    def _set(self, resource: Resource, status: Resource.Status) -> None:
        resource.status = status
        resource.save(update_fields=["status", "external_id", "location", "updated_at"])


def mark_leftovers(row: BuildStep) -> None:
    """Mark all that a step could not remove, so that the page lists it."""
    row.resources.exclude(status=Resource.Status.REMOVED).update(status=Resource.Status.LEFTOVER)
