"""Demos with their revisions, calls of models, reviews and marks, as rows."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.db.models import OuterRef, Subquery

from demoforge.accounts.models import User
from provisioning.filling.clocks import times_as_given
from provisioning.filling.samples import AS_OF, Sample, digest_of
from provisioning.filling.stories import Draft, Story
from scenarios.models import (
    Demo,
    Favourite,
    ModelCall,
    Origin,
    PlanRevision,
    Review,
    ReviewStatus,
    RevisionStatus,
    Visibility,
)

ROWS = 250  # in a statement: a plan is some 30 kB
PROVIDERS = {True: ("openai", "a-large-model"), False: ("builtin", "")}
_WAREHOUSES = ("snowflake", "bigquery", "databricks", "redshift")
_SHARED = (Visibility.EVERYONE, Visibility.EVERYONE, Visibility.TEAM, Visibility.ME)
_PURPOSES = ("outline", "data:1", "sql:1", "semantic", "talk_track", "quality")


def fill_demos(
    stories: Sequence[Story], owners: Sequence[User], samples: Sequence[Sample], dice: Random
) -> list[Demo]:
    """The demos of the stories, each with a current revision; `owners` share them unevenly."""
    samples_of = [samples[number % len(samples)] for number in range(len(stories))]
    rows = [
        _demo(one, _owner(owners, dice), sample.industry, dice)
        for one, sample in zip(stories, samples_of, strict=True)
    ]
    with times_as_given(Demo):
        demos = Demo.objects.bulk_create(rows, batch_size=ROWS)
    revisions = [
        _revision(demo, number, draft, sample, newest=number == len(one.drafts))
        for demo, one, sample in zip(demos, stories, samples_of, strict=True)
        for number, draft in enumerate(one.drafts, start=1)
    ]
    with times_as_given(PlanRevision):
        for start in range(0, len(revisions), ROWS):
            PlanRevision.objects.bulk_create(revisions[start : start + ROWS])
    newest = PlanRevision.objects.filter(demo=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Demo.objects.filter(current=None, pk__gte=demos[0].pk).update(current=Subquery(newest))
    return demos


def _owner(owners: Sequence[User], dice: Random) -> User:
    """Some do much more than others."""
    return owners[int(len(owners) * dice.random() ** 2)]


def _demo(one: Story, owner: User, industry: str, dice: Random) -> Demo:
    changed = one.work.created if one.work else one.drafts[-1].created
    return Demo(
        owner=owner, team_id=owner.team_id, company=one.company, industry=industry,
        warehouse=dice.choice(_WAREHOUSES), include_semantic_layer=True, depth="essential", as_of=AS_OF,
        provider=PROVIDERS[one.by_model][0], visibility=dice.choice(_SHARED), call_on=one.call_on,
        rating=one.rating, outcome=one.outcome, created_at=one.begun, updated_at=changed, used_at=changed,
        discovery_notes="Three teams report three revenues.", pain_points="Nobody trusts the numbers.",
    )  # fmt: skip


def _revision(demo: Demo, number: int, draft: Draft, sample: Sample, *, newest: bool) -> PlanRevision:
    """Only the newest has its plan: what came before is listed, not read."""
    failed = draft.status == RevisionStatus.FAILED
    proof = sample.passed if draft.status == RevisionStatus.READY else sample.failed
    return PlanRevision(
        demo=demo, number=number, origin=Origin.GENERATED if number == 1 else Origin.EDITED,
        provider=demo.provider, author_id=demo.owner_id, created_at=draft.created, ready_at=draft.ready,
        status=draft.status, repairs=draft.repairs, error="The provider gave no answer." if failed else "",
        plan=sample.plan_for(demo.company) if newest and not failed else None,
        code_digest="" if failed else proof.code_digest, proof=None if failed else proof,
        project_digest=digest_of(demo.pk, number) if draft.ready else "",
    )  # fmt: skip


def fill_calls(stories: Sequence[Story], demos: Sequence[Demo], dice: Random) -> None:
    """The calls of models for first revisions; their texts are taken out already."""
    first = dict(PlanRevision.objects.filter(demo__in=_span(demos), number=1).values_list("demo_id", "pk"))
    provider, model = PROVIDERS[True]
    ModelCall.objects.bulk_create(
        [
            ModelCall(
                revision_id=first[demo.pk], number=number, at=one.begun + timedelta(seconds=20 * number),
                purpose=purpose, provider=provider, model=model, outcome="ok", input_tokens=dice.randint(3000, 9000),
                output_tokens=dice.randint(500, 4000), seconds=round(dice.uniform(3, 30), 2), purged_at=one.begun,
                price=Decimal(dice.randint(5_000, 120_000)) / 1_000_000 if dice.random() < 0.95 else None,
            )
            for demo, one in zip(demos, stories, strict=True) if one.by_model
            for number, purpose in enumerate(_PURPOSES, start=1)
        ],
        batch_size=1000,
    )  # fmt: skip


def fill_reviews(
    stories: Sequence[Story], demos: Sequence[Demo], reviewers: Sequence[User], dice: Random
) -> None:
    """Reviews of current revisions; those that are approved may be built and copied."""
    current = dict(
        PlanRevision.objects.filter(demo__in=_span(demos)).order_by("number").values_list("demo_id", "pk")
    )
    digests = dict(PlanRevision.objects.filter(demo__in=_span(demos)).values_list("pk", "project_digest"))
    rows = [
        _review(one, demo, current[demo.pk], digests[current[demo.pk]], dice.choice(reviewers))
        for demo, one in zip(demos, stories, strict=True)
        if one.review
    ]
    with times_as_given(Review):
        Review.objects.bulk_create(rows, batch_size=ROWS)
    verdict = Review.objects.filter(revision=OuterRef("pk"), status=ReviewStatus.APPROVED).values("pk")[:1]
    approved = PlanRevision.objects.filter(reviews__status=ReviewStatus.APPROVED, approval=None)
    PlanRevision.objects.filter(pk__in=approved.values("pk")).update(approval=Subquery(verdict))


def _review(one: Story, demo: Demo, revision: int, digest: str, reviewer: User) -> Review:
    asked = one.drafts[-1].created + timedelta(minutes=30)
    decided = one.review != ReviewStatus.OPEN
    return Review(
        revision_id=revision, status=one.review, project_digest=digest, note="Please look at the story.",
        asked_by_id=demo.owner_id, asked_at=asked, verdict="Good." if one.review == ReviewStatus.APPROVED else "",
        decided_by=reviewer if decided else None, decided_at=asked + timedelta(hours=3) if decided else None,
    )  # fmt: skip


def fill_copies(stories: Sequence[Story], demos: Sequence[Demo], dice: Random) -> None:
    """The demos that were copied, each from an approved plan; some templates are liked much more than others."""
    templates = list(
        PlanRevision.objects.filter(approval__isnull=False).order_by("pk").values_list("pk", flat=True)[:200]
    )
    copies = [demo for demo, one in zip(demos, stories, strict=True) if one.copied] if templates else []
    for demo in copies:
        demo.template_id = templates[int(len(templates) * dice.random() ** 3)]
    Demo.objects.bulk_update(copies, ["template"], batch_size=ROWS)


def fill_favourites(demos: Sequence[Demo], people: Sequence[User], dice: Random) -> None:
    """Six marks a person."""
    marks = [
        Favourite(user=one, demo=demo) for one in people for demo in dice.sample(demos, min(6, len(demos)))
    ]
    Favourite.objects.bulk_create(marks, ignore_conflicts=True)


def _span(demos: Sequence[Demo]) -> "Subquery":
    """The demos made now: their numbers follow each other."""
    return Subquery(Demo.objects.filter(pk__gte=demos[0].pk, pk__lte=demos[-1].pk).values("pk"))
