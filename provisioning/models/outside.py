"""What exists outside because of a build, every call that was made for it, and whose turn it is to write."""

from django.db import models

from provisioning.models.builds import BuildRun, BuildStep


class Resource(models.Model):
    """Something outside that a build created, or is about to create (`intent`)."""

    class Status(models.TextChoices):
        INTENT = "intent", "About to be created"
        CREATED = "created", "Exists"
        REMOVED = "removed", "Removed"
        LEFTOVER = "leftover", "Could not be removed"

    run = models.ForeignKey(BuildRun, on_delete=models.CASCADE, related_name="resources")
    step = models.ForeignKey(BuildStep, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=40)  # see provisioning/names.py
    name = models.CharField(max_length=200)
    marker = models.CharField(max_length=80, unique=True)  # how to recognise it outside
    external_id = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=500, blank=True)  # path or URL
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INTENT)
    tried_at = models.DateTimeField(null=True, blank=True)  # when its creation was first asked for outside
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "kind", "name"], name="one_resource_per_name")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class ApiCall(models.Model):
    """One call of GitHub or dbt Cloud: what was asked and how it ended. Never a body or a header."""

    run = models.ForeignKey(BuildRun, null=True, on_delete=models.CASCADE, related_name="calls")
    step = models.ForeignKey(BuildStep, null=True, on_delete=models.SET_NULL, related_name="calls")
    at = models.DateTimeField()
    system = models.CharField(max_length=20)  # GitHub, dbt Cloud
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)  # without host and without query values
    status = models.PositiveSmallIntegerField(null=True)  # None: no answer came
    seconds = models.FloatField()
    request_id = models.CharField(max_length=100, blank=True)  # the far side's
    attempt = models.PositiveIntegerField()  # the step's
    outcome = models.CharField(max_length=60)  # "ok", or what went wrong in a word or two

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class WriteLane(models.Model):
    """Whose turn it is to write with one token: GitHub asks for one write after the other, with a pause."""

    key = models.CharField(max_length=64, unique=True)  # a digest of address and token
    free_at = models.DateTimeField()  # when the time of the writes is over that were allowed so far
    holder = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"lane {self.pk}"


class WriteTurn(models.Model):
    """A place in the queue for a lane; the queue is in the order of the ids, urgent ones first."""

    lane = models.ForeignKey(WriteLane, on_delete=models.CASCADE, related_name="turns")
    holder = models.CharField(max_length=80)
    writes = models.PositiveSmallIntegerField()
    urgent = models.BooleanField(default=False)  # the first run waits for it
    due_at = models.DateTimeField()  # when it was told to ask again

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["lane", "holder"], name="one_turn_per_holder")]

    def __str__(self) -> str:
        return f"turn {self.pk}"
