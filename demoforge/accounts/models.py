"""Users, teams, what they are told, and the audit trail."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from demoforge.accounts.roles import Action, Role, may


class Team(models.Model):
    """People who see each other's demos."""

    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who logs in. The role decides what they may do, the team what is shared with them."""

    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")

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
    origin = models.GenericIPAddressField(
        null=True, blank=True
    )  # of the request; None for commands and workers
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


class Notice(models.Model):
    """Something that a person is told, in the app and by e-mail. Never holds a secret, notes or a prospect's name
    that has a codename.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField(auto_now_add=True)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200, blank=True)  # a page of this site, such as "/demos/7/"
    read_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # by e-mail
    posted_at = models.DateTimeField(null=True, blank=True)  # to the webhook

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="unread_of_user")]

    def __str__(self) -> str:
        return self.text


class LoginFailures(models.Model):
    """How many log-ins failed lately, by a keyed hash of who tried."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name_plural = "login failures"

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%H:%M}"
