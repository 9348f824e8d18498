"""Mends the talk track that a model wrote. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scenarios.ai.answers.details import TalkAnswer
from scenarios.ai.answers.prescribing import prescribed_defects
from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import LINE, TEXT, Texts, bounded
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Quality
from scenarios.plan.rules.names import project_names

Data = dict[str, Any]

_TOKEN = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_MODEL_WORD = re.compile(r"\b(?:stg|int|fct|dim)_[a-z0-9_]+\b")
_METRIC_WORD = re.compile(r"\b(metrics?) ([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b")
_MOST_BEATS, _LAST_MINUTE, _SHORTEST, _LONGEST = 14, 60, 5, 90


def mend_talk(
    outline: Outline, answer: TalkAnswer, done: Mapping[str, PartValue]
) -> tuple[TalkAnswer, list[str]]:
    """The answer with all that can be mended, and a sentence for each thing."""
    said = Said("Talk track")
    data = bounded(answer.model_dump(), said)
    names = _Names(outline, _tests(outline, done))
    if len(data["beats"]) > _MOST_BEATS:
        said.add(f"the first {_MOST_BEATS} beats are kept.")
        data["beats"] = data["beats"][:_MOST_BEATS]
    texts = Texts(outline.company, outline.industry, said)
    _texts(data, texts)
    for beat in data["beats"]:
        _beat(outline, beat, names, said.at(f"Talk track, “{beat['title']}”"))
    for field in ("opening", "close"):
        data[field] = _said(names.spoken, data[field], said.at(f"Talk track, {field}"))
    _minutes(data, said)
    return TalkAnswer.model_validate(data), said.sentences


class _Names:
    """What can be opened, and what names in texts mean."""

    def __init__(self, outline: Outline, tests: Sequence[str]) -> None:
        self._outline = outline
        self.tests = tests
        self.all = [*(name for name, _ in project_names(outline)), *tests]
        self._models = [source.staging_model for source in outline.sources]
        self._models += [model.name for model in outline.models]
        self._metrics = [metric.name for metric in outline.metrics]

    def opened(self, written: str) -> str:
        """The name of what a link opens, or ""."""
        return written if written in self.all else nearest(snake(written), self.all) or ""

    def clicked(self, text: str) -> str:
        """A text that names only what there is."""
        return _METRIC_WORD.sub(self._metric, _MODEL_WORD.sub(self._model, text))

    def spoken(self, text: str) -> str:
        """A text whose [[metrics]] exist."""
        return _TOKEN.sub(self._token, text)

    def _model(self, found: re.Match[str]) -> str:
        word = found[0]
        if word in self.all or any(word.startswith(f"{name}_") for name in self.all):
            return word
        return nearest(word, [*self._models, *self.tests]) or self._outline.incremental.model

    def _metric(self, found: re.Match[str]) -> str:
        if found[2] in self._metrics:
            return found[0]
        near = nearest(found[2], self._metrics)
        return f"{found[1]} {near}" if near else found[2].replace("_", " ")

    def _token(self, found: re.Match[str]) -> str:
        word = found[1].strip()
        if word in self._metrics:
            return found[0]
        labels = {metric.label.casefold(): metric.name for metric in self._outline.metrics}
        near = labels.get(word.casefold()) or nearest(snake(word), self._metrics)
        return f"[[{near}]]" if near else " ".join(re.sub(r"[\[\]_]", " ", word).split())


def _said(change: Callable[[str], str], text: str, said: Said) -> str:
    made = change(text)
    if made != text:
        said.add("it names only models, tests and metrics of this plan.")
    return made


def _tests(outline: Outline, done: Mapping[str, PartValue]) -> list[str]:
    quality = done.get("quality")
    if isinstance(quality, Quality):
        return [scenario.test_name for scenario in quality.scenarios]
    return [defect.test_name for defect in prescribed_defects(outline)]


def _texts(data: Data, texts: Texts) -> None:
    fallback = {"opening": "Welcome.", "close": "Thank you."}
    texts.mend(data, {"opening": TEXT, "close": TEXT}, fallback, "Talk track")
    for number, beat in enumerate(data["beats"], start=1):
        title = beat["title"].strip() or f"Beat {number}"
        limits = {"title": LINE, "click": LINE, "say": TEXT, "if_it_goes_wrong": TEXT}
        fallbacks = {"title": f"Beat {number}", "click": beat["opens"] or title[:LINE], "say": title[:TEXT]}
        texts.mend(beat, limits, fallbacks, f"Talk track, beat {number}")


def _beat(outline: Outline, beat: Data, names: _Names, said: Said) -> None:
    """One beat: its kind, what it opens, what it says, the pains that it answers."""
    opened = names.opened(beat["opens"].strip()) if beat["opens"].strip() else ""
    if opened != beat["opens"]:
        said.add(f"it opens {opened or 'nothing'}; “{beat['opens'][:63]}” is not in the plan.")
        beat["opens"] = opened
    beat["click"] = _said(names.clicked, beat["click"], said)[:LINE]
    beat["say"] = _said(names.spoken, beat["say"], said)[:TEXT]
    kind = beat["kind"]
    if (kind in ("test", "fix") and not outline.quality) or (kind == "metric" and not outline.semantic_layer):
        said.add(f"it is a feature moment: the plan has nothing for a {kind} moment.")
        beat["kind"] = "feature"
    there = len(outline.pain_points)
    pains = [number for number in dict.fromkeys(beat["pains"]) if 0 < number <= there]
    if pains != beat["pains"]:
        said.add(f"it answers only pain points from 1 to {there}, each once.")
        beat["pains"] = pains


def _minutes(data: Data, said: Said) -> None:
    """Each beat at a minute of its own, in order, before the end."""
    beats = sorted(data["beats"], key=lambda beat: beat["minute"])
    before = [beat["minute"] for beat in data["beats"]]
    last = -1
    room = len(beats)
    for number, beat in enumerate(beats):
        latest = _LAST_MINUTE - (room - number - 1)
        beat["minute"] = last = min(max(beat["minute"], last + 1, 0), latest)
    data["beats"] = beats
    if [beat["minute"] for beat in beats] != before:
        said.add("its beats are in order, each at a minute of its own.")
    ends = min(max(data["ends_at"], last + 1, _SHORTEST), _LONGEST)
    if ends != data["ends_at"]:
        said.add(f"it ends in minute {ends}.")
        data["ends_at"] = ends
