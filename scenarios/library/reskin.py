"""A plan for another prospect, made from a template without a model. Pure.

Company, terms and dates change, and nothing else: every form of the first prospect's name becomes the new one, every
date moves by the difference of the two reference dates, and sentences that repeat the first prospect's notes are left
out, or told plainly where a text must stand. Models, tests, metrics and planted defects stay as they were approved.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from scenarios.library.days import NEAR_IN_SQL, Shift
from scenarios.library.fallbacks import instead, objective
from scenarios.library.renaming import Renaming, is_identifier
from scenarios.library.sentences import Words, names_a_month, without
from scenarios.plan import rules
from scenarios.plan.brief import Brief
from scenarios.plan.names import Warehouse
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan
from scenarios.plan.sections import schema_violations
from scenarios.plan.violations import PlanRefused, Violation

#: Fields that hold sentences for people; all other texts are names, cells and statements.
_PROSE = """
    summary use_case objectives description staging_purpose label purpose grain business_questions why unit pain feature
    where show title story header note cost fix talking_points what opening close say click if_it_goes_wrong means word
    owner text
"""
PROSE = frozenset(re.findall(r"\w+", _PROSE))
#: Lists of sentences, from which one can be left out.
LISTS = frozenset({"objectives", "business_questions", "talking_points"})
#: Rows that stand for themselves: dates in them are compared with what a statement computes from each other.
STANDS_ALONE = "unit_test"

Data = dict[str, Any]


@dataclass(frozen=True)
class Skin:
    """What a copy is for. `company`: as its files may carry it, so the codename if there is one."""

    company: str
    industry: str
    warehouse: Warehouse
    as_of: date


def reskinned(plan: Plan, told: Brief, skin: Skin) -> Plan:
    """The plan for another prospect; `told` is the brief of the template. Raises PlanRefused, in words."""
    whole = plan.model_dump(mode="json")
    copier = _Copier(plan, told, skin)
    outline = whole["outline"]
    outline.update(company=skin.company, industry=skin.industry, warehouse=skin.warehouse)
    fixed = {name: outline.pop(name) for name in ("company", "industry", "warehouse", "as_of")}
    copy = copier.data(whole)
    copy["outline"] |= fixed | {"as_of": skin.as_of.isoformat()}
    for pain in copy["outline"]["pain_points"]:
        pain["answers"] = []  # numbers of sentences that the first prospect said
    made = _validated(copy)
    if violations := rules.check_plan(made):
        raise PlanRefused(violations)
    return made


class _Copier:
    """Walks through a plan as plain data, and writes each text anew."""

    def __init__(self, plan: Plan, told: Brief, skin: Skin) -> None:
        outline, hidden = plan.outline, told.disguised()
        notes = [told.discovery_notes, told.pain_points, hidden.discovery_notes, hidden.pain_points]
        whole = plan.model_dump(mode="json")
        heard = "\n".join([*notes[:2], *(text for _, text in _texts(whole))])
        self._outline: Outline = outline
        self._company = skin.company
        self._words = Words(notes)
        self._shift = Shift(outline.as_of, skin.as_of)
        self._naming = Renaming(
            (told.company, told.codename or "", outline.company), skin.company, heard=heard
        )
        names = [text for key, text in _texts(whole) if is_identifier(text) and key not in PROSE]
        self._naming.learn([*names, *(source.staging_model for source in outline.sources)])

    def data(self, node: Data, *, moves: bool = True) -> Data:
        """The same mapping with its texts written anew; `moves`: dates too."""
        return {
            key: self._value(key, value, node, moves and key != STANDS_ALONE) for key, value in node.items()
        }

    def _value(self, key: str, value: Any, node: Data, moves: bool) -> Any:
        if isinstance(value, dict):
            return self.data(value, moves=moves)
        if isinstance(value, list):
            items = [self._value(key, item, node, moves) for item in value]
            return self._sentences(items) if key in LISTS else items
        if not isinstance(value, str) or not value:
            return value
        return self._prose(key, value, node, moves) if key in PROSE else self._kept(key, value, moves)

    def _kept(self, key: str, text: str, moves: bool) -> str:
        """A name, a cell or a statement."""
        if is_identifier(text):
            return self._naming.identifier(text)
        renamed = self._naming.data(text)
        if not moves:
            return renamed
        return self._shift.text(renamed, near=NEAR_IN_SQL) if key == "sql" else self._shift.text(renamed)

    def _prose(self, key: str, text: str, node: Data, moves: bool) -> str | None:
        kept: str | None = without(text, self._unwanted)
        if not kept:
            kept = "" if key in LISTS else instead(key, node, self._outline, self._company)
        return self._shift.text(self._naming.prose(kept)) if kept else kept

    def _unwanted(self, text: str) -> bool:
        return self._words.are_in(text) or (bool(self._shift.by) and names_a_month(text))

    def _sentences(self, items: list[Any]) -> list[Any]:
        """What is left of a list; one plain sentence when that is nothing."""
        left = [item for item in items if item]
        return left or [objective(self._outline)] if items else items


def _texts(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of plain data, with the key of the mapping it stands in."""
    if isinstance(node, str):
        yield key, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(value, name)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item, key)


def _validated(copy: Data) -> Plan:
    """The copy as a plan; a text that a longer name made too long is cut. Raises PlanRefused."""
    try:
        return Plan.model_validate(copy)
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "string_too_long":
                _cut(copy, fault["loc"], int(fault["ctx"]["max_length"]))
    try:
        return Plan.model_validate(copy)
    except ValidationError as error:
        raise PlanRefused(schema_violations(error, "outline", data=copy)) from error


def _cut(copy: Any, place: tuple[int | str, ...], limit: int) -> None:
    """Shorten the text at a place; branches of unions are part of pydantic's places, not of the data."""
    *above, last = [step for step in place if not isinstance(step, str) or step not in _BRANCHES]
    for step in above:
        copy = copy[step]
    copy[last] = f"{copy[last][: limit - 1].rstrip()}…"


_BRANCHES = frozenset({"simple", "ratio", "derived", "cumulative", "str"})


def refused_words(error: PlanRefused) -> str:
    """What stands in the way of a copy, in a sentence or two."""
    first: Violation = error.violations[0]
    more = len(error.violations) - 1
    return f"{first}" + (f" And {more} more of the kind." if more else "")
