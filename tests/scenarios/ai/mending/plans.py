"""Correct answers to start from: those that give the built-in provider's plans of some example briefs."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from scenarios.ai.answers.asking import Ask, asks_for
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.converting import as_answer, converted, outline_answer, outline_of
from scenarios.ai.answers.outline import OutlineAnswer
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys
from scenarios.plan.violations import PlanRefused
from tests.built import PROVIDER, built_parts

AS_OF = date(2026, 11, 20)
EXAMPLES = Path(__file__).resolve().parents[4] / "docs" / "examples"
NAMES = tuple(sorted(path.stem for path in EXAMPLES.glob("*.yaml")))


def read_brief(name: str) -> Brief:
    """An example brief."""
    data = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return Brief(**data, as_of=AS_OF).disguised()


@lru_cache(maxsize=16)
def plan_of(name: str) -> tuple[Brief, Plan, dict[str, PartValue]]:
    """An example brief, its built-in plan and the parts of it."""
    brief = read_brief(name)
    outline = PROVIDER.outline(brief).outline
    done = built_parts(brief, outline)
    return brief, assemble(outline, done), done


def outline_faults(brief: Brief, answer: OutlineAnswer) -> list[str]:
    """What the rules refuse of an outline's answer."""
    try:
        outline_of(brief, answer)
    except PlanRefused as refused:
        return [f"{violation.place}: {violation.sentence}" for violation in refused.violations]
    return []


def detail_faults(outline: Outline, ask: Ask, answer: Answer, done: dict[str, PartValue]) -> list[str]:
    """What the rules refuse of an answer with details."""
    found = converted(outline, ask, answer, done=done)
    missing = [f"{key} is missing" for key in ask.keys if key not in found.values]
    return [f"{violation.place}: {violation.sentence}" for violation in found.violations] + missing


def correct_outline(name: str) -> tuple[Brief, OutlineAnswer]:
    """A brief and an outline's answer without faults."""
    brief, plan, _ = plan_of(name)
    return brief, outline_answer(plan.outline)


def correct_details(name: str, kind: str) -> list[tuple[Plan, dict[str, PartValue], Ask, Answer]]:
    """Every call of a kind with an answer without faults."""
    _, plan, done = plan_of(name)
    asks = [ask for ask in asks_for(plan.outline, part_keys(plan.outline)) if ask.kind == kind]
    return [(plan, done, ask, as_answer(plan.outline, ask, done)) for ask in asks]
