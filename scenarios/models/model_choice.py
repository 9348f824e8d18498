"""Which provider a person lets write their plans, with its model and server. Keys are in the vault, never here."""

from django.conf import settings
from django.db import models


class ModelChoice(models.Model):
    """What one person has set up for one provider. The one chosen last is their default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="model_choices")
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=200, blank=True, default="")  # as the server calls it
    address = models.CharField(max_length=300, blank=True, default="")  # empty: the workspace's
    uses_key = models.BooleanField(
        default=False
    )  # whether the server was asked with a key, so that it needs one again
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["-chosen_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "provider"], name="one_choice_per_provider")]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}".strip()
