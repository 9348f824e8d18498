"""The built-in provider: plans from blueprints, without any model, network or chance."""

from collections.abc import Mapping

from scenarios.ai.builtin.changes import Draft
from scenarios.ai.builtin.choices import choose, dice_for, evidence
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.drafting import draft
from scenarios.ai.builtin.ideas import ideas_of, quality_ideas
from scenarios.ai.builtin.infer import composition_of
from scenarios.ai.builtin.lexicon import BlueprintError
from scenarios.ai.builtin.modify import apply_instructions, with_new_names
from scenarios.ai.builtin.parts import PartMaker
from scenarios.ai.builtin.selection import with_telling_metrics
from scenarios.ai.protocol import Drafted, ProviderError
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline, QualityIdea
from scenarios.plan.parts import PartValue

_HINT = (
    "Choose another industry or another provider, and report the sentence to whoever keeps the blueprints."
)


class BuiltinProvider:
    """Built-in blueprints. The same brief and reference date give the same plan, byte for byte."""

    name = "builtin"
    label = "Built-in blueprints, no AI"

    def outline(self, brief: Brief, *, instructions: str = "", previous: Outline | None = None) -> Drafted:
        """Compose an outline from the brief; `instructions` change what `previous` was composed of."""
        try:
            if instructions.strip():
                return self._changed(brief, instructions, previous)
            return Drafted(draft(brief, composed(brief)))
        except BlueprintError as error:
            raise ProviderError(f"The blueprint for this industry is wrong: {error}", _HINT) from error

    def part(self, brief: Brief, outline: Outline, key: str, *, done: Mapping[str, PartValue]) -> PartValue:
        """Compute one part of any valid outline. Raises KeyError for a key that the outline does not have."""
        try:
            return PartMaker(brief, outline, done).part(key)
        except BlueprintError as error:
            raise ProviderError(f"The blueprint for this industry is wrong: {error}", _HINT) from error

    def _changed(self, brief: Brief, instructions: str, previous: Outline | None) -> Drafted:
        known = composition_of(brief, previous) if previous else None
        composition = known or composed(brief)
        dice, text = dice_for(brief), evidence(brief)
        ideas = previous.quality if previous and known else quality_ideas(text, composition, dice)
        change = Draft(
            composition.choices,
            composition.company,
            composition.industry,
            text,
            dice,
            [idea.kind for idea in ideas],
        )
        notes = (
            []
            if known or not previous
            else ["The plan before was not from a blueprint: this one is composed anew."]
        )
        before = composition
        notes += apply_instructions(change, instructions)
        changed = brief.model_copy(update={"company": change.company, "industry": change.industry})
        composition = change.composition
        if _has_other_metrics(before, composition):
            composition = _telling(
                changed, composition, ideas_of(change.kinds or [], composition, text, dice)
            )
        outline = draft(changed, composition, ideas_of(change.kinds or [], composition, text, dice))
        return Drafted(with_new_names(outline, change.names), notes)


def composed(brief: Brief) -> Composition:
    """The composition that fits the brief, with metrics that are worth showing on its rows."""
    composition = Composition(choose(brief), brief.company, brief.industry)
    if not brief.include_semantic_layer:
        return composition
    return _telling(brief, composition, quality_ideas(evidence(brief), composition, dice_for(brief)))


def _telling(brief: Brief, composition: Composition, quality: list[QualityIdea]) -> Composition:
    choices = with_telling_metrics(brief, composition, quality)
    return Composition(choices, composition.company, composition.industry)


def _has_other_metrics(before: Composition, after: Composition) -> bool:
    """Whether another story has brought metrics that nobody has looked at."""
    return (before.choices.blueprint, before.choices.angle) != (after.choices.blueprint, after.choices.angle)
