"""A plan revision: numbered, immutable once it is settled; and its project files."""

from typing import Any

from django.conf import settings
from django.db import models
from django_cryptography.fields import encrypt

from demoforge.claims import Claimed
from scenarios.models.demo import Demo
from scenarios.models.proof import Proof
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, part_type


class RevisionStatus(models.TextChoices):
    """Where a revision is on its road."""

    QUEUED = "queued", "Waiting to be drafted"
    DRAFTING = "drafting", "Being drafted"
    RENDERED = "rendered", "Waiting for its Proof"
    READY = "ready", "Ready"
    BROKEN = "broken", "The Proof did not pass"
    FAILED = "failed", "Drafting failed"


BUSY = (RevisionStatus.QUEUED, RevisionStatus.DRAFTING, RevisionStatus.RENDERED)


class Origin(models.TextChoices):
    """How a revision came to be."""

    GENERATED = "generated", "Generated"
    REGENERATED = "regenerated", "Regenerated with modifications"
    EDITED = "edited", "Edited by hand"
    RESTORED = "restored", "Restored"
    COPIED = "copied", "Copied from a template"
    IMPORTED = "imported", "Imported"


class PlanRevision(Claimed):
    """One version of a demo's plan, its rendered project and its Proof."""

    demo = models.ForeignKey(Demo, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    origin = models.CharField(max_length=20, choices=Origin.choices)
    subject = models.CharField(max_length=120, blank=True)  # which section was edited, which number restored
    instructions = encrypt(models.TextField(blank=True, default=""))
    provider = models.CharField(max_length=20)
    ai_model = models.CharField(
        max_length=200, blank=True
    )  # the model that writes; empty: as its author chose
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    status = models.CharField(max_length=12, choices=RevisionStatus.choices, default=RevisionStatus.QUEUED)
    progress = models.CharField(max_length=200, blank=True)  # what is happening, in words
    error = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    notes = models.JSONField(default=list, blank=True)  # what the provider says about this draft

    preview = models.JSONField(null=True, blank=True)  # what is there of an outline that is being written
    outline = models.JSONField(null=True, blank=True)
    parts = models.JSONField(default=dict, blank=True)  # key -> part, filled while drafting
    plan = models.JSONField(null=True, blank=True)
    findings = models.JSONField(null=True, blank=True)  # of the Proof, while they are to be mended
    repairs = models.PositiveSmallIntegerField(default=0)  # how often a Proof sent the plan back
    template_source = models.CharField(max_length=300, blank=True)
    template_commit = models.CharField(max_length=64, blank=True)
    code_digest = models.CharField(max_length=71, blank=True, db_index=True)
    project_digest = models.CharField(max_length=71, blank=True)
    proof = models.ForeignKey(
        Proof, null=True, blank=True, on_delete=models.PROTECT, related_name="revisions"
    )

    approval = (
        models.ForeignKey(  # the verdict that lets it be built and copied, see scenarios/models/demo.approved
            "Review", null=True, blank=True, on_delete=models.SET_NULL, related_name="approves"
        )
    )
    approval_inherited = models.BooleanField(default=False)  # from the template, of which it is a copy

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["demo", "number"], name="one_number_per_demo")]
        indexes = [
            models.Index(fields=["status", "lease_until"]),
            models.Index(  # all that insights read of a revision: SQLite would walk through its plan to get there
                fields=["demo", "number", "status", "created_at", "ready_at", "repairs"],
                name="what_insights_read",
            ),
            models.Index(  # all that scenarios/models/demo.approved reads, for the same reason
                fields=["approval", "project_digest", "approval_inherited"],
                condition=models.Q(approval__isnull=False),
                name="approved_revisions",
            ),
            models.Index(fields=["author", "created_at"], name="revisions_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.demo}, revision {self.number}"

    @property
    def is_approved(self) -> bool:
        """Whether a manager's approval holds for this project, see scenarios/models/demo.approved."""
        if self.approval is None or self.approval.status != "approved":
            return False
        return self.approval_inherited or self.approval.project_digest == self.project_digest

    @property
    def is_busy(self) -> bool:
        """Whether a worker still has to do something."""
        return self.status in BUSY

    def read_plan(self) -> Plan:
        """The validated plan. Raises ValueError when there is none yet."""
        if self.plan is None:
            raise ValueError(f"{self} has no plan yet")
        return Plan.model_validate(self.plan)

    def read_outline(self) -> Outline | None:
        """The outline, as soon as there is one."""
        data: Any = self.plan["outline"] if self.plan else self.outline
        return Outline.model_validate(data) if data else None

    def read_parts(self) -> dict[str, PartValue]:
        """The parts written so far, by key; none once the plan is whole."""
        return {
            key: part_type(key).model_validate(data)  # type: ignore[misc]  # one of the PartValue types
            for key, data in self.parts.items()
        }

    def branches(self, **only: Any) -> dict[str, dict[str, str]]:
        """Branch -> path -> text of the files; `only` narrows them down, such as `is_document=False`."""
        found: dict[str, dict[str, str]] = {}
        for branch, path, text in self.files.filter(**only).values_list("branch", "path", "text"):
            found.setdefault(branch, {})[path] = text
        return found

    def files_of(self, branch: str = "main") -> dict[str, str]:
        """Path -> text of every file of a branch."""
        return dict(self.files.filter(branch=branch).values_list("path", "text"))


class ProjectFile(models.Model):
    """One rendered file of a revision."""

    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="files")
    branch = models.CharField(max_length=60, default="main")
    path = models.CharField(max_length=200)
    text = models.TextField()
    is_document = models.BooleanField(default=False)  # not read by dbt: made from the plan and its Proof

    class Meta:
        ordering = ["branch", "path"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "branch", "path"], name="one_file_per_path")
        ]

    def __str__(self) -> str:
        return self.path
