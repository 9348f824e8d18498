"""The second day: one incremental run changes exactly the declared rows, and a full refresh agrees. Pure."""

from collections.abc import Iterator

from scenarios.proof.evidence import Evidence, ManifestNode, Ran, SecondDay
from scenarios.proof.judging.arrivals import arrival_faults, refresh_faults
from scenarios.proof.judging.branches import branch_findings, branch_title, compared_findings, unreadable
from scenarios.proof.judging.findings import finding_at, named
from scenarios.proof.report import Finding
from scenarios.proof.spec import BranchSpec, Limits, ProofSpec
from scenarios.proof.words import plain_error


def day_two_findings(
    spec: ProofSpec, branch: BranchSpec, seen: Evidence, limits: Limits
) -> Iterator[Finding]:
    """Everything about the day-2 branch."""
    at, parsed = branch_title(branch, "the second day"), seen.day_two_parsed or seen.parsed
    if parsed is None:
        return
    if parsed.error:
        yield unreadable(at, parsed, limits, "day_two")
        return
    if seen.day_two_parsed is None:  # it was run with what main's files say, whose warnings are told there
        parsed = parsed.model_copy(update={"warnings": [], "unordered": []})
    yield from branch_findings(at, branch, parsed, seen.day_two_run, limits, "day_two")
    mart = named(parsed, spec.incremental.model) if spec.incremental else None
    if seen.refresh is not None:
        for sentence in _refresh(seen.refresh, limits):
            yield finding_at(f"{at} {sentence}", mart)
    yield from compared_findings(at, seen.day_two_look)
    if seen.day_two_look is not None:
        yield from _mart(at, spec, seen.day_two_look, mart)


def _refresh(ran: Ran, limits: Limits) -> Iterator[str]:
    messages = [node.message for node in ran.nodes if node.status != "success"]
    for message in [ran.error] if ran.error else messages:
        yield f"the full refresh failed: {plain_error(message, limits)}"


def _mart(at: str, spec: ProofSpec, look: SecondDay, mart: ManifestNode | None) -> Iterator[Finding]:
    """The incremental mart, row by row."""
    if spec.incremental is None:
        return
    if look.error:
        yield finding_at(f"{at} {spec.incremental.model} cannot be compared: {look.error}.", mart)
    if look.arrived is None:
        return
    for sentence in arrival_faults(spec.incremental, look.arrived, spec.arrivals):
        yield finding_at(f"{at} {sentence}", mart).model_copy(update={"part": "day_two"})
    for sentence in refresh_faults(spec.incremental, look.arrived, spec.arrivals):
        yield finding_at(f"{at} {sentence}", mart)
