"""Locks: sections and models of a plan that nothing may change but a person who unlocks them first. Pure.

A lock's key is that of a section (`scenarios.plan.sections.SECTIONS`) or `model:<name>`; the lock of the section
`models` holds for each of its models. A locked model is its entry in the outline, its statement and, where it is the
incremental one, how it is kept up to date.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.plan.clashes import clashes
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan
from scenarios.plan.pieces import (
    ALL_SECTIONS,
    FIELDS,
    MODEL,
    model_holds,
    needs_of,
    piece_of,
    with_outline_piece,
    with_piece,
)
from scenarios.plan.rules import check_outline, check_plan
from scenarios.plan.sections import SECTIONS
from scenarios.plan.violations import Violation
from scenarios.rendering.selects import model_sql

Data = dict[str, Any]
Whole = TypeVar("Whole", Plan, Outline)

#: What a section stands on: put back when the section is kept and does not hold.
_STANDS_ON = {
    "models": ("sources",),
    "semantic": ("models",),
    "quality": ("sources",),
    "day_two": ("sources", "models"),
    "features": ("models", "sources", "pain_points"),
    "talk_track": ("models", "quality", "semantic", "pain_points"),
}
#: Where in an outline a fault lies, by the first word that says so → section.
_PLACES = {"Metric": "semantic", "Pain": "pain_points", "Quality": "quality", "Incremental": "models"}
#: The order in which sections are put back when a fault names nothing that could be.
_WIDENING = (
    "features",
    "models",
    "sources",
    "quality",
    "semantic",
    "pain_points",
    "day_two",
    "talk_track",
    "context",
)


def lock_keys(plan: Plan) -> list[str]:
    """Everything of a plan that can be locked."""
    return [*SECTIONS, *(f"{MODEL}{model.name}" for model in plan.outline.models)]


def is_locked(key: str, locks: Collection[str]) -> bool:
    """Whether a section or model is locked, by itself or with all models."""
    return key in locks or (key.startswith(MODEL) and "models" in locks)


def words_of(key: str) -> str:
    """What a key stands for, as a person calls it: “Models”, or a model's name."""
    return key.removeprefix(MODEL) if key.startswith(MODEL) else f"“{SECTIONS[key]}”"


def locked_pieces(plan: Plan, locks: Collection[str]) -> dict[str, Data | None]:
    """Lock → what it keeps, as JSON-able data; None for a model that the plan does not have."""
    return {key: piece_of(plan, key) for key in sorted(locks)}


def unkept(new: Plan, old: Plan, locks: Collection[str]) -> list[str]:
    """The locks whose pieces differ between two plans, by their data or in the files that are rendered of them."""
    before, after = locked_pieces(old, locks), locked_pieces(new, locks)
    differing = {key for key in before if before[key] != after[key]}
    for name in _locked_models(old, locks):
        key = f"{MODEL}{name}" if f"{MODEL}{name}" in locks else "models"
        if key not in differing and _file_differs(new, old, name):
            differing.add(key)
    return sorted(differing)


def put_back(new: Plan, old: Plan, locks: Collection[str]) -> tuple[Plan, list[str]]:
    """The new plan with everything locked as it is in the old one, byte for byte, and what that took, in sentences.

    A lock wins: what a locked piece reads and the new plan has not, or has otherwise, is put back as well, and so is
    whatever else would break a rule. If nothing less will do, that is the whole old plan. `old` keeps all rules.
    """
    if not locks:
        return new, []
    kept = _Kept(new, old, locks)
    return _settled(kept, kept.merged) or (old, [kept.refusal])


def put_back_outline(new: Outline, old: Plan, locks: Collection[str]) -> tuple[Outline, list[str]]:
    """The same for an outline whose parts are not written yet: they are then written from what this gives."""
    if not locks:
        return new, []
    of_outline = tuple(key for key in ALL_SECTIONS if FIELDS[key][0])
    kept = _Kept(old.model_copy(update={"outline": new}), old, locks, of_outline)
    return _settled(kept, kept.merged_outline) or (old.outline, [kept.refusal])


def _settled(
    kept: "_Kept", merged: Callable[[], tuple[Whole | None, list[Violation]]]
) -> tuple[Whole, list[str]] | None:
    """What comes out once enough of the old plan is kept, with sentences; None when that is all of it."""
    while not kept.is_everything:
        whole, faults = merged()
        if whole is not None and not faults:
            return whole, kept.said
        kept.widen(faults)
    return None


@dataclass
class _Kept:
    """Which pieces of the old plan go into the new one: what is locked, what that reads, and what must follow."""

    new: Plan
    old: Plan
    locks: Collection[str]
    sections: tuple[str, ...] = ALL_SECTIONS  # those that can be put back
    keys: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _fault: Violation | None = None  # the first one that was in the way

    def __post_init__(self) -> None:
        for key in sorted(self.locks):
            if piece_of(self.old, key) is not None:
                self._add(key)

    def _add(self, key: str) -> None:
        """Keep a piece, and what it reads where the new plan does not give it."""
        if key in self.keys:
            return
        self.keys.append(key)
        for need in needs_of(self.old, key):
            if not model_holds(self.new, self.old, need) and not self._has(need):
                self.said.append(
                    f"{_named(need)} was put back as well: {words_of_piece(key)} needs it as it was."
                )
                self._add(need)

    def _has(self, key: str) -> bool:
        kind, _, name = key.partition(":")
        return key in self.keys or (
            bool(name) and {"model": "models", "source": "sources"}[kind] in self.keys
        )

    @property
    def is_everything(self) -> bool:
        """Whether all of the old plan is kept."""
        return all(key in self.keys for key in self.sections)

    @property
    def refusal(self) -> str:
        """Why nothing could be changed."""
        why = f" {self._fault.place}: {self._fault.sentence}" if self._fault else ""
        return (
            f"Nothing was changed, because it does not fit with what is locked.{why} Unlock it and ask again."
        )

    def merged_outline(self) -> tuple[Outline | None, list[Violation]]:
        """The same as `merged` for the outline alone."""
        outline = self.new.outline
        for key in self.keys:
            outline = with_outline_piece(outline, self.old.outline, key)
        try:
            outline = Outline.model_validate(outline.model_dump())
        except ValidationError:
            return None, [_too_much()]
        return outline, [*check_outline(outline), *self._clashes(outline)]

    def merged(self) -> tuple[Plan | None, list[Violation]]:
        """The new plan with the pieces; None when it is no plan at all. And what is wrong with it."""
        plan = self.new
        for key in self.keys:
            plan = with_piece(plan, self.old, key)
        try:
            plan = Plan.model_validate(plan.model_dump())
            mended, _ = mend_rows(plan)
        except (ValidationError, KeyError):
            return None, [_too_much()]
        plan = plan if unkept(mended, self.old, self.locks) else mended
        faults = [*check_plan(plan), *self._clashes(plan.outline)]
        if not faults and unkept(plan, self.old, self.locks):
            faults = [Violation("features", "Files", "The files of what is locked would change.")]
        return plan, faults

    def _clashes(self, outline: Outline) -> Iterator[Violation]:
        """New defects that a test of a kept model would find: then the kept model's Proof could not pass."""
        known = set(clashes(self.old.outline))
        for clash in clashes(outline):
            if clash not in known and self._has(f"{MODEL}{clash.model}"):
                place = f"Quality scenario {clash.scenario}"
                yield Violation("quality", place, f"It would break a test of {clash.model}, which is locked.")

    def widen(self, faults: list[Violation]) -> None:
        """Put back one more round of pieces: those that the faults name, else the next section."""
        self._fault = self._fault or next(iter(faults), None)
        named = [key for fault in faults if (key := self._to_put_back(fault))]
        if not named:
            named = [key for key in _WIDENING if key in self.sections and key not in self.keys][:1]
        for key in dict.fromkeys(named):
            self.said.append(f"{_named(key)} was put back as well: it did not fit with what is locked.")
            self._add(key)

    def _to_put_back(self, fault: Violation) -> str:
        """The piece that a fault lies in, or what that stands on if it is kept already; "" when there is none."""
        key = _piece_of_fault(self.old, fault)
        if not key or not self._has(key):
            return key
        section = {"model": "models", "source": "sources"}.get(key.partition(":")[0], key)
        return next((below for below in _STANDS_ON.get(section, ()) if below not in self.keys), "")


def _piece_of_fault(old: Plan, fault: Violation) -> str:
    """The piece that a fault lies in; "" when it cannot be told."""
    kind, _, name = fault.part.partition(":")
    if fault.part == "outline":
        kind, _, name = fault.place.partition(",")[0].partition(" ")
    if kind in ("sql", "Model"):
        return f"{MODEL}{name}" if old.outline.model(name) else "models"
    if kind in ("rows", "Source"):
        return f"source:{name}" if old.outline.source(name) else "sources"
    return _PLACES.get(kind, kind if kind in SECTIONS else "")


def words_of_piece(key: str) -> str:
    """A piece in words; it can also be a source."""
    return f"source {key.removeprefix('source:')}" if key.startswith("source:") else words_of(key)


def _named(key: str) -> str:
    words = words_of_piece(key)
    return f"Model {words}" if key.startswith(MODEL) else words[0].upper() + words[1:]


def _locked_models(plan: Plan, locks: Collection[str]) -> Iterator[str]:
    return (model.name for model in plan.outline.models if is_locked(f"{MODEL}{model.name}", locks))


def _file_differs(new: Plan, old: Plan, name: str) -> bool:
    before, after = old.outline.model(name), new.outline.model(name)
    return before is None or after is None or model_sql(old, before) != model_sql(new, after)


def _too_much() -> Violation:
    return Violation("outline", "Outline", "With what is locked, it has more than a plan can hold.")
