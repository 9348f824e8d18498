"""The built-in provider answers any brief with a whole plan, the same one every time."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.plan.brief import Brief
from scenarios.plan.names import WAREHOUSES
from scenarios.plan.parts import ROWS_PER_SOURCE
from scenarios.plan.rules import check_plan
from tests.built import built_plan

AS_OF = date(2026, 3, 14)
PAINS = (
    "Our data quality is poor: duplicates everywhere.\nNobody documents anything.\nThe nightly load is slow."
)


def brief(**changes):
    fields = {
        "company": "Harrow & Pine",
        "industry": "Retail",
        "include_semantic_layer": True,
        "as_of": AS_OF,
    }
    return Brief(**{**fields, **changes})


@pytest.mark.parametrize("key", library.blueprint_keys())
def test_every_industry_gives_a_plan_that_breaks_no_rule(key):
    plan = built_plan(brief(industry=library.blueprint(key).industry, pain_points=PAINS))
    assert check_plan(plan) == []
    assert 3 <= len(plan.outline.sources) <= 5
    assert all(len(rows.rows) == ROWS_PER_SOURCE for rows in plan.rows)
    assert [m.name for m in plan.outline.marts if m.materialized == "incremental"] == [
        plan.outline.incremental.model
    ]
    assert {metric.type for metric in plan.semantic.metrics} >= {"simple", "ratio"}
    assert {metric.type for metric in plan.semantic.metrics} & {"derived", "cumulative"}


def test_an_unknown_industry_gets_the_generic_blueprint_and_keeps_its_name():
    plan = built_plan(brief(industry="Unicorn breeding"))
    assert plan.outline.industry == "Unicorn breeding"
    assert "Unicorn breeding" in plan.outline.context.summary
    assert check_plan(plan) == []


@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_the_warehouse_changes_nothing_but_itself(warehouse):
    plan = built_plan(brief(warehouse=warehouse))
    other = built_plan(brief())
    assert plan.outline.warehouse == warehouse
    assert plan.statements == other.statements
    assert plan.rows == other.rows


def test_without_a_semantic_layer_there_are_no_metrics():
    plan = built_plan(brief(include_semantic_layer=False))
    assert plan.outline.metrics == []
    assert plan.semantic is None
    assert check_plan(plan) == []


def test_the_same_brief_gives_the_same_plan_in_another_process():
    code = (
        "import json, sys; from tests.built import built_plan;"
        "from tests.scenarios.ai.test_builtin_provider import brief, PAINS;"
        "sys.stdout.write(built_plan(brief(pain_points=PAINS)).model_dump_json())"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "4242")
    ]
    assert answers[0] == answers[1] == built_plan(brief(pain_points=PAINS)).model_dump_json()
    assert len(json.loads(answers[0])["rows"]) >= 3


def test_another_reference_date_moves_the_dates_and_nothing_else():
    plan, later = built_plan(brief()), built_plan(brief(as_of=AS_OF + timedelta(days=40)))
    assert [m.name for m in plan.outline.models] == [m.name for m in later.outline.models]
    assert plan.statements == later.statements
    moved = 0
    for source, before, after in zip(plan.outline.sources, plan.rows, later.rows, strict=True):
        for place, column in enumerate(source.columns):
            if column.type != "date":
                assert [row[place] for row in before.rows] == [row[place] for row in after.rows]
                continue
            for old, new in zip(before.rows, after.rows, strict=True):
                if old[place] is not None and new[place] is not None:
                    assert date.fromisoformat(new[place]) - date.fromisoformat(old[place]) == (
                        timedelta(days=40)
                    )
                    moved += 1
    assert moved >= 10


def test_events_are_recent_in_order_and_span_two_months():
    plan = built_plan(brief())
    for source, rows in zip(plan.outline.sources, plan.rows, strict=True):
        columns = [c.staged_name for c in source.columns]
        if plan.outline.incremental.cursor not in columns:
            continue
        days = [row[columns.index(plan.outline.incremental.cursor)] for row in rows.rows]
        assert days == sorted(days)
        assert len({day[:7] for day in days}) >= 2
        assert days[-1] == (AS_OF - timedelta(days=1)).isoformat()


def test_a_part_can_be_asked_for_alone_and_again():
    given = brief(pain_points=PAINS)
    provider, whole = BuiltinProvider(), built_plan(brief(pain_points=PAINS))
    for rows in whole.rows:
        alone = provider.part(given, whole.outline, f"rows:{rows.table}", done={"quality": whole.quality})
        assert alone == rows
    assert provider.part(given, whole.outline, "day_two", done={}) == whole.day_two
    assert provider.part(given, whole.outline, "talk_track", done={}) == whole.talk_track
    with pytest.raises(KeyError):
        provider.part(given, whole.outline, "sql:fct_nothing", done={})


def test_the_second_day_lies_in_the_window_of_the_incremental_mart():
    for key in library.blueprint_keys():
        plan = built_plan(brief(industry=library.blueprint(key).industry))
        table = plan.day_two.tables[0]
        source = plan.outline.source(table.table)
        place = [c.staged_name for c in source.columns].index(plan.outline.incremental.cursor)
        newest = max(date.fromisoformat(row[place][:10]) for row in plan.rows_of(table.table).rows)
        window = newest - timedelta(days=plan.outline.incremental.lookback_days)
        arrived = [date.fromisoformat(row[place][:10]) for row in [*table.new, *table.changed]]
        assert all(day >= window for day in arrived)
        assert min(arrived[:2]) < newest < max(arrived[:2]), "one row is late, one is new"
        seed = next(row for row in plan.rows_of(table.table).rows if row[0] == table.changed[0][0])
        assert seed != table.changed[0]
