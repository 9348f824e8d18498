"""One section of a plan written anew by the built-in provider: nothing else changes but what depends on it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field

from scenarios.ai.sections import keys_of_section, section_of_key
from scenarios.locks import is_locked, put_back, put_back_outline, words_of
from scenarios.plan.brief import Brief
from scenarios.plan.day_mending import mend_day_two
from scenarios.plan.features import Features
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import (
    DayTwo,
    PartValue,
    Plan,
    Quality,
    Row,
    SourceRows,
    TalkTrack,
    assemble,
    part_keys,
    parts_of,
)
from scenarios.plan.pieces import ALL_SECTIONS, MODEL, piece_of
from scenarios.plan.rules import check_plan
from scenarios.plan.violations import Violation
from scenarios.plan.words import all_of
from scenarios.redrafting import PROVIDER, redrafted_outline, with_test_names

ROUNDS = 3  # of writing what no longer holds


def regenerated_by_builtin(
    brief: Brief, plan: Plan, section: str, instructions: str, locks: Collection[str]
) -> tuple[Plan, list[str]]:
    """The plan with this section written anew, and what is to be said about it.

    `brief` and `instructions` are those that may leave us: in disguise, if there is a codename. `plan` keeps all
    rules, and so does the result; where that cannot be reached it is `plan`, and a sentence says why. Raises
    KeyError for an unknown section, ProviderError.
    """
    outline, notes = redrafted_outline(brief, plan, section, instructions)
    outline, kept = put_back_outline(outline, plan, locks)
    work = _Work(brief, plan, outline, locks)
    work.write(work.wanted(section))
    new, faults = work.settled()
    if faults:
        why = f"{faults[0].place}: {faults[0].sentence}"
        return plan, [
            f"{words_of(section)} could not be written anew alone. {why} Regenerate the whole plan."
        ]
    new, locked = put_back(new, plan, locks)
    said = list(dict.fromkeys([*notes, *kept, *locked]))
    return new, said + _changes(plan, new, section, said)


@dataclass
class _Work:
    """The parts of the new plan: those of the old one, and those that are written anew."""

    brief: Brief
    plan: Plan
    outline: Outline
    locks: Collection[str]
    done: dict[str, PartValue] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = parts_of(self.plan)
        self.done = {key: known[key] for key in part_keys(self.outline) if key in known}

    def wanted(self, section: str) -> set[str]:
        """What is to be written: the section's parts, and those of what the outline has otherwise."""
        keys = keys_of_section(self.outline, section)
        keys |= {key for key in part_keys(self.outline) if key not in self.done}
        sources = {source.table for source in self.outline.sources if source not in self.plan.outline.sources}
        keys |= {f"rows:{table}" for table in sources}
        models = {model.name for model in self.outline.models if model not in self.plan.outline.models}
        keys |= {f"sql:{name}" for name in models}
        if self.outline.quality != self.plan.outline.quality:
            keys.add("quality")
        if self.outline.semantic_layer and self.outline.metrics != self.plan.outline.metrics:
            keys.add("semantic")
        return keys

    def write(self, keys: Collection[str]) -> None:
        """Write these parts, in the order in which they are best computed; what is locked stays."""
        todo = [key for key in part_keys(self.outline) if key in keys and not self._is_locked(key)]
        for key in todo:
            self.done.pop(key, None)
        for key in todo:
            part = PROVIDER.part(self.brief, self.outline, key, done=self.done)
            quality = self.done.get("quality")
            if isinstance(part, TalkTrack) and isinstance(quality, Quality):
                part = with_test_names(part, self.outline, quality)
            if isinstance(part, DayTwo):
                part = mend_day_two(self.outline, part, self._rows())
            self.done[key] = part
            self.written.add(key)

    def _rows(self) -> dict[str, list[Row]]:
        return {value.table: value.rows for value in self.done.values() if isinstance(value, SourceRows)}

    def _is_locked(self, key: str) -> bool:
        name = f"{MODEL}{key.removeprefix('sql:')}" if key.startswith("sql:") else section_of_key(key)
        return key in self.done and is_locked(name, self.locks)

    def settled(self) -> tuple[Plan, list[Violation]]:
        """The plan once everything that no longer held is written anew, and what is still wrong with it."""
        if self._stale_features():
            self.write({"features"})
        new, faults = self._checked()
        for _ in range(ROUNDS):
            again = {fault.part for fault in faults if fault.part in self.done} - self.written
            if not again:
                break
            self.write(again)
            new, faults = self._checked()
        return new, faults

    def _checked(self) -> tuple[Plan, list[Violation]]:
        new, _ = mend_rows(assemble(self.outline, self.done))
        return new, check_plan(new)

    def _stale_features(self) -> bool:
        """Whether the tested model is not the one that its unit test was written for."""
        features = self.done.get("features")
        if not isinstance(features, Features) or features.unit_test is None or "features" in self.written:
            return False
        tested = f"{MODEL}{features.unit_test.model}"
        new = assemble(self.outline, self.done)
        return piece_of(new, tested) != piece_of(self.plan, tested)


def _changes(old: Plan, new: Plan, section: str, said: list[str]) -> list[str]:
    """What has changed beside the section, or that nothing has, where nothing else is said."""
    changed = [key for key in ALL_SECTIONS if piece_of(old, key) != piece_of(new, key)]
    if not changed:
        same = f"{words_of(section)} came out as it was: the built-in provider writes the same from the same words."
        return [] if said else [same]
    others = [words_of(key) for key in changed if key != section]
    return (
        [f"Changed as well, because it depends on {words_of(section)}: {all_of(others)}."] if others else []
    )
