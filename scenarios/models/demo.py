"""A demo: what a sales engineer is preparing for one prospect."""

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_cryptography.fields import encrypt

from demoforge.accounts.models import Team, User
from demoforge.accounts.roles import Action
from scenarios.plan.brief import Brief


class Visibility(models.TextChoices):
    """Who sees a demo beside its owner, managers and administrators."""

    ME = "me", "Only me"
    TEAM = "team", "My team"
    EVERYONE = "everyone", "Everyone"


class Outcome(models.TextChoices):
    """How it went with the prospect after the call."""

    UNKNOWN = "", "Unknown"
    ADVANCED = "advanced", "Advanced"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DemoQuerySet(models.QuerySet["Demo"]):
    """Reads of demos."""

    def visible_to(self, user: User) -> Self:
        """The demos that this person may see: their own, and what is shared with them.

        Account executives see of what is shared only what is approved.
        """
        if user.may(Action.SEE_ALL_DEMOS):
            return self
        if not user.may(Action.SEE_DEMOS):
            return self.none()
        shared = Q(visibility=Visibility.EVERYONE)
        if user.team_id:
            shared |= Q(visibility=Visibility.TEAM, team=user.team_id)
        if not user.may(Action.SEE_SHARED_UNAPPROVED):
            shared &= Q(current__in=approved_revisions())
        return self.filter(Q(owner=user) | shared)

    def approved(self) -> Self:
        """The demos whose current plan is approved: those that can be used as templates."""
        return self.filter(current__in=approved_revisions())


def approved_revisions() -> Any:
    """The keys of all approved revisions, for `__in`: an index tells them, while rows of revisions are wide."""
    revisions = apps.get_model("scenarios", "PlanRevision")  # its module imports this one
    return revisions._default_manager.filter(approved()).order_by().values("pk")


def approved(prefix: str = "") -> Q:
    """What is true of an approved revision; `prefix` leads to the revision, such as "current__".

    An approval holds for the project that was seen. A copy that changed nothing but company, terms and dates has
    its template's.
    """
    same = Q(**{f"{prefix}approval__project_digest": F(f"{prefix}project_digest")})
    inherited = Q(**{f"{prefix}approval_inherited": True})
    return Q(**{f"{prefix}approval__status": "approved"}) & (same | inherited)


class Demo(models.Model):
    """The brief as typed (notes encrypted), where it may be built, and which revision counts."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="demos")
    company = models.CharField(max_length=120)
    industry = models.CharField(max_length=120)
    warehouse = models.CharField(max_length=20)
    include_semantic_layer = models.BooleanField(default=False)
    discovery_notes = encrypt(models.TextField(blank=True, default=""))
    pain_points = encrypt(models.TextField(blank=True, default=""))
    depth = models.CharField(max_length=20, default="standard")
    codename = models.CharField(max_length=60, blank=True, default="")  # all that leaves us carries only this
    as_of = models.DateField()
    provider = models.CharField(max_length=20, default="builtin")
    ai_model = models.CharField(max_length=200, blank=True, default="")  # empty: as its author has chosen
    locks = models.JSONField(default=list, blank=True)  # keys of what must not change, see scenarios/locks.py
    github_owner = models.CharField(max_length=39, blank=True, default="")  # where repositories go
    dbt_account_id = models.CharField(max_length=18, blank=True, default="")
    request_token = models.UUIDField(null=True, blank=True, unique=True)  # of the form: two clicks, one demo
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="demos")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.ME)
    template = models.ForeignKey(  # the plan from which this demo was copied
        "PlanRevision", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )
    call_on = models.DateField(null=True, blank=True)
    used_at = models.DateTimeField(default=timezone.now)  # built, rehearsed, updated, copied, extended …
    expiry_warned_at = models.DateTimeField(null=True, blank=True)  # for the present `used_at`
    rating = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5, after the call
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.UNKNOWN)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    current = models.ForeignKey(
        "PlanRevision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DemoQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "updated_at", "id"], name="newest_of_owner"),
            models.Index(fields=["visibility", "team"], name="shared_with"),
            models.Index(  # all that insights read of a demo, without its notes
                fields=[
                    "created_at",
                    "owner",
                    "team",
                    "industry",
                    "template",
                    "call_on",
                    "rating",
                    "outcome",
                ],
                name="demos_of_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_name} ({self.industry})"

    @property
    def public_name(self) -> str:
        """What the prospect is called outside the pages of this demo: in repositories, logs, the audit trail."""
        return self.codename or self.company

    @property
    def brief(self) -> Brief:
        """The brief as the pure packages want it."""
        return Brief(
            company=self.company,
            industry=self.industry,
            warehouse=self.warehouse,  # type: ignore[arg-type]  # checked by the form and by pydantic
            include_semantic_layer=self.include_semantic_layer,
            discovery_notes=self.discovery_notes,
            pain_points=self.pain_points,
            depth=self.depth,  # type: ignore[arg-type]
            codename=self.codename or None,
            as_of=self.as_of,
        )
