"""Changes of an outline: what they name is replaced, added or removed, everything else stays the same objects. Pure."""

import re
from collections.abc import Callable, Sequence, Set
from typing import Any, TypeVar

from scenarios.ai.answers.building import built, known
from scenarios.ai.answers.outline import ChangesAnswer, Idea, Metric, Pain
from scenarios.ai.answers.outline_data import Reading, metric_data, pain_data
from scenarios.ai.answers.outlines import PART, unknown_sentences
from scenarios.plan.brief import Brief
from scenarios.plan.outline import (
    BusinessContext,
    Incremental,
    MetricIdea,
    Model,
    Outline,
    PainDemonstration,
    Part,
    QualityIdea,
    SourceTable,
)
from scenarios.plan.parts import part_keys
from scenarios.plan.rules import check_outline
from scenarios.plan.violations import PlanRefused, Violation
from scenarios.plan.words import one_of

P = TypeVar("P", bound=Part)

_PAIN = re.compile(r"pain[ _:#]*(\d{1,3})", re.IGNORECASE)


def changed_outline(brief: Brief, outline: Outline, changes: ChangesAnswer) -> Outline:
    """The outline with these changes. What they do not name stays as it is. Raises PlanRefused.

    Company, warehouse and the other facts of the brief are never changed here.
    """
    work = _Work(outline, changes)
    changed = work.changed()
    wrong = work.wrong
    if not wrong:
        wrong = check_outline(changed)
        fresh = [pain for pain in changed.pain_points if pain not in outline.pain_points]
        wrong += unknown_sentences(brief, fresh)
        wrong += keys_to_rewrite(changed, changes)[1]
    if wrong:
        raise PlanRefused(wrong)
    return changed


def keys_to_rewrite(outline: Outline, changes: ChangesAnswer) -> tuple[list[str], list[Violation]]:
    """Keys of the parts that the changes ask to write anew, and names that are none; `outline` is the changed one.

    A table stands for its rows, a model for its statement, a metric for the semantic layer, a defect for the
    quality scenarios.
    """
    there = part_keys(outline)
    meant = {key: key for key in there}
    meant |= {metric.name: "semantic" for metric in outline.metrics if "semantic" in meant}
    meant |= {idea.name: "quality" for idea in outline.quality}
    meant |= {key.partition(":")[2]: key for key in there if ":" in key}
    names = [known(name, meant) for name in changes.rewrite]
    keys = {meant[name] for name in names if name in meant}
    wrong = [_unknown("Rewrite", name, "to write anew", list(meant)) for name in names if name not in meant]
    return [key for key in there if key in keys], wrong


def _unknown(place: str, name: str, what: str, choices: Sequence[str]) -> Violation:
    return Violation(
        PART, f"Changes, {place.lower()}", f"There is no “{name[:63]}” {what}.", f"Name {one_of(choices)}."
    )


class _Work:
    """One outline being changed; what cannot be done is in `wrong`."""

    def __init__(self, outline: Outline, changes: ChangesAnswer) -> None:
        self._outline = outline
        self._changes = changes
        self._reading = Reading(changes.sources, changes.models, outline)
        self.wrong: list[Violation] = []
        self._project = [
            *(source.table for source in outline.sources),
            *(model.name for model in outline.models),
            *(metric.name for metric in outline.metrics),
        ]
        self._removed = self._names_to_remove()

    def changed(self) -> Outline:
        """The changed outline, checked by its schema only."""
        before, changes, reading = self._outline, self._changes, self._reading
        sources = self._built(SourceTable, [reading.source(source) for source in changes.sources], "sources")
        models = self._built(Model, [reading.model(model) for model in changes.models], "models")
        metrics = self._built(MetricIdea, [metric_data(self._named(m)) for m in changes.metrics], "metrics")
        ideas = self._built(
            QualityIdea, [reading.idea(self._named_idea(i)) for i in changes.defects], "quality"
        )
        gone = self._removed
        update: dict[str, Any] = {
            "context": self._context(),
            "sources": self._merged(before.sources, sources, lambda source: source.table, gone),
            "models": _by_layer(
                self._merged(before.models, models, lambda model: model.name, gone), before.models
            ),
            "incremental": self._incremental(),
            "metrics": self._merged(before.metrics, metrics, lambda metric: metric.name, gone),
            "pain_points": self._pains(),
            "quality": self._merged(
                before.quality, ideas, lambda idea: idea.name, self._removed - set(self._project)
            ),
        }
        changed = before.model_copy(update=update)
        if not self.wrong:  # the copy is not validated: too many or too few of something
            self.wrong += built(Outline, changed.model_dump(), PART)[1]
        return changed

    def _built(self, kind: type[P], items: list[dict[str, Any]], place: str) -> list[P]:
        """The pieces of a list; faults are placed as in a whole outline."""
        found = []
        for data in items:
            value, wrong = built(kind, data, PART, title=_title(place, data))
            self.wrong += wrong
            found += [value] if value is not None else []
        return found

    def _named(self, metric: Metric) -> Metric:
        return metric.model_copy(update={"name": known(metric.name, (m.name for m in self._outline.metrics))})

    def _named_idea(self, idea: Idea) -> Idea:
        return idea.model_copy(update={"name": known(idea.name, (i.name for i in self._outline.quality))})

    def _context(self) -> BusinessContext:
        before, texts = self._outline.context, [text.strip() for text in self._changes.context]
        if not any(texts):
            return before
        summary, use_case = [*texts, ""][:2]
        data = {
            "summary": summary or before.summary,
            "use_case": use_case or before.use_case,
            "objectives": [text for text in texts[2:] if text] or before.objectives,
        }
        value, wrong = built(BusinessContext, data, PART, title="Business context")
        self.wrong += wrong
        return value or before

    def _incremental(self) -> Incremental:
        """Changed when it is named; its key, which no answer names, follows the key of its mart."""
        before, rules = self._outline.incremental, self._changes.incremental
        if len(rules) > 1:
            self.wrong.append(
                Violation(PART, "Incremental model", "There are several.", "Name the one incremental mart.")
            )
        if len(rules) != 1:
            return before.model_copy(
                update={"unique_key": self._reading.key_of(before.model) or before.unique_key}
            )
        value, wrong = built(
            Incremental, self._reading.incremental(rules[0]), PART, title="Incremental model"
        )
        self.wrong += wrong
        return value or before

    def _merged(
        self, before: Sequence[P], changed: Sequence[P], name: Callable[[P], str], removed: Set[str]
    ) -> list[P]:
        """The things in their places, changed ones in the place of those they replace, new ones at the end."""
        new = {name(item): item for item in changed}
        if len(new) < len(changed):
            self.wrong.append(
                Violation(PART, "Changes", "They name a thing twice.", "Name everything that changes once.")
            )
        kept = [new.pop(name(item), item) for item in before if name(item) not in removed]
        return [*kept, *new.values()]

    def _pains(self) -> list[PainDemonstration]:
        """Pains in their places, without those taken out by number, and new ones at the end."""
        pains, added = [*self._outline.pain_points], []
        for pain in self._changes.pains:
            title = f"Pain point “{pain.pain[:60]}”"
            value, wrong = built(PainDemonstration, pain_data(pain), PART, title=title)
            self.wrong += wrong
            if value is None:
                continue
            place = _place_of(pain, pains)
            if place is None:
                added.append(value)
            else:
                pains[place] = value
        numbers = {
            int(match[1]) for name in self._changes.removed if (match := _PAIN.fullmatch(name.strip()))
        }
        return [pain for number, pain in enumerate(pains, start=1) if number not in numbers] + added

    def _names_to_remove(self) -> set[str]:
        """Names of things that go; numbered pains are taken out elsewhere."""
        things = [*self._project, *(idea.name for idea in self._outline.quality)]
        pains = [f"pain {number}" for number in range(1, len(self._outline.pain_points) + 1)]
        removed = set()
        for name in self._changes.removed:
            match = _PAIN.fullmatch(name.strip())
            thing = f"pain {int(match[1])}" if match else known(name, things)
            if thing in things:
                removed.add(thing)
            elif thing not in pains:
                self.wrong.append(_unknown("Removed", thing, "to remove", [*things, *pains]))
        return removed


def _title(place: str, data: dict[str, Any]) -> str:
    words = {"sources": "Source", "models": "Model", "metrics": "Metric", "quality": "Quality scenario"}
    return f"{words[place]} {str(data['table'] if place == 'sources' else data['name'])[:63]}"


def _place_of(pain: Pain, pains: Sequence[PainDemonstration]) -> int | None:
    """The index of the pain that is meant: the one with the same words, else the one with the same answers."""
    words = pain.pain.strip().casefold()
    same = [number for number, other in enumerate(pains) if other.pain.casefold() == words]
    if not same and pain.answers:
        same = [number for number, other in enumerate(pains) if set(other.answers) == set(pain.answers)]
    return same[0] if same else None


def _by_layer(models: list[Model], before: Sequence[Model]) -> list[Model]:
    """New intermediates stand behind the last one before the marts, if the layers were in order before."""

    def ordered(some: Sequence[Model]) -> list[Model]:
        return sorted(some, key=lambda model: model.layer == "marts")

    return ordered(models) if list(before) == ordered(before) else models
