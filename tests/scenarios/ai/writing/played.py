"""A model that answers as it should, played from the built-in provider's plan, and ways to spoil what it says."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from scenarios.ai.answers.asking import Ask, Kind
from scenarios.ai.answers.converting import as_answer, outline_answer
from scenarios.ai.calls.claude import ClaudeCaller
from scenarios.ai.writing.records import CallRecord
from scenarios.ai.writing.writer import Wanted, Writer
from scenarios.plan.brief import Brief
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan, assemble, part_keys, parts_of
from scenarios.plan.rules import check_plan
from tests.built import built_plan
from tests.fakes.model_server import Answer, AskedOf, Fault, ModelServer

Json = dict[str, Any]
Said = str | Json | Answer | Fault
Spoil = Callable[["Heard", Json], Said]  # what was asked, the right answer -> what is said

KEY = "a-key-that-nobody-may-see"
_WANTED = re.compile(r'<wanted untrusted="true">\n(.*?)\n</wanted>', re.DOTALL)
_TITLES: dict[str, Kind] = {
    "seed data": "data",
    "the SQL of": "sql",
    "the semantic layer": "semantic",
    "the second day": "day_two",
    "the talk track": "talk_track",
}
BRIEF = Brief(
    company="Northwind Outdoor",
    industry="Retail",
    include_semantic_layer=True,
    discovery_notes="They sell tents in forty shops. The stock report is late every Monday.",
    pain_points="Reports are late.\nDuplicate orders in the data.\nStatus codes are spelt inconsistently.",
    as_of=date(2026, 3, 31),
)


@cache
def played_plan() -> Plan:
    """The plan that the played model has in mind."""
    plan, _ = mend_rows(built_plan(BRIEF))
    assert check_plan(plan) == []
    return plan


@dataclass(frozen=True)
class Heard:
    """What the server was asked, understood; `kind` is outline, changes, or that of an ask."""

    kind: str
    keys: tuple[str, ...]
    repair: bool
    plain: bool
    call: AskedOf


def heard(call: AskedOf, outline: Outline) -> tuple[Heard, Ask | None]:
    """Understand a question by its words alone, as a model does."""
    repair, plain = (
        "# Your answer so far has faults" in call.user,
        "# The form, as a JSON schema" in call.user,
    )
    title = re.search(r"# This request: (.*)", call.user)
    assert title, call.user[:500]
    kind = next((kind for words, kind in _TITLES.items() if title[1].startswith(words)), None)
    if kind is None:
        return Heard("changes" if "changes" in title[1] else "outline", (), repair, plain, call), None
    block = _WANTED.search(call.user)
    assert block, call.user
    ask = _ask(kind, json.loads(block[1]), outline)
    return Heard(kind, ask.keys, repair, plain, call), ask


def _ask(kind: Kind, wanted: Any, outline: Outline) -> Ask:
    if kind == "sql":
        return Ask(kind, kind, tuple(f"sql:{model['model']}" for model in wanted))
    if kind != "data":
        return Ask(kind, kind, (kind,))
    names = {defect["name"] for defect in wanted["defects"]}
    written = [table["table"] for table in wanted["tables"]]
    planted = [idea.table for idea in outline.quality if idea.name in names]
    keys = [*(["quality"] if names else []), *(f"rows:{table}" for table in written)]
    return Ask(kind, kind, tuple(keys), tuple(dict.fromkeys([*written, *planted])))


@dataclass
class Played:
    """Answers calls; `spoil` changes what is said, `log` holds what was heard in the order of its coming."""

    plan: Plan = field(default_factory=played_plan)
    spoil: Spoil = lambda heard, answer: answer
    changes: Json = field(default_factory=dict)
    log: list[Heard] = field(default_factory=list)

    def __call__(self, call: AskedOf) -> Said:
        understood, ask = heard(call, self.plan.outline)
        self.log.append(understood)
        if understood.kind == "outline":
            answer = outline_answer(self.plan.outline).model_dump()
        elif ask is None:
            answer = self.changes
        else:
            answer = as_answer(self.plan.outline, ask, parts_of(self.plan)).model_dump()
        return self.spoil(understood, answer)

    def count(self, kind: str) -> int:
        """How many calls of a kind came."""
        return sum(one.kind == kind for one in self.log)


@dataclass
class Heap:
    """What a writer told while it worked."""

    records: list[CallRecord] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    parts: list[tuple[str, Any]] = field(default_factory=list)


def writer_at(server: ModelServer, heap: Heap, **more: Any) -> Writer:
    """A writer whose calls go to the loopback server through the real SDK."""
    wanted: dict[str, Any] = {
        "caller": ClaudeCaller(KEY, address=server.address("anthropic")),
        "model": "played-model",
        "provider": "anthropic",
        "label": "Claude (Anthropic)",
        "house": "",
        "seconds": 120.0,
        "record": heap.records.append,
        "on_outline": heap.views.append,
    }
    return Writer(Wanted(**{**wanted, **more}))


@dataclass(frozen=True)
class Drafted:
    """A whole draft: what came out, and what was heard, told and noted on the way."""

    plan: Plan
    notes: list[str]
    model: Played
    heap: Heap
    server: ModelServer


def draft(spoil: Spoil = lambda heard, answer: answer, **more: Any) -> Drafted:
    """Outline and parts of one plan."""
    model, heap = Played(spoil=spoil), Heap()
    with ModelServer(answer=model) as server:
        writer = writer_at(server, heap, **more)
        outline = writer.outline(BRIEF)
        parts, notes = writer.parts(
            BRIEF,
            outline.value,
            part_keys(outline.value),
            done={},
            previous={},
            on_part=lambda key, value: heap.parts.append((key, value)),
        )
    plan = assemble(outline.value, parts)
    assert check_plan(plan) == []
    return Drafted(plan, [*outline.notes, *notes], model, heap, server)
