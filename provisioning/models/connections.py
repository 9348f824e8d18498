"""Where somebody's builds go, without secrets, and what the workspace allows."""

from django.conf import settings
from django.db import models


class Connection(models.Model):
    """The fields of one connection of one person that are not secret; see connections/fields.py for their shapes."""

    class Kind(models.TextChoices):
        GITHUB = "github", "GitHub"
        DBT_CLOUD = "dbt_cloud", "dbt Cloud"
        WAREHOUSE = "warehouse", "Warehouse"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_connection_per_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user}"


class BuildPolicy(models.Model):
    """What administrators allow. There is one row at most; without it nothing more than the defaults."""

    workspace_builds = models.BooleanField(default=False)  # builds may use the workspace's credentials
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "Build policy"
