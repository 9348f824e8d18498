"""The log of a build's calls: table, filters, pages, and the same as files."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import User
from provisioning.models import ApiCall, BuildRun, Target
from provisioning.views.calls import FIELDS, PER_PAGE
from tests.provisioning.scenery import bare_demo, chain, small_build, step

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def run() -> BuildRun:
    run = small_build(chain(step("repository")), bare_demo())
    BuildRun.objects.filter(pk=run.pk).update(target=Target.DBT_CLOUD)
    return run


def called(run: BuildRun, path: str, *, system: str = "GitHub", status: int | None = 200, outcome: str = "ok",
           **more: Any) -> ApiCall:  # fmt: skip
    return ApiCall.objects.create(
        run=run, step=run.steps.first(), at=timezone.now(), system=system, method="POST", path=path,
        status=status, seconds=0.25, attempt=2, outcome=outcome, **more,
    )  # fmt: skip


def page_of(client: Client, run: BuildRun, **query: object) -> str:
    return client.get(reverse("build_calls", args=[run.pk]), query).content.decode()


def test_a_build_that_called_nobody_says_so(client_of: ClientOf, run: BuildRun) -> None:
    page = page_of(client_of(run.demo.owner), run)
    assert "Nobody was called" in page
    assert "calls.csv" not in page


def test_calls_are_listed_and_filtered(client_of: ClientOf, run: BuildRun) -> None:
    client = client_of(run.demo.owner)
    called(run, "/user/repos", request_id="AB:1")
    called(run, "/api/v2/jobs/", system="dbt Cloud", status=None, outcome="no answer")
    page = page_of(client, run)
    for words in (
        "/user/repos",
        "AB:1",
        "/api/v2/jobs/",
        "no answer",
        "Repository",
        "attempt 2",
        "none",
        "2 calls",
    ):
        assert words in page, words
    assert "/user/repos" not in page_of(client, run, system="dbt_cloud")
    assert "/api/v2/jobs/" not in page_of(client, run, system="github")
    failed = page_of(client, run, failed="1")
    assert "/user/repos" not in failed
    assert "/api/v2/jobs/" in failed
    nothing = page_of(client, run, failed="1", system="github")
    assert "No call fits these filters" in nothing
    assert "/user/repos" in page_of(client, run, system="moon"), "an unknown filter filters nothing"


def test_pages_keep_the_filters(client_of: ClientOf, run: BuildRun) -> None:
    client = client_of(run.demo.owner)
    for number in range(PER_PAGE + 1):
        called(run, f"/repos/n{number:03}")
    first = page_of(client, run, system="github")
    assert f"/repos/n{PER_PAGE:03}" in first, "the newest first"
    assert "/repos/n000" not in first
    assert "?system=github&amp;page=2" in first
    assert "/repos/n000" in page_of(client, run, system="github", page=2)
    assert "calls.csv?system=github" in page_of(client, run, system="github", page=2), "a file has all pages"


def test_as_csv_and_as_lines(client_of: ClientOf, run: BuildRun) -> None:
    client = client_of(run.demo.owner)
    called(run, "/user/repos", request_id="=1+1", status=201)
    called(run, "/api/v2/jobs/", system="dbt Cloud", status=None, outcome="no answer")
    got = client.get(reverse("calls_download", args=[run.pk, "csv"]))
    assert got["Content-Disposition"] == f'attachment; filename="build-{run.pk}-calls.csv"'
    rows = list(csv.DictReader(io.StringIO(got.content.decode())))
    assert tuple(rows[0]) == FIELDS
    assert [row["path"] for row in rows] == ["/user/repos", "/api/v2/jobs/"], "the oldest first"
    assert rows[0]["request_id"] == "'=1+1", "no formula for a spreadsheet"
    assert rows[0]["step"] == "repository"
    assert rows[1]["status"] == ""
    got = client.get(reverse("calls_download", args=[run.pk, "jsonl"]), {"failed": "1"})
    (line,) = got.content.decode().splitlines()
    assert {name: json.loads(line)[name] for name in ("system", "status", "outcome")} == {
        "system": "dbt Cloud", "status": None, "outcome": "no answer",
    }  # fmt: skip
    assert client.get(f"/builds/{run.pk}/calls.xml").status_code == 404


def test_what_others_call_is_not_shown(client_of: ClientOf, run: BuildRun, make_user: Any) -> None:
    other = small_build(chain(step("repository")), bare_demo(make_user("zoe"), "Other"))
    called(other, "/elsewhere")
    assert "/elsewhere" not in page_of(client_of(run.demo.owner), run)
    stranger = client_of(make_user("bob"))
    assert stranger.get(reverse("build_calls", args=[run.pk])).status_code == 404
    assert stranger.get(reverse("calls_download", args=[run.pk, "csv"])).status_code == 404


def test_htmx_gets_the_part_and_queries_are_few(
    client_of: ClientOf, run: BuildRun, django_assert_max_num_queries: Any
) -> None:
    client = client_of(run.demo.owner)
    for number in range(30):
        called(run, f"/repos/n{number:03}")
    with django_assert_max_num_queries(6):
        page = client.get(reverse("build_calls", args=[run.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in page
