"""The result page: numbers to say, branches, and what to do before the call."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import User
from provisioning.models import BuildRun, RunStatus
from scenarios.models import ProjectFile
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def run(make_user: Any) -> BuildRun:
    """A build that has succeeded, of a demo with everything proven."""
    demo = demo_of(make_user("sam"))
    revision = revision_of(demo)
    return BuildRun.objects.create(
        demo=demo, revision=revision, status=RunStatus.SUCCEEDED, code_digest=revision.code_digest,
        repository_name="fjell-dbt-demo", started_by=demo.owner,
    )  # fmt: skip


def test_the_numbers_are_said_and_drawn(client_of: ClientOf, run: BuildRun) -> None:
    page = client_of(run.demo.owner).get(f"/builds/{run.pk}/result/").content.decode()
    for words in (
        "Numbers to say out loud",
        "EUR 2,871.62",
        "Revenue by order status, in EUR",
        '<svg class="chart"',
    ):
        assert words in page, words
    assert "As a table" not in page  # the Proof has the tables, and the page links to them
    assert f"/demos/{run.demo.pk}/revisions/1/?tab=proof#answers" in page


def test_what_to_do_before_the_call_is_one_click_away(client_of: ClientOf, run: BuildRun) -> None:
    page, base = client_of(run.demo.owner).get(f"/builds/{run.pk}/result/").content.decode(), "revisions/1/"
    for words in (
        f"{base}rehearse/", f"{base}run-of-show/", 'href="#guide"', 'id="guide"', "Rehearse once with the clock",
        "files/?branch=fix/data-quality", "files/?branch=demo/day-2", "the rows of the second day",
    ):  # fmt: skip
        assert words in page, words


def test_a_project_of_one_branch_has_no_list_of_branches(client_of: ClientOf, run: BuildRun) -> None:
    ProjectFile.objects.exclude(branch="main").delete()
    ProjectFile.objects.filter(path="data_quality_demo_guide.md").delete()
    page = client_of(run.demo.owner).get(f"/builds/{run.pk}/result/").content.decode()
    assert "?branch=" not in page
    assert "#guide" not in page


def test_queries_are_few(client_of: ClientOf, run: BuildRun, django_assert_max_num_queries: Any) -> None:
    client = client_of(run.demo.owner)
    with django_assert_max_num_queries(12):
        assert client.get(f"/builds/{run.pk}/result/").status_code == 200
