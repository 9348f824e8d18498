"""Puts the parts together and checks the whole plan; what breaks a rule goes back, and in the end is replaced."""

from collections import Counter
from collections.abc import Iterable, Sequence

from scenarios.ai.answers.asking import Ask, asks_for
from scenarios.ai.writing.climbing import NOT_SOUND, Ladder
from scenarios.ai.writing.crew import Crew
from scenarios.ai.writing.draft import Draft, narrowed, units_of
from scenarios.ai.writing.foundation import lay_foundation
from scenarios.ai.writing.judging import units_behind
from scenarios.ai.writing.standing_in import replace, stand_in
from scenarios.plan.features import Features
from scenarios.plan.mend import mend_rows
from scenarios.plan.parts import Plan, assemble, part_keys, parts_of
from scenarios.plan.rules import check_plan
from scenarios.plan.violations import PlanRefused, Violation
from scenarios.plan.words import source_place

MOST_TURNS = 10  # each turn brings at least one part a rung further
_CLIMBS = 2  # turns in which the model or the mender gets a part back, before it is replaced


class Joining:
    """Makes a valid plan of a draft whose calls are done."""

    def __init__(self, draft: Draft, crew: Crew, ladder: Ladder) -> None:
        self._draft, self._crew, self._ladder = draft, crew, ladder
        self._turns: Counter[str] = Counter()
        self._replaced_all = False

    def join(self, violations: Sequence[Violation] = ()) -> Plan:
        """The plan, with no rule broken; `violations` are known already and are dealt with first.

        Raises PlanRefused when even the built-in provider's parts break a rule beside what is locked.
        """
        if self._draft.hopeless:
            self._give_up(violations)
            violations = ()
        self._fill()
        for _ in range(MOST_TURNS):
            plan, said = self._mended()
            found = list(violations) or check_plan(plan)
            violations = ()
            if not found:
                self._draft.notes.mended(one for one in said if one.startswith(source_place("")))
                for key, value in parts_of(plan).items():
                    self._draft.put(key, value)
                return plan
            self._turn(found)
        raise PlanRefused(found)

    def _give_up(self, violations: Sequence[Violation]) -> None:
        """Let the built-in provider write what the violations blame: nothing else has helped."""
        blamed = {unit for one in violations for unit in units_behind(self._draft.outline, one)}
        units = {unit for unit in blamed if unit in part_keys(self._draft.outline)} - self._draft.locked
        self._draft.wanted |= self._keys(units - {"features"})
        self._draft.given_up |= dict.fromkeys(units - {"features"}, NOT_SOUND)
        lay_foundation(self._draft)

    def _mended(self) -> tuple[Plan, list[str]]:
        """The plan with what code can mend or compute, and what it says about both; locked parts stay as they are."""
        draft = self._draft
        plan, said = mend_rows(assemble(draft.outline, draft.parts))
        kept = {key: value for key, value in draft.parts.items() if key in draft.locked}
        return (assemble(draft.outline, parts_of(plan) | kept), said) if kept else (plan, said)

    def _turn(self, violations: Iterable[Violation]) -> None:
        """Bring every part that breaks a rule one rung further."""
        faults: dict[str, list[Violation]] = {}
        for violation in violations:
            for unit in units_behind(self._draft.outline, violation):
                faults.setdefault(unit, []).append(violation)
        self._turns.update(faults.keys())
        stuck = [unit for unit in faults if self._is_stuck(unit)]
        if stuck:
            self._replace_all([one for unit in stuck for one in faults[unit]])
            return
        again = {unit: found for unit, found in faults.items() if unit != "features"}
        self._draft.wanted |= self._keys(again)
        climbing = {unit: found for unit, found in again.items() if self._turns[unit] <= _CLIMBS}
        self._crew.run([self._ladder.again(ask, _of(ask, climbing)) for ask in self._asks(climbing)])
        self._draft.given_up |= {unit: NOT_SOUND for unit in again if unit not in climbing}
        lay_foundation(self._draft)
        self._fill()

    def _is_stuck(self, unit: str) -> bool:
        """Whether replacing this part alone cannot help, or has not."""
        known = unit in part_keys(self._draft.outline)
        return not known or unit in self._draft.locked or self._turns[unit] > _CLIMBS + 1

    def _replace_all(self, violations: list[Violation]) -> None:
        if self._replaced_all:
            raise PlanRefused(violations)
        self._replaced_all = True
        draft = self._draft
        draft.wanted -= draft.locked
        for key in draft.wanted:
            draft.parts.pop(key, None)
        draft.scenarios.clear()
        draft.given_up |= {key: NOT_SOUND for key in draft.wanted if key != "quality"}
        lay_foundation(draft)
        self._fill()

    def _keys(self, units: Iterable[str]) -> set[str]:
        """The keys behind units; a table's scenarios go with its rows."""
        planted = {f"rows:{idea.table}" for idea in self._draft.outline.quality}
        units = set(units)
        return (units | ({"quality"} if units & planted else set())) - self._draft.locked

    def _asks(self, units: Iterable[str]) -> list[Ask]:
        units = list(units)
        asks = [
            narrowed(self._draft.outline, ask, units)
            for ask in asks_for(self._draft.outline, self._keys(units))
        ]
        return [ask for ask in asks if units_of(ask)]

    def _fill(self) -> None:
        """Write what is missing, and what the others decide."""
        draft = self._draft
        for key in part_keys(draft.outline):
            if key == "features" and "features" in draft.wanted:
                self._features()
            elif key in draft.given_up or key not in draft.parts:
                replace(draft, key, draft.given_up.pop(key, NOT_SOUND))

    def _features(self) -> None:
        """Always the built-in provider's: its unit tests need results that are true of rows and statements."""
        tried = self._turns["features"]
        self._draft.put("features", stand_in(self._draft, "features") if tried <= 1 else Features())


def _of(ask: Ask, faults: dict[str, list[Violation]]) -> list[Violation]:
    """The violations that an ask is about."""
    return [violation for unit in units_of(ask) for violation in faults.get(unit, [])]
