"""What documents quote of a Proof: its report as plain facts."""

from scenarios.proof import ProofReport
from scenarios.proof.report import BranchReport, DayTwoReport, Value
from scenarios.rendering import ProvenFacts
from scenarios.rendering.facts import AnswerFacts, ArrivalFacts, ChangeFacts


def facts_of(report: ProofReport) -> ProvenFacts:
    """The facts of a passing Proof."""
    return ProvenFacts(
        dbt_version=report.dbt_version,
        adapter=report.adapter,
        nodes=len(report.nodes),
        tests_passed=report.tests_passed,
        tests_warned=report.tests_warned,
        failures={node.name: node.failures for node in report.nodes if node.failures},
        row_counts={name: first for name, (first, _) in report.row_counts.items() if first is not None},
        metrics=report.metrics,
        metric_periods=report.metric_periods,
        answers={
            name: AnswerFacts(answer.dimension, answer.groups, answer.grain, answer.periods)
            for name, answer in report.answers.items()
        },
        red=report.red.failed if report.red else {},
        fix_tests_passed=report.fix.tests_passed if report.fix else 0,
        fix_changes=_changes(report.fix) if report.fix else {},
        fix_metrics=report.fix.metrics if report.fix else {},
        arrivals=_arrivals(report.day_two) if report.day_two else (),
        untouched=report.day_two.untouched if report.day_two else 0,
    )


def _changes(branch: BranchReport) -> dict[str, ChangeFacts]:
    return {
        change.model: ChangeFacts(
            change.rows_before, change.rows_after, change.added, change.removed, change.changed
        )
        for change in branch.changes
    }


def _arrivals(day_two: DayTwoReport) -> list[ArrivalFacts]:
    names = [column.name for column in day_two.columns]

    def by_column(row: list[Value]) -> dict[str, Value]:
        return dict(zip(names, row, strict=True))

    return [
        ArrivalFacts(row.key, row.kind, by_column(row.after), by_column(row.before) if row.before else None)
        for row in day_two.arrivals
    ]
