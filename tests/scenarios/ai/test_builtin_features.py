"""The features that the built-in provider adds to a demo: called for by a pain, right, and told."""

from functools import cache
from pathlib import Path

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.features import STANDARD, feature_beats, pain_for
from scenarios.ai.builtin.unit_rows import try_model
from scenarios.plan.features import Features
from scenarios.plan.names import Depth
from scenarios.plan.parts import ModelSql, Plan, part_keys
from scenarios.plan.rules import check_plan
from scenarios.rendering import base_project, render_code
from tests.built import PROVIDER, built_plan
from tests.projects.best_practice import violations
from tests.projects.conftest import NAMES, read_example
from tests.sampling import every
from tests.scenarios.rendering.projects import Dbt

ENTRIES = {entry["key"]: entry for entry in library.read("_features")["features"]}
FIVE_KINDS = {
    "order_id": "integer",
    "amount": "number",
    "paid_on": "date",
    "buyer": "string",
    "is_gift": "boolean",
}


@cache
def plan_of(name: str, depth: Depth) -> Plan:
    """The plan of an example brief at another depth."""
    brief = read_example(name).model_copy(update={"depth": depth})
    return built_plan(brief)


def shown(plan: Plan) -> list[str]:
    return [name for name, _ in plan.features.shown()]


@pytest.mark.parametrize("name", every(3, NAMES))
@pytest.mark.parametrize("depth", ["standard", "showcase"])
def test_features_hold_together_and_serve_a_pain(name: str, depth: Depth) -> None:
    plan = plan_of(name, depth)
    assert [str(violation) for violation in check_plan(plan)] == []
    for key, feature in plan.features.shown():
        number, strength = pain_for(ENTRIES[key], plan.outline)
        assert strength > 0
        assert feature.pain == number
        assert "[[" not in feature.say
        assert len(feature.say) > 40


def test_a_simple_demo_has_none() -> None:
    plan = plan_of("retail", "essential")
    assert plan.features == Features()
    assert "features" not in part_keys(plan.outline)


def test_a_standard_demo_has_a_few_light_ones() -> None:
    for name in NAMES:
        found = shown(plan_of(name, "standard"))
        assert len(found) <= STANDARD
        assert not {"unit_test", "contract", "macro"} & set(found)
    assert any(len(shown(plan_of(name, "standard"))) == STANDARD for name in NAMES)


def test_over_all_examples_every_feature_is_shown() -> None:
    everywhere = {feature for name in NAMES for feature in shown(plan_of(name, "showcase"))}
    assert everywhere == set(ENTRIES) == set(Features.model_fields)


def test_a_demo_without_a_fitting_pain_has_none() -> None:
    brief = read_example("retail").model_copy(update={"depth": "showcase"})
    outline = PROVIDER.outline(brief).outline
    pain = outline.pain_points[0].model_copy(update={"pain": "Zzz.", "feature": "Zzz"})
    other = outline.model_copy(update={"pain_points": [pain]})
    assert PROVIDER.part(brief, other, "features", done={}) == Features()


def test_the_same_brief_gives_the_same_features() -> None:
    brief = read_example("retail").model_copy(update={"depth": "showcase"})
    outline = PROVIDER.outline(brief).outline
    first, second = (PROVIDER.part(brief, outline, "features", done={}) for _ in range(2))
    assert first == second
    assert isinstance(first, Features)
    assert first.unit_test is not None


def test_statements_of_others_are_not_run() -> None:
    """A statement that somebody else wrote waits for the Proof: its model gets no unit test here."""
    brief = read_example("retail").model_copy(update={"depth": "showcase"})
    plan = plan_of("retail", "showcase")
    assert plan.features.unit_test is not None
    done: dict = {
        f"sql:{statement.model}": ModelSql(model=statement.model, sql=f"{statement.sql} -- changed")
        for statement in plan.statements
    }
    features = PROVIDER.part(brief, plan.outline, "features", done=done)
    assert isinstance(features, Features)
    assert features.unit_test is None
    assert features.contract is not None


@pytest.mark.parametrize(
    "name", ["retail", *(pytest.param(name, marks=pytest.mark.long) for name in ("banking", "telecom"))]
)
@pytest.mark.long
def test_dbt_agrees_with_the_expected_rows(name: str, tmp_path: Path) -> None:
    plan = plan_of(name, "showcase")
    test = plan.features.unit_test
    assert test is not None
    assert len(test.columns) > 1
    project = Dbt(render_code(plan, template=base_project()), tmp_path)
    answer = project("build")
    assert answer.returncode == 0, answer.stdout
    results = project.artifact("run_results.json")["results"]
    assert [r["status"] for r in results if r["unique_id"].startswith("unit_test.")] == ["pass"]
    assert violations(project.artifact("manifest.json")) == []


def test_rows_are_few_and_computed() -> None:
    sql = """
        select o.order_id, sum(case when o.is_gift then 0 else o.amount end) as paid, max(o.buyer) as buyer,
            datediff(day, min(o.paid_on), date '2026-03-05') as day_count,
            1.0 * sum(o.amount) / count(o.buyer) as average
        from stg_shop__orders as o group by o.order_id
    """
    rows = [
        [1, 10.5, "2026-03-01", "Ada", False], [1, 2, "2026-03-03", None, True], [2, 5, "2026-03-04", None, False],
        [3, 5, "2026-03-04", "Bo", False],
    ]  # fmt: skip
    tried = try_model(
        sql,
        inputs={"stg_shop__orders": FIVE_KINDS},  # type: ignore[dict-item]
        rows={"stg_shop__orders": rows},  # type: ignore[dict-item]
        keys={"stg_shop__orders": "order_id"},
        key="order_id",
        own=["paid", "day_count", "average"],
    )
    assert tried is not None
    assert tried.columns == ["order_id", "paid", "day_count", "average"]
    assert [1, 10.5, 4, 12.5] in tried.rows
    assert [2, 5, 1, None] in tried.rows  # nothing to divide by: no value, and no error
    columns, given = tried.given["stg_shop__orders"]
    assert columns == ["order_id", "amount", "paid_on", "buyer", "is_gift"]
    assert len(given) == 3  # the third order tells nothing new


def test_only_what_a_result_needs_is_given() -> None:
    sql = (
        "select o.order_id, coalesce(o.buyer, 'guest') as buyer from stg_shop__orders as o where o.amount > 0"
    )
    rows = [[n, n, f"2026-03-0{n}", None if n > 2 else "Ada", True] for n in range(1, 9)]
    tried = try_model(
        sql,
        inputs={"stg_shop__orders": FIVE_KINDS},  # type: ignore[dict-item]
        rows={"stg_shop__orders": rows},  # type: ignore[dict-item]
        keys={"stg_shop__orders": "order_id"},
        key="order_id",
        own=["buyer"],
    )
    assert tried is not None
    assert tried.given["stg_shop__orders"] == (
        ["order_id", "amount", "buyer"],
        [[1, 1, "Ada"], [3, 3, None]],
    )
    assert tried.rows == [[1, "Ada"], [3, "guest"]]


def test_a_result_without_rows_makes_no_test() -> None:
    sql = "select o.order_id, o.amount * 2 as twice from stg_shop__orders as o where o.amount > 100"
    tried = try_model(
        sql,
        inputs={"stg_shop__orders": FIVE_KINDS},  # type: ignore[dict-item]
        rows={"stg_shop__orders": [[1, 5, None, None, None]]},
        keys={"stg_shop__orders": "order_id"},
        key="order_id",
        own=["twice"],
    )
    assert tried is None


def test_every_feature_is_told() -> None:
    plan = plan_of("retail", "showcase")
    beats = feature_beats(plan.features, start=20, step=2)
    assert [beat.minute for beat in beats] == [20, 22, 24, 26]
    told = " ".join(beat.say for beat in beats)
    assert all(feature.say in told for _, feature in plan.features.shown())
    assert {pain for beat in beats for pain in beat.pains} == {f.pain for _, f in plan.features.shown()}
    track = " ".join(beat.say for beat in plan.talk_track.beats)
    assert all(feature.say in track for _, feature in plan.features.shown())


def test_beats_make_room() -> None:
    features = plan_of("retail", "showcase").features
    (one,) = feature_beats(features, most=1)
    assert all(feature.say in one.say for _, feature in features.shown())
    two = feature_beats(features, most=2)
    assert len(two) == 2
    assert all(any(feature.say in beat.say for beat in two) for _, feature in features.shown())
    assert feature_beats(features, most=0) == []
    assert feature_beats(Features()) == []
