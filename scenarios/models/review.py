"""Reviews of plan revisions, with comments; and what administrators demand."""

from django.conf import settings
from django.db import models
from django_cryptography.fields import encrypt

from scenarios.models.revision import PlanRevision

LONGEST_REMARK = 2000  # characters


class ReviewStatus(models.TextChoices):
    """Where a review is."""

    OPEN = "open", "Waiting for review"
    APPROVED = "approved", "Approved"
    SENT_BACK = "sent_back", "Sent back"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Review(models.Model):
    """A manager's verdict on one revision, bound to the digest of the project that they saw."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="reviews")
    status = models.CharField(
        max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.OPEN, db_index=True
    )
    project_digest = models.CharField(max_length=71)
    note = encrypt(models.TextField(blank=True, default=""))  # of who asks
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    verdict = encrypt(models.TextField(blank=True, default=""))  # the reason, of who decides
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=models.Q(status=ReviewStatus.OPEN),
                name="one_open_review_per_revision",
            )
        ]

    def __str__(self) -> str:
        return f"Review of {self.revision}"


class Comment(models.Model):
    """A remark on one section of a revision."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="comments")
    section = models.CharField(max_length=40)  # a key of scenarios/plan/sections.py
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = encrypt(models.TextField())
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Comment on {self.section} of {self.revision}"


class Policy(models.Model):
    """What administrators demand. There is one row at most; without it the defaults count."""

    class Reviews(models.TextChoices):
        NEVER = "never", "Never needed"
        EXECUTIVES = "executives", "Needed for account executives"
        EVERYONE = "everyone", "Needed for everyone"

    class Expiry(models.TextChoices):
        WARN = "warn", "Warn the owner only"
        TAKE_DOWN = "take_down", "Take the demo down"

    reviews = models.CharField(max_length=10, choices=Reviews.choices, default=Reviews.EXECUTIVES)
    expiry = models.CharField(max_length=10, choices=Expiry.choices, default=Expiry.WARN)
    expiry_days = models.PositiveSmallIntegerField(default=30)  # after the last use
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return "Policy"


class TemplateCheck(models.Model):
    """One nightly Proof of an approved plan with the dbt version that is installed."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField(auto_now_add=True)
    dbt_version = models.CharField(max_length=40)
    passed = models.BooleanField()
    sentence = models.TextField(blank=True)  # what broke

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Check of {self.revision} with dbt {self.dbt_version}"
