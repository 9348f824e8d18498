"""The figures of a talk track, read back from its text and held against what the queries gave."""

import re

from scenarios.plan.parts import Plan
from scenarios.proof import ProofReport
from scenarios.rendering.periods import period_text

_ROW = re.compile(r"^\| .*?\(`(?P<metric>\w+)`\) \| (?P<second>.*?) \| (?P<third>.*?) \|$")
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?(?:e-?\d+)?")

Figures = dict[
    tuple[str, str], float | None
]  # (metric, which) -> value; which is "" for the value over all rows


def figures_in(text: str, plan: Plan) -> Figures:
    """Every figure that the tables of a talk track say."""
    units = {idea.name: idea.unit for idea in plan.outline.metrics}
    values, _, behind = text.partition("The figures behind them")
    found: Figures = {}
    for part, which_first in ((values, False), (behind, True)):
        for line in part.splitlines():
            if match := _ROW.match(line):
                which, said = (match["second"], match["third"]) if which_first else ("", match["second"])
                found[match["metric"], which] = _read(said, units[match["metric"]])
    return found


def _read(said: str, unit: str) -> float | None:
    match = _NUMBER.search(said.replace(unit, "") if unit != "%" else said)
    if match is None:
        return None
    value = float(match[0].replace(",", ""))
    return value / 100 if unit == "%" else value


def faults(text: str, plan: Plan, report: ProofReport) -> list[str]:
    """Figures of the talk track that no query gave, and values over all rows that it does not say."""
    asked: Figures = {(name, ""): value for name, value in report.metrics.items()}
    for name, answer in report.answers.items():
        asked |= {(name, f"`{answer.dimension}` {group}"): value for group, value in answer.groups}
        asked |= {(name, period_text(start, answer.grain)): value for start, value in answer.periods}
    said = figures_in(text, plan)
    wrong = [
        f"{key} is said as {value}" for key, value in said.items() if not _same(value, asked.get(key, "none"))
    ]
    return wrong + [f"{key} is not said" for key in asked if key[1] == "" and key not in said]


def _same(said: float | None, asked: object) -> bool:
    if said is None or asked is None:
        return said is asked
    return isinstance(asked, int | float) and abs(said - asked) <= max(
        0.0051, abs(asked) * 1e-2 if abs(asked) < 0.01 else 0
    )
