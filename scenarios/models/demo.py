"""A demo: what a sales engineer is preparing for one prospect."""

from typing import Self

from django.conf import settings
from django.db import models
from django_cryptography.fields import encrypt

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from scenarios.plan.brief import Brief


class DemoQuerySet(models.QuerySet["Demo"]):
    """Reads of demos."""

    def visible_to(self, user: User) -> Self:
        """The demos that this person may see."""
        if user.may(Action.SEE_ALL_DEMOS):
            return self
        if user.may(Action.SEE_DEMOS):
            return self.filter(owner=user)
        return self.none()


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
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    current = models.ForeignKey(
        "PlanRevision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DemoQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["owner", "updated_at", "id"], name="newest_of_owner")]

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
