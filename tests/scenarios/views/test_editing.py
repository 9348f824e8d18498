"""Editing a section: what is saved is what was typed, what is wrong is said, and nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import User
from scenarios.models import Demo, RevisionStatus
from scenarios.plan.diff import diff_plans, same
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.pages import form_of
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PLACES = [
    "context/", "pain_points/", "quality/", "semantic/", "day_two/", "talk_track/",
    *(f"sources/?item={source.table}" for source in example_plan().outline.sources),
    *(f"models/?item={model.name}" for model in example_plan().outline.models),
]  # fmt: skip


def edit(client: Client, demo: Demo, place: str, **changes: str | None) -> Any:
    """Open the page, change fields (None leaves one out), and save."""
    address = f"/demos/{demo.pk}/edit/{place}"
    form = form_of(client.get(address).content.decode(), "base")
    form |= {name: value for name, value in changes.items() if value is not None}
    return client.post(
        address, {name: value for name, value in form.items() if changes.get(name, "") is not None}
    )


def fields_of(answer: Any) -> dict[str, str]:
    """The fields that a page shows, without the token that is new on every page."""
    form = form_of(answer.content.decode(), "base")
    return {name: value for name, value in form.items() if name != "csrfmiddlewaretoken"}


def newest_plan(demo: Demo) -> Plan:
    """The plan of the newest revision."""
    newest = demo.revisions.first()
    assert newest is not None
    return newest.read_plan()


@pytest.mark.parametrize("place", PLACES)
def test_saving_an_untouched_form_changes_nothing(
    client_of: ClientOf, sam: User, demo: Demo, place: str
) -> None:
    answer = edit(client_of(sam), demo, place)
    assert answer.status_code == 302, answer.content.decode()
    assert demo.revisions.count() == 2
    assert diff_plans(example_plan(), newest_plan(demo)) == []
    if not place.startswith("models"):  # there, the statement loses its common indentation
        assert same(example_plan(), newest_plan(demo))


def test_sources_and_models_are_edited_one_at_a_time(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    page = client.get(f"/demos/{demo.pk}/edit/sources/").content.decode()
    assert f"/demos/{demo.pk}/edit/sources/?item=order_items" in page
    assert client.get(f"/demos/{demo.pk}/edit/sources/?item=nothing").status_code == 404
    assert client.get(f"/demos/{demo.pk}/edit/nonsense/").status_code == 404


def test_a_changed_text_is_in_the_new_revision_only(client_of: ClientOf, sam: User, demo: Demo) -> None:
    edit(client_of(sam), demo, "context/", summary="They sell tents.", objectives="One\n\n  Two  \n")
    context = newest_plan(demo).outline.context
    assert (context.summary, context.objectives) == ("They sell tents.", ["One", "Two"])
    assert demo.revisions.get(number=1).read_plan().outline.context.summary != "They sell tents."
    newest = demo.revisions.first()
    assert newest is not None
    assert (newest.origin, newest.subject, newest.status) == ("edited", "context", RevisionStatus.QUEUED)


def test_a_changed_cell_and_a_changed_statement(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    edit(client, demo, "sources/?item=products", **{"rows.0.4": "151.5"})
    rows = newest_plan(demo).rows_of("products")
    assert rows is not None
    assert rows.rows[0][4] == 151.5
    demo.revisions.filter(number=2).update(status=RevisionStatus.READY)
    before = example_plan().statement_of("int_customers_profiled")
    assert before is not None
    sql = before.sql.replace("'guest'", "'visitor'").strip()
    edit(client, demo, "models/?item=int_customers_profiled", **{"statement.sql": sql})
    statement = newest_plan(demo).statement_of("int_customers_profiled")
    assert statement is not None
    assert "'visitor'" in statement.sql


def rows_of(demo: Demo, table: str) -> list[list[Any]]:
    """The rows of a table in the newest plan."""
    rows = newest_plan(demo).rows_of(table)
    assert rows is not None
    return rows.rows


def test_a_renamed_column_keeps_its_cells(client_of: ClientOf, sam: User, demo: Demo) -> None:
    before = rows_of(demo, "products")
    answer = edit(
        client_of(sam),
        demo,
        "sources/?item=products",
        **{"columns.1.name": "article", "columns.1.rename": "sku", "rows.2.1": "changed"},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert demo.revisions.count() == 2
    assert rows_of(demo, "products") == [
        [*row[:1], "changed", *row[2:]] if number == 2 else row for number, row in enumerate(before)
    ]


def test_columns_are_renamed_removed_and_added_at_once(client_of: ClientOf, sam: User, demo: Demo) -> None:
    """A rule refuses first: the page shows the columns under new numbers, and what is sent again still fits."""
    client, address = client_of(sam), f"/demos/{demo.pk}/edit/sources/?item=products"
    before = rows_of(demo, "products")
    refused = edit(client, demo, "sources/?item=products", **{
        "columns.0.name": "number", "columns.0.rename": "product_id", "columns.3.remove": "on",
        "columns.6.name": "colour", "columns.6.description": "Colour of the article.",
    })  # fmt: skip
    assert refused.status_code == 422  # the primary key, and models that read the category
    kept = fields_of(refused)
    shown = [[kept[f"rows.{row}.{column}"] for column in range(6)] for row in range(10)]
    assert shown == [[str(row[0]), row[1], row[2], *map(str, row[4:]), ""] for row in before]
    assert [kept[f"columns.{column}.name"] for column in (0, 3, 5)] == ["number", "unit_price", "colour"]
    again = client.post(address, kept)
    assert again.status_code == 422
    assert fields_of(again) == kept


def test_entries_can_be_added_and_removed(client_of: ClientOf, sam: User, demo: Demo) -> None:
    edit(client_of(sam), demo, "pain_points/", **{
        "pain_points.0.remove": "on", "pain_points.3.pain": "Nobody finds the tables.",
        "pain_points.3.feature": "Documentation", "pain_points.3.where": "dim_customers",
        "pain_points.3.minute": "19", "pain_points.3.show": "Open the description of each column.",
    })  # fmt: skip
    pains = [pain.pain for pain in newest_plan(demo).outline.pain_points]
    assert pains == ["We learn about broken data from the board.", "The nightly load takes four hours.",
                     "Nobody finds the tables."]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "changes", "words"),
    [
        ("context/", {"objectives": ""}, "objectives"),
        ("pain_points/", {"pain_points.0.minute": "soon"}, "soon"),
        ("sources/?item=orders", {"rows.0.3": "yesterday"}, "yesterday"),
        ("models/?item=fct_orders", {"statement.sql": "select * from read_csv('/etc/passwd')"}, "read_csv"),
        ("semantic/", {"semantic": "models: [unclosed"}, "not valid YAML in line"),
        ("semantic/", {"semantic": "a: &x [1]\nb: *x"}, "Anchors and aliases"),
        ("quality/", {"scenarios.0.failing_rows": "7"}, "7"),
        ("quality/", {"scenarios.0.minimum": "nan"}, "finite number"),
        ("quality/", {"scenarios.0.maximum": "-inf"}, "finite number"),
        ("quality/", {"scenarios.0.maximum": "1e999"}, "finite number"),
        ("quality/", {"scenarios.0.row_numbers": "7" * 5000}, "whole number"),
        ("quality/", {"scenarios.0.failing_rows": "7" * 400}, "7"),
        ("sources/?item=products", {"rows.0.4": "nan"}, "nan"),
        ("sources/?item=products", {"rows.0.0": "7" * 400}, "7"),
        ("sources/?item=products", {"rows.0.1": "a\x00b"}, "control character"),
        ("semantic/", {"semantic": "a: " + "7" * 5000}, "is not possible"),
        ("semantic/", {"semantic": "a: 2026-99-99"}, "is not possible"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client_of: ClientOf, sam: User, demo: Demo, place: str, changes: dict[str, str], words: str
) -> None:
    answer = edit(client_of(sam), demo, place, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not saved" in page
    assert words in page
    assert demo.revisions.count() == 1
    kept = form_of(page, "base")
    assert all(kept[name].strip() == value for name, value in changes.items())


def test_a_newer_revision_is_not_overwritten_unseen(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/edit/context/"
    form = form_of(client.get(address).content.decode(), "base")
    revision_of(demo)
    answer = client.post(address, form | {"summary": "They sell boats."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Revision 2 was made while you were editing revision 1." in page
    assert "They sell boats." in page
    assert demo.revisions.count() == 2
    assert client.post(address, form_of(page, "base") | {"on_top": "on"}).status_code == 302
    newest = demo.revisions.first()
    assert newest is not None
    assert newest.parent is not None
    assert newest.parent.number == 1


def test_what_was_typed_is_kept_while_another_revision_is_drafted(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/edit/context/"
    form = form_of(client.get(address).content.decode(), "base")
    revision_of(demo, status=RevisionStatus.DRAFTING)
    answer = client.post(address, form | {"summary": "They sell boats.", "on_top": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Revision 2 is being drafted." in page
    assert "They sell boats." in page
    assert demo.revisions.count() == 2


def test_there_is_nothing_to_edit_before_there_is_a_plan(client_of: ClientOf, sam: User) -> None:
    drafted = demo_of(sam)
    revision_of(drafted, status=RevisionStatus.DRAFTING)
    answer = client_of(sam).get(f"/demos/{drafted.pk}/edit/context/")
    assert answer.status_code == 400
    assert "This revision has no plan yet." in answer.content.decode()


def test_no_form_is_larger_than_what_the_server_takes(
    client_of: ClientOf, sam: User, demo: Demo, settings: Any
) -> None:
    for place in PLACES:
        form = form_of(client_of(sam).get(f"/demos/{demo.pk}/edit/{place}").content.decode(), "base")
        assert len(form) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS / 2, place
