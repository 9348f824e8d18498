"""The pages of builds: who may, what they say, how many queries they cost."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import AuditEntry
from demoforge.accounts.roles import Role
from demoforge.claims import claim
from provisioning import orders, services
from provisioning.engine import advance
from provisioning.models import BuildRun, BuildStep, Resource, RunStatus, StepStatus, Target
from provisioning.steps.base import StepFailed
from scenarios.models import PlanRevision
from tests.provisioning.scenery import person, ready_revision

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def revision(settings, tmp_path) -> PlanRevision:
    settings.LOCAL_REPOSITORIES = tmp_path / "repositories"
    return ready_revision(owner=person("alice"))


@pytest.fixture
def client(revision: PlanRevision) -> Client:
    return logged_in("alice")


def logged_in(name: str, role: Role = Role.SALES_ENGINEER) -> Client:
    client = Client()
    client.force_login(person(name, role))
    return client


def started(revision: PlanRevision, *, steps: int = 0) -> BuildRun:
    run = services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)
    for _ in range(steps):
        advance(run.pk)
    run.refresh_from_db()
    return run


def finished(revision: PlanRevision) -> BuildRun:
    """A build that has succeeded; its first run is on record instead of run."""
    run = started(revision, steps=9)
    assert run.resources.get().status == Resource.Status.CREATED
    facts = {"nodes": 60, "seeds": 4, "models": 10, "tests_passed": 40, "tests_warned": 2, "dbt_seconds": 3.0}
    now = timezone.now()
    run.steps.filter(key="first_run").update(
        status=StepStatus.SUCCEEDED, checkpoint=facts, attempt=1, started_at=now, finished_at=now
    )
    advance(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    return run


def confirm(client: Client, revision: PlanRevision, number: object = None, **extra: str):
    data = {"revision": revision.number if number is None else number, "target": "local"}
    return client.post(reverse("build_start", args=[revision.demo_id]), data, **extra)


def test_confirm_starts_one_build_and_leads_to_its_page(client, revision):
    first, second = confirm(client, revision), confirm(client, revision)
    run = BuildRun.objects.get()
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == reverse("build_detail", args=[run.pk])
    assert (run.status, run.project_digest) == (RunStatus.QUEUED, revision.project_digest)
    assert re.fullmatch(r"northwind-outdoor-dbt-demo-\d{8}-\d{6}", run.repository_name)
    assert AuditEntry.objects.filter(action="build.started", actor=revision.demo.owner).count() == 1


def test_confirming_a_plan_that_has_changed_says_so(client, revision):
    response = confirm(client, revision, number=revision.number + 1)
    assert response.status_code == 409
    assert "The plan has changed meanwhile" in response.content.decode()
    assert not BuildRun.objects.exists()


@pytest.mark.parametrize("status", ["queued", "drafting", "broken", "failed"])
def test_a_revision_that_is_not_proven_or_about_to_be_is_refused(client, revision, status):
    PlanRevision.objects.update(status=status)
    response = confirm(client, revision)
    assert response.status_code == 400
    reason = "still being drafted" if status in ("queued", "drafting") else "cannot be built"
    assert reason in response.content.decode()
    assert not BuildRun.objects.exists()


def test_targets_that_are_not_there_are_refused(client, revision, settings):
    url = reverse("build_start", args=[revision.demo_id])
    response = client.post(url, {"revision": revision.number, "target": "moon"})
    assert response.status_code == 400
    settings.LOCAL_MODE = False
    assert confirm(client, revision).status_code == 400
    assert not BuildRun.objects.exists()


def test_strangers_see_nothing_and_managers_see_but_do_not_steer(revision):
    run = started(revision)
    pages = [reverse(name, args=[run.pk]) for name in ("build_detail", "build_result")]
    pages.append(reverse("demo_builds", args=[revision.demo_id]))
    actions = [reverse(f"build_{verb}", args=[run.pk]) for verb in ("retry", "cancel", "undo")]
    actions.append(reverse("build_start", args=[revision.demo_id]))
    bob, manager, admin = logged_in("bob"), logged_in("mia", Role.MANAGER), logged_in("adam", Role.ADMIN)
    assert {bob.get(url).status_code for url in pages} == {404}
    assert {bob.post(url).status_code for url in actions} == {404}
    assert {manager.get(url).status_code for url in pages} == {200, 302}
    assert {manager.post(url).status_code for url in actions} == {403}
    assert {Client().get(url).status_code for url in pages} == {302}
    assert {manager.get(url).status_code for url in actions} == {405}
    assert reverse("build_cancel", args=[run.pk]) not in manager.get(pages[0]).content.decode()
    assert admin.post(actions[1]).status_code == 302
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLING


def test_a_poll_of_a_running_build_costs_at_most_four_queries(
    client, revision, django_assert_max_num_queries
):
    run = started(revision, steps=3)
    assert claim(BuildStep, run.steps.get(key="intermediate").pk, ready=["pending"], running="running")
    url = reverse("build_detail", args=[run.pk])
    with django_assert_max_num_queries(4):
        response = client.get(url, **HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert f'hx-get="{url}"' in html
    assert "HX-Request" in response["Vary"]
    assert "Create intermediate models" in html


def test_pages_cost_at_most_twelve_queries(client, revision, django_assert_max_num_queries):
    run = finished(revision)
    for name, argument in (
        ("build_detail", run.pk),
        ("build_result", run.pk),
        ("demo_builds", revision.demo_id),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name, args=[argument])).status_code == 200


def test_the_live_page_polls_only_while_something_runs(client, revision):
    run = started(revision)
    url = reverse("build_detail", args=[run.pk])
    assert "hx-trigger" in client.get(url).content.decode()
    BuildRun.objects.update(status=RunStatus.CANCELLED)
    assert "hx-trigger" not in client.get(url).content.decode()


def test_a_failure_is_told_with_hint_and_the_buttons_that_help(client, revision):
    run = started(revision, steps=1)
    error = StepFailed("The disk is full.", "Make room, then press Retry.")
    run.steps.filter(key="seeds").update(
        status=StepStatus.FAILED, error=error.sentence, hint=error.hint, attempt=1, started_at=timezone.now()
    )
    advance(run.pk)
    url = reverse("build_detail", args=[run.pk])
    html = client.get(url).content.decode()
    assert "The disk is full." in html
    assert "Make room, then press Retry." in html
    assert reverse("build_retry", args=[run.pk]) in html
    assert reverse("build_undo", args=[run.pk]) not in html  # nothing was created yet
    assert client.post(reverse("build_retry", args=[run.pk])).url == url
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert "The disk is full." not in client.get(url).content.decode()


def test_where_retry_cannot_help_nobody_speaks_of_it(client, revision):
    run = started(revision, steps=1)
    run.steps.filter(key="seeds").update(
        status=StepStatus.FAILED, error="No seeds.", attempt=1, retryable=False
    )
    advance(run.pk)
    html = client.get(reverse("build_detail", args=[run.pk])).content.decode()
    assert "No seeds." in html
    assert "retry" not in html.lower()
    run.steps.update(retryable=True)
    html = client.get(reverse("build_detail", args=[run.pk])).content.decode()
    assert "retry goes on from this step" in html


def test_every_order_is_answered_with_what_comes_next(client, revision):
    def said(response) -> list[str]:
        page = client.get(response.url)
        return [str(message) for message in page.context["messages"]]

    first = confirm(client, revision)
    run = BuildRun.objects.get()
    cancel, retry, undo = (reverse(f"build_{verb}", args=[run.pk]) for verb in ("cancel", "retry", "undo"))
    assert said(first) == [f"Build {run.pk} is under way. Its steps appear here, and then the result."]
    (words,) = said(client.post(cancel))
    assert (
        words == f"Build {run.pk} stops after the running step. Then retry it, or undo what it has created."
    )
    advance(run.pk)
    (words,) = said(client.post(retry))
    assert words.startswith(f"Build {run.pk} goes on where it stopped.")
    part = client.post(cancel, **HTMX)
    assert f"Build {run.pk} stops after the running step." in part["HX-Trigger"]
    advance(run.pk)
    (words,) = said(client.post(undo))
    assert words.startswith(f"What build {run.pk} created is being removed.")


def test_the_time_of_a_build_is_that_since_it_was_last_taken_up(client, revision):
    run = started(revision)
    url = reverse("build_detail", args=[run.pk])
    orders.cancel(run)
    advance(run.pk)
    assert client.get(url).context["page"].elapsed is None  # it never began
    run.refresh_from_db()
    orders.retry(run)
    assert client.get(url).context["page"].elapsed < 60
    long_ago = timezone.now() - timedelta(hours=3)
    BuildRun.objects.update(status=RunStatus.FAILED, started_at=long_ago, finished_at=long_ago)
    for order in (orders.retry, lambda run: orders.undo(run, [])):
        run.refresh_from_db()
        order(run)
        assert client.get(url).context["page"].elapsed < 60
        BuildRun.objects.update(status=RunStatus.FAILED, started_at=long_ago, finished_at=long_ago)


def test_a_step_that_waited_when_the_build_was_cancelled_takes_no_more_time(client, revision):
    run = started(revision, steps=1)
    run.steps.filter(key="seeds").update(attempt=1, started_at=timezone.now() - timedelta(hours=3))
    orders.cancel(run)
    advance(run.pk)
    page = client.get(reverse("build_detail", args=[run.pk])).context["page"]
    (seeds,) = (phase for phase in page.phases if phase.key == "seeds")
    assert (seeds.status, seeds.seconds) == (StepStatus.CANCELLED, None)


def test_steering_by_htmx_answers_with_the_part(client, revision):
    run = started(revision)
    response = client.post(reverse("build_cancel", args=[run.pk]), **HTMX)
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    late = client.post(reverse("build_retry", args=[run.pk]), **HTMX)
    assert late.status_code == 400
    assert "nothing to retry" in late["HX-Trigger"]


def test_the_result_has_repository_clone_command_and_proven_facts(client, revision):
    run = finished(revision)
    response = client.get(reverse("build_result", args=[run.pk]))
    html = response.content.decode()
    page = response.context["page"]
    repository = run.resources.get()
    assert page.clone_command == f"git clone {repository.location}"
    assert repository.location in html
    assert (page.commit, page.files) == (repository.external_id, revision.files.filter(branch="main").count())
    assert page.first_run["models"] == 10
    assert [(one.idea.name, one.value) for one in page.answers] == [("revenue", "EUR 1,234.50")]
    assert page.next_steps
    assert page.may_undo


def test_a_build_without_result_shows_how_it_stands(client, revision):
    run = started(revision)
    response = client.get(reverse("build_result", args=[run.pk]))
    assert response.url == reverse("build_detail", args=[run.pk])


def test_leftovers_of_an_undo_are_listed(client, revision):
    run = finished(revision)
    run.resources.update(location="/dev/null/nowhere")
    orders.undo(run, [])
    run.steps.filter(key="repository").update(status=StepStatus.UNDO_FAILED, error="It is stuck.")
    run.resources.update(status=Resource.Status.LEFTOVER)
    advance(run.pk)
    html = client.get(reverse("build_detail", args=[run.pk])).content.decode()
    assert "/dev/null/nowhere" in html
    assert "It is stuck." in html
    assert reverse("build_undo", args=[run.pk]) in html


def test_past_builds_give_the_estimate(client, revision):
    past = finished(revision)
    now = timezone.now()
    past.steps.filter(attempt__gt=0).update(started_at=now - timedelta(seconds=4), finished_at=now)
    run = started(revision)
    page = client.get(reverse("build_detail", args=[run.pk])).context["page"]
    assert page.remaining == pytest.approx(4 * 9)  # ten steps to do, of which the Proof is there already
    first = BuildRun.objects.exclude(pk=run.pk).get()
    assert first.steps.get(key="seeds").expected_seconds is None
