"""What the Proof must find true of a plan's project, on every branch."""

from collections.abc import Mapping

from scenarios.plan.answering import main_dimension, time_grain
from scenarios.plan.parts import Plan
from scenarios.proof import ArrivalSpec, BranchSpec, IncrementalSpec, ProofSpec, Question, RedSpec
from scenarios.rendering import (
    DAY_TWO,
    FIX,
    MAIN,
    QUALITY_TAG,
    SEVERITY_VAR,
    arrivals,
    branch_changes,
    expected_tests,
    time_spine_name,
)

Branches = Mapping[str, Mapping[str, str]]


def spec_of(plan: Plan, branches: Branches) -> ProofSpec:
    """What a plan's project is expected to do; `branches` maps each branch to its code files by path."""
    outline, semantic = plan.outline, plan.semantic
    kept = outline.incremental
    return ProofSpec(
        files=branches[MAIN],
        expected=expected_tests(plan, MAIN),
        incremental=IncrementalSpec(
            model=kept.model, unique_key=kept.unique_key, cursor=kept.cursor, lookback_days=kept.lookback_days
        ),
        marts=marts_of(plan),
        metrics=[metric.name for metric in semantic.metrics] if semantic else [],
        questions=_questions(plan),
        complete_before=outline.as_of.replace(day=1).isoformat(),
        dimensions={model.model: [each.column for each in model.dimensions] for model in semantic.models}
        if semantic
        else {},
        red=RedSpec(tag=QUALITY_TAG, variable=SEVERITY_VAR) if plan.quality.scenarios else None,
        fix=_branch(plan, branches, FIX),
        day_two=_branch(plan, branches, DAY_TWO),
        arrivals=[ArrivalSpec(key=key, kind=kind) for key, kind in arrivals(plan)],
    )


def marts_of(plan: Plan) -> list[str]:
    """The names of all marts, the time spine among them where there is one."""
    spine = time_spine_name(plan)
    return [*(model.name for model in plan.outline.marts), *([spine] if spine else [])]


def _questions(plan: Plan) -> list[Question]:
    if plan.semantic is None:
        return []
    return [
        Question(metric.name, main_dimension(plan.semantic, metric), time_grain(plan.semantic, metric))
        for metric in plan.semantic.metrics
    ]


def _branch(plan: Plan, branches: Branches, name: str) -> BranchSpec | None:
    if name not in branches:
        return None
    changed = branch_changes(branches, name)
    return BranchSpec(changed=changed, expected=expected_tests(plan, name), name=name)
