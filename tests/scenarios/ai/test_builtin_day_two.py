"""The second day of every story: one new row, one late, one changed, and nothing else in the incremental mart."""

from datetime import date, timedelta

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.catalogue import plan_of, variants
from scenarios.ai.builtin.choices import choose_angle, dice_for
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.rows import RowFactory
from scenarios.ai.builtin.trial import mart_rows
from scenarios.plan.brief import Brief
from scenarios.plan.faults import rows_by_table
from scenarios.plan.second_day import rows_after
from tests.built import built_plan
from tests.sampling import every
from tests.scenarios.ai.test_builtin_provider import brief

AS_OF = date(2026, 3, 14)
ANGLES = [(key, angle) for key in library.blueprint_keys() for angle in library.blueprint(key).angles]


def day_of(moment):
    return date.fromisoformat(str(moment)[:10])


def incremental_rows(plan, seeds):
    """The incremental mart's rows by key, computed from all rows."""
    name, key = plan.outline.incremental.model, plan.outline.incremental.unique_key
    statements = {statement.model: statement for statement in plan.statements}
    return {row[key]: row for row in mart_rows(plan.outline, seeds, statements, [name])[name]}


@pytest.mark.parametrize(("key", "angle"), every(4, ANGLES, tuples=True))
def test_one_incremental_run_brings_exactly_the_arrivals_and_equals_a_full_refresh(key, angle):
    plan = plan_of(
        next(variants(key, angle)), company="Larkfield", as_of=AS_OF, kinds=("duplicate", "orphan", "null")
    )
    seeds, plans = rows_by_table(plan), plan.outline.incremental
    before = incremental_rows(plan, seeds)
    refreshed = incremental_rows(plan, rows_after(plan.outline, plan.day_two, seeds))
    newest = max(day_of(row[plans.cursor]) for row in before.values())
    window = newest - timedelta(days=plans.lookback_days)
    run = {k: row for k, row in refreshed.items() if day_of(row[plans.cursor]) >= window}

    assert before | run == refreshed, "what changes lies in the window"
    changed = {k for k, row in refreshed.items() if before.get(k) != row}
    assert changed == {arrival.key for arrival in plan.day_two.arrivals}
    assert [arrival.kind for arrival in plan.day_two.arrivals] == ["inserted", "updated", "late"]
    assert all(arrival.what for arrival in plan.day_two.arrivals)
    late = next(arrival.key for arrival in plan.day_two.arrivals if arrival.kind == "late")
    assert window <= day_of(refreshed[late][plans.cursor]) < newest
    assert late not in before


def factory(key, angle):
    given = Brief(company="Larkfield", industry=library.blueprint(key).industry, as_of=AS_OF)
    composition = Composition(choose_angle(key, angle, "", dice_for(given)), given.company, given.industry)
    return RowFactory(composition, dice_for(given), AS_OF)


def newest_row(rows, table):
    return {name: cells[-1] for name, cells in rows.seed(table).items()}


def test_a_row_that_is_completed_gets_the_date_that_goes_with_it():
    rows = factory("retail", "loyalty")
    newest = {**newest_row(rows, "orders"), "state": "open", "fulfilled": None}
    changed = rows.recalculated("orders", newest, {"state": "completed"})
    assert newest["booked_on"] <= changed["fulfilled"] <= AS_OF.isoformat()
    reopened = rows.recalculated("orders", changed, {"state": "open"})
    assert reopened["fulfilled"] is None


def test_what_is_calculated_follows_and_what_is_said_to_change_is_not_overwritten():
    rows = factory("retail", "loyalty")
    newest = newest_row(rows, "orders")
    doubled = rows.recalculated("orders", newest, {"gross": newest["gross"] * 2, "rebate": 0.1})
    assert doubled["discount"] == pytest.approx(newest["gross"] * 0.2, abs=0.01)
    told = rows.recalculated("orders", newest, {"gross": newest["gross"] * 2, "discount": 1.5})
    assert told["discount"] == 1.5
    assert rows.recalculated("orders", newest, {}) == newest


def test_a_lookup_follows_the_column_that_it_reads():
    found = 0
    for key, angle in ANGLES:
        blueprint = library.blueprint(key)
        table = blueprint.angles[angle].event_table
        rows = factory(key, angle)
        newest = newest_row(rows, table)
        for name, column in blueprint.tables[table].columns.items():
            if (
                column.lookup is None
                or column.lookup.by not in newest
                or column.lookup.by
                not in (c for c, spec in blueprint.tables[table].columns.items() if spec.deal)
            ):
                continue
            for value, wanted in column.lookup.map.items():
                changed = rows.recalculated(table, newest, {column.lookup.by: value})
                told = isinstance(wanted, str) and "[[" in wanted
                assert told or column.only or changed[name] == wanted
                found += 1
    assert found > 20


def test_the_words_of_an_arrival_are_the_prospects():
    plan = built_plan(brief(discovery_notes="Our shoppers and their purchases: loyalty"))
    inserted, updated, late = plan.day_two.arrivals
    assert inserted.what.startswith(f"New purchase {inserted.key} of 2026-03-14")
    assert updated.what.startswith(f"Purchase {updated.key}: ")
    assert " from " in updated.what
    assert "2 days behind the newest" in late.what
