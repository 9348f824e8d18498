"""Reviews on the pages: the panel, the queue, comments, the policy; with and without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import AuditEntry, Team, User
from demoforge.accounts.roles import Role
from scenarios import reviewing
from scenarios.models import Comment, Demo, PlanRevision, Policy, Review, ReviewStatus, Visibility
from scenarios.policy import policy_now
from tests.scenarios.reviewed import approved, asked, demand, edited, proven
from tests.scenarios.views.pages import form_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
HTML = "<script>alert(1)</script> & <b>now</b>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;now&lt;/b&gt;"


@pytest.fixture
def mia(make_user: Any) -> User:
    return make_user("mia", role=Role.MANAGER)


@pytest.fixture
def revision(sam: User) -> PlanRevision:
    return proven(sam)


def address(revision: PlanRevision, more: str = "") -> str:
    return f"/demos/{revision.demo_id}/{f'revisions/{revision.number}/{more}' if more else ''}"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def press(client: Client, path: str, fields: dict[str, Any] | None = None) -> str:
    """Send a form as a browser without a script does; the page it leads to."""
    answer = client.post(path, fields or {}, follow=True)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_whole_road_in_two_browsers_with_nothing_but_forms(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    author, boss = client_of(sam), client_of(mia)
    assert "Nothing waits for you" in read(boss, "/reviews/")
    assert address(revision, "review/") in read(author, address(revision))
    page = press(author, address(revision, "review/"), {"note": "Thursday!"})
    assert "Waiting for a manager" in page
    assert "“Thursday!”" in page
    assert address(revision, "review/approve/") not in page, "not their own"

    queue = read(boss, "/reviews/")
    assert f'href="{address(revision)}"' in queue
    assert "Thursday!" in queue
    assert '1<span class="sr-only"> waiting</span>' in queue
    page = read(boss, address(revision))
    reason = form_of(page, "reason") | {"reason": "Name the metric."}
    assert "Sent back" in press(boss, address(revision, "review/send-back/"), reason)
    assert "“Name the metric.”" in read(author, address(revision))

    press(author, address(revision, "review/"), {"note": ""})
    form = form_of(read(boss, address(revision)), "remark")
    page = press(boss, address(revision, "review/approve/"), form)
    assert "Approved" in page
    page = read(author, address(revision))
    assert "was approved by <strong>mia</strong>" in page
    assert "waiting</span>" not in read(boss, "/reviews/")


def test_a_double_click_on_approve_leads_to_the_same_page(
    client_of: ClientOf, mia: User, revision: PlanRevision
) -> None:
    fields = {"review": asked(revision).pk}
    boss = client_of(mia)
    for _ in range(2):
        assert "is approved" in press(boss, address(revision, "review/approve/"), fields)
    assert AuditEntry.objects.filter(action="review.approved").count() == 1


def test_the_second_of_two_reviewers_is_told_and_changes_nothing(
    client_of: ClientOf, make_user: Any, mia: User, revision: PlanRevision
) -> None:
    max_ = make_user("max", role=Role.MANAGER)
    asked(revision)
    pages = {user: read(client_of(user), address(revision)) for user in (mia, max_)}
    press(client_of(mia), address(revision, "review/approve/"), form_of(pages[mia], "remark"))
    fields = form_of(pages[max_], "reason") | {"reason": "No."}
    late = client_of(max_).post(address(revision, "review/send-back/"), fields)
    assert late.status_code == 409
    assert "mia has approved it meanwhile." in late.content.decode()
    assert Review.objects.get().status == ReviewStatus.APPROVED


def test_a_form_that_is_about_another_review_decides_nothing(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    old, other = asked(revision), asked(proven(sam))
    reviewing.withdraw_review(old, by=sam)
    new = asked(revision)
    for key in (old.pk, other.pk, "", "x", "9" * 30):
        answer = client_of(mia).post(address(revision, "review/approve/"), {"review": key})
        assert answer.status_code == 409
    assert {review.status for review in (new, other)} == {ReviewStatus.OPEN}
    assert not Review.objects.filter(status=ReviewStatus.APPROVED).exists()


def test_nobody_approves_their_own_plan_by_a_forged_form(client_of: ClientOf, mia: User) -> None:
    revision = proven(mia)
    review = asked(revision)
    boss = client_of(mia)
    page = read(boss, address(revision))
    assert address(revision, "review/approve/") not in page
    answer = boss.post(address(revision, "review/approve/"), {"review": review.pk})
    assert answer.status_code == 403
    assert "your own" in answer.content.decode()
    assert "your own: another manager decides" in read(boss, "/reviews/")


def test_an_edit_voids_the_approval_and_the_page_says_of_whom_and_what_changed(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    approved(revision, mia)
    assert "Approval void" not in read(client_of(sam), address(revision))
    edited(revision, sam)
    for user in (sam, mia):
        page = read(client_of(user), address(revision))
        assert "The approval of revision 1 is void: the plan was changed." in page
        assert "It was approved by mia" in page
        assert f'href="/demos/{revision.demo_id}/revisions/compare/?old=1&amp;new=2"' in page
        assert "Any change voids it" not in page
    old = read(client_of(mia), address(revision, "/").replace("//", "/"))
    assert "The approval of revision 1 is void" in old
    changes = read(client_of(mia), f"/demos/{revision.demo_id}/revisions/compare/?old=1&new=2")
    assert "They sell boats now." in changes


def test_a_copy_says_that_its_approval_came_with_the_template_and_when_it_went(
    client_of: ClientOf, make_user: Any, mia: User, revision: PlanRevision
) -> None:
    eve = make_user("eve", role=Role.ACCOUNT_EXECUTIVE)
    review = approved(revision, mia)
    copy = proven(eve)
    Demo.objects.filter(pk=copy.demo_id).update(template=revision)
    PlanRevision.objects.filter(pk=copy.pk).update(approval=review, approval_inherited=True)
    page = read(client_of(eve), address(copy))
    assert "The template of this copy was approved by <strong>mia</strong>" in page
    assert f"/demos/{copy.demo_id}/build" in page
    copy.demo.refresh_from_db()
    proven(eve, copy.demo)
    page = read(client_of(eve), address(copy))
    assert "It came with the template, approved by mia" in page
    assert "You build approved plans only" in page


def test_a_review_of_an_earlier_revision_is_to_be_asked_for_again(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    review = asked(revision)
    new = proven(sam, revision.demo)
    page = read(client_of(sam), address(new))
    assert (
        "A review of revision 1 was asked for by sam, and the plan was changed before anybody decided."
        in page
    )
    assert address(new, "review/") in page
    assert "Nothing waits for you" in read(client_of(mia), "/reviews/")
    answer = client_of(mia).post(address(revision, "review/approve/"), {"review": review.pk})
    assert answer.status_code == 409
    assert not PlanRevision.objects.exclude(approval=None).exists()


def test_while_nothing_is_proven_there_is_nothing_to_ask_for(
    client_of: ClientOf, sam: User, revision: PlanRevision
) -> None:
    PlanRevision.objects.update(status="rendered")
    assert address(revision, "review/") not in read(client_of(sam), address(revision))
    answer = client_of(sam).post(address(revision, "review/"), {})
    assert answer.status_code == 400
    assert "not proven yet" in answer.content.decode()


def test_what_people_write_is_text_on_every_page(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    review = asked(revision, HTML)
    reviewing.comment(revision, section="models", text=HTML, by=mia)
    boss = client_of(mia)
    pages = [read(boss, "/reviews/"), read(boss, address(revision))]
    reviewing.send_back(review, reason=HTML, by=mia)
    pages.append(read(client_of(sam), address(revision)))
    for page in pages:
        assert ESCAPED in page
        assert "alert(1)</script>" not in page


# --- comments -----------------------------------------------------------------------------------------------


def test_comments_stand_in_their_section_and_are_resolved_one_by_one(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    boss, author = client_of(mia), client_of(sam)
    press(boss, address(revision, "comments/"), {"section": "models", "text": "Why two marts?"})
    answer = boss.post(address(revision, "comments/"), {"section": "talk_track", "text": "Too long."})
    assert answer["Location"] == f"{address(revision)}?tab=talk#comments-talk_track"
    page = read(author, address(revision))
    assert "2 open comments:" in page
    section = page[page.index('id="comments-models"') : page.index('id="comments-semantic"')]
    assert "Why two marts?" in section
    assert "Too long." not in page
    assert "Too long." in read(author, f"{address(revision)}?tab=talk")
    first = Comment.objects.get(section="models")
    page = press(author, f"{address(revision)}comments/{first.pk}/resolve/", {"on": "1"})
    assert "resolved by sam" in page
    assert "1 open comment:" in page


def test_with_a_script_only_the_comments_of_the_section_are_swapped(
    client_of: ClientOf, mia: User, revision: PlanRevision
) -> None:
    boss = client_of(mia)
    fields = {"section": "quality", "text": HTML}
    answer = boss.post(address(revision, "comments/"), fields, headers=HTMX)
    part = answer.content.decode()
    assert part.lstrip().startswith('<div id="comments-quality"')
    assert ESCAPED in part
    assert "<html" not in part
    assert "sent" in answer.headers["HX-Trigger"]
    made = Comment.objects.get()
    resolve = f"{address(revision)}comments/{made.pk}/resolve/"
    assert resolve in part
    part = boss.post(resolve, {"on": "1"}, headers=HTMX).content.decode()
    assert "resolved by mia" in part
    assert resolve not in part
    refused = boss.post(address(revision, "comments/"), {"section": "nonsense", "text": "x"}, headers=HTMX)
    assert refused.status_code == 400


def test_what_is_open_goes_on_with_the_next_revision_also_when_its_section_is_gone(
    client_of: ClientOf, sam: User, mia: User, revision: PlanRevision
) -> None:
    reviewing.comment(revision, section="models", text="Still open.", by=mia)
    reviewing.comment(revision, section="features", text="What became of it?", by=mia)
    done = reviewing.comment(revision, section="models", text="Dealt with.", by=mia)
    reviewing.resolve_comment(done, by=sam)
    new = proven(sam, revision.demo)
    page = read(client_of(sam), address(new))
    assert "Still open." in page
    assert f'about <a href="/demos/{new.demo_id}/revisions/1/">revision 1</a>' in page
    assert "Dealt with." not in page
    assert "More of dbt, not in this plan" in page
    assert "What became of it?" in page


def test_with_whom_a_demo_is_shared_sees_its_state_and_none_of_the_words(
    client_of: ClientOf, make_user: Any, sam: User, mia: User, revision: PlanRevision
) -> None:
    team = Team.objects.create(name="North")
    kim = make_user("kim", team=team)
    Demo.objects.update(visibility=Visibility.TEAM, team=team)
    review = reviewing.approve(asked(revision, "Secret note."), remark="Secret remark.", by=mia)
    reviewing.comment(revision, section="models", text="Secret comment.", by=mia)
    page = read(client_of(kim), address(revision))
    assert "was approved by <strong>mia</strong>" in page
    assert "Secret" not in page
    assert "/comments/" not in page
    comment = Comment.objects.get()
    for path in (
        address(revision, "review/"),
        address(revision, "review/withdraw/"),
        address(revision, "review/approve/"),
        address(revision, "review/send-back/"),
        address(revision, "comments/"),
        f"{address(revision)}comments/{comment.pk}/resolve/",
    ):
        answer = client_of(kim).post(path, {"review": review.pk, "section": "models", "text": "x"})
        assert answer.status_code == 403, path


def test_a_comment_is_reached_through_its_own_demo_only(
    client_of: ClientOf, make_user: Any, sam: User, mia: User, revision: PlanRevision
) -> None:
    comment = reviewing.comment(revision, section="models", text="x", by=mia)
    other = proven(make_user("kim"))
    path = f"/demos/{other.demo_id}/comments/{comment.pk}/resolve/"
    assert client_of(other.demo.owner).post(path).status_code == 404
    assert client_of(mia).post(path).status_code == 404
    comment.refresh_from_db()
    assert comment.resolved_at is None


# --- queue and policy ---------------------------------------------------------------------------------------


def test_the_queue_costs_few_queries_however_long_it_is(
    client_of: ClientOf, sam: User, mia: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        asked(proven(sam))
    boss = client_of(mia)
    with django_assert_max_num_queries(8) as few:
        read(boss, "/reviews/")
    for _ in range(6):
        asked(proven(sam))
    with django_assert_max_num_queries(len(few)):
        assert read(boss, "/reviews/").count("row-link") == 9


def test_the_policy_is_changed_by_administrators_and_says_what_is_wrong(
    client_of: ClientOf, make_user: Any, mia: User
) -> None:
    ada = client_of(make_user("ada", role=Role.ADMIN))
    page = read(ada, "/policy/")
    form = form_of(page, "expiry_days")
    assert (form["reviews"], form["expiry"], form["expiry_days"]) == ("executives", "warn", "30")
    assert "as delivered" in page
    for wrong in ({"expiry_days": "0"}, {"expiry_days": "9999"}, {"expiry_days": ""}, {"reviews": "maybe"}):
        assert ada.post("/policy/", form | wrong).status_code == 422
    assert not Policy.objects.exists()
    press(ada, "/policy/", form | {"reviews": "everyone", "expiry": "take_down", "expiry_days": "14"})
    now = policy_now()
    assert (now.reviews, now.expiry, now.expiry_days) == ("everyone", "take_down", 14)
    line = AuditEntry.objects.get(action="policy.changed")
    assert line.detail == {
        "reviews": "everyone", "expiry": "take_down", "expiry_days": 14,
        "reviews_before": "executives", "expiry_before": "warn", "expiry_days_before": 30,
    }  # fmt: skip
    boss = client_of(mia)
    assert boss.get("/policy/").status_code == boss.post("/policy/", form).status_code == 403
    assert "/policy/" not in read(boss, "/reviews/")


def test_when_everybody_needs_an_approval_the_page_asks_for_it(
    client_of: ClientOf, make_user: Any, sam: User, revision: PlanRevision
) -> None:
    demand(Policy.Reviews.EVERYONE, make_user("ada", role=Role.ADMIN))
    page = read(client_of(sam), address(revision))
    assert "You build approved plans only, and revision 1 is not approved" in page
    assert '<details class="sub" open><summary class="text-sm">Ask for a review' in page
