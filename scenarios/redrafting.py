"""The outline of a plan with one section drafted anew by the built-in provider, and little else changed. Pure."""

import re
from collections.abc import Iterator
from typing import TypeVar

from scenarios.ai.builtin import BuiltinProvider
from scenarios.ai.builtin.infer import composition_of
from scenarios.ai.builtin.pains import pain_demonstrations
from scenarios.ai.builtin.story import name_of_test
from scenarios.ai.sections import FOLLOWING
from scenarios.locks import words_of
from scenarios.plan.brief import Brief
from scenarios.plan.clashes import clashes
from scenarios.plan.outline import Outline, PainDemonstration
from scenarios.plan.parts import Plan, Quality, TalkTrack
from scenarios.plan.pieces import ALL_SECTIONS, FIELDS, MODEL, SOURCE, gives, with_outline_piece
from scenarios.plan.rules import check_outline
from scenarios.plan.words import all_of

PROVIDER = BuiltinProvider()
Worded = TypeVar("Worded", TalkTrack, PainDemonstration)


def redrafted_outline(brief: Brief, plan: Plan, section: str, instructions: str) -> tuple[Outline, list[str]]:
    """The plan's outline with the section as the provider drafts it, and with as little else as the rules allow."""
    if not FIELDS[section][0] and not instructions.strip():
        return plan.outline, []
    if composition_of(brief, plan.outline) is None:
        return _rewritten_pains(brief, plan, section), _unheard(instructions)
    drafted = PROVIDER.outline(brief, instructions=instructions, previous=plan.outline)
    others = [key for key in _differing(plan.outline, drafted.outline) if key != section]
    if others and instructions.strip() and not _stands_alone(brief, plan.outline, drafted.outline, section):
        elsewhere = all_of(words_of(key) for key in others)
        return plan.outline, [
            f"What these words ask for changes {elsewhere}: regenerate the whole plan with them."
        ]
    for outline in _candidates(plan.outline, drafted.outline, section):
        if _holds(outline, plan.outline):
            return _narrowed(outline, plan.outline, section), drafted.notes
    return plan.outline, [
        f"The outline of {words_of(section)} stays: another one does not fit with the rest."
    ]


def _stands_alone(brief: Brief, old: Outline, drafted: Outline, section: str) -> bool:
    """Whether the drafted section differs at all, tells the same story, and stands on what the old outline has."""
    before, after = composition_of(brief, old), composition_of(brief, drafted)
    if before is None or after is None or section not in _differing(old, drafted):
        return False
    stories = [(one.choices.blueprint, one.choices.angle) for one in (before, after)]
    below = [key for key in ("sources", "models", "semantic", "quality") if section in FOLLOWING[key]]
    grounds = [[_names(outline, key) for key in below] for outline in (old, drafted)]
    follows_all = section == "sources"  # everything else follows it, whatever the story
    return follows_all or (stories[0] == stories[1] and grounds[0] == grounds[1])


def _names(outline: Outline, section: str) -> list[object]:
    """What other sections find in this one."""
    if section == "sources":
        return [gives(outline, f"{SOURCE}{source.table}") for source in outline.sources]
    if section == "models":
        return [(model.name, gives(outline, f"{MODEL}{model.name}")) for model in outline.models]
    ideas = outline.metrics if section == "semantic" else outline.quality
    return [idea.name for idea in ideas]


def _unheard(instructions: str) -> list[str]:
    if not instructions.strip():
        return []
    return [
        "The built-in provider follows words only in plans of its own: this section was written from the outline alone."
    ]


def _rewritten_pains(brief: Brief, plan: Plan, section: str) -> Outline:
    """Pain points can be written for any outline; it is checked like every other."""
    if section != "pain_points":
        return plan.outline
    pains = pain_demonstrations(brief.pain_points, plan.outline, quoting=brief.codename is None)
    named = [with_test_names(pain, plan.outline, plan.quality) for pain in pains]
    outline = plan.outline.model_copy(update={"pain_points": named})
    return plan.outline if check_outline(outline) else outline


def _candidates(old: Outline, drafted: Outline, section: str) -> Iterator[Outline]:
    """The old outline with the drafted section, then with one more of those that follow it each time."""
    outline = with_outline_piece(old, drafted, section)
    yield outline
    for following in FOLLOWING[section]:
        if FIELDS[following][0]:
            outline = with_outline_piece(outline, drafted, following)
            yield outline


def _narrowed(outline: Outline, old: Outline, section: str) -> Outline:
    """With every model that need not change as it was; not where models are what is written anew."""
    if section == "models" or outline.models == old.models:
        return outline
    for model in old.models:
        if outline.model(model.name) is not None:
            tried = with_outline_piece(outline, old, f"{MODEL}{model.name}")
            outline = tried if _holds(tried, old) else outline
    return outline


def _holds(outline: Outline, old: Outline) -> bool:
    """Whether the outline keeps all rules, and no test of a model would find a defect that is new."""
    return not check_outline(outline) and set(clashes(outline)) <= set(clashes(old))


def _differing(old: Outline, new: Outline) -> list[str]:
    """Sections whose fields of the outline differ."""
    return [
        key
        for key in ALL_SECTIONS
        if any(getattr(old, name) != getattr(new, name) for name in FIELDS[key][0])
    ]


def with_test_names(value: Worded, outline: Outline, quality: Quality) -> Worded:
    """The value with the names that the plan's tests have; the built-in provider gives them names of its own."""
    true = {scenario.name: scenario.test_name for scenario in quality.scenarios}
    ours = {name_of_test(idea): true[idea.name] for idea in outline.quality if idea.name in true}
    names = {name: other for name, other in ours.items() if name != other}
    if not names:
        return value
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    text = pattern.sub(lambda found: names[found[0]], value.model_dump_json())
    return type(value).model_validate_json(text)
