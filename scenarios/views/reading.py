"""A plan as a person reads it: the outline and its parts put side by side, with what the Proof found.

Works on a plan that is still being drafted: what is not there yet is None or empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.models import PlanRevision
from scenarios.plan.features import FEATURE_WORDS, Features
from scenarios.plan.names import Cell
from scenarios.plan.outline import Incremental, MetricIdea, Model, Outline, QualityIdea, SourceTable
from scenarios.plan.parts import (
    CumulativeMetric,
    DerivedMetric,
    Metric,
    ModelSql,
    PartValue,
    Plan,
    Quality,
    QualityScenario,
    RatioMetric,
    Semantic,
    SimpleMetric,
    SourceRows,
    parts_of,
)
from scenarios.proof.report import NodeResult, Preview, ProofReport
from scenarios.proving import read_report
from scenarios.rendering.facts import value_text
from scenarios.views.answers import when

KINDS = {
    "null": "missing value",
    "duplicate": "duplicate",
    "orphan": "orphaned record",
    "out_of_range": "value out of range",
    "inconsistent_code": "inconsistent code",
    "impossible_dates": "impossible order of dates",
    "stale": "stale data",
}
OPERATIONS = {"plus": "+", "minus": "−", "times": "×", "growth": "compared with"}
AGGREGATIONS = {
    "sum": "Sum of",
    "average": "Average of",
    "min": "Smallest",
    "max": "Largest",
    "count": "Count of",
    "count_distinct": "Number of different",
}


@dataclass(frozen=True)
class ShownCell:
    """One cell of a table on a page."""

    value: Cell
    planted: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is set to the right."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


@dataclass(frozen=True)
class ShownColumn:
    """The head of a column."""

    name: str
    type: str

    @property
    def numeric(self) -> bool:
        """Whether its cells are set to the right; DuckDB's types and the plan's."""
        return self.type.partition("(")[0] in ("integer", "number", "decimal", "double", "bigint", "hugeint")


@dataclass(frozen=True)
class ShownTable:
    """A table of data on a page."""

    label: str
    columns: list[ShownColumn]
    rows: list[list[ShownCell]]


@dataclass(frozen=True)
class ShownSource:
    """A source dataset with its rows and the defects planted in it."""

    source: SourceTable
    data: ShownTable | None
    defects: list[QualityScenario]


@dataclass(frozen=True)
class ShownModel:
    """An intermediate or mart model with its statement as text."""

    model: Model
    sql: str
    path: str
    incremental: Incremental | None
    rows: int | None


@dataclass(frozen=True)
class ShownMetric:
    """A metric: what it means, how it is computed, what it is worth."""

    idea: MetricIdea
    formula: str
    value: str  # with its unit; empty until it is proven
    when: str  # "in October 2026", when it is the value of one period


@dataclass(frozen=True)
class ShownQuality:
    """A data-quality scenario with the result of its test."""

    idea: QualityIdea
    kind: str
    scenario: QualityScenario | None
    result: NodeResult | None


@dataclass(frozen=True)
class ShownFeature:
    """A dbt feature that the demo shows off: what to say, and the pain that it serves."""

    label: str
    say: str
    pain: str


@dataclass
class Reading:
    """A whole plan, ready for the Review page."""

    outline: Outline
    parts: Mapping[str, PartValue]
    report: ProofReport | None = None
    files: dict[str, str] = field(default_factory=dict)
    plan: Plan | None = None  # once it is whole

    @property
    def _quality(self) -> Quality | None:
        part = self.parts.get("quality")
        return part if isinstance(part, Quality) else None

    @property
    def semantic(self) -> Semantic | None:
        """The semantic layer, when the plan has one."""
        part = self.parts.get("semantic")
        return part if isinstance(part, Semantic) else None

    @property
    def sources(self) -> list[ShownSource]:
        """Section 2."""
        return [self._source(source) for source in self.outline.sources]

    def _source(self, source: SourceTable) -> ShownSource:
        scenarios = self._quality.scenarios if self._quality else []
        defects = [scenario for scenario in scenarios if scenario.table == source.table]
        part = self.parts.get(f"rows:{source.table}")
        data = _seed_table(source, part, defects) if isinstance(part, SourceRows) else None
        return ShownSource(source, data, defects)

    @property
    def intermediates(self) -> list[ShownModel]:
        """Section 3, the middle layer."""
        return [self._model(model) for model in self.outline.intermediates]

    @property
    def marts(self) -> list[ShownModel]:
        """Section 3, the last layer."""
        return [self._model(model) for model in self.outline.marts]

    def _model(self, model: Model) -> ShownModel:
        path = f"models/{model.layer}/{model.name}.sql"
        part = self.parts.get(f"sql:{model.name}")
        sql = self.files.get(path) or (part.sql if isinstance(part, ModelSql) else "")
        incremental = self.outline.incremental if self.outline.incremental.model == model.name else None
        counts = self.report.row_counts.get(model.name) if self.report else None
        return ShownModel(model, sql, path, incremental, counts[0] if counts else None)

    @property
    def metrics(self) -> list[ShownMetric]:
        """Section 4: the metrics, with their proven values."""
        definitions = {metric.name: metric for metric in self.semantic.metrics} if self.semantic else {}
        values = self.report.metrics if self.report else {}
        return [
            ShownMetric(
                idea,
                formula(definitions.get(idea.name)),
                value_text(values[idea.name], idea.unit) if idea.name in values else "",
                when(self.report, idea.name) if self.report else "",
            )
            for idea in self.outline.metrics
        ]

    @property
    def quality(self) -> list[ShownQuality]:
        """Section 6."""
        scenarios = {one.name: one for one in self._quality.scenarios} if self._quality else {}
        return [self._scenario(idea, scenarios.get(idea.name)) for idea in self.outline.quality]

    def _scenario(self, idea: QualityIdea, scenario: QualityScenario | None) -> ShownQuality:
        nodes = self.report.nodes if self.report and scenario else []
        result = next((node for node in nodes if scenario and node.name == scenario.test_name), None)
        return ShownQuality(idea, KINDS[idea.kind], scenario, result)

    @property
    def features(self) -> list[ShownFeature]:
        """What the demo shows of dbt beyond models and tests; empty when it is meant to be simple."""
        part = self.parts.get("features")
        shown = part.shown() if isinstance(part, Features) else ()
        pains = {number: pain.pain for number, pain in enumerate(self.outline.pain_points, start=1)}
        return [ShownFeature(FEATURE_WORDS[name], one.say, pains.get(one.pain, "")) for name, one in shown]

    @property
    def previews(self) -> list[ShownTable]:
        """The first rows of each mart, as the Proof saw them."""
        return (
            [mart_table(name, preview) for name, preview in self.report.previews.items()]
            if self.report
            else []
        )


def read(revision: PlanRevision, *, files: dict[str, str] | None = None) -> Reading | None:
    """The revision's plan, as far as it is there; None before the outline."""
    report = read_report(revision.proof)
    if revision.plan:
        plan = revision.read_plan()
        return Reading(plan.outline, parts_of(plan), report, files or {}, plan)
    outline = revision.read_outline()
    if outline is None:
        return None
    return Reading(outline, revision.read_parts(), report)


def _seed_table(source: SourceTable, part: SourceRows, defects: list[QualityScenario]) -> ShownTable:
    planted = {(number, defect.column) for defect in defects for number in defect.row_numbers}
    names = [column.name for column in source.columns]
    rows = [
        [ShownCell(value, (number, name) in planted) for name, value in zip(names, row, strict=False)]
        for number, row in enumerate(part.rows, start=1)
    ]
    columns = [ShownColumn(column.name, column.type) for column in source.columns]
    return ShownTable(f"The ten rows of {source.table}", columns, rows)


def mart_table(name: str, preview: Preview) -> ShownTable:
    """A mart's preview as a table of a page."""
    columns = [ShownColumn(column.name, column.type.lower()) for column in preview.columns]
    return ShownTable(name, columns, [[ShownCell(value) for value in row] for row in preview.rows])


def formula(metric: Metric | None) -> str:
    """How a metric is computed, in words; empty while it is not defined."""
    match metric:
        case SimpleMetric():
            return f"{AGGREGATIONS[metric.agg]} {metric.column} in {metric.model}"
        case RatioMetric():
            return f"{metric.numerator} ÷ {metric.denominator}"
        case DerivedMetric():
            return f"{metric.left} {OPERATIONS[metric.operation]} {metric.right}{_offset(metric)}"
        case CumulativeMetric(window_days=None):
            return f"Running total of {metric.input}"
        case CumulativeMetric():
            return f"{metric.input} over the last {metric.window_days} days"
    return ""


def _offset(metric: DerivedMetric) -> str:
    months = metric.right_offset_months
    if not months:
        return ""
    return f" {months} month{'s' if months > 1 else ''} before"
