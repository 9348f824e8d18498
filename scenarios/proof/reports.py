"""From evidence to the parts of a report. Pure."""

from scenarios.proof.evidence import Compared, Evidence, MetricLook, Parsed, Ran
from scenarios.proof.judging.findings import layer_of
from scenarios.proof.report import (
    Answer,
    BranchReport,
    DayTwoReport,
    NodeResult,
    Phase,
    Preview,
    RedRun,
)
from scenarios.proof.spec import BranchSpec, ProofSpec


def node_results(parsed: Parsed | None, ran: Ran | None) -> list[NodeResult]:
    """A run's nodes, with what the manifest knows about each."""
    if parsed is None or ran is None:
        return []
    known = {node.unique_id: node for node in parsed.nodes}
    results = []
    for result in ran.nodes:
        node = known.get(result.unique_id)
        if node is not None:
            facts = node.model_dump(include={"unique_id", "name", "resource_type", "path"})
            outcome = result.model_dump(include={"status", "seconds", "failures", "message"})
            results.append(NodeResult(layer=layer_of(node.path), **facts, **outcome))
    return results


def count_tests(nodes: list[NodeResult]) -> tuple[int, int]:
    """How many tests passed, and how many warned."""
    tests = [node.status for node in nodes if node.resource_type == "test"]
    return tests.count("pass"), tests.count("warn")


def previews(seen: Evidence) -> dict[str, Preview]:
    """The marts that could be read."""
    marts = seen.checks.marts if seen.checks else {}
    return {
        name: Preview(columns=mart.columns, rows=mart.preview)
        for name, mart in marts.items()
        if not mart.error
    }


def row_counts(seen: Evidence) -> dict[str, tuple[int | None, int | None]]:
    """Seed or model -> its rows after the first and the second run."""
    first = seen.checks.counts if seen.checks else {}
    second = seen.recheck.counts if seen.recheck else {}
    return {name: (count, second.get(name)) for name, count in first.items()}


def values(metrics: dict[str, MetricLook]) -> dict[str, float | None]:
    """Metric -> value."""
    return {name: look.value for name, look in metrics.items()}


def periods(metrics: dict[str, MetricLook]) -> dict[str, tuple[str, str]]:
    """Metric -> first day and grain of the period whose value it is; those over all rows are left out."""
    return {name: (look.period, look.grain) for name, look in metrics.items() if look.period}


def red_run(seen: Evidence) -> RedRun | None:
    """The red run, or None when there was none."""
    if seen.red_run is None:
        return None
    nodes = node_results(seen.parsed, seen.red_run)
    return RedRun(
        seconds=_seconds(seen.phases, "red_"),
        failed={node.name: node.failures or 0 for node in nodes if node.status == "fail"},
        passed=sum(node.status == "pass" for node in nodes),
    )


def fix_report(branch: BranchSpec | None, seen: Evidence) -> BranchReport | None:
    """The fix branch, or None when it was not run."""
    if branch is None or seen.fix_run is None:
        return None
    return _branch(branch.name or "fix", "fix_", seen, seen.fix_parsed, seen.fix_run, seen.fix_look)


def day_two_report(branch: BranchSpec | None, seen: Evidence) -> DayTwoReport | None:
    """The day-2 branch, or None when it was not run."""
    if branch is None or seen.day_two_run is None:
        return None
    look, parsed = seen.day_two_look, seen.day_two_parsed or seen.parsed
    base = _branch(branch.name or "day-2", "day_two_", seen, parsed, seen.day_two_run, look)
    facts = dict(base)
    arrived = look.arrived if look is not None else None
    if arrived is None:
        return DayTwoReport(**facts)
    refreshed = not (arrived.refresh_adds or arrived.refresh_removes or arrived.refresh_changes)
    return DayTwoReport(
        **facts,
        columns=arrived.columns,
        arrivals=arrived.arrivals,
        untouched=arrived.untouched,
        refresh_equal=refreshed,
    )


def answers(spec: ProofSpec, seen: Evidence) -> dict[str, Answer]:
    """The answer sheet: one entry for each question whose metric exists."""
    if seen.checks is None:
        return {}
    found, metrics = {}, values(seen.checks.metrics)
    for question in spec.questions:
        look = seen.checks.answers.get(question.metric)
        if look is not None:
            found[question.metric] = Answer(
                metric=question.metric,
                value=metrics.get(question.metric),
                dimension=question.dimension,
                groups=look.groups,
                grain=question.grain,
                periods=look.periods,
            )
    return found


def _branch(
    name: str, prefix: str, seen: Evidence, parsed: Parsed | None, ran: Ran, look: Compared | None
) -> BranchReport:
    nodes = node_results(parsed, ran)
    passed, warned = count_tests(nodes)
    return BranchReport(
        branch=name,
        seconds=_seconds(seen.phases, prefix),
        nodes=nodes,
        tests_passed=passed,
        tests_warned=warned,
        changes=look.changes if look else [],
        metrics=values(look.metrics) if look else {},
    )


def _seconds(phases: list[Phase], prefix: str) -> float:
    """How long the phases of one branch took together."""
    return round(sum(phase.seconds for phase in phases if phase.name.startswith(prefix)), 3)
