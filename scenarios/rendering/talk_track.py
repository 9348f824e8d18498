"""`talk_track.md` from a Jinja2 template, which an administrator may replace. Pure.

The template gets values only, all of them escaped for Markdown before: a prospect's text is never a template.
"""

from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scenarios.plan.parts import Plan
from scenarios.rendering.commands import BUILD, RED
from scenarios.rendering.data_tests import idea_of
from scenarios.rendering.facts import ProvenFacts, value_text
from scenarios.rendering.markdown import code, inline, prose


class TalkTrackTemplateError(Exception):
    """A replaced talk-track template cannot be used. The text is a sentence; `hint` says what to do."""

    hint = "Correct the template in the settings, or remove it to use the one that ships."


def default_template() -> str:
    """The talk-track template that ships with the product."""
    return (resources.files("scenarios.rendering") / "templates" / "talk_track.md.j2").read_text(
        encoding="utf-8"
    )


def talk_track(plan: Plan, facts: ProvenFacts, template: str | None = None) -> str:
    """The talk track as Markdown. Raises TalkTrackTemplateError when `template` is wrong."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        text = environment.from_string(default_template() if template is None else template).render(
            _values(plan, facts)
        )
    except (TemplateError, ArithmeticError, TypeError, ValueError, RecursionError) as problem:
        raise TalkTrackTemplateError(f"The talk-track template does not work: {problem}.") from problem
    return text.rstrip() + "\n"


def _values(plan: Plan, facts: ProvenFacts) -> dict[str, Any]:
    """What a template may use."""
    outline, track = plan.outline, plan.talk_track
    return {
        "company": inline(outline.company),
        "industry": inline(outline.industry),
        "summary": prose(outline.context.summary),
        "objectives": [inline(objective) for objective in outline.context.objectives],
        "opening": prose(track.opening),
        "beats": [
            {
                "minute": beat.minute,
                "title": inline(beat.title),
                "click": code(beat.click),
                "say": prose(beat.say),
                "if_it_goes_wrong": prose(beat.if_it_goes_wrong or ""),
            }
            for beat in sorted(track.beats, key=lambda beat: beat.minute)
        ],
        "close": prose(track.close),
        "pains": _pains(plan),
        "metrics": _metrics(plan, facts),
        "defects": _defects(plan, facts),
        "day_two": prose(plan.day_two.story),
        "proof": {
            "dbt_version": inline(facts.dbt_version),
            "nodes": facts.nodes,
            "tests_passed": facts.tests_passed,
            "tests_warned": facts.tests_warned,
        },
        "commands": {"build": code(BUILD), "red": code(RED)},
    }


def _pains(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "minute": pain.minute,
            "pain": inline(pain.pain),
            "feature": inline(pain.feature),
            "where": inline(pain.where),
            "show": prose(pain.show),
        }
        for pain in sorted(plan.outline.pain_points, key=lambda pain: pain.minute)
    ]


def _metrics(plan: Plan, facts: ProvenFacts) -> list[dict[str, str]]:
    defined = {metric.name for metric in plan.semantic.metrics} if plan.semantic else set()
    return [
        {
            "name": code(idea.name),
            "label": inline(idea.label),
            "value": value_text(facts.metrics.get(idea.name)),
            "meaning": inline(idea.description),
        }
        for idea in plan.outline.metrics
        if idea.name in defined
    ]


def _defects(plan: Plan, facts: ProvenFacts) -> list[dict[str, Any]]:
    found = []
    for scenario in plan.quality.scenarios:
        idea = idea_of(plan, scenario)
        found.append(
            {
                "title": inline(idea.title if idea else scenario.name),
                "test": code(scenario.test_name),
                "failures": facts.failures.get(scenario.test_name, scenario.failing_rows),
                "cost": inline(scenario.cost),
            }
        )
    return found
