"""Writes a draft with a model: outline, parts, changes and repairs. Whatever the model does, the plan is valid."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from scenarios.ai.answers.asking import asks_for
from scenarios.ai.answers.converting import outline_of
from scenarios.ai.answers.outline import ChangesAnswer, OutlineAnswer
from scenarios.ai.builtin import BuiltinProvider
from scenarios.ai.calls.protocol import Caller, CallFailed
from scenarios.ai.calls.sentences import explain
from scenarios.ai.mending import mend_outline
from scenarios.ai.prompting import Prompts
from scenarios.ai.writing.changing import Change, Changed
from scenarios.ai.writing.climbing import NOT_SOUND, Ladder
from scenarios.ai.writing.crew import Crew
from scenarios.ai.writing.desk import Desk, NotAsked
from scenarios.ai.writing.draft import MOST_ROUNDS, Draft, OnPart, units_of
from scenarios.ai.writing.foundation import lay_foundation
from scenarios.ai.writing.joining import Joining
from scenarios.ai.writing.locks import locked_keys
from scenarios.ai.writing.notes import Notes
from scenarios.ai.writing.outlining import Outcome, Question, climb
from scenarios.ai.writing.records import CallRecord, Recorder
from scenarios.ai.writing.views import View, view_of
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, part_keys, parts_of
from scenarios.plan.rules import check_outline
from scenarios.plan.violations import PlanRefused, Violation

__all__ = ["CallRecord", "Changed", "Recorder", "Wanted", "Writer", "Written"]

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """Who writes, how long, and who is told. Callbacks are called in the thread that calls the writer.

    `seconds` is the budget of wall time of everything one `Writer` does, from its making on; `call_seconds` that of
    one call with its retries. `on_outline` gets views of the growing outline (`views.view_of`).
    """

    caller: Caller
    model: str
    provider: str  # its name, such as `anthropic`
    house: str  # team guidance
    seconds: float
    record: Recorder
    on_outline: Callable[[View], None]
    label: str = ""  # the provider as a person knows it; its name without one
    call_seconds: float = 180.0
    parallel: int = 8  # calls at once


@dataclass(frozen=True)
class Written(Generic[T]):
    """A valid result, and what was repaired, mended and replaced, in sentences."""

    value: T
    notes: list[str] = field(default_factory=list)


class Writer:
    """One draft. Not to be shared between threads."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._prompts = Prompts(wanted.house)
        self._desk = Desk(
            caller=wanted.caller, provider=wanted.provider, model=wanted.model, record=wanted.record,
            seconds=wanted.seconds, call_seconds=wanted.call_seconds,
        )  # fmt: skip

    def outline(self, brief: Brief) -> Written[Outline]:
        """A valid outline; in the last resort the built-in provider's."""
        texts, brief = self._prompts.outline(brief), brief.disguised()
        outcome: Outcome[OutlineAnswer] = Outcome()
        question = Question("outline", texts, OutlineAnswer, partial(_valid_outline, brief))
        self._crew(watched=True).run([climb(self._desk, self._prompts, question, outcome)])
        notes = Notes()
        if outcome.outline is not None:
            notes.repaired(["outline"] * bool(outcome.rounds))
            return Written(outcome.outline, notes.sentences())
        if outcome.answer is not None:
            answer, said = mend_outline(brief, outcome.answer)
            try:
                outline = _valid_outline(brief, answer)
            except PlanRefused:
                pass
            else:
                notes.mended(said)
                return Written(outline, notes.sentences())
        notes.replaced("outline", self._reason(outcome.failure))
        return Written(BuiltinProvider().outline(brief).outline, notes.sentences())

    def changes(
        self,
        brief: Brief,
        plan: Plan,
        instructions: str,
        *,
        section: str | None = None,
        locked: Set[str] = frozenset(),
    ) -> Changed:
        """What a wish changes. `section` is a key of `sections.SECTIONS`; `locked` are such keys and `model:<name>`.

        What may not change is put back. Without a usable answer nothing changes, and the notes say why.
        """
        texts = self._prompts.changes(brief, plan, instructions, section=section, locked=sorted(locked))
        change = Change(brief.disguised(), plan, section, frozenset(locked))
        outcome: Outcome[ChangesAnswer] = Outcome()
        question = Question("changes", texts, ChangesAnswer, change.accepted)
        self._crew(watched=False).run([climb(self._desk, self._prompts, question, outcome)])
        return change.outcome(outcome, lambda: self._reason(outcome.failure))

    def parts(
        self,
        brief: Brief,
        outline: Outline,
        keys: Collection[str],
        *,
        done: Mapping[str, PartValue],
        previous: Mapping[str, PartValue] | None = None,
        instructions: str = "",
        on_part: OnPart = lambda key, value: None,
        locked: Set[str] = frozenset(),
    ) -> tuple[dict[str, PartValue], list[str]]:
        """All parts of a valid plan with this outline, and notes. `keys` are written, those in `done` are kept.

        `on_part` gets a part as soon as it is accepted, and again when it was mended beside the others later.
        A kept part that breaks a rule beside the new ones is written again, unless it is locked (see `changes`).
        Raises PlanRefused when what is locked leaves no valid plan.
        """
        missing = {key for key in part_keys(outline) if key not in done}
        draft = Draft(
            brief=brief, outline=outline, wanted=missing & (set(keys) | missing), parts=dict(done),
            kept=dict(done),
            notes=Notes(part_keys(outline)), on_part=on_part, previous=previous or {},
            instructions=instructions, locked=frozenset(locked_keys(outline, locked)),
        )  # fmt: skip
        return self._parts(draft, [])

    def repair(
        self,
        brief: Brief,
        plan: Plan,
        violations: Sequence[Violation],
        *,
        round: int = 1,
        on_part: OnPart = lambda key, value: None,
        locked: Set[str] = frozenset(),
    ) -> tuple[dict[str, PartValue], list[str]]:
        """The parts that the Proof's findings have changed, and notes. `round` counts the Proofs that failed, from 1.

        After the second round nothing goes back to the model: the built-in provider writes what is blamed.
        Raises PlanRefused when what is locked leaves no valid plan.
        """
        before = parts_of(plan)
        draft = Draft(
            brief=brief, outline=plan.outline, wanted=set(), parts=dict(before),
            kept=before,
            notes=Notes(part_keys(plan.outline)), on_part=on_part,
            hopeless=round > MOST_ROUNDS, locked=frozenset(locked_keys(plan.outline, locked)),
        )  # fmt: skip
        draft.rounds.update(dict.fromkeys(part_keys(plan.outline), round - 1))
        parts, notes = self._parts(draft, violations)
        return {key: value for key, value in parts.items() if before.get(key) != value}, notes

    def _parts(self, draft: Draft, violations: Sequence[Violation]) -> tuple[dict[str, PartValue], list[str]]:
        crew = self._crew(watched=False)
        ladder = Ladder(draft, self._desk, self._prompts, explain=self._reason, start=crew.start)
        asks = asks_for(draft.outline, draft.wanted)
        draft.open_tables = {unit for ask in asks if ask.kind == "data" for unit in units_of(ask)}
        if not draft.open_tables:
            lay_foundation(draft)
        crew.run([ladder.work(ask) for ask in asks])
        plan = Joining(draft, crew, ladder).join(violations)
        return parts_of(plan), draft.notes.sentences()

    def _crew(self, *, watched: bool) -> Crew:
        return Crew(
            self._desk, parallel=self._wanted.parallel, on_text=self._show if watched else lambda text: None
        )

    def _show(self, text: str) -> None:
        if (view := view_of(text)) is not None:
            self._wanted.on_outline(view)

    def _reason(self, failure: CallFailed | None) -> str:
        """Why the built-in provider has to write something, for the reader: what happened and what to do."""
        if failure is None:
            return NOT_SOUND
        if isinstance(failure, NotAsked) and failure.out_of_time:
            return f"The time for this draft, {self._wanted.seconds:.0f} seconds, was used up."
        label = self._wanted.label or self._wanted.provider
        sentence, hint = explain(
            failure.kind, provider_label=label, model=self._wanted.model, retry_after=failure.retry_after
        )
        return f"{sentence} {hint}"


def _valid_outline(brief: Brief, answer: OutlineAnswer) -> Outline:
    """Raises PlanRefused."""
    outline = outline_of(brief, answer)
    if wrong := check_outline(outline):
        raise PlanRefused(wrong)
    return outline
