"""The stored report of really running a project."""

from django.db import models

from demoforge.claims import Claimed


class ProofStatus(models.TextChoices):
    """Where a Proof is."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    PASSED = "passed", "Passed"
    FAILED = "failed", "Did not pass"


class Proof(Claimed):
    """One per code digest and dbt version; revisions with the same code share it."""

    code_digest = models.CharField(max_length=71)
    dbt_version = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=ProofStatus.choices, default=ProofStatus.QUEUED)
    progress = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)  # why it could not be run; a project that does not pass has findings
    report = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code_digest", "dbt_version"], name="one_proof_per_code")
        ]

    def __str__(self) -> str:
        return f"Proof of {self.code_digest[:19]} with dbt {self.dbt_version}"

    @property
    def passed(self) -> bool:
        """Whether the project ran and did exactly what it declares."""
        return self.status == ProofStatus.PASSED
