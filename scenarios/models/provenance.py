"""Where an imported plan is from."""

from django.db import models

from scenarios.models.revision import PlanRevision


class Provenance(models.Model):
    """What the file said about the project at its source, to compare with what became of the plan here."""

    revision = models.OneToOneField(PlanRevision, on_delete=models.CASCADE, related_name="provenance")
    exported_by = models.CharField(max_length=150, blank=True)  # a name to show, no account
    demoforge_version = models.CharField(max_length=40)
    dbt_version = models.CharField(max_length=40)
    adapter = models.CharField(max_length=80)  # dbt's adapter and its version, as in a Proof's report
    template_source = models.CharField(max_length=300, blank=True)
    template_commit = models.CharField(max_length=64, blank=True)
    code_digest = models.CharField(max_length=71)
    project_digest = models.CharField(max_length=71)

    def __str__(self) -> str:
        return f"Source of {self.revision}"
