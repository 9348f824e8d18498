"""Whatever the schema lets pass is answered with sentences: no rule, picture, diff or repair ever raises."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.plan.diff import diff_plans, same
from scenarios.plan.lineage import dot, lineage
from scenarios.plan.mend import mend_rows
from scenarios.plan.parts import Plan
from scenarios.plan.rules import check_outline, check_plan
from scenarios.plan.sections import schema_violations
from tests.scenarios.plan.changing import changed_data
from tests.scenarios.plan.example import example_plan


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything in the data that can be replaced, whole lists too."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in [(*path, key), *_leaves(item, (*path, key))]]
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in [(*path, i), *_leaves(item, (*path, i))]]
    return []


DATA = changed_data({})
PATHS = list(dict.fromkeys(_leaves(DATA)))
NAMES = ["orders", "fct_orders", "customer_id", "stg_shop__orders", "revenue", "order", "boolean", "stale"]
ODD = [None, True, 0, 9, -1, 2.5, float("nan"), "", "select 1 as x", [], {}]


def _changes() -> st.SearchStrategy[tuple[tuple[Any, ...], Any]]:
    """A path and a value for it: what stands at a like path (it often fits), a name, or nonsense."""

    def values(path: tuple[Any, ...]) -> st.SearchStrategy[Any]:
        alike = [_at(DATA, other) for other in PATHS if other[-1] == path[-1] or isinstance(path[-1], int)]
        return st.one_of(st.sampled_from(alike), st.sampled_from(NAMES), st.sampled_from(ODD))

    return st.sampled_from(PATHS).flatmap(lambda path: st.tuples(st.just(path), values(path)))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def _replaced(changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    data = changed_data({})
    for (*steps, last), value in changes:
        try:
            _at(data, tuple(steps))[last] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    return data


@given(st.lists(_changes(), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_raises(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = _replaced(changes)
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        for violation in schema_violations(error, "outline", data=data):
            assert violation.place
            assert violation.sentence.endswith(".")
        return
    for violation in (*check_outline(plan.outline), *check_plan(plan)):
        assert violation.place
        assert violation.sentence.endswith(".")
        assert violation.hint
    assert dot(lineage(plan)).startswith("digraph")
    assert mend_rows(plan)[0].outline == plan.outline
    assert same(plan, example_plan()) or plan != example_plan()
    assert isinstance(diff_plans(example_plan(), plan), list)
