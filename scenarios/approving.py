"""Whose builds need an approval, and whether a plan has one that holds.

An approval is a manager's verdict on one revision. It holds as long as the project has the digest that was
seen, and the revision is the current one of its demo: any change makes another revision, and that voids it.
"""

from django.conf import settings

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from demoforge.errors import Explained
from scenarios.models import PlanRevision, Policy
from scenarios.models.demo import approved
from scenarios.policy import policy_now


class NotApproved(Explained):
    """A plan that may not be built, because no manager's approval holds for it."""

    status = 409


def needs_approval(user: User | None) -> bool:
    """Whether what this person builds must be approved. None: somebody who is not known any more."""
    reviews = policy_now().reviews
    if reviews == Policy.Reviews.EXECUTIVES:
        return user is None or user.role == Role.ACCOUNT_EXECUTIVE
    return bool(reviews == Policy.Reviews.EVERYONE)


def approval_holds(revision: PlanRevision) -> bool:
    """Whether the revision is approved and its approval is not voided; asks the database, not the object."""
    rows = PlanRevision.objects.filter(approved(), pk=revision.pk, demo__current=revision.pk)
    return rows.exists()


def refuse_unapproved(revision: PlanRevision, *, by: User | None) -> None:
    """Raises NotApproved when `by` may build approved plans only and this one is not, or not any more."""
    if not needs_approval(by) or approval_holds(revision):
        return
    was = PlanRevision.objects.filter(approved(), pk=revision.pk).exists()
    if was:
        raise NotApproved(
            f"The plan was changed after revision {revision.number} was approved, which voids the approval.",
            "Ask for a review of the current revision on the review page, then build that one.",
        )
    raise NotApproved(
        f"Revision {revision.number} is not approved, and you build approved plans only.",
        "Ask for a review on the review page. When a manager has approved the plan, build it.",
    )


def is_own_plan(revision: PlanRevision, user: User) -> bool:
    """Whether this is a plan of the person's own, on which they do not decide: their demo, or they wrote it.

    An administrator of an installation in local mode decides on these too: there may be nobody else.
    """
    if settings.LOCAL_MODE and user.role == Role.ADMIN:
        return False
    return user.pk in (revision.demo.owner_id, revision.author_id)
