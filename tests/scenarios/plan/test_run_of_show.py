"""The run of show: minutes that add up, places to click, proven values in what is said."""

from typing import Any

import pytest

from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.plan.parts import Plan
from scenarios.plan.run_of_show import Moment, Place, place_in, run_of_show, spoken
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_features import showcase_plan

VALUES = {"revenue": "EUR 2,148.62", "orders_placed": "10 orders"}


def _plan(*beats: dict[str, Any], **track: Any) -> Plan:
    """The example plan with these beats; what a beat does not say is filled in."""
    data = example_plan().model_dump(mode="json")
    words = {"title": "A beat", "click": "Somewhere", "say": "Look."}
    data["talk_track"] |= {"beats": [{**words, "minute": 2, **beat} for beat in beats], **track}
    return Plan.model_validate(data)


def _moment(**beat: Any) -> Moment:
    """The moment of this beat; two others fill the talk."""
    return run_of_show(_plan({"minute": 4, **beat}, {"minute": 8}, {"minute": 9}), VALUES)[1]


def test_minutes_follow_each_other_without_a_gap() -> None:
    moments = run_of_show(
        _plan({"minute": 12}, {"minute": 3}, {"minute": 12}, {"minute": 20}, ends_at=30), {}
    )
    assert [(one.kind, one.minute, one.minutes) for one in moments] == [
        ("opening", 0, 3), ("feature", 3, 9), ("feature", 12, 0), ("feature", 12, 8), ("feature", 20, 8),
        ("close", 28, 2),
    ]  # fmt: skip
    assert [one.ends for one in moments[:-1]] == [one.minute for one in moments[1:]]


@pytest.mark.parametrize(
    ("last", "ends_at", "close"), [(29, 30, (30, 1)), (40, 30, (41, 1)), (27, 30, (28, 2)), (0, 5, (3, 2))]
)
def test_the_close_comes_after_the_last_beat(last: int, ends_at: int, close: tuple[int, int]) -> None:
    plan = _plan({"minute": 0}, {"minute": 0}, {"minute": last}, ends_at=ends_at)
    moments = run_of_show(plan, {})
    assert (moments[-1].minute, moments[-1].minutes) == close
    assert moments[0].minutes == 0


def test_values_are_said_where_the_metric_is_named() -> None:
    assert spoken("It is [[revenue]] of [[ orders_placed ]].", VALUES) == "It is EUR 2,148.62 of 10 orders."
    assert spoken("It is [[margin]], [[Not a name]].", VALUES) == "It is –, [[Not a name]]."
    moments = run_of_show(_plan(*[{}] * 3, opening="Today: [[revenue]].", close="[[revenue]]!"), VALUES)
    assert (moments[0].say, moments[-1].say) == ("Today: EUR 2,148.62.", "EUR 2,148.62!")


@pytest.mark.parametrize(
    ("opens", "path"),
    [
        ("fct_orders", "models/marts/fct_orders.sql"),
        ("int_orders_totalled", "models/intermediate/int_orders_totalled.sql"),
        ("stg_shop__orders", "models/staging/stg_shop__orders.sql"),
        ("orders", "seeds/orders.csv"),
        ("orders_customer_exists", "models/staging/schema.yml"),
        ("revenue", "models/marts/schema.yml"),
    ],
)
def test_what_a_beat_opens_is_found(opens: str, path: str) -> None:
    assert _moment(opens=opens).place == Place("file", path, MAIN, opens)


def test_a_test_of_its_own_is_a_file_of_its_own() -> None:
    data = example_plan().model_dump(mode="json")
    data["quality"]["scenarios"][0] |= {"kind": "stale", "max_age_days": 3}
    data["talk_track"]["beats"][0] |= {"kind": "test", "opens": "orders_customer_exists"}
    place = run_of_show(Plan.model_validate(data), {})[1].place
    assert place == Place("file", "tests/orders_customer_exists.sql", MAIN, "orders_customer_exists")
    data["talk_track"]["beats"][0]["kind"] = "fix"  # the only defect that is mended in a seed
    place = run_of_show(Plan.model_validate(data), {})[1].place
    assert place == Place("file", "seeds/orders.csv", FIX, "orders")


@pytest.mark.parametrize(
    ("beat", "place", "proof"),
    [
        ({"kind": "lineage"}, Place("lineage"), None),
        ({"kind": "lineage", "opens": "fct_orders"}, Place("lineage", name="fct_orders"), None),
        ({"kind": "test"}, Place("proof"), Place("proof", name="red")),
        ({"kind": "metric"}, Place("answers"), Place("answers")),
        ({"kind": "metric", "opens": "revenue"}, Place("file", "models/marts/schema.yml", MAIN, "revenue"),
         Place("answers", name="revenue")),
        ({"kind": "incremental"}, Place("file", "models/marts/fct_orders.sql", DAY_TWO, "fct_orders"),
         Place("proof", name="day-two")),
        ({"kind": "incremental", "opens": "orders"}, Place("file", "seeds/orders.csv", DAY_TWO, "orders"),
         Place("proof", name="day-two")),
        ({"kind": "fix"}, Place("file", "models/staging/stg_shop__orders.sql", FIX, "stg_shop__orders"),
         Place("proof", name="fix")),
        ({"kind": "fix", "opens": "orders_status_is_known"},
         Place("file", "models/staging/stg_shop__orders.sql", FIX, "stg_shop__orders"), Place("proof", name="fix")),
        ({"kind": "fix", "opens": "fct_orders"}, Place("file", "models/marts/fct_orders.sql", FIX, "fct_orders"),
         Place("proof", name="fix")),
        ({"click": "metric revenue"}, Place("file", "models/marts/schema.yml", MAIN, "revenue"), None),
        ({"click": "the slides"}, None, None),
        ({"opens": "no_such_thing"}, None, None),
    ],
)  # fmt: skip
def test_each_kind_has_its_place(beat: dict[str, Any], place: Place | None, proof: Place | None) -> None:
    moment = _moment(**beat)
    assert (moment.place, moment.proof) == (place, proof)


def test_without_defects_and_metrics_nothing_is_promised() -> None:
    data = _plan({"kind": "test"}, {"kind": "fix", "click": "fct_orders"}, {"kind": "metric"}).model_dump(
        mode="json"
    )
    data["quality"], data["semantic"] = {"scenarios": []}, None
    moments = run_of_show(Plan.model_validate(data), {})[1:-1]
    assert [one.proof for one in moments] == [None, None, None]
    assert moments[1].place == Place("file", "models/marts/fct_orders.sql", MAIN, "fct_orders")


def test_pains_are_quoted_once_and_only_those_there_are() -> None:
    pains = [pain.pain for pain in example_plan().outline.pain_points]
    assert _moment(pains=[2, 2, 1, 9]).pains == [pains[1], pains[0]]


@pytest.mark.parametrize(
    ("click", "path"),
    [
        ("unit test TEST", "models/intermediate/schema.yml"),
        ("exposure EXPOSURE", "models/marts/schema.yml"),
        ("macros/safe_ratio.sql", "macros/safe_ratio.sql"),
        ("read models/marts/docs.md aloud", "models/marts/docs.md"),
        ("dbt build --select +tag:weekly", "models/marts/fct_orders.sql"),
        ("/etc/models/../passwd.md", "models/marts/fct_orders.sql"),
    ],
)
def test_a_feature_is_shown_where_it_is_declared(click: str, path: str) -> None:
    plan = showcase_plan()
    assert plan.features.unit_test
    assert plan.features.exposure
    click = click.replace("TEST", plan.features.unit_test.name).replace(
        "EXPOSURE", plan.features.exposure.name
    )
    data = plan.model_dump(mode="json")
    data["talk_track"]["beats"][0] |= {"kind": "feature", "click": click, "opens": "fct_orders"}
    place = run_of_show(Plan.model_validate(data), {})[1].place
    assert place is not None
    assert (place.path, place.branch) == (path, MAIN)


def test_the_first_thing_that_is_named_is_found() -> None:
    assert place_in(example_plan(), "the mart fct_orders and int_orders_totalled") == Place(
        "file", "models/marts/fct_orders.sql", MAIN, "fct_orders"
    )
    assert place_in(example_plan(), "Nothing of this plan") is None
