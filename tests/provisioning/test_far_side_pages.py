"""The build's and the result's page on GitHub and dbt Cloud: waiting, the run's log, links, what is left."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts import vault
from demoforge.accounts.roles import Role
from provisioning.models import BuildRun, RunStatus, StepStatus, Target
from provisioning.views.far_side import links, needs, run_log
from tests.provisioning.scenery import person
from tests.provisioning.steps.stage import CLOUD_TOKEN, Stage, run_out, staged

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged() as ready:
        yield ready


@pytest.fixture
def client(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.user)
    stage.enter()
    return client


def page_of(client: Client, run: BuildRun, name: str = "build_detail", **extra: str) -> str:
    return client.get(reverse(name, args=[run.pk]), **extra).content.decode()


def test_what_a_build_waits_for_is_said_with_the_way_to_enter_it(stage: Stage, client: Client) -> None:
    vault.forget(stage.user, "dbt_cloud_token")
    run = run_out(stage.start())
    assert run.is_busy
    page = page_of(client, run)
    assert "Waiting for a dbt Cloud token" in page
    assert "dbt Cloud: the build waits" in page
    assert f"{reverse('connections')}?kind=dbt_cloud" in page
    assert page.count("Enter it<") == 1, "once, although several steps wait for it"
    manager = Client()
    manager.force_login(person("mia", Role.MANAGER))
    assert "?kind=dbt_cloud" not in page_of(manager, run), "whose token it is enters it"
    BuildRun.objects.update(workspace=True)
    assert "?kind=dbt_cloud" not in page_of(client, run), "nobody enters the workspace's"


def test_polling_a_waiting_build_costs_little(
    stage: Stage, client: Client, django_assert_max_num_queries: Any
) -> None:
    vault.forget(stage.user, "dbt_cloud_token")
    run = run_out(stage.start())
    with django_assert_max_num_queries(4):
        page = page_of(client, run, HTTP_HX_REQUEST="true")
    assert "<html" not in page


def test_the_log_of_the_run_is_live(stage: Stage, client: Client, django_assert_max_num_queries: Any) -> None:
    run = stage.start()
    steps = [
        {"index": 1, "name": "Clone git repository", "status": "success", "tail": "Cloned."},
        {"index": 2, "name": "Invoke dbt with `dbt build`", "status": "running", "tail": "<b>3 of 9 OK</b>"},
        {"index": 3, "name": "Docs", "status": "queued", "tail": ""},
    ]
    row = run.steps.get(key="first_run")
    row.status, row.attempt, row.started_at = StepStatus.RUNNING, 1, timezone.now()
    row.checkpoint = {"url": "https://ab123.us1.dbt.com/deploy/1/runs/7/", "steps": steps, "run_id": 7}
    row.save()
    BuildRun.objects.update(status=RunStatus.RUNNING)
    with django_assert_max_num_queries(4):
        page = page_of(client, run, HTTP_HX_REQUEST="true")
    assert "In dbt Cloud, so far" in page
    assert 'href="https://ab123.us1.dbt.com/deploy/1/runs/7/"' in page
    assert "&lt;b&gt;3 of 9 OK" in page
    assert '<details class="fold" id="run-step-2" open>' in page
    assert '<details class="fold" id="run-step-1" >' in page
    assert "run-step-3" not in page, "without a log there is nothing to unfold"
    log = run_log(list(run.steps.all()))
    assert log
    assert [one.status for one in log.steps] == ["success", "running", "pending"]


def test_a_stop_says_what_is_ready_and_nothing_seems_to_move(stage: Stage, client: Client) -> None:
    stage.cloud.faults.add("403", "POST", "*/environments/", times=9)
    run = stage.build()
    assert run.status == RunStatus.FAILED
    page = page_of(client, run)
    assert "dbt Cloud failed at development environment" in page
    assert reverse("build_retry", args=[run.pk]) in page
    assert "#loader-circle" not in page


def test_the_result_links_to_everything(stage: Stage, client: Client) -> None:
    run = stage.build()
    page = page_of(client, run, "build_result")
    found = links(run, list(run.steps.all()))
    titles = [link.title for link in found]
    assert titles[0] == "Repository"
    assert {"dbt Cloud project", "Job", "First run"} <= set(titles)
    for link in found:
        assert f'href="{link.url}"' in page, link.title
    (repository,) = stage.github.repositories.values()
    assert len([title for title in titles if title.startswith("Pull request #")]) == len(repository.pulls)
    assert reverse("terraform_download", args=[run.pk]) in page
    assert "own development credentials" in page
    context = client.get(reverse("build_result", args=[run.pk])).context["page"]
    assert context.commit == stage.github.history(repository.full_name)[0].sha
    assert context.files == len(stage.github.files(repository.full_name))
    assert context.first_run["dbt_seconds"] is not None
    assert CLOUD_TOKEN not in page


def test_few_queries(stage: Stage, client: Client, django_assert_max_num_queries: Any) -> None:
    run = stage.build()
    for name in ("build_detail", "build_result"):
        with django_assert_max_num_queries(12):
            page_of(client, run, name)


def test_terraform_is_given_to_who_may_see_the_build(stage: Stage, client: Client) -> None:
    run = stage.build()
    url = reverse("terraform_download", args=[run.pk])
    response = client.get(url)
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert {name.rpartition("/")[2] for name in archive.namelist()} >= {"main.tf", "imports.tf"}
    single = client.get(url, {"path": "main.tf"})
    assert single["Content-Disposition"] == 'attachment; filename="main.tf"'
    assert "dbtcloud_project" in single.content.decode()
    assert client.get(url, {"path": "../settings.py"}).status_code == 404
    for name, role, status in (("mia", Role.MANAGER, 200), ("bob", Role.SALES_ENGINEER, 404)):
        other = Client()
        other.force_login(person(name, role))
        assert other.get(url).status_code == status
    on_github = stage.build(Target.GITHUB)
    assert client.get(reverse("terraform_download", args=[on_github.pk])).status_code == 404


def test_what_undo_leaves_has_links_and_statements(stage: Stage, client: Client) -> None:
    stage.github.add_token("t-github", login="acme-se", scopes=["repo"])
    run = stage.undo(stage.build())
    assert run.status == RunStatus.UNDO_FAILED
    page = page_of(client, run)
    (repository,) = stage.github.repositories.values()
    left = run.resources.get(kind="repository")
    assert repository.archived
    assert f'href="{left.location}"' in page
    (block,) = re.findall(r'<code class="js-copy-text">(DROP.*?)</code>', page, re.DOTALL)
    assert block.count("DROP SCHEMA IF EXISTS") == 2, "all in one block to copy"
    assert "In dbt Cloud" not in page, "the run's page went with its project"


def test_needs_are_those_of_a_build_that_is_under_way(stage: Stage) -> None:
    vault.forget(stage.user, "github_token")
    run = run_out(stage.start())
    rows = list(run.steps.all())
    assert [(one.kind, one.mine) for one in needs(run, rows, stage.user)] == [("github", True)]
    run.status = RunStatus.FAILED
    assert needs(run, rows, stage.user) == []
