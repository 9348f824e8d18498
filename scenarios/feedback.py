"""What a failed Proof says to whoever wrote the plan: its findings as violations of the parts to blame. Pure."""

import re
from pathlib import PurePosixPath

from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan, part_keys
from scenarios.plan.violations import Violation
from scenarios.proof.report import Finding, ProofReport

_WORD = re.compile(r"[a-z][a-z0-9_]*")


def violations_of(plan: Plan, report: ProofReport) -> list[Violation]:
    """The findings of a Proof as violations, each of the part that has to be written again."""
    return [
        Violation(part_of_finding(plan, found), found.place or found.node or "The project", found.sentence)
        for found in report.findings
    ]


def with_observed_kinds(plan: Plan, report: ProofReport) -> tuple[Plan, list[str]]:
    """The plan whose arrivals are of the kinds that the Proof saw, with a sentence for each that was told otherwise.

    Statements do not always tell whether a row is new, late or changed; the incremental run does.
    """
    seen = {str(row.key): row.kind for row in report.day_two.arrivals} if report.day_two else {}
    arrivals, said = [], []
    for arrival in plan.day_two.arrivals:
        kind = seen.get(str(arrival.key), arrival.kind)
        if kind != arrival.kind:
            said.append(f"Second day, arrival {arrival.key}: {arrival.kind} replaced by {kind}.")
            arrival = arrival.model_copy(update={"kind": kind})
        arrivals.append(arrival)
    if not said:
        return plan, []
    return plan.model_copy(update={"day_two": plan.day_two.model_copy(update={"arrivals": arrivals})}), said


def part_of_finding(plan: Plan, found: Finding) -> str:
    """The key of the part to blame; where nothing says so, that of the incremental mart's statement."""
    keys = part_keys(plan.outline)
    for guess in (_planted(plan, found), _of_hint(found), _named(plan.outline, found)):
        if guess in keys:
            return guess
    return f"sql:{plan.outline.incremental.model}"


def _planted(plan: Plan, found: Finding) -> str:
    """The rows of the table in which a scenario's defect is planted, if its test is what the finding is about."""
    words = {found.place, found.node.rpartition(".")[2], *_WORD.findall(found.node)}
    return next(
        (f"rows:{one.table}" for one in plan.quality.scenarios if one.test_name in words),
        "",
    )


def _of_hint(found: Finding) -> str:
    return {"semantic_layer": "semantic", "day_two": "day_two"}.get(found.part, "")


def _named(outline: Outline, found: Finding) -> str:
    """The part behind the first model or table that place, node or sentence name; longer names go before."""
    parts = {model.name: f"sql:{model.name}" for model in outline.models}
    for source in outline.sources:
        parts |= {source.staging_model: f"rows:{source.table}", source.table: f"rows:{source.table}"}
    for text in (PurePosixPath(found.place).stem, found.place, found.node, found.sentence):
        words = _WORD.findall(text)
        exact = [word for word in words if word in parts]
        inside = [name for name in parts for word in words if name in word]
        if named := exact or sorted(inside, key=len, reverse=True):
            return parts[named[0]]
    return ""
