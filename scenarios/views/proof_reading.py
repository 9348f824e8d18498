"""A Proof as a person reads it: sentences, counts and nodes in the order they matter."""

from dataclasses import dataclass, field

from scenarios.plan.parts import Plan
from scenarios.proof.report import NodeResult, ProofReport
from scenarios.views.answers import ShownAnswer, shown_answers
from scenarios.views.branch_reading import (
    DayTwoReading,
    FixReading,
    Matrix,
    RedTest,
    read_day_two,
    read_fix,
    read_portability,
    red_tests,
)
from scenarios.views.reading import ShownTable, mart_table

_ORDER = {"fail": 0, "error": 0, "warn": 1, "skipped": 2}
_KINDS = {"seed": "Seeds", "model": "Models", "test": "Data tests"}


_PHASES = {
    "parse": "Read the project",
    "first_run": "Build from nothing",
    "checks": "Check what was built",
    "second_run": "Build again",
    "recheck": "Check that nothing changed",
    "red_run": "Turn the planted defects red",
    "fix_parse": "Read the fix",
    "fix_run": "Build the fix",
    "fix_look": "Check what the fix changes",
    "day_two_parse": "Read the second day",
    "day_two_run": "Run the second day",
    "refresh": "Refresh the mart in full",
    "day_two_look": "Check what the second day brings",
    "metrics": "Compute the metrics",
}


@dataclass(frozen=True)
class NodeGroup:
    """The nodes of one kind, those to look at first."""

    label: str
    nodes: list[NodeResult]


@dataclass(frozen=True)
class ProofReading:
    """A Proof's report, ready for its tab."""

    report: ProofReport
    groups: list[NodeGroup]
    marts: list[ShownTable]
    row_counts: list[tuple[str, int | None, int | None]]
    answers: list[ShownAnswer] = field(default_factory=list)
    red: list[RedTest] = field(default_factory=list)
    fix: FixReading | None = None
    day_two: DayTwoReading | None = None
    portability: Matrix | None = None

    @property
    def models_built(self) -> int:
        """How many models were built."""
        return sum(node.resource_type == "model" and node.status == "success" for node in self.report.nodes)

    @property
    def phases(self) -> list[tuple[str, float]]:
        """The parts of the run in words, with their seconds."""
        return [
            (_PHASES.get(phase.name, phase.name.replace("_", " ")), phase.seconds)
            for phase in self.report.phases
        ]

    @property
    def longest_phase(self) -> float:
        """Seconds of the longest phase, the measure of the bars."""
        return max((phase.seconds for phase in self.report.phases), default=1.0) or 1.0


def read_proof(report: ProofReport, plan: Plan | None) -> ProofReading:
    """Put a report into reading order, beside what its plan declares."""
    return ProofReading(
        report=report,
        groups=[
            NodeGroup(label, _nodes(report, kind)) for kind, label in _KINDS.items() if _nodes(report, kind)
        ],
        marts=[mart_table(name, preview) for name, preview in report.previews.items()],
        row_counts=[(name, first, second) for name, (first, second) in report.row_counts.items()],
        answers=shown_answers(plan, report) if plan else [],
        red=red_tests(plan, report) if plan else [],
        fix=read_fix(plan, report) if plan else None,
        day_two=read_day_two(plan, report) if plan else None,
        portability=read_portability(report.portability),
    )


def _nodes(report: ProofReport, kind: str) -> list[NodeResult]:
    found = [node for node in report.nodes if node.resource_type == kind]
    return sorted(found, key=lambda node: (_ORDER.get(node.status, 3), node.layer, node.name))
