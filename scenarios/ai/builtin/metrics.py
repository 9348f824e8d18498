"""Metrics of a blueprint, in the words of one demo."""

from collections.abc import Mapping

from scenarios.ai.builtin.lexicon import BlueprintError, Lexicon
from scenarios.ai.builtin.schema import MetricSpec
from scenarios.plan.outline import MetricIdea
from scenarios.plan.parts import CumulativeMetric, DerivedMetric, Metric, RatioMetric, SimpleMetric


def metric_pair(
    spec: MetricSpec, unit: str, event: str, names: Mapping[str, str], lexicon: Lexicon
) -> tuple[MetricIdea, Metric]:
    """The metric's idea and definition; `event` is the handle of the mart it is on unless it says another."""
    idea = MetricIdea(
        name=lexicon.name(spec.name),
        label=lexicon.text(spec.label),
        description=lexicon.text(spec.text),
        unit=unit,
    )
    return idea, _definition(spec, idea.name, event, names, lexicon)


def _definition(
    spec: MetricSpec, name: str, event: str, names: Mapping[str, str], lexicon: Lexicon
) -> Metric:
    if spec.agg and spec.column:
        model = lexicon.name(f"[[model.{spec.mart or event}]]")
        return SimpleMetric(name=name, model=model, agg=spec.agg, column=lexicon.name(spec.column))
    missing = [key for key in spec.inputs if key not in names]
    if missing:
        raise BlueprintError(f"Metric {spec.name}: {', '.join(missing)} is not chosen with it.")
    inputs = [names[key] for key in spec.inputs]
    if spec.ratio:
        return RatioMetric(name=name, numerator=inputs[0], denominator=inputs[1])
    if spec.running:
        return CumulativeMetric(name=name, input=inputs[0])
    if spec.growth:
        return DerivedMetric(
            name=name, left=inputs[0], operation="growth", right=inputs[0], right_offset_months=1
        )
    return DerivedMetric(
        name=name, left=inputs[0], operation="minus" if spec.minus else "plus", right=inputs[1]
    )
