"""The team's guidance: words that an administrator adds to every prompt, with their history."""

from django.conf import settings
from django.db import models

LONGEST_GUIDANCE = 4000  # characters


class GuidanceQuerySet(models.QuerySet["Guidance"]):
    """Reads of guidance."""

    def newest(self) -> "Guidance | None":
        """The version that counts; None when nobody ever wrote one."""
        return self.first()


class Guidance(models.Model):
    """One version of the guidance, never changed afterwards. The newest counts; an empty one switches it off."""

    text = models.TextField(max_length=LONGEST_GUIDANCE, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=150)  # stays when the account is gone
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "guidance"

    def __str__(self) -> str:
        return f"guidance {self.pk}"
