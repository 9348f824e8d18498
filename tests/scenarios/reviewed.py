"""Plans that are proven, asked for, approved and changed: for the tests of reviews."""

from functools import cache

from demoforge.accounts.models import User
from scenarios import reviewing, services
from scenarios.models import Demo, Origin, PlanRevision, Policy, Review, RevisionStatus
from scenarios.plan.sections import get_section
from scenarios.policy import change_policy
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of


def proven(owner: User, demo: Demo | None = None, **fields: object) -> PlanRevision:
    """A proven revision, the current one of its demo, with a digest of all its files; the files are left out."""
    demo = demo or demo_of(owner, **fields)
    number = demo.revisions.count() + 1
    revision = PlanRevision.objects.create(
        demo=demo,
        number=number,
        origin=Origin.EDITED if number > 1 else Origin.GENERATED,
        provider="builtin",
        author=demo.owner,
        status=RevisionStatus.READY,
        plan=_plan(),
        project_digest=f"sha256:{demo.pk:032}{number:032}",
    )
    demo.current = revision
    demo.save(update_fields=["current"])
    return revision


@cache
def _plan() -> dict[str, object]:
    return example_plan().model_dump(mode="json")


def asked(revision: PlanRevision, note: str = "") -> Review:
    """A review that its owner has asked for."""
    return reviewing.ask_review(revision, note=note, by=revision.demo.owner)


def approved(revision: PlanRevision, by: User) -> Review:
    """A review that is approved."""
    review = reviewing.approve(asked(revision), by=by)
    revision.refresh_from_db()
    return review


def edited(revision: PlanRevision, by: User, words: str = "They sell boats now.") -> PlanRevision:
    """The revision after an edit of its plan."""
    data = get_section(revision.read_plan(), "context") | {"summary": words}
    return services.edit_section(revision, section="context", data=data, by=by)


def demand(reviews: Policy.Reviews, by: User) -> Policy:
    """Set whose builds need an approval."""
    return change_policy(reviews=reviews, expiry=Policy.Expiry.WARN, expiry_days=30, by=by)
