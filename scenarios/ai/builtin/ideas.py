"""Which data-quality scenarios a demo has: only when the prospect's words make it a topic, and of different kinds."""

from collections.abc import Iterable
from itertools import product

from scenarios.ai.builtin import library
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.schema import Defect
from scenarios.ai.builtin.wording import hits, shortened, weight
from scenarios.plan.outline import QualityIdea

MOST = 3
WITHOUT_KIND = 2  # scenarios when data quality is a topic but no kind is named


def quality_ideas(text: str, composition: Composition, dice: Dice) -> list[QualityIdea]:
    """Ideas for the scenarios: kinds that the text names, else two by the dice; none when it is no topic."""
    kinds = library.read("_quality")["kinds"]
    fitting = candidates(composition)
    named = {kind: weight(entry["words"], text) for kind, entry in kinds.items()}
    is_topic = bool(hits(library.read("_quality")["topic"], text))
    said = sorted((kind for kind in kinds if named[kind]), key=lambda kind: -named[kind])
    is_named = any(named[kind] >= _CLEAR for kind in said)
    if not is_topic and not is_named:
        return []
    strong = [kind for kind in said if is_topic or named[kind] >= _BESIDE]
    others = dice.shuffled("defect kinds", sorted({defect.kind for defect in fitting}))
    named_ones = ideas_of(strong[:MOST], composition, text, dice)
    return named_ones or ideas_of(others[:WITHOUT_KIND], composition, text, dice)


_CLEAR = 10  # a weight that no short everyday word reaches
_BESIDE = 9  # and one that counts beside a kind that is named clearly


def ideas_of(kinds: Iterable[str], composition: Composition, text: str, dice: Dice) -> list[QualityIdea]:
    """One idea for each kind that this demo can plant, never two in one column."""
    options = [_ranked(kind, composition, text, dice) for kind in kinds]
    found = _together([kind for kind in options if kind])
    return [idea_of(defect, composition) for defect in found]


def _ranked(kind: str, composition: Composition, text: str, dice: Dice) -> list[Defect]:
    """The defects of a kind: those that the text speaks of first, the others by the dice."""
    fitting = [defect for defect in candidates(composition) if defect.kind == kind]
    return sorted(dice.shuffled(f"defect {kind}", fitting), key=lambda defect: -weight(defect.words, text))


def _together(options: list[list[Defect]]) -> tuple[Defect, ...]:
    """The first combination of one defect of each kind that touches no column twice; fewer kinds if there is none."""
    for combination in product(*options):
        touched = [place for defect in combination for place in places(defect)]
        if len(touched) == len(set(touched)):
            return combination
    return _together(options[:-1])


def places(defect: Defect) -> set[tuple[str, str]]:
    """The columns that a defect changes or reads."""
    return {(defect.table, column) for column in (defect.column, defect.later) if column}


def candidates(composition: Composition) -> list[Defect]:
    """The blueprint's defects whose columns this demo has."""
    tables = composition.tables
    return [
        defect
        for defect in composition.blueprint.defects
        if defect.table in tables and tables[defect.table].column(defect.column) is not None
    ]


def idea_of(defect: Defect, composition: Composition) -> QualityIdea:
    """The defect as an idea of the outline."""
    table = composition.tables[defect.table]
    words = composition.lexicon
    return QualityIdea(
        name=f"{defect.kind}_{table.table}_{defect.column}"[:60].rstrip("_"),
        title=shortened(words.text(defect.title), 200),
        kind=defect.kind,
        table=table.table,
        column=defect.column,
        story=words.text(defect.story),
    )
