"""Users and the audit trail."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from demoforge.accounts.roles import Action, Role, may


class User(AbstractUser):
    """A person who logs in. The role decides what they may do."""

    role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in Role], default=Role.SALES_ENGINEER.value
    )
    is_local = models.BooleanField(default=False, editable=False)  # development account, refused in team mode

    def may(self, action: Action) -> bool:
        """Whether this person's role is allowed the action; inactive people are allowed nothing."""
        return self.is_active and may(self.role, action)

    @property
    def display_name(self) -> str:
        """Full name, or the log-in name."""
        return self.get_full_name() or self.username


class AuditEntry(models.Model):
    """Who did what to what, when. Written in the transaction of the change; never holds a secret or notes."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="audit_entries")
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60, db_index=True)  # "demo.created"
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200)  # in words
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class LoginFailures(models.Model):
    """How many log-ins failed lately, by a keyed hash of who tried."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name_plural = "login failures"

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%H:%M}"
