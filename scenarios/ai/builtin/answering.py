"""Which entries of the pain library answer a sentence, with which defect or metric; none where none does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.wording import folded, hits, weight
from scenarios.plan.outline import MetricIdea, Outline, QualityIdea

Entry = Mapping[str, Any]

MOST_ANSWERS = 3  # of one sentence
SHORT = 3  # letters of a word that says little
NAMED = 2  # words of a metric's label that name it, when the sentence says all of them

_VAGUE = {
    "number",
    "average",
    "highest",
    "usual",
    "most",
    "growth",
    "rate",
    "total",
    "date",
    "value",
    "share",
    "week",
    "month",
}
_CLAUSE = re.compile(r",|:|、|，|\b(?:and|or|but|because|with|und|aber|weil|et|mais|y|pero)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """An entry that answers a sentence, with the defect or the metric that the sentence speaks of, if any."""

    entry: Entry
    idea: QualityIdea | None = None
    metric: MetricIdea | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """What is shown: two answers with the same place are one. Of several metrics the first stands for all."""
        return self.entry["beat"], self.entry["where"], self.idea.name if self.idea else ""


def has(entry: Entry, outline: Outline) -> bool:
    """Whether the demo has what a library entry needs, and not what rules it out."""
    present = {"semantic": bool(outline.metrics), "quality": bool(outline.quality)}
    return present.get(entry.get("needs", ""), True) and not present.get(entry.get("unless", ""), False)


def available(outline: Outline) -> list[Entry]:
    """Entries of the library that this demo can show."""
    return [entry for entry in library.read("_pains") if has(entry, outline)]


def answers(sentence: str, outline: Outline) -> list[Answered]:
    """What answers the sentence: the best answer to each of its clauses, or to the whole; empty when nothing does."""
    entries = available(outline)
    found = [_answer(clause, entries, outline) for clause in _CLAUSE.split(sentence) if clause]
    kept: dict[tuple[str, str, str], Answered] = {}
    for one in found if any(found) else [_answer(sentence, entries, outline)]:
        if one is not None and not any(one.place[:2] == other[:2] and not one.place[2] for other in kept):
            kept.setdefault(one.place, one)
    return list(kept.values())[:MOST_ANSWERS]


def _answer(text: str, entries: list[Entry], outline: Outline) -> Answered | None:
    """The entry whose words the text says most. A defect of the demo or a metric that it names counts, too."""
    idea, metric = _defect_of(text, outline), metric_named(text, outline)
    best: Answered | None = None
    most = 0
    for entry in entries:
        score = weight(entry["words"], text)
        if entry["key"] == "defects":
            score += _defect_weight(idea, text)
        if entry["key"] == "metrics" and metric and (score or _names(metric, text)):
            score += weight(label_words(metric, vague=True), text)
        if score > most:
            most, best = score, _with(entry, idea, metric, outline)
    return best


def _with(entry: Entry, idea: QualityIdea | None, metric: MetricIdea | None, outline: Outline) -> Answered:
    if entry["key"] == "defects":
        return Answered(entry, idea=idea or outline.quality[0])
    if entry["key"] == "metrics":
        return Answered(entry, metric=metric or outline.metrics[0])
    return Answered(entry)


def _defect_of(text: str, outline: Outline) -> QualityIdea | None:
    """The planted defect of the kind that the text names most; of two of a kind the one whose column it names."""
    scores = {idea.name: _defect_weight(idea, text) for idea in outline.quality}
    most = max(scores.values(), default=0)
    return next((idea for idea in outline.quality if most and scores[idea.name] == most), None)


def _defect_weight(idea: QualityIdea | None, text: str) -> int:
    if idea is None:
        return 0
    kind = weight(library.read("_quality")["kinds"][idea.kind]["words"], text)
    return kind + weight(label_words(idea), text) if kind else 0


def metric_named(text: str, outline: Outline) -> MetricIdea | None:
    """The metric of whose label the text says most, in shares of the label; the plainest of several, or None."""
    said = [metric for metric in outline.metrics if _share(metric, text)]
    return max(said, key=lambda metric: (_share(metric, text), -len(metric.label.split())), default=None)


def _share(metric: MetricIdea, text: str) -> float:
    words = label_words(metric)
    return len(hits(words, text)) / len(words) if words else 0.0


def _names(metric: MetricIdea, text: str) -> bool:
    """Whether the text says every word of a label of several words."""
    words = label_words(metric, vague=True)
    return len(words) >= NAMED and len(hits(words, text)) == len(words)


def label_words(thing: MetricIdea | QualityIdea, *, vague: bool = False) -> list[str]:
    """The telling words of a metric's label or a defect's title, without an s at the end: "viewers" finds "viewer".

    Without those that say little of themselves, such as rate or number, unless they are asked for (`vague`).
    """
    text = thing.label if isinstance(thing, MetricIdea) else thing.title
    words = re.findall(r"\w+", folded(text))
    return [word.removesuffix("s") for word in words if len(word) > SHORT and (vague or word not in _VAGUE)]
