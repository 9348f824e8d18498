"""What is known of a plan while it is being written: what was accepted, what was given up, what was tried."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from scenarios.ai.answers.asking import Ask
from scenarios.ai.writing.notes import Notes
from scenarios.plan.brief import Brief
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, QualityScenario, SourceRows

OnPart = Callable[[str, PartValue], None]

MOST_ROUNDS = 2  # of repair, for each unit


def units_of(ask: Ask) -> tuple[str, ...]:
    """The least that a question can be narrowed to, as keys: a table with its defects, or another part."""
    return tuple(f"rows:{table}" for table in ask.tables) if ask.kind == "data" else ask.keys


def narrowed(outline: Outline, ask: Ask, units: Collection[str]) -> Ask:
    """The same question about these units only."""
    if ask.kind != "data":
        return Ask(ask.kind, ask.name, tuple(key for key in ask.keys if key in units))
    tables = tuple(table for table in ask.tables if f"rows:{table}" in units)
    planted = any(idea.table in tables for idea in outline.quality)
    keys = [key for key in ask.keys if key in units or (key == "quality" and planted)]
    return Ask("data", ask.name, tuple(keys), tables)


@dataclass(eq=False)
class Draft:
    """One plan in the making. `parts` are those that were accepted or kept; `wanted` are to be written."""

    brief: Brief  # as it was given: prompts disguise it themselves
    outline: Outline
    wanted: set[str]
    parts: dict[str, PartValue]
    notes: Notes
    on_part: OnPart
    previous: Mapping[str, PartValue] = field(default_factory=dict)
    instructions: str = ""
    locked: frozenset[str] = frozenset()  # keys that must stay as they are
    hopeless: bool = False  # whether what is blamed is replaced at once
    kept: Mapping[str, PartValue] = field(default_factory=dict)  # what was there at the beginning
    scenarios: dict[str, QualityScenario] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)  # unit → why, in sentences
    rounds: Counter[str] = field(default_factory=Counter)  # of repair, by unit
    plain: set[str] = field(default_factory=set)  # units that were asked for in the simpler way
    open_tables: set[str] = field(default_factory=set)  # units of data calls that are not settled
    founded: bool = False  # rows and quality scenarios are settled, checked and mended

    def has_foundation(self) -> bool:
        """Whether day two and talk track can be judged."""
        return self.founded

    def accept(self, values: Mapping[str, PartValue], scenarios: Iterable[QualityScenario]) -> None:
        """Take these values as they are wanted."""
        self.scenarios |= {scenario.name: scenario for scenario in scenarios}
        for key, value in values.items():
            if key in self.wanted:
                self.put(key, value)

    def put(self, key: str, value: PartValue) -> None:
        """Write a part down and show it, unless it is there already."""
        if self.parts.get(key) != value:
            self.parts[key] = value
            self.on_part(key, value)

    def may_repair(self, units: Iterable[str]) -> bool:
        """Whether each of these may go back to the model once more."""
        return all(self.rounds[unit] < MOST_ROUNDS for unit in units)

    def rows(self) -> dict[str, list[list[Cell]]]:
        """The rows of the tables that are known, by table in the outline's order."""
        known = (self.parts.get(f"rows:{source.table}") for source in self.outline.sources)
        return {
            part.table: [list(row) for row in part.rows] for part in known if isinstance(part, SourceRows)
        }
