"""The record of one call of a model: what it cost and how it ended, and for a while what was said."""

from django.db import models
from django.utils import timezone
from django_cryptography.fields import encrypt

from scenarios.models.revision import PlanRevision

REQUEST_ID_LENGTH = 120
TEXTS = ("system", "shared", "task", "answer")


class ModelCall(models.Model):
    """One call. The figures stay; the texts are encrypted, and taken out after a while."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="calls")
    number = models.PositiveIntegerField()  # within the revision, from 1, in the order the calls ended
    at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=60)  # "outline", "data:1", "sql:1/repair" …
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=200)
    prompt_digest = models.CharField(max_length=71, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)  # the cached ones are among them
    cached_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    retries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20)  # "ok", "invalid", or why there is no answer
    request_id = models.CharField(
        max_length=REQUEST_ID_LENGTH, blank=True
    )  # the provider's name for the call
    price = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True
    )  # US dollars, if known

    system = encrypt(models.TextField(blank=True, default=""))
    shared = encrypt(models.TextField(blank=True, default=""))
    task = encrypt(models.TextField(blank=True, default=""))
    answer = encrypt(models.TextField(blank=True, default=""))
    purged_at = models.DateTimeField(null=True, blank=True)  # since when the texts are gone

    class Meta:
        ordering = ["revision", "number"]
        constraints = [models.UniqueConstraint(fields=["revision", "number"], name="one_number_per_revision")]
        indexes = [models.Index(fields=["at"], condition=models.Q(purged_at=None), name="calls_with_texts")]

    def __str__(self) -> str:
        return f"call {self.number}, {self.purpose}"
