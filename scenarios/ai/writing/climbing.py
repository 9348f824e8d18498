"""The ladder of one question about details: answer, repair, simpler prompt, mender; what is left is given up."""

from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import dataclass, field, replace

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.converting import answer_type, as_answer
from scenarios.ai.answers.reading import Unreadable, read_answer
from scenarios.ai.calls.protocol import CallFailed, Kind
from scenarios.ai.calls.wire import portable_schema
from scenarios.ai.mending import mend_detail
from scenarios.ai.prompting import Prompts, Texts
from scenarios.ai.writing.crew import Until, Work
from scenarios.ai.writing.cutting import only_units, problems_of, shown
from scenarios.ai.writing.desk import MANY_TOKENS, Answered, Call, Desk
from scenarios.ai.writing.draft import Draft, narrowed, units_of
from scenarios.ai.writing.foundation import lay_foundation
from scenarios.ai.writing.judging import judge, units_behind
from scenarios.plan.violations import Violation

#: The form of the question was refused: perhaps it is taken in a simpler one.
REFUSED: frozenset[Kind] = frozenset({"schema", "bad_request"})
TOO_LONG: frozenset[Kind] = frozenset({"length", "oversized", "too_large"})
NOT_SOUND = "What the model wrote did not hold together, also after it was asked again."


@dataclass(frozen=True)
class Tried:
    """What came of a question: an answer that was judged, text that could not be read, or a failure."""

    ask: Ask
    text: str = ""
    answer: Answer | None = None
    faults: dict[str, list[Violation]] = field(default_factory=dict)
    failure: CallFailed | None = None

    @property
    def open(self) -> list[str]:
        """Units that are not settled."""
        return [unit for unit in units_of(self.ask) if self.failure or self.faults.get(unit)]


Trying = Generator[Call | Until, Answered, Tried]
Climbing = Generator[Call | Until, Answered, None]


class Ladder:
    """Climbs for the details of one draft. `start` begins one more piece of work beside the others."""

    def __init__(
        self,
        draft: Draft,
        desk: Desk,
        prompts: Prompts,
        *,
        explain: Callable[[CallFailed], str],
        start: Callable[[Work], None],
    ) -> None:
        self._draft, self._desk, self._prompts = draft, desk, prompts
        self._explain, self._start = explain, start

    def work(self, ask: Ask) -> Work:
        """Ask for details, and climb until every unit of them is settled."""
        first = Call(ask.name, self._texts(ask), answer_type(ask.kind))
        tried = yield from self._try(ask, first)
        if tried.failure and tried.failure.kind in TOO_LONG:
            if len(units_of(ask)) > 1:
                for part in self._split(ask):
                    self._start(self.work(part))
                return
            if tried.failure.kind == "length":
                tried = yield from self._try(
                    ask, replace(first, purpose=f"{ask.name}/longer", max_tokens=MANY_TOKENS)
                )
        yield from self._climb(tried)

    def again(self, ask: Ask, violations: Iterable[Violation]) -> Work:
        """Send parts that are known back, with what is wrong with them, and climb on."""
        answer = as_answer(self._draft.outline, ask, self._draft.parts)
        faults: dict[str, list[Violation]] = {}
        for violation in violations:
            for unit in units_behind(self._draft.outline, violation):
                faults.setdefault(unit, []).append(violation)
        yield from self._climb(Tried(ask, answer.model_dump_json(), answer, faults))

    def _split(self, ask: Ask) -> list[Ask]:
        """The question in parts, one for each unit."""
        parts = [narrowed(self._draft.outline, ask, [unit]) for unit in units_of(ask)]
        return [replace(part, name=f"{ask.name}.{number}") for number, part in enumerate(parts, start=1)]

    def _climb(self, tried: Tried) -> Climbing:
        best, shaped = tried, True
        while units := tried.open:
            ask = narrowed(self._draft.outline, tried.ask, units)
            shape = answer_type(ask.kind)
            if tried.failure is None and self._draft.may_repair(units):
                self._draft.rounds.update(units)
                purpose, texts = f"{ask.name}/repair", self._repair(ask, tried, shaped)
            elif self._may_simplify(tried, units):
                self._draft.plain.update(units)
                shaped = False
                purpose, texts = f"{ask.name}/plain", self._texts(ask, shaped=False)
            else:
                break
            before, tried = (
                tried,
                (yield from self._try(ask, Call(purpose, texts, shape if shaped else None))),
            )
            best = tried if tried.answer else best
            if before.failure is None:
                self._draft.notes.repaired(unit for unit in units if unit not in tried.open)
        if left := self._mended(best, tried.open):
            reason = self._explain(tried.failure) if tried.failure else NOT_SOUND
            self._draft.given_up |= dict.fromkeys(left, reason)
            self._settle(left)

    def _try(self, ask: Ask, call: Call) -> Trying:
        """One call, read, judged and recorded; what is good of it is taken."""
        try:
            answered = yield call
        except CallFailed as error:
            return Tried(ask, failure=error)
        reply = answered.reply
        if reply.stop != "ok":
            self._desk.tell(answered, reply.stop)
            return Tried(ask, failure=CallFailed(reply.stop))
        try:
            answer = read_answer(reply.text, answer_type(ask.kind))
        except Unreadable as error:
            self._desk.tell(answered, "invalid")
            unread = [Violation(ask.name, "The answer", problem) for problem in error.problems]
            return Tried(ask, reply.text, faults=dict.fromkeys(units_of(ask), unread))
        if ask.kind == "day_two" and not self._draft.founded:  # its rows change rows of other answers
            self._desk.tell(answered, "ok")  # as far as anybody can tell now
            yield self._draft.has_foundation
            return self._taken(ask, reply.text, answer)
        tried = self._taken(ask, reply.text, answer)
        self._desk.tell(answered, "invalid" if tried.faults else "ok")
        return tried

    def _taken(self, ask: Ask, text: str, answer: Answer, *, mend: bool = False) -> Tried:
        """The answer, judged; its good units are accepted."""
        judged = judge(self._draft, ask, answer, mend=mend)
        self._draft.accept(judged.values, judged.scenarios)
        self._settle(unit for unit in units_of(ask) if unit not in judged.faults)
        return Tried(ask, text, answer, judged.faults)

    def _settle(self, units: Iterable[str]) -> None:
        """Nobody works on these any more; after the last table, all rows are known."""
        self._draft.open_tables -= set(units)
        if not self._draft.founded and not self._draft.open_tables:
            lay_foundation(self._draft)

    def _mended(self, best: Tried, units: Collection[str]) -> list[str]:
        """Mend what the last readable answer says about these units. Returns those that it did not help."""
        if best.answer is None or not units:
            return list(units)
        outline, ask = self._draft.outline, narrowed(self._draft.outline, best.ask, units)
        violations = list(dict.fromkeys(fault for unit in units for fault in best.faults.get(unit, [])))
        answer = only_units(outline, best.answer, units)
        mended, said = mend_detail(outline, ask, answer, done=self._draft.parts, violations=violations)
        tried = self._taken(ask, "", mended, mend=True)
        if len(tried.open) < len(units):
            self._draft.notes.mended(said)
        return tried.open

    def _may_simplify(self, tried: Tried, units: Collection[str]) -> bool:
        allowed = tried.failure is None or tried.failure.kind in REFUSED
        return allowed and not self._draft.plain.issuperset(units)

    def _texts(self, ask: Ask, *, shaped: bool = True) -> Texts:
        draft = self._draft
        previous = None
        if draft.previous and draft.previous.keys() >= set(ask.keys):
            previous = as_answer(draft.outline, ask, draft.previous)
        texts = self._prompts.details(
            draft.brief,
            draft.outline,
            ask,
            previous=previous,
            instructions=draft.instructions,
            done=draft.kept,
        )
        return texts if shaped else self._prompts.plain(texts, portable_schema(answer_type(ask.kind)))

    def _repair(self, ask: Ask, tried: Tried, shaped: bool) -> Texts:
        units = units_of(ask)
        text = tried.text
        if tried.answer is not None:
            text = only_units(self._draft.outline, tried.answer, units).model_dump_json()
        problems = problems_of(fault for unit in units for fault in tried.faults.get(unit, []))
        texts = self._texts(ask, shaped=shaped)
        return self._prompts.repair(texts, answer=shown(text), problems=problems, keys=ask.keys)
