"""Who needs an approval builds approved plans only: refused on the page, by the services, and by the engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from provisioning import services
from provisioning.engine import advance, drive
from provisioning.models import BuildRun, Resource, RunStatus, StepStatus, Target
from scenarios import reviewing
from scenarios.approving import NotApproved
from scenarios.models import Demo, PlanRevision, Policy, Review, ReviewStatus
from tests.provisioning.live.lives import assert_shows, newer, reset
from tests.provisioning.scenery import person, ready_revision
from tests.provisioning.steps.stage import Stage, describe, run_out, staged
from tests.scenarios.reviewed import approved, demand, edited, proven

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.LOCAL_REPOSITORIES = tmp_path / "repositories"


@pytest.fixture
def eve() -> User:
    return person("eve", Role.ACCOUNT_EXECUTIVE)


@pytest.fixture
def mia() -> User:
    return person("mia", Role.MANAGER)


def start(revision: PlanRevision) -> BuildRun:
    return services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)


def blockers(revision: PlanRevision) -> list[str]:
    told = services.check_build(revision, target=Target.LOCAL, by=revision.demo.owner)
    return [check.sentence for check in told.blockers]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- services -----------------------------------------------------------------------------------------------

ROLES = (Role.SALES_ENGINEER, Role.ACCOUNT_EXECUTIVE, Role.MANAGER, Role.ADMIN)


@pytest.mark.parametrize(
    ("reviews", "refused"),
    [
        (Policy.Reviews.NEVER, ()),
        (Policy.Reviews.EXECUTIVES, (Role.ACCOUNT_EXECUTIVE,)),
        (Policy.Reviews.EVERYONE, ROLES),
    ],
)
def test_the_policy_decides_whose_unapproved_builds_are_refused(
    reviews: Policy.Reviews, refused: tuple[Role, ...]
) -> None:
    demand(reviews, person("ada", Role.ADMIN))
    for role in ROLES:
        revision = proven(person(role.value, role))
        if role in refused:
            with pytest.raises(NotApproved, match="Revision 1 is not approved"):
                start(revision)
            assert "Revision 1 is not approved, and you build approved plans only." in blockers(revision)
        else:
            assert not any("approved" in sentence for sentence in blockers(revision))
            assert start(revision).status == RunStatus.QUEUED
    assert BuildRun.objects.count() == len(ROLES) - len(refused)


def test_as_delivered_a_sales_engineer_builds_without_any_review() -> None:
    assert start(proven(person("alice"))).status == RunStatus.QUEUED


def test_an_approved_plan_is_built_and_an_edited_one_is_not(eve: User, mia: User) -> None:
    revision = proven(eve)
    approved(revision, mia)
    assert blockers(revision) == []
    new = edited(revision, eve)
    PlanRevision.objects.filter(pk=new.pk).update(status="ready", project_digest=revision.project_digest)
    with pytest.raises(NotApproved, match="Revision 2 is not approved"):
        start(new)
    with pytest.raises(NotApproved, match="changed after revision 1 was approved, which voids the approval"):
        start(revision)
    assert blockers(revision)[0].startswith("The plan was changed after revision 1")
    assert not BuildRun.objects.exists()


def test_an_inherited_approval_counts_until_the_copy_is_changed(eve: User, mia: User) -> None:
    template = proven(person("alice"))
    copy = proven(eve)
    PlanRevision.objects.filter(pk=copy.pk).update(approval=approved(template, mia), approval_inherited=True)
    run = start(copy)
    BuildRun.objects.filter(pk=run.pk).update(status=RunStatus.CANCELLED)
    proven(eve, copy.demo)
    with pytest.raises(NotApproved):
        start(copy)


# --- engine -------------------------------------------------------------------------------------------------


def to_the_end(run: BuildRun) -> BuildRun:
    drive(run.pk, on_change=lambda: None)
    run.refresh_from_db()
    return run


def assert_stopped(run: BuildRun, key: str, words: str, folder: Path) -> None:
    row = run.steps.get(key=key)
    assert (run.status, row.status) == (RunStatus.FAILED, StepStatus.FAILED)
    assert words in row.error
    assert "review page" in row.hint
    assert not folder.exists()
    assert not Resource.objects.exists()


@pytest.fixture
def ready(eve: User, mia: User) -> PlanRevision:
    """An account executive's plan, proven and approved."""
    revision = ready_revision(owner=eve)
    approved(revision, mia)
    return revision


def test_an_approval_that_is_gone_stops_the_build_before_anything_is_made(
    ready: PlanRevision, settings: Any
) -> None:
    run = start(ready)
    Review.objects.update(status=ReviewStatus.SENT_BACK)
    assert_stopped(to_the_end(run), "proof", "Revision 1 is not approved", settings.LOCAL_REPOSITORIES)
    Review.objects.update(status=ReviewStatus.APPROVED)
    services.retry_build(run, by=ready.demo.owner)
    while run.steps.get(key="repository").status == StepStatus.PENDING:
        assert advance(run.pk) is not None
    assert Resource.objects.get().status == Resource.Status.CREATED


def test_an_edit_after_the_start_stops_it_too(ready: PlanRevision, settings: Any) -> None:
    run = start(ready)
    edited(ready, ready.demo.owner)
    words = "The plan was changed after revision 1 was approved, which voids the approval."
    assert_stopped(to_the_end(run), "proof", words, settings.LOCAL_REPOSITORIES)


def test_between_the_proof_and_the_repository_it_is_asked_once_more(
    ready: PlanRevision, mia: User, settings: Any
) -> None:
    run = start(ready)
    while run.steps.get(key="proof").status == StepStatus.PENDING:
        assert advance(run.pk) is not None
    assert run.steps.get(key="proof").status == StepStatus.SUCCEEDED
    reviewing.send_back(Review.objects.get(), reason="Wrong prospect.", seen="approved", by=mia)
    assert_stopped(to_the_end(run), "repository", "is not approved", settings.LOCAL_REPOSITORIES)


def test_a_policy_that_is_changed_meanwhile_counts_at_once(settings: Any) -> None:
    run = start(ready_revision(owner=person("alice")))
    demand(Policy.Reviews.EVERYONE, person("ada", Role.ADMIN))
    assert_stopped(to_the_end(run), "proof", "is not approved", settings.LOCAL_REPOSITORIES)


# --- at GitHub ----------------------------------------------------------------------------------------------


@pytest.fixture
def stage(settings: Any, db: None) -> Iterator[Stage]:
    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged() as prepared:
        yield prepared


def make_current(revision: PlanRevision) -> PlanRevision:
    Demo.objects.filter(pk=revision.demo_id).update(current=revision)
    return PlanRevision.objects.get(pk=revision.pk)


def writes(stage: Stage) -> int:
    return sum(call.method != "GET" for call in stage.github.calls)


def test_nothing_is_created_at_github_and_a_live_demo_takes_approved_revisions_only(
    stage: Stage, mia: User
) -> None:
    client = browser(stage.user)
    stage.enter()  # what was entered before is bound to another session
    demand(Policy.Reviews.EVERYONE, person("ada", Role.ADMIN))
    approved(stage.revision, mia)
    run = stage.start(Target.GITHUB)
    while run.steps.get(key="proof").status == StepStatus.PENDING:
        assert advance(run.pk) is not None
    Review.objects.update(status=ReviewStatus.SENT_BACK)
    run = run_out(run)
    assert run.steps.get(key="repository").status == StepStatus.FAILED, describe(run)
    assert (writes(stage), stage.github.repositories) == (0, {})

    Review.objects.update(status=ReviewStatus.APPROVED)
    live = stage.retry(run)
    assert live.status == RunStatus.SUCCEEDED, describe(live)

    revision = make_current(newer(stage))
    written = writes(stage)
    page = client.get(reverse("build_live", args=[live.pk])).content.decode()
    assert reverse("live_update", args=[live.pk]) not in page
    assert "you build approved plans only" in page
    with pytest.raises(NotApproved, match="Revision 2 is not approved"):
        services.update_live(live, revision, by=stage.user)
    with pytest.raises(NotApproved, match="changed after revision 1 was approved"):
        services.provision_again(live, stage.connections, by=stage.user)
    assert writes(stage) == written

    approved(revision, mia)
    page = client.get(reverse("build_live", args=[live.pk])).content.decode()
    assert reverse("live_update", args=[live.pk]) in page
    change = services.update_live(live, revision, by=stage.user)
    Review.objects.filter(revision=revision).update(status=ReviewStatus.SENT_BACK)
    change = run_out(change)
    assert change.steps.get(key="proof").status == StepStatus.FAILED, describe(change)
    assert writes(stage) == written
    Review.objects.filter(revision=revision).update(status=ReviewStatus.APPROVED)
    assert stage.retry(change).status == RunStatus.SUCCEEDED
    assert_shows(stage, live, revision)

    Review.objects.update(status=ReviewStatus.SENT_BACK)
    assert reset(stage, live).status == RunStatus.SUCCEEDED, "what stands there is put back without asking"


# --- pages --------------------------------------------------------------------------------------------------


def test_the_page_has_no_button_but_the_reason_and_a_forged_form_is_refused(eve: User, mia: User) -> None:
    revision = proven(eve)
    client, here = browser(eve), reverse("demo_detail", args=[revision.demo_id])
    start_here = reverse("build_start", args=[revision.demo_id])
    form = {"revision": revision.number, "target": "local"}
    page = client.get(here).content.decode()
    assert start_here not in page
    assert "You build approved plans only, and revision 1 is not approved" in page
    refused = client.post(start_here, form)
    assert refused.status_code == 409
    assert "Revision 1 is not approved, and you build approved plans only." in refused.content.decode()
    part = client.post(start_here, form, headers=HTMX)
    assert part.status_code == 409
    assert "is not approved" in part.headers["HX-Trigger"]
    check = client.get(reverse("preflight", args=[revision.demo_id]), {"target": "local"}).content.decode()
    assert "Revision 1 is not approved" in check
    assert start_here not in check
    assert not BuildRun.objects.exists()

    approved(revision, mia)
    page = client.get(here).content.decode()
    assert start_here in page
    assert "You build approved plans only" not in page
    assert client.post(start_here, form).status_code == 302
    assert BuildRun.objects.get().revision == revision


def test_with_the_policy_as_delivered_a_sales_engineers_page_is_as_before() -> None:
    revision = proven(person("alice"))
    page = browser(person("alice")).get(reverse("demo_detail", args=[revision.demo_id])).content.decode()
    assert reverse("build_start", args=[revision.demo_id]) in page
    assert "You build approved plans only" not in page
