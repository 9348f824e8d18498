"""Renders the questions: one method for each kind of question that models are asked."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.prescribing import Prescription, prescription
from scenarios.ai.prompting import facts
from scenarios.ai.prompting.days import Night, event_days, night_of
from scenarios.ai.prompting.loading import FOLDER, render, version_of
from scenarios.ai.prompting.tasks import TASKS
from scenarios.ai.prompting.telling import Telling
from scenarios.ai.prompting.texts import Texts
from scenarios.ai.prompting.untrusted import as_json, block, visible
from scenarios.plan.brief import Brief
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, part_keys
from scenarios.plan.portable import PORTABLE_SQL_GUIDE
from scenarios.plan.sections import SECTIONS

HOUSE_LIMIT = 4_000  # characters of house guidance
INSTRUCTIONS_LIMIT = 8_000  # characters of wishes
PROBLEMS_LIMIT = 4_000  # characters of faults in a repair
ANSWER_LIMIT = 60_000  # characters of the answer that a repair quotes
_NOT_WRITTEN = ("features",)  # parts that no model is asked for

Variables = dict[str, Any]


class Prompts:
    """The prompts with the team's house guidance. Stateless: safe to share between threads.

    Briefs and outlines may carry the real name of a company with a codename: it is replaced here, everywhere.
    """

    def __init__(self, house: str = "", *, folder: Path = FOLDER) -> None:
        self._house = visible(house).strip()[:HOUSE_LIMIT]
        self._folder = folder

    @property
    def version(self) -> str:
        """A digest over the prompt files, 12 characters: it changes with any of their words."""
        return version_of(self._folder)

    def outline(self, brief: Brief) -> Texts:
        """Asks for the outline of a demo."""
        telling = Telling(brief)
        known = _brief(telling)
        return Texts(self._system(telling), self._render("brief", known), self._render("outline", known))

    def changes(
        self,
        brief: Brief,
        plan: Plan,
        instructions: str,
        *,
        section: str | None,
        locked: Collection[str],
    ) -> Texts:
        """Asks what changes in the outline of a plan; `section` and `locked` hold keys of sections, and
        `locked` also `model:<name>`. Raises KeyError for an unknown section.
        """
        telling = Telling(brief)
        known = _brief(telling)
        keys = [key for key in part_keys(plan.outline) if key not in _NOT_WRITTEN]
        task = {
            **known,
            **telling.words({"keys": keys, "locked": sorted(locked)}),
            "outline": telling.block("outline", facts.outline_data(plan.outline)),
            "instructions": _wishes(telling, instructions),
            "section": SECTIONS[section] if section else "",
        }
        return Texts(self._system(telling), self._render("brief", known), self._render("changes", task))

    def details(
        self,
        brief: Brief,
        outline: Outline,
        ask: Ask,
        *,
        previous: Answer | None = None,
        instructions: str = "",
        done: Mapping[str, PartValue] | None = None,
    ) -> Texts:
        """Asks for some details of an outline; `shared` is the same for all asks of one brief and outline.

        `previous` is the answer that is to be changed by `instructions`. `done` are parts that stay: what the
        new ones must agree with is shown.
        """
        telling, prescribed, done = Telling(brief), prescription(outline), done or {}
        night = night_of(outline, prescribed.keys, done)
        wanted = TASKS[ask.kind](outline, ask, prescribed, night)
        task = {
            **_common(telling, outline, prescribed, night),
            **telling.words(wanted),
            "wanted": telling.block("wanted", wanted["wanted"]),
            "known": telling.block("known_parts", facts.known_data(outline, ask.kind, done, ask.keys)),
            "previous": telling.block(
                "previous_answer", previous.model_dump(mode="json") if previous else None
            ),
            "guide": PORTABLE_SQL_GUIDE,
            "instructions": _wishes(telling, instructions),
        }
        shared = self._render("shared", _shared(telling, outline, prescribed))
        return Texts(self._system(telling), shared, self._render(ask.kind, task))

    def repair(self, texts: Texts, *, answer: str, problems: Sequence[str], keys: Sequence[str]) -> Texts:
        """Asks again for the parts in `keys` (all when empty), showing the answer so far and its faults.

        `answer` is the text of the faulty parts, JSON or not. Faults beyond 4,000 characters are left out.
        """
        variables = {
            "task": texts.task,
            "answer": block("previous_answer", _read(answer[:ANSWER_LIMIT])),
            "problems": block("faults", _bounded(problems)),
            "keys": list(keys),
        }
        return Texts(texts.system, texts.shared, self._render("repair", variables))

    def plain(self, texts: Texts, schema: Mapping[str, Any]) -> Texts:
        """The same question for servers that cannot be given a schema: it stands in the text."""
        variables = {"task": texts.task, "schema": as_json(schema)}
        return Texts(texts.system, texts.shared, self._render("plain", variables))

    def _system(self, telling: Telling) -> str:
        house = as_json(telling.text(self._house)) if self._house else ""
        variables = {"house": house, "keywords": facts.KEYWORDS, "table_keywords": facts.TABLE_KEYWORDS}
        return self._render("system", variables)

    def _render(self, name: str, variables: Mapping[str, object]) -> str:
        return render(name, variables, folder=self._folder)


def _brief(telling: Telling) -> Variables:
    """What is said of the brief."""
    brief = telling.brief
    return {
        "brief": telling.block("brief", facts.brief_data(brief)),
        "as_of": brief.as_of.isoformat(),
        "semantic_layer": brief.include_semantic_layer,
        "quoting": telling.quoting,
        "sentences": len(pain_sentences(brief.pain_points)),
        "depth_words": facts.DEPTHS[brief.depth],
    }


def _shared(telling: Telling, outline: Outline, prescribed: Prescription) -> Variables:
    """What is said to all details of an outline, whatever is done already."""
    return {
        **_brief(telling),
        **_common(telling, outline, prescribed, night_of(outline, prescribed.keys, {})),
        "semantic_layer": outline.semantic_layer,
        "days": [day.isoformat() for day in event_days(outline)],
        "outline": telling.block("outline", facts.without_empty(facts.outline_data(outline))),
        "prescription": telling.block("prescription", facts.prescription_data(outline, prescribed)),
        "defects": telling.block("defects", facts.defects_data(outline, prescribed.defects)),
    }


def _common(telling: Telling, outline: Outline, prescribed: Prescription, night: Night) -> Variables:
    """What the shared text and the tasks of all details know of the outline."""
    rule = outline.incremental
    names = {
        "event": night.source.table,
        "mart": rule.model,
        "cursor": night.cursor,
        "mart_cursor": rule.cursor,
        "avoided": {table: facts.texts(keys) for table, keys in prescribed.alone.items()},
        "changeable": list(night.changeable),
    }
    return {
        **telling.words(names),
        "as_of": outline.as_of.isoformat(),
        "quoting": telling.quoting,
        "lookback": rule.lookback_days,
        "newest": night.newest.isoformat(),
        "new_day": night.new_day.isoformat(),
        "late_day": night.late_day.isoformat() if night.late_day else "",
    }


def _wishes(telling: Telling, instructions: str) -> str:
    return telling.block("instructions", telling.text(visible(instructions).strip())[:INSTRUCTIONS_LIMIT])


def _read(answer: str) -> object:
    """The answer as data where it is JSON, else as one text."""
    try:
        return json.loads(answer)
    except ValueError:
        return answer


def _bounded(problems: Sequence[str]) -> list[str]:
    """The first problems, as many as there is room for; at least one."""
    kept: list[str] = []
    room = PROBLEMS_LIMIT
    for problem in dict.fromkeys(problems):
        text = visible(problem)[:PROBLEMS_LIMIT]
        if kept and len(text) > room:
            break
        kept.append(text)
        room -= len(text)
    return kept
