"""The fields of the story in the editor: kept when nothing is touched, read with their types, refused in words."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.test import Client

from demoforge.accounts.models import User
from scenarios.models import Demo
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_features import showcase_plan
from tests.scenarios.views.pages import form_of
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def _plan() -> Plan:
    """The example plan, whose story uses every field."""
    data = example_plan().model_dump(mode="json")
    data["outline"]["pain_points"][0]["answers"] = [1, 3]
    data["outline"]["metrics"][0]["unit"] = "EUR"
    data["semantic"]["metrics"][0]["by"] = "order_status"
    return Plan.model_validate(data)


@pytest.fixture
def demo(make_user: Any) -> Demo:
    made = demo_of(make_user("sam"), pain_points="One. Two. Three.")
    revision_of(made, plan=_plan())
    return made


def _form(client: Client, demo: Demo, section: str) -> dict[str, str]:
    page = client.get(f"/demos/{demo.pk}/edit/{section}/").content.decode()
    return form_of(page, "base")


def _saved(client: Client, demo: Demo, section: str, form: dict[str, str]) -> Plan:
    answer = client.post(f"/demos/{demo.pk}/edit/{section}/", form)
    assert answer.status_code == 302, answer.content.decode()
    newest = demo.revisions.first()
    assert newest is not None
    assert newest.number == 2
    return newest.read_plan()


@pytest.mark.parametrize("section", ["pain_points", "quality", "semantic", "day_two", "talk_track"])
def test_saving_without_a_change_keeps_everything(client_of: ClientOf, demo: Demo, section: str) -> None:
    client = client_of(demo.owner)
    assert _saved(client, demo, section, _form(client, demo, section)) == _plan()


def _showcase(make_user: Any) -> Demo:
    demo = demo_of(make_user("sam"), pain_points="One. Two. Three.")
    revision_of(demo, plan=showcase_plan())
    return demo


def test_features_come_back_as_they_were(client_of: ClientOf, make_user: Any) -> None:
    demo = _showcase(make_user)
    client = client_of(demo.owner)
    assert _saved(client, demo, "features", _form(client, demo, "features")) == showcase_plan()


def test_a_feature_can_be_taken_out(client_of: ClientOf, make_user: Any) -> None:
    demo = _showcase(make_user)
    client = client_of(demo.owner)
    form = _form(client, demo, "features")
    without = yaml.safe_load(form["features"]) | {"exposure": None}
    plan = _saved(client, demo, "features", form | {"features": yaml.safe_dump(without)})
    assert plan.features.exposure is None
    assert plan.features.contract == showcase_plan().features.contract


def test_a_feature_for_a_pain_that_is_not_there_is_refused(client_of: ClientOf, make_user: Any) -> None:
    demo = _showcase(make_user)
    client = client_of(demo.owner)
    form = _form(client, demo, "features")
    wrong = yaml.safe_load(form["features"])
    wrong["exposure"]["pain"] = 9
    answer = client.post(f"/demos/{demo.pk}/edit/features/", form | {"features": yaml.safe_dump(wrong)})
    assert answer.status_code == 422
    assert demo.revisions.count() == 1


def test_beats_can_be_retold(client_of: ClientOf, demo: Demo) -> None:
    client = client_of(demo.owner)
    form = _form(client, demo, "talk_track")
    form |= {
        "beats.0.kind": "feature",
        "beats.0.opens": "dim_customers",
        "beats.0.pains": "3, 1",
        "ends_at": "25",
    }
    track = _saved(client, demo, "talk_track", form).talk_track
    beat = track.beats[0]
    assert (beat.kind, beat.opens, beat.pains, track.ends_at) == ("feature", "dim_customers", [3, 1], 25)


def test_answers_are_numbers(client_of: ClientOf, demo: Demo) -> None:
    client = client_of(demo.owner)
    form = _form(client, demo, "pain_points")
    plan = _saved(client, demo, "pain_points", form | {"pain_points.1.answers": "2, 3"})
    assert [pain.answers for pain in plan.outline.pain_points] == [[1, 3], [2, 3], []]


def test_corrections_stand_below_their_scenario(client_of: ClientOf, demo: Demo) -> None:
    form = _form(client_of(demo.owner), demo, "quality")
    wrong = {key: form[key] for key in form if key.endswith(".wrong") and form[key]}
    assert wrong == {
        "scenarios.1.corrections.0.wrong": "Delivered", "scenarios.1.corrections.1.wrong": "DELIVERED",
    }  # fmt: skip


def test_keys_of_arrivals_have_the_type_of_the_key(client_of: ClientOf, demo: Demo) -> None:
    client = client_of(demo.owner)
    form = _form(client, demo, "day_two")
    assert form["arrivals.0.key"] == "5011"
    arrivals = _saved(client, demo, "day_two", form | {"arrivals.0.what": "Another word"}).day_two.arrivals
    assert (arrivals[0].key, arrivals[0].what) == (5011, "Another word")


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("pain_points", {"pain_points.0.answers": "one"}),
        ("talk_track", {"beats.0.pains": "7"}),
        ("talk_track", {"beats.0.pains": "two"}),
        ("talk_track", {"beats.0.kind": "dance"}),
        ("talk_track", {"beats.0.opens": "No name"}),
        ("talk_track", {"ends_at": "soon"}),
        ("semantic", {"metrics.0.unit": "a unit that is much too long to say"}),
        ("day_two", {"arrivals.0.key": "none of them"}),
    ],
)
def test_what_cannot_be_is_refused_and_stays_as_typed(
    client_of: ClientOf, demo: Demo, section: str, change: dict[str, str]
) -> None:
    client = client_of(demo.owner)
    answer = client.post(f"/demos/{demo.pk}/edit/{section}/", _form(client, demo, section) | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not saved" in page
    for name, value in change.items():
        assert form_of(page, name)[name] == value or name.endswith(".kind")
    assert demo.revisions.count() == 1
