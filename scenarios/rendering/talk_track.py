"""`talk_track.md` from a Jinja2 template, which an administrator may replace. Pure.

The template gets values only, all of them escaped for Markdown before: a prospect's text is never a template.
"""

import re
from importlib import resources
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scenarios.plan.outline import MetricIdea
from scenarios.plan.parts import Plan
from scenarios.plan.run_of_show import Moment, run_of_show
from scenarios.rendering.commands import BUILD, RED
from scenarios.rendering.data_tests import idea_of
from scenarios.rendering.facts import AnswerFacts, ProvenFacts
from scenarios.rendering.markdown import Md, code, inline, prose
from scenarios.rendering.periods import period_text
from scenarios.rendering.run_of_show import place_words, said_value, said_values

_TICKED = re.compile(r"`([^`\n]+)`")
LATEST = 2  # periods whose figures are quoted: the last one, and the one it is compared with


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
    outline = plan.outline
    opening, *beats, close = run_of_show(plan, said_values(plan, facts.metrics, facts.metric_periods))
    return {
        "company": inline(outline.company),
        "industry": inline(outline.industry),
        "summary": prose(outline.context.summary),
        "objectives": [inline(objective) for objective in outline.context.objectives],
        "opening": prose(opening.say),
        "beats": [_beat(moment) for moment in beats],
        "close": prose(close.say),
        "ends_at": close.ends,
        "pains": _pains(plan),
        "metrics": _metrics(plan, facts),
        "figures": _figures(plan, facts),
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


def _beat(moment: Moment) -> dict[str, Any]:
    return {
        "minute": moment.minute,
        "minutes": moment.minutes,
        "kind": moment.kind,
        "title": inline(moment.title),
        "click": code(moment.click),
        "place": place_words(moment.place),
        "say": _said(moment.say),
        "pains": [inline(pain) for pain in moment.pains],
        "if_it_goes_wrong": _said(moment.if_it_goes_wrong),
    }


def _said(text: str) -> Md:
    """An author's text in which what stands between backticks is code."""
    pieces = enumerate(_TICKED.split(text))
    return Md("".join(code(piece) if at % 2 else _spaced(piece) for at, piece in pieces))


def _spaced(text: str) -> str:
    """Prose with the blanks around it, which part it from the code beside it."""
    left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{_gap(left)}{prose(text)}{_gap(right)}" if text.strip() else _gap(text)


def _gap(blank: str) -> str:
    return "\n\n" if blank.count("\n") > 1 else blank and " "


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
    return [
        {
            "name": code(idea.name),
            "label": inline(idea.label),
            "unit": inline(idea.unit),
            "value": _figure(facts.metrics.get(idea.name), idea.unit, facts.metric_periods.get(idea.name)),
            "meaning": inline(idea.description),
        }
        for idea in _defined(plan)
    ]


def _defined(plan: Plan) -> list[MetricIdea]:
    """The metrics that the semantic layer computes, in the outline's words."""
    defined = {metric.name for metric in plan.semantic.metrics} if plan.semantic else set()
    return [idea for idea in plan.outline.metrics if idea.name in defined]


def _figures(plan: Plan, facts: ProvenFacts) -> list[dict[str, str]]:
    """Each metric by its main dimension and in its latest periods: one figure in a line."""
    return [
        {
            "name": code(idea.name),
            "label": inline(idea.label),
            "which": which,
            "value": _figure(value, idea.unit),
        }
        for idea in _defined(plan)
        if idea.name in facts.answers
        for which, value in _slices(facts.answers[idea.name])
    ]


def _figure(value: float | None, unit: str, period: tuple[str, str] | None = None) -> Md:
    """A value for a cell of a table, where a minus sign begins no list."""
    return Md(inline(said_value(value, unit, period)).removeprefix("\\"))


def _slices(answer: AnswerFacts) -> list[tuple[str, float | None]]:
    by = f"{code(answer.dimension)} " if answer.dimension else ""
    groups = [(f"{by}{inline(label)}", value) for label, value in answer.groups]
    latest = list(answer.periods)[-LATEST:]
    return groups + [(inline(period_text(start, answer.grain)), value) for start, value in latest]


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
