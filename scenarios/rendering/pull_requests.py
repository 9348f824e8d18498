"""Commit messages of all branches, and the pull requests that a presenter reads out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.plan.fixes import fixes_of
from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.plan.neutral import one_line
from scenarios.plan.parts import Plan
from scenarios.plan.words import all_of
from scenarios.rendering.branches import branch_names
from scenarios.rendering.data_tests import idea_of
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.fix_report import (
    arrivals_table,
    changes_table,
    files_table,
    metrics_table,
    seeds_words,
)
from scenarios.rendering.markdown import Md, bullets, code, inline, page, prose
from scenarios.rendering.text import sentence


@dataclass(frozen=True)
class PullRequest:
    """Title (one line of text) and body (Markdown) of a prepared pull request to `main`."""

    title: str
    body: str


def pull_request(plan: Plan, facts: ProvenFacts, branch: str) -> PullRequest:
    """The pull request of a branch. Raises KeyError for `main` and for a branch that the plan does not have."""
    if branch == MAIN or branch not in branch_names(plan):
        raise KeyError(branch)
    sections = _fix_body(plan, facts) if branch == FIX else _day_two_body(plan, facts)
    return PullRequest(_title(plan, branch), page(*sections))


def commit_message(plan: Plan, branch: str) -> str:
    """The message of a branch's commit: a subject, a blank line, and what it does in plain sentences.

    Raises KeyError for a branch that the plan does not have.
    """
    if branch not in branch_names(plan):
        raise KeyError(branch)
    if branch == FIX:
        lines = [f"- {one_line(fix.says)}" for fix in fixes_of(plan)]
    elif branch == DAY_TWO:
        arrived = [f"- {arrival.kind}: {one_line(arrival.what)}" for arrival in plan.day_two.arrivals]
        lines = [one_line(plan.day_two.story), *([""] if arrived else []), *arrived]
    else:
        lines = [one_line(plan.outline.context.use_case)]
    return "\n".join([_title(plan, branch), "", *lines]) + "\n"


def _title(plan: Plan, branch: str) -> str:
    if branch == FIX:
        tables = dict.fromkeys(scenario.table for scenario in plan.quality.scenarios)
        return f"Fix what the data tests caught in {all_of(tables)}"
    if branch == DAY_TWO:
        return f"Second day: {len(plan.day_two.arrivals)} rows arrive in {plan.outline.incremental.model}"
    return f"Initial demo project for {one_line(plan.outline.company)}"


def _fix_body(plan: Plan, facts: ProvenFacts) -> Iterator[str]:
    yield (
        f"The data-quality tests on {code(MAIN)} found what nobody had seen. This branch fixes each finding where "
        "an analytics engineer would: once, in staging, so that every model above is right."
    )
    yield "## What was wrong, and what is done"
    yield bullets(_finding(plan, facts))
    yield "## What it would have cost"
    yield bullets(inline(sentence(scenario.cost)) for scenario in plan.quality.scenarios)
    yield "## Files"
    yield files_table(plan)
    if facts.fix_tests_passed:
        yield "## Proven"
        yield f"This branch was really run: all {facts.fix_tests_passed} tests passed, and none warned."
        yield changes_table(facts)
        yield metrics_table(plan, facts)


def _finding(plan: Plan, facts: ProvenFacts) -> Iterator[Md]:
    for fix in fixes_of(plan):
        scenario, idea = fix.scenario, idea_of(plan, fix.scenario)
        count = facts.red.get(
            scenario.test_name, facts.failures.get(scenario.test_name, scenario.failing_rows)
        )
        results = "1 result" if count == 1 else f"{count} results"
        title = inline(idea.title if idea else scenario.name)
        yield Md(f"**{title}** ({code(scenario.test_name)}, {results}): {inline(fix.says)}")


def _day_two_body(plan: Plan, facts: ProvenFacts) -> Iterator[str]:
    mart = plan.outline.incremental
    days = "day" if mart.lookback_days == 1 else "days"
    yield prose(plan.day_two.story)
    yield f"Only seeds differ from {code(MAIN)}: {seeds_words(plan)}. No model changes."
    yield f"## What arrives in {code(mart.model)}"
    yield (
        f"One run of {code('dbt build')} on top of {code(MAIN)} loads what is new or at most "
        f"{mart.lookback_days} {days} older than the newest row, and replaces rows by {code(mart.unique_key)}."
    )
    yield arrivals_table(plan, facts)
    if facts.arrivals:
        yield "## Proven"
        yield (
            f"This branch was really run: exactly these {len(facts.arrivals)} rows changed, {facts.untouched:,} "
            "stayed as they were, no key is there twice, and a full refresh gives the same table."
        )
