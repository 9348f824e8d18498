"""What metrics say on the rows of a trial run: over all rows, by a dimension, by month."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from scenarios.ai.builtin.trial import Record
from scenarios.plan.parts import CumulativeMetric, DerivedMetric, Metric, RatioMetric, SimpleMetric
from scenarios.plan.rules.metrics import metric_inputs

Keep = Callable[[str, Record], bool]  # (mart, row) → whether the row counts


class Readings:
    """Values of metrics; `rows` are those of the marts, `times` the date column of each mart."""

    def __init__(
        self,
        metrics: Sequence[Metric],
        rows: Mapping[str, Sequence[Record]],
        times: Mapping[str, str],
        as_of: date,
    ) -> None:
        self._metrics = {metric.name: metric for metric in metrics}
        self._rows = rows
        self._times = times
        self._as_of = as_of

    def marts(self, name: str) -> set[str]:
        """The marts that a metric is computed from."""
        metric = self._metrics[name]
        if isinstance(metric, SimpleMetric):
            return {metric.model}
        return {mart for other in metric_inputs(metric) for mart in self.marts(other)}

    def value(self, name: str) -> float | None:
        """Over all rows; of a comparison with the month before, that of the last complete month."""
        if isinstance(metric := self._metrics[name], DerivedMetric) and metric.right_offset_months:
            complete = [value for month, value in self.months(name) if month < self._month(self._as_of)]
            return complete[-1] if complete else None
        return self._of(name, lambda mart, row: True)

    def groups(self, name: str, column: str) -> dict[str, float | None]:
        """By the values of a column that all of its marts have; a comparison by those of what it compares."""
        metric = self._metrics[name]
        if isinstance(metric, DerivedMetric) and metric.right_offset_months:
            return self.groups(metric.left, column)
        keys = sorted({str(row[column]) for mart in self.marts(name) for row in self._rows[mart]})

        def only(key: str) -> Keep:
            return lambda mart, row: str(row[column]) == key

        return {key: self._of(name, only(key)) for key in keys}

    def months(self, name: str) -> list[tuple[str, float | None]]:
        """By month ("2026-03"), in order."""
        found = {self._month(row[self._times[mart]]) for mart in self.marts(name) for row in self._rows[mart]}
        return [(month, self._in_month(name, month)) for month in sorted(found - {""})]

    def _in_month(self, name: str, month: str) -> float | None:
        metric = self._metrics[name]
        if isinstance(metric, CumulativeMetric):
            return self._of(name, lambda mart, row: "" < self._month(row[self._times[mart]]) <= month)
        if isinstance(metric, DerivedMetric) and metric.right_offset_months:
            now = self._in_month(metric.left, month)
            before = self._in_month(metric.right, _earlier(month, metric.right_offset_months))
            return None if now is None or not before else (now - before) / before
        return self._of(name, lambda mart, row: self._month(row[self._times[mart]]) == month)

    def _of(self, name: str, keep: Keep) -> float | None:
        match self._metrics[name]:
            case SimpleMetric() as metric:
                rows = [row for row in self._rows[metric.model] if keep(metric.model, row)]
                return _aggregated(metric.agg, [row[metric.column] for row in rows])
            case RatioMetric() as metric:
                over, under = self._of(metric.numerator, keep), self._of(metric.denominator, keep)
                return None if over is None or not under else over / under
            case CumulativeMetric() as metric:
                return self._of(metric.input, keep)
            case DerivedMetric() as metric:
                return _joined(metric, self._of(metric.left, keep), self._of(metric.right, keep))

    @staticmethod
    def _month(moment: date | None) -> str:
        return moment.isoformat()[:7] if moment is not None else ""


def _aggregated(agg: str, cells: Sequence[Any]) -> float | None:
    values = [cell for cell in cells if cell is not None]
    if agg == "count":
        return float(len(values))
    if agg == "count_distinct":
        return float(len(set(values)))
    if not values:
        return None
    numbers = [float(value) for value in values]
    match agg:
        case "sum":
            return sum(numbers)
        case "average":
            return sum(numbers) / len(numbers)
    return min(numbers) if agg == "min" else max(numbers)


def _joined(metric: DerivedMetric, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if metric.operation == "growth":
        return (left - right) / right if right else None
    return {"plus": left + right, "minus": left - right, "times": left * right}[metric.operation]


def _earlier(month: str, count: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
