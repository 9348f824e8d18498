"""The semantic layer: its answer into a part, and back. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.building import Converted, known, some
from scenarios.ai.answers.details import (
    DimensionAnswer,
    EntityAnswer,
    MetricAnswer,
    SemanticAnswer,
    SemanticModelAnswer,
)
from scenarios.plan.outline import Outline
from scenarios.plan.parts import (
    Aggregation,
    CumulativeMetric,
    DerivedMetric,
    Metric,
    PartValue,
    RatioMetric,
    Semantic,
    SemanticModel,
    SimpleMetric,
)

KEY = "semantic"
_OPERATIONS = ("plus", "minus", "times", "growth")
_GRAINS = ("day", "week", "month")


def convert(outline: Outline, ask: Ask, answer: SemanticAnswer, done: Mapping[str, PartValue]) -> Converted:
    """The part `semantic`. Of a metric only the fields of its type count."""
    found, names = Converted(), _Names(outline)
    data = {
        "models": [names.model(model) for model in answer.models],
        "metrics": [names.metric(metric) for metric in answer.metrics],
    }
    found.add(outline, KEY, Semantic, data)
    return found


class _Names:
    """Reads models and metrics with the names of one outline."""

    def __init__(self, outline: Outline) -> None:
        self._columns = {model.name: [column.name for column in model.columns] for model in outline.models}
        self._all = list(dict.fromkeys(name for columns in self._columns.values() for name in columns))
        self._metrics = [metric.name for metric in outline.metrics]

    def _column(self, model: str, name: str) -> str:
        return known(name, self._columns.get(model, self._all))

    def model(self, given: SemanticModelAnswer) -> dict[str, Any]:
        """A semantic model as data."""
        model = known(given.model, self._columns)
        return {
            "model": model,
            "time_dimension": self._column(model, given.time),
            "entities": [
                {"column": self._column(model, each.column), "name": each.name.strip(), "type": each.type}
                for each in given.entities
            ],
            "dimensions": [
                {
                    "column": self._column(model, each.column),
                    "type": each.type,
                    "granularity": _word(each.granularity, _GRAINS) or None,
                    "label": some(each.label),
                }
                for each in given.dimensions
            ],
        }

    def metric(self, given: MetricAnswer) -> dict[str, Any]:
        """A metric as data."""
        first, second = known(given.first, self._metrics), known(given.second, self._metrics)
        common = {
            "type": given.type,
            "name": known(given.name, self._metrics),
            "by": known(given.by, self._all) or None,
        }
        match given.type:
            case "simple":
                model = known(given.model, self._columns)
                column = self._column(model, given.column)
                agg = _word(given.agg, get_args(Aggregation))
                return {**common, "model": model, "agg": agg, "column": column}
            case "ratio":
                return {**common, "numerator": first, "denominator": second}
            case "derived":
                return {
                    **common,
                    "left": first,
                    "operation": _word(given.operation, _OPERATIONS),
                    "right": second,
                    "right_offset_months": given.months_before,
                }
            case "cumulative":
                return {**common, "input": first, "window_days": given.window_days or None}


def _word(text: str, choices: Iterable[str]) -> str:
    return known(text, choices)


def answer(outline: Outline, ask: Ask, parts: Mapping[str, PartValue]) -> SemanticAnswer:
    """The semantic layer. Raises KeyError when it is not there."""
    part = parts[KEY]
    if not isinstance(part, Semantic):
        raise KeyError(KEY)
    return SemanticAnswer(
        models=[_model_answer(model) for model in part.models],
        metrics=[_metric_answer(metric) for metric in part.metrics],
    )


def _model_answer(model: SemanticModel) -> SemanticModelAnswer:
    return SemanticModelAnswer(
        model=model.model,
        time=model.time_dimension,
        entities=[EntityAnswer.model_validate(each.model_dump()) for each in model.entities],
        dimensions=[DimensionAnswer.model_validate(each.model_dump()) for each in model.dimensions],
    )


def _metric_answer(metric: Metric) -> MetricAnswer:
    by = metric.by or ""
    match metric:
        case SimpleMetric():
            return MetricAnswer(
                name=metric.name,
                type="simple",
                model=metric.model,
                agg=metric.agg,
                column=metric.column,
                by=by,
            )
        case RatioMetric():
            return MetricAnswer(
                name=metric.name, type="ratio", first=metric.numerator, second=metric.denominator, by=by
            )
        case DerivedMetric():
            return MetricAnswer(
                name=metric.name,
                type="derived",
                first=metric.left,
                operation=metric.operation,
                second=metric.right,
                months_before=metric.right_offset_months,
                by=by,
            )
        case CumulativeMetric():
            return MetricAnswer(
                name=metric.name,
                type="cumulative",
                first=metric.input,
                window_days=metric.window_days or 0,
                by=by,
            )
