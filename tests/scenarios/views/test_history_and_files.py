"""History, comparison, restore; files, downloads, the archive."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from demoforge.accounts.models import User
from scenarios.models import Demo, ProjectFile, RevisionStatus
from scenarios.plan.parts import Plan
from scenarios.views.files import zip_bytes
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def demo(sam: User) -> Demo:
    """A demo with three revisions; the second has another summary and statement."""
    made = demo_of(sam)
    first = revision_of(made)
    data = example_plan().model_dump(mode="json")
    data["outline"]["context"]["summary"] = "They sell boats now."
    data["statements"][0]["sql"] = data["statements"][0]["sql"].replace(
        "order_items.quantity,", "order_items.quantity, "
    )
    data["statements"][0]["header"] = None
    revision_of(
        made, plan=Plan.model_validate(data), parent=first, origin="regenerated", instructions="Boats, please"
    )
    revision_of(made, status=RevisionStatus.FAILED)
    return made


def test_history_lists_all_and_offers_what_can_be_done(
    client_of: ClientOf, sam: User, demo: Demo, django_assert_max_num_queries: Any
) -> None:
    client = client_of(sam)
    with django_assert_max_num_queries(12):
        page = client.get(f"/demos/{demo.pk}/revisions/").content.decode()
    for words in (
        "Revision 3",
        "Revision 1",
        "“Boats, please”",
        "?old=1&amp;new=2",
        "revisions/2/restore/",
        "current",
    ):
        assert words in page, words
    assert "revisions/3/restore/" not in page


def test_comparison_is_readable_and_says_when_there_is_none(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/compare/"
    page = client.get(f"{address}?old=1&new=2").content.decode()
    assert "They sell boats now." in page
    assert escape(example_plan().outline.context.summary) in page
    assert "No difference" in client.get(f"{address}?old=2&new=2").content.decode()
    assert "Nothing to compare yet" in client.get(f"{address}?old=1&new=3").content.decode()
    assert [
        client.get(f"{address}{query}").status_code for query in ("", "?old=1&new=9", "?old=x&new=1")
    ] == [404] * 3


def test_restoring_makes_a_revision_with_the_old_plan(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    assert client.get(f"/demos/{demo.pk}/revisions/1/restore/").status_code == 405
    client.post(f"/demos/{demo.pk}/revisions/1/restore/")
    newest = demo.revisions.first()
    assert newest is not None
    assert (newest.number, newest.origin) == (4, "restored")
    assert newest.read_plan() == example_plan()


def test_files_are_shown_as_pages_and_as_text(
    client_of: ClientOf, sam: User, demo: Demo, django_assert_max_num_queries: Any
) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/1/files/"
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert "<h3>Objectives</h3>" in page
    assert "fct_orders.sql" in page
    assert "## Objectives" in client.get(f"{address}?path=README.md&plain").content.decode()
    sql = client.get(f"{address}?path=models/marts/fct_orders.sql").content.decode()
    assert '<span class="k">select</span>' in sql
    assert client.get(f"{address}?path=../../etc/passwd").status_code == 404


def test_a_branch_shows_what_differs_from_main(
    client_of: ClientOf, sam: User, demo: Demo, django_assert_max_num_queries: Any
) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/1/files/"
    with django_assert_max_num_queries(12):
        page = client.get(f"{address}?branch=fix/data-quality").content.decode()
    for words in (
        "What differs from main", "every test passes", "+known_customers as (", "base_shop__orders.sql",
        '<span class="differs">differs</span>', "project.zip?branch=fix/data-quality",
    ):  # fmt: skip
        assert words in page, words
    assert "<h3>Objectives</h3>" not in page
    staged = "models/staging/stg_shop__orders.sql"
    file = client.get(f"{address}?branch=fix/data-quality&path={staged}").content.decode()
    assert "+known_customers as (" in file
    assert '<span class="k">select</span>' in file
    for branch in ("main", "demo/day-2"):
        same = client.get(f"{address}?branch={branch}&path={staged}").content.decode()
        assert "known_customers" not in same, branch
    assert "+5011,104" in client.get(f"{address}?branch=demo/day-2").content.decode()


def test_downloads_take_the_branch(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/1/"
    query = {"path": "seeds/orders.csv", "branch": "demo/day-2"}
    assert b"5011,104" in client.get(f"{address}files/download/", query).content
    assert b"5011,104" not in client.get(f"{address}files/download/", {"path": "seeds/orders.csv"}).content
    answer = client.get(f"{address}project.zip", {"branch": "demo/day-2"})
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="fjell_field_outfitters_demo-day-2.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"5011,104" in archive.read("fjell_field_outfitters_demo/seeds/orders.csv")


@pytest.mark.parametrize("query", ["path=%00", "branch=%00", "branch=%00&path=README.md", "branch=elsewhere"])
def test_there_is_no_such_file_or_branch(client_of: ClientOf, sam: User, demo: Demo, query: str) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/1/"
    pages = ["files/", "files/download/"] + (["project.zip"] if "branch" in query else [])
    assert [client.get(f"{address}{page}?{query}").status_code for page in pages] == [404] * len(pages)


def test_a_file_is_downloaded_and_never_shown_by_the_browser(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    revision = demo.revisions.get(number=1)
    ProjectFile.objects.create(revision=revision, path='odd/na"me\n.html', text="<script>alert(1)</script>")
    for path, name in (("seeds/orders.csv", "orders.csv"), ('odd/na"me\n.html', "na_me_.html")):
        answer = client_of(sam).get(f"/demos/{demo.pk}/revisions/1/files/download/", {"path": path})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.content.decode() == revision.files.get(branch="main", path=path).text


def test_the_archive_holds_every_file_and_is_the_same_every_time(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/revisions/1/project.zip"
    first, second = client.get(address), client.get(address)
    assert first.content == second.content
    assert first.headers["Content-Disposition"] == 'attachment; filename="fjell_field_outfitters_demo.zip"'
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    expected = demo.revisions.get(number=1).files_of()
    assert found == {f"fjell_field_outfitters_demo/{path}": text for path, text in expected.items()}
    assert client.get(f"/demos/{demo.pk}/revisions/3/project.zip").status_code == 404


def test_archives_do_not_depend_on_the_order_of_files() -> None:
    files = {"b.sql": "select 1\n", "a.sql": "select 2\n"}
    assert zip_bytes(files, folder="x") == zip_bytes(dict(sorted(files.items())), folder="x")


def test_strangers_get_no_file(client_of: ClientOf, demo: Demo, make_user: Any) -> None:
    client = client_of(make_user("kim"))
    for address in ("files/", "files/download/?path=README.md", "project.zip", "restore/"):
        assert client.get(f"/demos/{demo.pk}/revisions/1/{address}").status_code in (404, 405)
    assert client.post(f"/demos/{demo.pk}/revisions/1/restore/").status_code == 404
