"""Reviews: the managers' queue, and what people do with a review and with comments. All forms work without a script."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from demoforge.htmx import render_page, toast, wants_part
from scenarios import access, reviewing
from scenarios.approving import is_own_plan
from scenarios.models import LONGEST_REMARK, Demo, PlanRevision, Review
from scenarios.plan.sections import SECTIONS
from scenarios.views.pages import show, user_of
from scenarios.views.review_reading import by_section, comments_of

PER_PAGE = 25
_PART = "scenarios/_comments.html"
_LISTED = (
    "note", "asked_at", "asked_by__username", "asked_by__first_name", "asked_by__last_name", "revision__number",
    "revision__author_id", "revision__demo__company", "revision__demo__codename", "revision__demo__industry",
    "revision__demo__owner__username", "revision__demo__owner__first_name", "revision__demo__owner__last_name",
)  # fmt: skip


@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for a manager, the oldest first. Context: page (of Review), pages, own (keys of one's own plans)."""
    user = user_of(request)
    left = Count("revision__comments", filter=Q(revision__comments__resolved_at=None))
    waiting = access.open_reviews(user).select_related("asked_by", "revision__demo__owner").only(*_LISTED)
    page = Paginator(waiting.annotate(open_comments=left), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "own": [one.pk for one in page if is_own_plan(one.revision, user)],
    }
    return show(request, "review_queue", context)


@require_POST
def review_ask(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask for a review of the current revision. Takes `note`."""
    revision = access.get_revision(user_of(request), pk, number)
    access.require_may_ask_review(user_of(request), revision.demo)
    reviewing.ask_review(revision, note=request.POST.get("note", ""), by=user_of(request))
    messages.success(request, "The managers are told. What they decide appears here, and you are told.")
    return _back(revision)


@require_POST
def review_withdraw(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take a review back that nobody has decided yet. Takes `review`, its key."""
    revision = access.get_revision(user_of(request), pk, number)
    access.require_may_ask_review(user_of(request), revision.demo)
    reviewing.withdraw_review(_review(request, revision), by=user_of(request))
    messages.success(request, "The review is withdrawn.")
    return _back(revision)


@require_POST
def review_approve(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Approve the revision. Takes `review` and `remark`."""
    revision = access.get_revision(user_of(request), pk, number)
    access.require_may_decide(user_of(request), revision)
    remark = request.POST.get("remark", "")
    reviewing.approve(_review(request, revision), remark=remark, by=user_of(request))
    messages.success(request, f"Revision {number} is approved. Its author is told.")
    return _back(revision)


@require_POST
def review_send_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the revision back, or take its approval back. Takes `review`, `reason`, `seen` (the status on the page)."""
    revision = access.get_revision(user_of(request), pk, number)
    access.require_may_decide(user_of(request), revision)
    reviewing.send_back(
        _review(request, revision),
        reason=request.POST.get("reason", ""),
        seen=request.POST.get("seen", ""),
        by=user_of(request),
    )
    messages.success(request, f"Revision {number} is sent back, with your reason. Its author is told.")
    return _back(revision)


@require_POST
def comment_add(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Comment on a section. Takes `section` and `text`; answers with the section's comments."""
    user = user_of(request)
    revision = access.get_revision(user, pk, number)
    access.require_may_comment(user, revision.demo)
    section = request.POST.get("section", "")
    reviewing.comment(revision, section=section, text=request.POST.get("text", ""), by=user)
    return _said(request, revision, section, "The comment is sent.")


@require_POST
def comment_resolve(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Say that a comment is dealt with. Takes `on`: the number of the revision on whose page one is."""
    user = user_of(request)
    remark = access.get_comment(user, pk, comment_pk)
    reviewing.resolve_comment(remark, by=user)
    number = request.POST.get("on", "")
    known = number.isdecimal() and len(number) < 7
    revision = access.get_revision(user, pk, int(number) if known else remark.revision.number)
    return _said(request, revision, remark.section, "The comment is resolved.")


def _review(request: HttpRequest, revision: PlanRevision) -> Review:
    """The review that the form is about; not another one that was asked for meanwhile. Raises Late."""
    key = request.POST.get("review", "")
    found = (
        Review.objects.filter(revision=revision, pk=int(key)) if key.isdecimal() and len(key) < 16 else None
    )
    review = found.first() if found is not None else None
    if review is None:
        raise reviewing.Late("This review is not there any more.", reviewing.LOAD_AGAIN)
    review.revision = revision
    return review


def _back(revision: PlanRevision) -> HttpResponse:
    return redirect(f"{_page(revision.demo, revision)}#review-panel")


def _page(demo: Demo, revision: PlanRevision) -> str:
    if demo.current_id == revision.pk:
        return reverse("demo_detail", args=[demo.pk])
    return reverse("revision_detail", args=[demo.pk, revision.number])


def _said(request: HttpRequest, revision: PlanRevision, section: str, done: str) -> HttpResponse:
    """The comments of the section, or without a script the page with them."""
    demo = revision.demo
    if not wants_part(request):
        messages.success(request, done)
        tab = "?tab=talk" if section == "talk_track" else ""
        return redirect(f"{_page(demo, revision)}{tab}#comments-{section}")
    context = {
        "demo": demo,
        "revision": revision,
        "section": section,
        "title": SECTIONS.get(section, ""),
        "notes": by_section(comments_of(demo, revision)).get(section, ()),
        "may_comment": bool(revision.plan),
        "longest_remark": LONGEST_REMARK,
    }
    return toast(render_page(request, _PART, _PART, context), done)
