"""Which metrics are worth showing on ten rows, and by which dimension: seen on the rows of a trial run."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scenarios.ai.builtin.readings import Readings
from scenarios.ai.builtin.semantic import categories
from scenarios.ai.builtin.wording import weight
from scenarios.plan.outline import Outline
from scenarios.plan.parts import DerivedMetric, Metric, RatioMetric, Semantic

FEW, MANY = 2, 5  # values of a dimension that can be read on a chart
WILDEST = 4.0  # growth above it (plus 400 %) says more about the sample than about the business
_SAME = 1e-9


@dataclass(frozen=True)
class Bench:
    """Metrics of an outline beside their readings; `text` is what the prospect said."""

    outline: Outline
    metrics: Mapping[str, Metric]
    readings: Readings
    text: str = ""

    def faults(self, name: str) -> list[str]:
        """Why a metric is not worth showing; empty when it is."""
        metric, value = self.metrics[name], self.readings.value(name)
        found = []
        if value is None or abs(value) < _SAME:
            found.append("it has no value, or 0")
        elif isinstance(metric, RatioMetric) and abs(value - 1) < _SAME:
            found.append("it is exactly 1")
        elif _is_growth(metric) and abs(value) > WILDEST:
            found.append("it grows beyond belief")
        if not _differ([number for _, number in self.readings.months(name)]):
            found.append("it is flat over time")
        if self.dimension(name) is None:
            found.append("no dimension tells anything")
        return found

    def dimension(self, name: str) -> str | None:
        """The column by which the metric is told best: few values that differ; those that the text names first."""
        ranked = [
            (weight(_words(column), self.text), differing / len(groups), differing, -at, column)
            for at, column in enumerate(self._columns(name))
            if (groups := self._groups(name, column))
            and FEW <= len(groups) <= MANY
            and (differing := len({_rounded(value) for value in groups.values()} - {None})) >= FEW
        ]
        return max(ranked)[-1] if ranked else None

    def _groups(self, name: str, column: str) -> dict[str, float | None]:
        """Without the rows that have no value there: nobody points to a bar without a name."""
        groups = self.readings.groups(name, column)
        return {key: value for key, value in groups.items() if key != "None"}

    def _columns(self, name: str) -> Sequence[str]:
        """Categories that all marts of the metric have, texts before yes and no."""
        marts = sorted(self.readings.marts(name))
        found: list[str] = []
        for number, mart in enumerate(marts):
            own = categories(self.outline, mart)
            found = own if number == 0 else [column for column in found if column in own]
        return found


def with_dimensions(part: Semantic, bench: Bench) -> Semantic:
    """The semantic part, each metric with its main dimension."""
    return Semantic(
        models=part.models,
        metrics=[metric.model_copy(update={"by": bench.dimension(metric.name)}) for metric in part.metrics],
    )


def _is_growth(metric: Metric) -> bool:
    return isinstance(metric, DerivedMetric) and bool(metric.right_offset_months)


def _differ(values: Collection[float | None]) -> bool:
    return len({_rounded(value) for value in values} - {None}) >= FEW


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _words(column: str) -> list[str]:
    return [column.replace("_", " "), *(word for word in column.split("_") if len(word) > 3)]
