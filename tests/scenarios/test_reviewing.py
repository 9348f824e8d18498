"""Reviews: who decides about what, what holds, what voids it, and who is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from demoforge.accounts.models import AuditEntry, Notice, User
from demoforge.accounts.roles import Role
from demoforge.errors import Explained, NotNow
from scenarios import access, reviewing, services
from scenarios.approving import NotApproved, approval_holds, needs_approval, refuse_unapproved
from scenarios.models import (
    LONGEST_REMARK,
    Comment,
    Demo,
    PlanRevision,
    Policy,
    Review,
    ReviewStatus,
    RevisionStatus,
)
from scenarios.policy import change_policy, policy_now
from tests.scenarios.reviewed import approved, asked, demand, edited, proven

pytestmark = pytest.mark.django_db
HTML = "<script>alert(1)</script> & {{ config() }}"


@pytest.fixture
def people(make_user: Any) -> dict[str, User]:
    roles = {
        "sam": Role.SALES_ENGINEER,
        "mia": Role.MANAGER,
        "max": Role.MANAGER,
        "ada": Role.ADMIN,
        "eve": Role.ACCOUNT_EXECUTIVE,
    }
    return {name: make_user(name, role=role) for name, role in roles.items()}


@pytest.fixture
def sam(people: dict[str, User]) -> User:
    return people["sam"]


@pytest.fixture
def mia(people: dict[str, User]) -> User:
    return people["mia"]


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def actions() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name"))


# --- asking -------------------------------------------------------------------------------------------------


def test_asking_tells_who_may_decide_and_leaves_an_audit_line(people: dict[str, User], sam: User) -> None:
    User.objects.filter(username="max").update(is_active=False)
    revision = proven(sam, codename="Bluebird")
    review = asked(revision, "  Please look at the talk track.\r\nThursday!  ")
    assert (review.status, review.project_digest) == (ReviewStatus.OPEN, revision.project_digest)
    assert review.note == "Please look at the talk track.\nThursday!"
    assert told(people["mia"]) == told(people["ada"]) == ["sam asks for a review of Bluebird, revision 1."]
    assert not any(told(people[name]) for name in ("sam", "max", "eve"))
    assert Notice.objects.filter(path=f"/demos/{revision.demo_id}/").count() == 2
    line = AuditEntry.objects.get(action="review.asked")
    assert (line.actor, line.detail) == (sam, {"revision": 1, "digest": revision.project_digest})


def test_asking_twice_is_one_review_told_once(sam: User, mia: User) -> None:
    revision = proven(sam)
    assert asked(revision, "First.") == asked(revision, "Second.")
    assert Review.objects.get().note == "First."
    assert len(told(mia)) == 1
    assert actions() == [("review.asked", "sam")]


@pytest.mark.parametrize("status", [RevisionStatus.RENDERED, RevisionStatus.BROKEN, RevisionStatus.FAILED])
def test_only_what_is_proven_is_reviewed(sam: User, status: RevisionStatus) -> None:
    revision = proven(sam)
    PlanRevision.objects.update(status=status)
    with pytest.raises(NotNow, match="Revision 1 is not proven yet"):
        asked(revision)
    assert not Review.objects.exists()


def test_only_the_current_plan_is_reviewed_and_once_approved_not_again(sam: User, mia: User) -> None:
    first = proven(sam)
    second = proven(sam, first.demo)
    with pytest.raises(reviewing.Late, match="revision 1 is not the current one"):
        asked(first)
    approved(second, mia)
    with pytest.raises(NotNow, match="approved already"):
        asked(second)


def test_asking_for_the_next_revision_withdraws_what_was_open(sam: User) -> None:
    old = asked(proven(sam))
    new = asked(proven(sam, old.revision.demo))
    old.refresh_from_db()
    assert (old.status, new.status) == (ReviewStatus.WITHDRAWN, ReviewStatus.OPEN)
    assert [action for action, _ in actions()] == ["review.asked", "review.withdrawn", "review.asked"]


def test_withdrawing_takes_it_from_the_queue_and_nobody_decides_then(sam: User, mia: User) -> None:
    review = asked(proven(sam))
    assert list(access.open_reviews(mia)) == [review]
    reviewing.withdraw_review(review, by=sam)
    reviewing.withdraw_review(review, by=sam)
    assert list(access.open_reviews(mia)) == []
    assert actions() == [("review.asked", "sam"), ("review.withdrawn", "sam")]
    with pytest.raises(reviewing.Late, match="sam has withdrawn the review meanwhile"):
        reviewing.approve(review, by=mia)


# --- deciding -----------------------------------------------------------------------------------------------


def test_an_approval_is_of_one_project_and_its_author_is_told(sam: User, mia: User) -> None:
    revision = proven(sam)
    review = reviewing.approve(asked(revision), remark="Well done.", by=mia)
    revision.refresh_from_db()
    assert revision.approval == review
    assert revision.is_approved
    assert approval_holds(revision)
    assert (review.status, review.decided_by, review.verdict) == ("approved", mia, "Well done.")
    assert review.decided_at is not None
    assert told(sam) == ["mia has approved Fjell & Field Outfitters, revision 1: it can be built."]
    line = AuditEntry.objects.get(action="review.approved")
    assert (line.actor, line.detail["digest"]) == (mia, revision.project_digest)


def test_two_clicks_on_approve_are_one_approval(sam: User, mia: User) -> None:
    review = asked(proven(sam))
    first = reviewing.approve(review, by=mia)
    again = reviewing.approve(review, by=mia)
    assert again.decided_at == first.decided_at
    assert len(told(sam)) == 1
    assert AuditEntry.objects.filter(action="review.approved").count() == 1


def test_whoever_is_second_is_told_what_the_first_has_decided(
    people: dict[str, User], sam: User, mia: User
) -> None:
    review = asked(proven(sam))
    reviewing.approve(review, by=mia)
    with pytest.raises(reviewing.Late, match="mia has approved it meanwhile"):
        reviewing.send_back(review, reason="No.", by=people["max"])
    with pytest.raises(reviewing.Late, match="mia has approved it meanwhile"):
        reviewing.approve(review, by=people["max"])
    assert Review.objects.get().decided_by == mia
    other = asked(proven(sam))
    reviewing.send_back(other, reason="No.", by=mia)
    with pytest.raises(reviewing.Late, match="mia has sent it back meanwhile"):
        reviewing.approve(other, by=people["max"])
    assert not approval_holds(other.revision)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["mia", "max"])
def test_two_reviewers_in_the_same_moment_make_one_decision(
    people: dict[str, User], sam: User, second: str
) -> None:
    """Also a double click: then both get the one approval."""
    review = asked(proven(sam))
    barrier, late = threading.Barrier(2), []

    def press(by: User) -> None:
        try:
            barrier.wait(timeout=20)
            reviewing.approve(Review.objects.select_related("revision").get(pk=review.pk), by=by)
        except reviewing.Late as error:
            late.append(error.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(people[name],)) for name in ("mia", second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    review.refresh_from_db()
    assert review.status == ReviewStatus.APPROVED
    assert AuditEntry.objects.filter(action="review.approved").count() == 1
    assert len(told(sam)) == 1
    assert late == ([] if second == "mia" else [f"{review.decided_by} has approved it meanwhile."])


def test_nobody_approves_a_plan_of_their_own(
    people: dict[str, User], sam: User, mia: User, settings: Any
) -> None:
    own = asked(proven(mia))
    with pytest.raises(reviewing.OwnPlan) as refused:
        reviewing.approve(own, by=mia)
    assert refused.value.status == 403
    with pytest.raises(reviewing.OwnPlan):
        reviewing.send_back(own, reason="x", by=mia)
    with pytest.raises(PermissionDenied):
        access.require_may_decide(mia, own.revision)
    assert told(mia) == [], "who may not decide is not asked to"
    written = proven(sam)
    PlanRevision.objects.filter(pk=written.pk).update(author=mia)  # somebody else's demo, but she wrote it
    with pytest.raises(reviewing.OwnPlan):
        reviewing.approve(asked(written), by=mia)
    assert reviewing.approve(own, by=people["max"]).status == ReviewStatus.APPROVED


@pytest.mark.parametrize(("local", "allowed"), [(True, True), (False, False)])
def test_an_administrator_decides_on_their_own_plan_in_local_mode_only(
    people: dict[str, User], settings: Any, local: bool, allowed: bool
) -> None:
    settings.LOCAL_MODE = local
    ada = people["ada"]
    review = asked(proven(ada))
    assert access.may_decide(ada, review.revision) is allowed
    assert list(access.reviews_to_do(ada)) == ([review] if allowed else [])
    if allowed:
        assert reviewing.approve(review, by=ada).decided_by == ada
    else:
        with pytest.raises(reviewing.OwnPlan):
            reviewing.approve(review, by=ada)


def test_sending_back_needs_a_reason_and_the_same_plan_can_be_asked_for_again(sam: User, mia: User) -> None:
    revision = proven(sam)
    review = asked(revision)
    with pytest.raises(Explained, match="There is no reason"):
        reviewing.send_back(review, reason=" \n ", by=mia)
    with pytest.raises(Explained, match="longer than 2,000 characters"):
        reviewing.send_back(review, reason="x" * (LONGEST_REMARK + 1), by=mia)
    reviewing.send_back(review, reason="Name the metric.", by=mia)
    reviewing.send_back(review, reason="Name the metric.", by=mia)
    assert told(sam) == ["mia has sent back Fjell & Field Outfitters, revision 1. The reason is on its page."]
    again = asked(revision)
    assert again != review
    assert reviewing.approve(again, by=mia).status == ReviewStatus.APPROVED


def test_an_approval_can_be_taken_back_and_copies_lose_it(
    people: dict[str, User], sam: User, mia: User
) -> None:
    revision = proven(sam)
    review = approved(revision, mia)
    copy = proven(people["eve"])
    PlanRevision.objects.filter(pk=copy.pk).update(approval=review, approval_inherited=True)
    assert approval_holds(copy)
    reviewing.send_back(review, reason="I was wrong.", seen="approved", by=people["max"])
    assert not approval_holds(revision)
    assert not approval_holds(copy)
    assert told(sam)[-1].startswith("max has taken back the approval of")


def test_an_edit_voids_the_approval_and_no_open_review_of_it_is_decided(sam: User, mia: User) -> None:
    revision = proven(sam)
    approved(revision, mia)
    new = edited(revision, sam)
    assert not approval_holds(revision)
    assert not approval_holds(new)
    review = asked(proven(sam))
    edited(review.revision, sam)
    assert list(access.open_reviews(mia)) == []
    for decide in (
        lambda: reviewing.approve(review, by=mia),
        lambda: reviewing.send_back(review, reason="x", by=mia),
    ):
        with pytest.raises(reviewing.Late, match="revision 1 is not the current one any more"):
            decide()


def test_restoring_the_approved_plan_is_a_change_too(sam: User, mia: User) -> None:
    revision = proven(sam)
    approved(revision, mia)
    edited(revision, sam)
    PlanRevision.objects.update(status=RevisionStatus.READY)
    restored = services.restore_revision(revision, by=sam)
    assert not approval_holds(restored)
    assert not approval_holds(revision)


def test_a_project_with_another_digest_is_not_what_was_approved(sam: User, mia: User) -> None:
    revision = proven(sam)
    review = asked(revision)
    PlanRevision.objects.update(project_digest="sha256:other")
    with pytest.raises(reviewing.Late, match="not the one of which a review was asked for"):
        reviewing.approve(review, by=mia)
    PlanRevision.objects.update(project_digest=review.project_digest)
    reviewing.approve(review, by=mia)
    assert approval_holds(revision)
    PlanRevision.objects.update(project_digest="sha256:other")
    assert not approval_holds(revision)


# --- comments -----------------------------------------------------------------------------------------------


def test_comments_are_told_to_the_other_side_and_resolved_one_by_one(
    people: dict[str, User], sam: User, mia: User
) -> None:
    revision = proven(sam)
    first = reviewing.comment(revision, section="models", text="Why two marts?", by=mia)
    second = reviewing.comment(revision, section="talk_track", text="Too long.", by=mia)
    assert told(sam)[0] == "mia has a comment on “Models” of Fjell & Field Outfitters."
    reviewing.comment(revision, section="models", text="One per team.", by=sam)
    assert told(mia) == ["sam has a comment on “Models” of Fjell & Field Outfitters."]
    reviewing.resolve_comment(first, by=sam)
    reviewing.resolve_comment(first, by=people["max"])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.resolved_by, second.resolved_by) == (sam, None)
    assert told(mia)[-1] == "sam has resolved your comment on “Models” of Fjell & Field Outfitters."
    assert [action for action, _ in actions()] == ["comment.added"] * 3 + ["comment.resolved"]


def test_the_same_comment_sent_twice_is_one_until_it_is_resolved(sam: User, mia: User) -> None:
    revision = proven(sam)
    send: Callable[[], Comment] = lambda: reviewing.comment(  # noqa: E731
        revision, section="models", text="Why?", by=mia
    )
    assert send() == send()
    reviewing.resolve_comment(send(), by=sam)
    send()
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("section", "text"), [("nonsense", "x"), ("models", " "), ("models", "x" * (LONGEST_REMARK + 1))]
)
def test_what_is_no_comment_is_refused(sam: User, mia: User, section: str, text: str) -> None:
    with pytest.raises(Explained):
        reviewing.comment(proven(sam), section=section, text=text, by=mia)
    assert not Comment.objects.exists()


def test_what_people_write_is_encrypted_and_in_no_notice_or_audit_line(sam: User, mia: User) -> None:
    revision = proven(sam)
    review = asked(revision, HTML)
    reviewing.comment(revision, section="models", text=HTML, by=mia)
    reviewing.send_back(review, reason=HTML, by=mia)
    with connection.cursor() as cursor:
        cursor.execute("select note, verdict from scenarios_review")
        raw = [bytes(value) for value in cursor.fetchone()]
        cursor.execute("select text from scenarios_comment")
        raw += [bytes(value) for value in cursor.fetchone()]
    assert not any(b"script" in value for value in raw)
    assert not Notice.objects.filter(text__contains="script").exists()
    assert "script" not in str(list(AuditEntry.objects.values_list("subject", "detail")))


# --- policy -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviews", "needed"),
    [
        (Policy.Reviews.NEVER, []),
        (Policy.Reviews.EXECUTIVES, ["eve", None]),
        (Policy.Reviews.EVERYONE, ["ada", "eve", "max", "mia", "sam", None]),
    ],
)
def test_the_policy_says_who_needs_an_approval(
    people: dict[str, User], reviews: Policy.Reviews, needed: list[str | None]
) -> None:
    demand(reviews, people["ada"])
    asked_for = [name for name in sorted(people) if needs_approval(people[name])]
    assert asked_for + ([None] if needs_approval(None) else []) == needed  # None: nobody knows who


def test_as_delivered_account_executives_need_one_and_nobody_else(people: dict[str, User]) -> None:
    assert not Policy.objects.exists()
    assert [name for name in people if needs_approval(people[name])] == ["eve"]


def test_the_gate_says_why(people: dict[str, User], sam: User, mia: User) -> None:
    eve, revision = people["eve"], proven(people["eve"])
    with pytest.raises(NotApproved, match="Revision 1 is not approved, and you build approved plans only"):
        refuse_unapproved(revision, by=eve)
    refuse_unapproved(revision, by=sam)
    approved(revision, mia)
    refuse_unapproved(revision, by=eve)
    proven(eve, revision.demo)
    with pytest.raises(NotApproved, match="was changed after revision 1 was approved, which voids"):
        refuse_unapproved(revision, by=eve)


def test_each_change_of_the_policy_is_recorded_with_what_was_before(people: dict[str, User]) -> None:
    ada = people["ada"]
    change_policy(reviews="everyone", expiry="take_down", expiry_days=14, by=ada)
    change_policy(reviews="everyone", expiry="take_down", expiry_days=14, by=ada)
    change_policy(reviews="never", expiry="take_down", expiry_days=14, by=ada)
    lines = [line.detail for line in AuditEntry.objects.filter(action="policy.changed").order_by("pk")]
    assert lines[0]["expiry_days_before"] == 30
    assert lines[1:] == [{"reviews": "never", "reviews_before": "everyone"}]
    now = policy_now()
    assert (now.reviews, now.expiry, now.expiry_days, now.changed_by) == ("never", "take_down", 14, ada)
    assert Policy.objects.count() == 1


def test_the_queue_is_for_managers_oldest_first(people: dict[str, User], sam: User, mia: User) -> None:
    reviews = [asked(proven(sam)) for _ in range(2)]
    own = asked(proven(mia))
    assert list(access.open_reviews(mia)) == [*reviews, own]
    assert list(access.reviews_to_do(mia)) == reviews
    for name in ("sam", "eve"):
        with pytest.raises(PermissionDenied):
            access.open_reviews(people[name])
    assert Demo.objects.count() == 3
