"""The demo's README. Pure."""

from scenarios.plan.outline import Model
from scenarios.plan.parts import Plan
from scenarios.rendering.commands import ALL_QUALITY_TESTS, BUILD, FIXED, RED, SECOND_DAY
from scenarios.rendering.data_tests import idea_of
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.fix_report import branches_section
from scenarios.rendering.lineage import lineage_block
from scenarios.rendering.markdown import Md, block, bullets, code, inline, page, prose, table
from scenarios.rendering.run_of_show import said_value
from scenarios.rendering.text import sentence
from scenarios.rendering.time_spine import time_spine_name

GUIDE_PATH = "data_quality_demo_guide.md"
TALK_TRACK_PATH = "talk_track.md"


def readme(plan: Plan, facts: ProvenFacts) -> str:
    """What the demo is about, what is in it, how to run it, and what the Proof found."""
    outline = plan.outline
    return page(
        f"# {inline(outline.company)}: dbt demo",
        prose(outline.context.summary),
        prose(outline.context.use_case),
        "## Objectives",
        bullets(inline(objective) for objective in outline.context.objectives),
        "## From pain to feature",
        _pains(plan),
        "## Source data",
        _sources(plan, facts),
        "## Models",
        _models(plan, facts),
        *_incremental(plan),
        "## Lineage",
        lineage_block(plan),
        *_metrics(plan, facts),
        *_quality(plan, facts),
        *branches_section(plan, facts),
        "## Run it",
        _run(plan),
        f"Outside dbt Cloud, dbt looks for a profile named {code(outline.project_name)} in `profiles.yml`.",
        "## Proven",
        _proven(facts),
        f"What to say and when: [{TALK_TRACK_PATH}]({TALK_TRACK_PATH}).",
    )


def _pains(plan: Plan) -> Md:
    rows = [
        (pain.pain, pain.feature, pain.where, Md(str(pain.minute)))
        for pain in sorted(plan.outline.pain_points, key=lambda pain: pain.minute)
    ]
    return table(["Pain", "dbt feature", "Where", "Minute"], rows)


def _sources(plan: Plan, facts: ProvenFacts) -> Md:
    rows = [
        (
            code(f"seeds/{source.table}.csv"),
            code(f"{source.system}.{source.table}"),
            sentence(source.description),
        )
        for source in plan.outline.sources
    ]
    return table(["Seed", "Source", "What it holds"], rows)


def _models(plan: Plan, facts: ProvenFacts) -> Md:
    staged = [
        (
            code(source.staging_model),
            "staging",
            "view",
            _rows(facts, source.staging_model),
            sentence(source.staging_purpose),
        )
        for source in plan.outline.sources
    ]
    others = [
        (code(model.name), model.layer, model.materialized, _rows(facts, model.name), _purpose(model))
        for model in [*plan.outline.intermediates, *plan.outline.marts]
    ]
    calendar = [
        (code(name), "marts", "table", _rows(facts, name), "The calendar behind metrics over time.")
        for name in [time_spine_name(plan)]
        if name
    ]
    return table(["Model", "Layer", "Built as", "Rows", "Purpose"], [*staged, *others, *calendar])


def _rows(facts: ProvenFacts, model: str) -> str:
    count = facts.row_counts.get(model)
    return "" if count is None else f"{count:,}"


def _purpose(model: Model) -> str:
    questions = " ".join(sentence(question) for question in model.business_questions)
    return f"{sentence(model.purpose)} {sentence(model.grain)} {questions}".strip()


def _incremental(plan: Plan) -> list[str]:
    mart = plan.outline.incremental
    days = "day" if mart.lookback_days == 1 else "days"
    return [
        f"{code(mart.model)} is incremental: {inline(sentence(mart.why))} Each run takes the rows whose "
        f"{code(mart.cursor)} is new or at most {mart.lookback_days} {days} older than the newest loaded, "
        f"and replaces rows by {code(mart.unique_key)}."
    ]


def _metrics(plan: Plan, facts: ProvenFacts) -> list[str]:
    if plan.semantic is None:
        return []
    ideas = {idea.name: idea for idea in plan.outline.metrics}
    rows = [
        (
            code(metric.name),
            ideas[metric.name].label if metric.name in ideas else metric.name,
            said_value(
                facts.metrics.get(metric.name),
                ideas[metric.name].unit if metric.name in ideas else "",
                facts.metric_periods.get(metric.name),
            ),
            ideas[metric.name].description if metric.name in ideas else "",
        )
        for metric in plan.semantic.metrics
    ]
    return ["## Metrics", table(["Metric", "Label", "Value", "Meaning"], rows)]


def _quality(plan: Plan, facts: ProvenFacts) -> list[str]:
    if not plan.quality.scenarios:
        return []
    rows = []
    for scenario in plan.quality.scenarios:
        idea = idea_of(plan, scenario)
        found = facts.failures.get(scenario.test_name, scenario.failing_rows)
        rows.append((idea.title if idea else scenario.name, code(scenario.test_name), Md(str(found))))
    return [
        "## Data quality",
        "The seeds hold planted defects. Each is caught by a test that warns, so the first run is green.",
        table(["Defect", "Test", "Failures"], rows),
        f"Step by step: [{GUIDE_PATH}]({GUIDE_PATH}).",
    ]


def _run(plan: Plan) -> Md:
    lines = ["# Load the seeds, build and test everything", BUILD]
    if plan.quality.scenarios:
        lines += ["", "# Only the tests that catch the planted defects", ALL_QUALITY_TESTS]
        lines += ["", "# The same, red on demand", RED]
    mart = plan.outline.incremental.model
    lines += ["", "# Only the incremental mart, and from scratch", f"dbt build --select {mart}"]
    lines += [f"dbt build --select {mart} --full-refresh"]
    if plan.quality.scenarios:
        lines += ["", "# Everything fixed", FIXED]
    return block("\n".join([*lines, "", "# The second day, on top of main", SECOND_DAY]))


def _proven(facts: ProvenFacts) -> str:
    warned = "no test warned" if not facts.tests_warned else f"{facts.tests_warned} warned, as planned"
    return (
        f"This project was really run before it was handed over, with dbt {inline(facts.dbt_version)} on "
        f"{inline(facts.adapter)}: {facts.nodes} nodes built without error, {facts.tests_passed} tests "
        f"passed, {warned}. A second run changed no row count."
    )
