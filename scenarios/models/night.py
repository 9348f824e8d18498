"""The nights in which approved plans are proven again."""

from django.db import models

from demoforge.claims import Claimed


class NightStatus(models.TextChoices):
    """Where a night's Proofs are."""

    WAITING = "waiting", "Waiting for the next plan"
    RUNNING = "running", "Proving a plan"
    OVER = "over", "Over"


class Night(Claimed):
    """One night: who holds it proves the next plan, so only one worker does. See scenarios/nightly.py."""

    begins_on = models.DateField(unique=True)  # of the server's time zone
    status = models.CharField(max_length=10, choices=NightStatus.choices, default=NightStatus.WAITING)
    seconds = models.FloatField(default=0.0)  # that its Proofs have taken
    checking = models.PositiveBigIntegerField(
        null=True, blank=True
    )  # the revision; a plain id, for it may go
    put_off = models.JSONField(
        default=list, blank=True
    )  # ids of revisions that could not be proven: come last

    class Meta:
        ordering = ["-begins_on"]

    def __str__(self) -> str:
        return f"night of {self.begins_on}"
