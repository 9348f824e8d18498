"""Locking on the review page, what a lock refuses, and writing one section anew."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from scenarios import services
from scenarios.models import Demo, RevisionStatus
from scenarios.plan.parts import Plan
from scenarios.plan.pieces import ALL_SECTIONS
from scenarios.plan.sections import get_section
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def lock(client: Client, demo: Demo, key: str, locked: str = "yes", **more: Any) -> Any:
    answer = client.post(f"/demos/{demo.pk}/lock/", {"key": key, "locked": locked}, **more)
    demo.refresh_from_db()
    return answer


def pressed(page: str) -> list[str]:
    """The states of the page's locks."""
    return re.findall(r'id="lock-[^"]+" aria-pressed="(\w+)"', page)


def test_every_section_and_model_has_a_lock(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    page = (
        client.get(f"/demos/{demo.pk}/").content.decode()
        + client.get(f"/demos/{demo.pk}/?tab=talk").content.decode()
    )
    wanted = {*ALL_SECTIONS} - {"features"}  # the example shows none, so there is nothing to lock on the page
    wanted |= {f"model:{model.name}" for model in example_plan().outline.models}
    for key in wanted:
        assert f'name="key" value="{key}"' in page, key
    assert pressed(page) == ["false"] * len(wanted)


def test_locking_and_unlocking_is_shown_and_recorded(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    answer = lock(client, demo, "semantic")
    assert answer.status_code == 302
    assert answer["Location"] == f"/demos/{demo.pk}/#tools-semantic"
    lock(client, demo, "semantic")  # twice is once
    lock(client, demo, "model:fct_orders")
    assert demo.locks == ["model:fct_orders", "semantic"]
    page = client.get(f"/demos/{demo.pk}/").content.decode()
    assert pressed(page).count("true") == 2
    assert f"/demos/{demo.pk}/edit/semantic/" not in page
    assert "?section=semantic" not in page
    assert "?item=fct_orders" not in page
    lock(client, demo, "semantic", "no")
    assert demo.locks == ["model:fct_orders"]
    told = [
        (entry.action, entry.detail)
        for entry in AuditEntry.objects.filter(action__contains="locked").order_by("pk")
    ]
    assert told == [
        ("demo.locked", {"key": "semantic"}),
        ("demo.locked", {"key": "model:fct_orders"}),
        ("demo.unlocked", {"key": "semantic"}),
    ]


def test_with_a_script_only_the_controls_are_swapped(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    part = lock(client, demo, "model:dim_customers", headers=HTMX).content.decode()
    assert 'id="tools-model-dim_customers"' in part
    assert 'id="mark-model-dim_customers" class="inline-flex" hx-swap-oob' in part
    assert "<html" not in part
    whole = lock(client, demo, "models", headers=HTMX).content.decode()
    assert 'id="tools-models"' in whole
    assert whole.count("Locked together with all models.") == len(example_plan().outline.models)


def test_what_is_not_there_cannot_be_locked_but_unlocked(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    for key in ("", "nonsense", "model:fct_nothing", "<script>"):
        assert lock(client, demo, key).status_code == 400
    assert demo.locks == []
    Demo.objects.filter(pk=demo.pk).update(locks=["model:fct_gone"])
    assert lock(client, demo, "model:fct_gone", "no").status_code == 302
    assert demo.locks == []


def test_others_see_locks_and_cannot_touch_them(client_of: ClientOf, make_user: Any, demo: Demo) -> None:
    Demo.objects.filter(pk=demo.pk).update(locks=["semantic"])
    boss = client_of(make_user("boss", role=Role.MANAGER))
    page = boss.get(f"/demos/{demo.pk}/").content.decode()
    assert "Locked</span>" in page
    assert "/lock/" not in page
    assert lock(boss, demo, "semantic", "no").status_code == 403
    assert demo.locks == ["semantic"]


@pytest.mark.parametrize(
    ("key", "place"),
    [("context", "context/"), ("models", "models/"), ("model:fct_orders", "models/?item=fct_orders")],
)
def test_what_is_locked_is_not_edited_by_hand(
    client_of: ClientOf, sam: User, demo: Demo, key: str, place: str
) -> None:
    client = client_of(sam)
    lock(client, demo, key)
    page = client.get(f"/demos/{demo.pk}/edit/{place}")
    assert page.status_code == 400
    assert "is locked, so it cannot be edited." in page.content.decode()
    assert "Unlock it on the review page" in page.content.decode()


def test_a_lock_that_was_closed_meanwhile_refuses_what_is_saved(sam: User, demo: Demo) -> None:
    revision = demo.revisions.get()
    services.set_lock(demo, key="model:fct_orders", locked=True, by=sam)
    data = get_section(revision.read_plan(), "models")
    data["models"] = [
        {**model, "purpose": "Other words."} if model["name"] == "fct_orders" else model
        for model in data["models"]
    ]
    with pytest.raises(services.Locked, match="This would change fct_orders, which is locked"):
        services.edit_section(revision, section="models", data=data, by=sam)
    services.set_lock(demo, key="model:fct_orders", locked=False, by=sam)
    assert services.edit_section(revision, section="models", data=data, by=sam).number == 2


def test_another_model_can_still_be_edited(sam: User, demo: Demo) -> None:
    revision = demo.revisions.get()
    services.set_lock(demo, key="model:fct_orders", locked=True, by=sam)
    data = get_section(revision.read_plan(), "models")
    data["models"] = [
        {**model, "purpose": "Other words."} if model["name"] == "dim_customers" else model
        for model in data["models"]
    ]
    assert services.edit_section(revision, section="models", data=data, by=sam).number == 2


def test_restoring_respects_locks(sam: User, demo: Demo) -> None:
    other = changed({"outline/context/summary": "They sell boats now."})
    revision_of(demo, plan=other)
    services.set_lock(demo, key="context", locked=True, by=sam)
    first = demo.revisions.get(number=1)
    with pytest.raises(services.Locked, match="“Business context”"):
        services.restore_revision(first, by=sam)
    services.set_lock(demo, key="context", locked=False, by=sam)
    assert services.restore_revision(first, by=sam).number == 3


def test_one_section_is_regenerated_with_or_without_words(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client, address = client_of(sam), f"/demos/{demo.pk}/regenerate/"
    page = client.get(f"{address}?section=talk_track").content.decode()
    assert "Regenerate “Talk track”" in page
    assert 'name="section" value="talk_track"' in page
    assert client.get(f"{address}?section=nonsense").status_code == 404
    assert client.post(address, {"section": "nonsense", "instructions": "x"}).status_code == 404
    assert client.post(address, {"section": "talk_track", "instructions": ""}).status_code == 302
    newest = demo.revisions.first()
    assert newest is not None
    assert (newest.origin, newest.subject, newest.instructions) == ("regenerated", "talk_track", "")
    assert newest.parent is not None
    assert newest.parent.number == 1
    assert client.post(address, {"instructions": ""}).status_code == 422  # the whole plan wants words


def test_locked_or_missing_sections_are_not_regenerated(sam: User, demo: Demo) -> None:
    services.set_lock(demo, key="quality", locked=True, by=sam)
    with pytest.raises(services.Locked, match="“Data quality” is locked"):
        services.regenerate(demo, instructions="", section="quality", by=sam)
    plain = demo_of(sam)
    data = example_plan().model_dump(mode="json")
    data["outline"] |= {"semantic_layer": False, "metrics": []}
    data["semantic"] = None
    revision_of(plain, status=RevisionStatus.DRAFTING, plan=Plan.model_validate(data))
    plain.revisions.update(status=RevisionStatus.READY, plan=data)
    plain.refresh_from_db()
    with pytest.raises(services.NotNow, match="“Semantic layer” is not part of this plan"):
        services.regenerate(plain, instructions="", section="semantic", by=sam)
    plain.revisions.update(plan=None)
    with pytest.raises(services.NotNow, match="There is no plan yet"):
        services.regenerate(plain, instructions="", section="models", by=sam)
    assert plain.revisions.count() == 1


def test_the_whole_plan_form_says_what_stays(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    lock(client, demo, "model:fct_orders")
    page = client.get(f"/demos/{demo.pk}/regenerate/").content.decode()
    assert "Stays as it is, because it is locked: fct_orders." in page


def test_the_comparison_shows_that_locked_parts_did_not_change(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    revision_of(demo, plan=changed({"outline/context/summary": "They sell boats now."}))
    client = client_of(sam)
    lock(client, demo, "model:fct_orders")
    lock(client, demo, "context")
    page = client.get(f"/demos/{demo.pk}/revisions/compare/?old=1&new=2").content.decode()
    assert "fct_orders: locked, unchanged" in page
    assert "“Business context”: locked since, differs here" in page
