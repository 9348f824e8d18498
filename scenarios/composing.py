"""From a claimed revision to a valid plan: who writes it, what is kept, and what is put back.

Everything that is finished is saved at once, so that whoever takes over after a kill goes on with the rest.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from demoforge.claims import Claim
from demoforge.faults import fault_point
from scenarios.ai.mending.relaxing import relaxed
from scenarios.ai.opening import Opened, is_builtin, open_caller
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import BUILTIN, provider_named
from scenarios.ai.writing.views import View
from scenarios.ai.writing.writer import CallRecord, Wanted, Writer
from scenarios.feedback import with_observed_kinds
from scenarios.guiding import current_guidance
from scenarios.locks import put_back
from scenarios.models import Origin, PlanRevision
from scenarios.plan import rules
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys, parts_of
from scenarios.plan.violations import PlanRefused, Violation
from scenarios.proving import read_report
from scenarios.recording import record_call
from scenarios.regenerating import regenerated_by_builtin

RELAXING_ROUND, LAST_ROUND = 3, 4  # of repair; after the last one the model's plan is given up
SAVE_EVERY_SECONDS = 0.5  # how often finished parts are written while drafting
ANEW = "Write this section anew: the same facts, better told."

Composed = tuple[Plan, list[str]]  # a plan, and what there is to say about it, in sentences


def compose(held: Claim, revision: PlanRevision) -> Composed:
    """The plan of a revision that has none yet. Raises ProviderError, PlanRefused, LeaseLost."""
    work = _Work(held, revision)
    if is_builtin(revision.provider):
        return _by_builtin(work)
    try:
        writer = _Model(work)
    except ProviderError as error:
        plan, notes = _by_builtin(work)
        return plan, [f"{error.sentence} {error.hint} The built-in provider wrote this plan instead.", *notes]
    return writer.regenerated(work.old) if work.old else writer.generated()


def repair(held: Claim, revision: PlanRevision) -> Composed:
    """The revision's plan with what the Proof found mended. Raises ProviderError, PlanRefused, LeaseLost.

    What the incremental run shows of arrivals needs nobody's words. Rounds 1 and 2 go back to the model. Round 3 takes
    back promises that the rows do not keep; if there are none, the built-in provider writes what is blamed, as in
    round 4. Round 5 gives the model's plan up.
    """
    plan, work = revision.read_plan(), _Work(held, revision)
    violations = [Violation(**found) for found in revision.findings or []]
    held.save(progress="Sending back what the Proof found")
    if revision.repairs > LAST_ROUND:
        return _given_up(work, violations)
    report = read_report(revision.proof)
    seen, said = with_observed_kinds(plan, report) if report else (plan, [])
    if said and not rules.check_plan(seen):
        return seen, said
    if revision.repairs == RELAXING_ROUND:
        loose, said = relaxed(plan, violations)
        if said:
            return work.keep_locked(loose, said)
    return work.keep_locked(*_Model(work).repaired(plan, violations))


def _given_up(work: "_Work", violations: Sequence[Violation]) -> Composed:
    """A plan that is proven: the one before, or the built-in provider's. The first finding says why."""
    why = f"What the model wrote could not be proven. {violations[0]}" if violations else ""
    if work.old:
        return work.old, [f"{why} So the plan stays as it was."]
    work.outline, work.done = None, {}
    plan, notes = _by_builtin(work)
    return plan, [*notes, f"{why} So the built-in provider wrote this plan."]


@dataclass
class _Work:
    """A revision under a claim, and how far its parts are."""

    held: Claim
    revision: PlanRevision
    saved_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.brief = self.revision.demo.brief
        self.instructions = self.brief.disguise(self.revision.instructions)
        parent = self.revision.parent if self.revision.origin == Origin.REGENERATED else None
        self.old = parent.read_plan() if parent and parent.plan else None  # the plan that is regenerated
        self.locks = frozenset(self.revision.demo.locks) if self.old else frozenset[str]()
        self.outline = self.revision.read_outline()
        self.done = self.revision.read_parts()

    def begin(self, outline: Outline, notes: list[str], done: Mapping[str, PartValue]) -> None:
        """Save an outline with what is kept beside it."""
        self.outline, self.done = outline, dict(done)
        self.revision.notes = notes
        self.held.save(
            outline=outline.model_dump(mode="json"),
            parts=_dump(self.done),
            notes=notes,
            preview=None,
            progress="Writing the details",
        )
        fault_point("outline", "after")

    def keep(self, key: str, value: PartValue) -> None:
        """Keep a part; it is saved now and then, for each write of many parts is large."""
        self.done[key] = value
        if time.monotonic() - self.saved_at > SAVE_EVERY_SECONDS and self.outline:
            there = len(self.done.keys() & set(keys := part_keys(self.outline)))
            self.held.save(
                parts=_dump(self.done), progress=f"Writing the details, {there} of {len(keys)} are there"
            )
            self.saved_at = time.monotonic()

    def finish(self, plan: Plan, notes: list[str]) -> Composed:
        """Save that all parts are there; the plan with everything locked as it was before."""
        self.held.save(parts=_dump(self.done), progress="Checking the plan")
        fault_point("parts", "after")
        return self.keep_locked(plan, notes)

    def keep_locked(self, plan: Plan, notes: list[str]) -> Composed:
        """The plan with everything locked as it was before, and what that took."""
        if self.old is None or not self.locks:
            return plan, notes
        plan, said = put_back(plan, self.old, self.locks)
        return plan, [*notes, *said]


def _by_builtin(work: _Work) -> Composed:
    revision, brief, old = work.revision, work.brief.disguised(), work.old
    if old and revision.subject:
        plan, notes = regenerated_by_builtin(brief, old, revision.subject, work.instructions, work.locks)
        return work.finish(plan, notes)
    provider = provider_named(BUILTIN)
    if work.outline is None:
        work.held.save(progress="Writing the outline")
        drafted = provider.outline(
            brief, instructions=work.instructions, previous=old.outline if old else None
        )
        if violations := rules.check_outline(drafted.outline):
            raise PlanRefused(violations)
        work.begin(drafted.outline, drafted.notes, {})
    outline = work.outline
    assert outline is not None  # noqa: S101 - it was just saved
    for key in part_keys(outline):
        if key not in work.done:
            work.keep(key, provider.part(brief, outline, key, done=work.done))
    plan, mended = mend_rows(assemble(outline, work.done))
    return work.finish(plan, mended)


class _Model:
    """A revision whose plan is written by a language model."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        revision = work.revision
        self._opened: Opened = open_caller(revision.author, revision.provider, model=revision.ai_model)
        self._writer = Writer(
            Wanted(
                caller=self._opened.caller,
                model=self._opened.model,
                provider=self._opened.provider,
                label=self._opened.label,
                house=current_guidance(),
                seconds=settings.AI_DRAFT_SECONDS,
                call_seconds=settings.AI_CALL_SECONDS,
                parallel=settings.AI_PARALLEL,
                record=self._record,
                on_outline=self._show,
            )
        )

    def generated(self) -> Composed:
        """A plan from the brief alone."""
        work = self._work
        if work.outline is None:
            work.held.save(
                progress=f"{self._opened.label} is writing the outline", ai_model=self._opened.model
            )
            written = self._writer.outline(work.brief)
            work.begin(written.value, written.notes, {})
        return self._parts()

    def regenerated(self, old: Plan) -> Composed:
        """The old plan with what was asked for; what nobody asked about keeps its bytes."""
        work, section = self._work, self._work.revision.subject or None
        wish = work.instructions or (ANEW if section else "")
        if work.outline is None:
            work.held.save(
                progress=f"{self._opened.label} is reading what should change", ai_model=self._opened.model
            )
            changed = self._writer.changes(work.brief, old, wish, section=section, locked=work.locks)
            again, known = set(changed.keys_to_write), parts_of(old)
            kept = {
                key: known[key] for key in part_keys(changed.outline) if key in known and key not in again
            }
            work.begin(changed.outline, changed.notes, kept)
        return self._parts(old, wish)

    def repaired(self, plan: Plan, violations: list[Violation]) -> Composed:
        """The plan with the parts that the Proof blames written again."""
        work = self._work
        changed, notes = self._writer.repair(
            work.brief, plan, violations, round=work.revision.repairs, locked=work.locks
        )
        return assemble(plan.outline, parts_of(plan) | changed), notes

    def _parts(self, old: Plan | None = None, wish: str = "") -> Composed:
        work, outline = self._work, self._work.outline
        assert outline is not None  # noqa: S101 - it was just saved
        parts, notes = self._writer.parts(
            work.brief,
            outline,
            [key for key in part_keys(outline) if key not in work.done],
            done=dict(work.done),
            previous=parts_of(old) if old else None,
            instructions=wish,
            on_part=work.keep,
            locked=work.locks,
        )
        work.done = parts
        return work.finish(assemble(outline, parts), notes)

    def _record(self, record: CallRecord) -> None:
        record_call(self._work.revision, record, secrets=[self._opened.key] if self._opened.key else [])

    def _show(self, view: View) -> None:
        self._work.held.save(preview=view)


def _dump(parts: Mapping[str, PartValue]) -> dict[str, Any]:
    return {key: value.model_dump(mode="json") for key, value in parts.items()}
