"""The talk track is a story in order, speaks of this demo, and quotes proven numbers only."""

import re

import pytest

from scenarios.ai.builtin import library
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.run_of_show import run_of_show
from tests.built import built_plan
from tests.scenarios.ai.test_builtin_provider import PAINS, brief

STORY = ["lineage", "test", "fix", "incremental", "metric"]
TOKEN = re.compile(r"\[\[(\w+)\]\]")


@pytest.mark.parametrize("key", library.blueprint_keys())
def test_the_story_is_told_in_order_with_numbers_and_a_way_out(key):
    plan = built_plan(brief(industry=library.blueprint(key).industry, pain_points=PAINS))
    track = plan.talk_track
    kinds = [beat.kind for beat in track.beats]
    assert kinds[: len(STORY)] == STORY
    assert set(kinds[len(STORY) :]) == {"feature"}
    assert all(beat.if_it_goes_wrong for beat in track.beats)
    minutes = [beat.minute for beat in track.beats]
    assert minutes == sorted(set(minutes))
    assert minutes[0] == 2
    assert track.ends_at > minutes[-1] + 2
    metric = track.beats[kinds.index("metric")]
    quoted = TOKEN.findall(metric.say)
    assert len(quoted) >= 2
    assert set(quoted) <= {idea.name for idea in plan.outline.metrics}
    assert metric.opens == quoted[0]
    told = {number for beat in track.beats for number in beat.pains}
    assert told == set(range(1, len(plan.outline.pain_points) + 1))


def test_the_red_moment_says_the_command_and_what_fails():
    plan = built_plan(brief(pain_points="Duplicates everywhere. Negative amounts."))
    red, fix = (next(beat for beat in plan.talk_track.beats if beat.kind == kind) for kind in ("test", "fix"))
    assert "dbt test --select tag:data_quality --vars" in red.say
    for scenario in plan.quality.scenarios:
        rows = "1 row" if scenario.failing_rows == 1 else f"{scenario.failing_rows} rows"
        assert f"{scenario.test_name} with {rows}" in red.say
        assert scenario.fix in fix.say
    assert plan.quality.scenarios[0].cost in red.say
    assert "fix/data-quality" in fix.say
    assert red.opens in {scenario.test_name for scenario in plan.quality.scenarios}


def test_the_second_day_is_told_row_by_row():
    plan = built_plan(brief())
    beat = next(beat for beat in plan.talk_track.beats if beat.kind == "incremental")
    assert all(arrival.what in beat.say for arrival in plan.day_two.arrivals)
    assert "demo/day-2" in beat.say
    assert beat.opens == plan.outline.incremental.model


def test_a_pain_is_said_again_where_it_is_answered():
    plan = built_plan(brief(pain_points="The nightly load is slow."))
    told = [beat.kind for beat in plan.talk_track.beats if "“The nightly load is slow.”" in beat.say]
    assert told == ["incremental"]


def test_without_a_defect_there_is_no_red_moment_and_without_metrics_no_number():
    plan = built_plan(brief(include_semantic_layer=False))
    kinds = [beat.kind for beat in plan.talk_track.beats]
    assert not {"test", "fix", "metric"} & set(kinds)
    assert not TOKEN.search(plan.talk_track.model_dump_json())


def test_a_short_brief_needs_fewer_minutes_and_a_showcase_more():
    short = built_plan(brief(depth="essential"))
    usual = built_plan(brief(pain_points=PAINS))
    whole = built_plan(brief(pain_points=PAINS, depth="showcase"))
    ends = [plan.talk_track.ends_at for plan in (short, usual, whole)]
    assert ends == sorted(ends)
    assert ends[0] < ends[-1] <= 45
    assert len(short.talk_track.beats) >= 3


@pytest.mark.parametrize("pains", ["", "Reports arrive late."])
def test_the_smallest_demo_has_three_beats(pains):
    small = brief(pain_points=pains, depth="essential", include_semantic_layer=False)
    assert len(built_plan(small).talk_track.beats) >= 3


def test_something_that_stands_out_is_named_with_its_number():
    plan = built_plan(brief(discovery_notes="loyalty and churn of customers"))
    said = next(beat.say for beat in plan.talk_track.beats if "One row stands out" in beat.say)
    number = re.search(r"stands out: (\S+) with [\w ]+ ([\d,.]+), where ([\d,]+) is usual", said)
    assert number
    cells = [str(cell) for rows in plan.rows for row in rows.rows for cell in row]
    assert number[1] in cells
    assert number[2].replace(",", "") in cells
    assert float(number[2].replace(",", "")) > 1.5 * float(number[3].replace(",", ""))


def test_the_run_of_show_finds_every_place_and_every_value():
    plan = built_plan(brief(pain_points=PAINS))
    values = {idea.name: f"value of {idea.name}" for idea in plan.outline.metrics}
    moments = run_of_show(plan, values)
    assert [moment.minute for moment in moments] == sorted(moment.minute for moment in moments)
    assert all(moment.place for moment in moments if moment.kind in STORY)
    assert not any("[[" in moment.say or moment.say == "–" for moment in moments)
    assert len(pain_sentences(PAINS)) == 3
