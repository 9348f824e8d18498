"""What a wish changes in a plan: the outline as it becomes, and which parts have to be written again."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field

from scenarios.ai.answers.converting import changed_outline, keys_to_rewrite
from scenarios.ai.answers.outline import ChangesAnswer
from scenarios.ai.writing.following import keys_that_follow
from scenarios.ai.writing.locks import locked_keys, put_back, section_keys
from scenarios.ai.writing.outlining import Outcome
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan, part_keys, parts_of
from scenarios.plan.rules import check_outline, check_part
from scenarios.plan.sections import SECTIONS
from scenarios.plan.violations import PlanRefused


@dataclass(frozen=True)
class Changed:
    """The outline as it becomes, the keys of the parts to write again, and what to say about it."""

    outline: Outline
    keys_to_write: list[str]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """One wish about a plan: for all of it or one section, without touching what is locked."""

    brief: Brief
    plan: Plan
    section: str | None
    locked: Set[str]

    def accepted(self, answer: ChangesAnswer) -> Outline:
        """The outline with the changes that may be made. Raises PlanRefused."""
        outline, _ = self._guarded(answer)
        if wrong := check_outline(outline):
            raise PlanRefused(wrong)
        return outline

    def _guarded(self, answer: ChangesAnswer) -> tuple[Outline, list[str]]:
        """The changed outline with all that must stay as it was, and the names of what was put back for a lock."""
        changed = changed_outline(self.brief, self.plan.outline, answer)
        return put_back(self.plan.outline, changed, section=self.section, locked=self.locked)

    def outcome(self, outcome: Outcome[ChangesAnswer], explained: Callable[[], str]) -> Changed:
        """What follows from what the model answered; `explained` says why there is no answer."""
        before, answer = self.plan.outline, outcome.answer
        if answer is None:
            return Changed(before, [], [f"{explained()} Nothing was changed."])
        notes, outline = [text.strip() for text in answer.notes if text.strip()][:5], outcome.outline
        if outline is None:
            notes.append("The changes to the outline did not hold together, so it stays as it was.")
            outline = before
        keys = self._keys(outline, answer)
        if held := self._held_up(outline):
            notes.append(f"{held} is locked and does not fit the change, so the outline stays as it was.")
            outline = before
            keys = self._keys(before, answer)
        elif outcome.outline is not None:
            notes += self._put_back(answer)
        return Changed(
            outline, keys, notes if keys or outline != before else [*notes, "Nothing was changed."]
        )

    def _keys(self, outline: Outline, answer: ChangesAnswer) -> list[str]:
        """The parts to write again, without locked ones."""
        before, parts = self.plan.outline, parts_of(self.plan)
        asked = keys_to_rewrite(outline, answer)[0]
        if self.section is not None:
            theirs = section_keys(outline, self.section)
            asked = [key for key in asked if key in theirs]
            asked = theirs if not asked and outline == before else asked
        locked = locked_keys(outline, self.locked)
        return [key for key in keys_that_follow(before, outline, parts, asked) if key not in locked]

    def _held_up(self, outline: Outline) -> str:
        """The first locked thing that cannot stay as it is beside the changed outline, in words; "" for none."""
        parts, locked = parts_of(self.plan), locked_keys(outline, self.locked)
        beside = self.plan.quality if "quality" in self.locked else None
        for key in part_keys(outline):
            if key in locked and key in parts and check_part(outline, key, parts[key], quality=beside):
                return _section_of(outline, key)
        return ""

    def _put_back(self, answer: ChangesAnswer) -> list[str]:
        """A sentence about what the model wanted to change although it is locked."""
        _, names = self._guarded(answer)
        return [f"Locked, so it stays as it was: {', '.join(names)}."] if names else []


def _section_of(outline: Outline, key: str) -> str:
    kind, _, name = key.partition(":")
    if kind == "sql":
        return f"Model {name}"
    return next(title for section, title in SECTIONS.items() if key in section_keys(outline, section))
