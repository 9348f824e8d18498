"""Builds: what was asked for, every step, and what happened."""

from typing import Self

from django.conf import settings
from django.db import models

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.claims import Claimed
from scenarios.models import Demo, PlanRevision


class Target(models.TextChoices):
    """Where a build goes."""

    LOCAL = "local", "Local git repository"
    GITHUB = "github", "GitHub"
    DBT_CLOUD = "dbt_cloud", "GitHub and dbt Cloud"


class RunKind(models.TextChoices):
    """What a build does: make a demo real, or change one that a build has made (`BuildRun.live`)."""

    BUILD = "build", "Build"
    UPDATE = "update", "Update"
    RESET = "reset", "Reset"


class RunStatus(models.TextChoices):
    """Where a build is. Written by the engine only."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLING = "cancelling", "Stopping"
    CANCELLED = "cancelled", "Cancelled"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    UNDO_FAILED = "undo_failed", "Undone in part"


BUSY_RUNS = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.CANCELLING, RunStatus.UNDOING)


class StepStatus(models.TextChoices):
    """Where a step is. Written by the engine only."""

    PENDING = "pending", "Waiting"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"
    CANCELLED = "cancelled", "Cancelled"
    TO_UNDO = "to_undo", "Waiting to be undone"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    UNDO_FAILED = "undo_failed", "Could not be undone"


class BuildRunQuerySet(models.QuerySet["BuildRun"]):
    """Reads of builds."""

    def visible_to(self, user: User) -> Self:
        """The builds of the demos that this person may see."""
        if user.may(Action.SEE_ALL_DEMOS):
            return self
        return self.filter(demo__in=Demo.objects.visible_to(user))

    def busy(self) -> Self:
        """The builds with which the engine still has something to do."""
        return self.filter(status__in=BUSY_RUNS)

    def for_page(self) -> Self:
        """With all that a page shows of demo, revision and Proof, and without their long texts."""
        joined = self.select_related("demo", "revision__proof", "started_by")
        return joined.defer(
            "demo__discovery_notes", "demo__pain_points", "revision__instructions", "revision__outline",
            "revision__parts", "revision__plan", "revision__notes", "revision__proof__report",
        )  # fmt: skip


class BuildRun(models.Model):
    """One build of one revision on one target."""

    demo = models.ForeignKey(Demo, on_delete=models.CASCADE, related_name="builds")
    revision = models.ForeignKey(PlanRevision, on_delete=models.RESTRICT, related_name="builds")
    target = models.CharField(max_length=20, choices=Target.choices, default=Target.LOCAL)
    kind = models.CharField(max_length=10, choices=RunKind.choices, default=RunKind.BUILD)
    live = models.ForeignKey(  # whose repository and dbt Cloud project an update or a reset changes
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="changes"
    )
    connections = models.JSONField(
        default=dict, blank=True
    )  # where it goes, without secrets; see connections/
    workspace = models.BooleanField(default=False)  # whether it uses the workspace's credentials
    status = models.CharField(
        max_length=12, choices=RunStatus.choices, default=RunStatus.QUEUED, db_index=True
    )
    code_digest = models.CharField(max_length=71)
    project_digest = models.CharField(max_length=71, blank=True)  # known once the Proof is there
    repository_name = models.CharField(max_length=120)  # fixed at the start, on every target
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)  # when work began, or was last taken up again
    finished_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)  # stays when what it made is removed

    objects = BuildRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["demo"], condition=models.Q(status__in=BUSY_RUNS), name="one_busy_build_per_demo"
            ),
            models.UniqueConstraint(  # an update or a reset has its demo's name
                fields=["repository_name"],
                condition=models.Q(kind=RunKind.BUILD),
                name="one_build_per_repository_name",
            ),
        ]
        indexes = [
            models.Index(fields=["demo", "kind", "created_at", "succeeded_at"], name="first_success"),
            models.Index(fields=["started_by", "created_at"], name="builds_of_person"),
        ]

    def __str__(self) -> str:
        return f"Build {self.pk} of {self.revision}"

    @property
    def is_busy(self) -> bool:
        """Whether the engine still has something to do."""
        return self.status in BUSY_RUNS


class BuildStep(Claimed):
    """One engine step of a build. `checkpoint` holds the facts that it must remember."""

    run = models.ForeignKey(BuildRun, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=40)
    phase = models.CharField(max_length=40)  # one of the thirteen that the page shows
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=StepStatus.choices, default=StepStatus.PENDING)
    checkpoint = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=300, blank=True)  # what is happening, or was done, in words
    error = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    retryable = models.BooleanField(default=True)
    needs = models.CharField(max_length=40, blank=True)  # the credentials without which it waits
    expected_seconds = models.FloatField(null=True, blank=True)  # from past builds, when this one was started
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="one_step_per_key")]

    def __str__(self) -> str:
        return f"{self.title} ({self.run})"

    @property
    def seconds(self) -> float | None:
        """How long it took, once it is over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class BuildEvent(models.Model):
    """Something that happened in a build, in words. Never holds a secret."""

    run = models.ForeignKey(BuildRun, on_delete=models.CASCADE, related_name="events")
    step = models.ForeignKey(
        BuildStep, null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField(auto_now_add=True)
    level = models.CharField(max_length=10, default="info")  # info, warning, error
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
