"""The details of a plan. Each part can be computed alone from an outline, by any provider.

A part has a key, such as `rows:orders` or `sql:fct_orders`; `part_keys` lists those an outline needs.
"""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.plan.features import Features
from scenarios.plan.names import Cell, Line, Name, SqlText, Text
from scenarios.plan.outline import DefectKind, Outline, Part

ROWS_PER_SOURCE = 10

Row = Annotated[list[Cell], Field(min_length=3, max_length=16)]


class SourceRows(Part):
    """The ten rows of one seed, each in the order of the outline's columns."""

    table: Name
    rows: Annotated[list[Row], Field(min_length=ROWS_PER_SOURCE, max_length=ROWS_PER_SOURCE)]


class CteNote(Part):
    """A comment above one CTE of a model's statement."""

    cte: Name
    note: Line


class ModelSql(Part):
    """One SELECT of portable SQL; upstream models are named as tables. Comments are data, not SQL text."""

    model: Name
    sql: SqlText
    header: Text | None = None  # comment at the top of the file, for the presenter
    notes: Annotated[list[CteNote], Field(max_length=12)] = []


class Entity(Part):
    """A join key of the semantic layer, on a column of a mart."""

    column: Name
    name: Name
    type: Literal["primary", "foreign", "unique"]


class Dimension(Part):
    """A column to group metrics by."""

    column: Name
    type: Literal["categorical", "time"]
    granularity: Literal["day", "week", "month"] | None = None  # time only
    label: Line | None = None


class SemanticModel(Part):
    """A mart as the semantic layer sees it."""

    model: Name
    time_dimension: Name
    entities: Annotated[list[Entity], Field(min_length=1, max_length=6)]
    dimensions: Annotated[list[Dimension], Field(min_length=1, max_length=10)]


Aggregation = Literal["sum", "average", "min", "max", "count", "count_distinct"]


class _Metric(Part):
    """What all metrics have."""

    name: Name
    by: Name | None = None  # the column of its main dimension; the first categorical one when it says none


class SimpleMetric(_Metric):
    """An aggregation of a mart's column (its measure)."""

    type: Literal["simple"] = "simple"
    model: Name
    agg: Aggregation
    column: Name


class RatioMetric(_Metric):
    """One metric over another."""

    type: Literal["ratio"] = "ratio"
    numerator: Name
    denominator: Name


class DerivedMetric(_Metric):
    """Two metrics joined by one operation, or one metric compared with itself a while before."""

    type: Literal["derived"] = "derived"
    left: Name
    operation: Literal["plus", "minus", "times", "growth"]  # growth: (left - right) / right
    right: Name
    right_offset_months: Annotated[int, Field(ge=0, le=12)] = 0


class CumulativeMetric(_Metric):
    """A running total of a simple metric since the beginning, or over the last `window_days`."""

    type: Literal["cumulative"] = "cumulative"
    input: Name
    window_days: Annotated[int, Field(ge=2, le=365)] | None = None


Metric = Annotated[SimpleMetric | RatioMetric | DerivedMetric | CumulativeMetric, Field(discriminator="type")]


class Semantic(Part):
    """Section 4: entities, dimensions, measures and metrics. Labels and meanings stand in the outline."""

    models: Annotated[list[SemanticModel], Field(min_length=1, max_length=4)]
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=10)]


class Correction(Part):
    """A wrong code and the accepted one that was meant."""

    wrong: Line
    right: Line


class QualityScenario(Part):
    """Section 6: a planted defect, the test that catches it and with how many failing rows.

    Which of the optional fields count depends on `kind`: `accepted_values` for inconsistent_code (the codes
    are the outline's); `minimum` / `maximum` for out_of_range; `later_column` for impossible_dates (`column`
    must not be after it); `max_age_days` for stale (the newest value must not be older, counted from as_of).
    """

    name: Name
    kind: DefectKind
    table: Name
    column: Name  # raw name
    row_numbers: Annotated[
        list[Annotated[int, Field(ge=1, le=ROWS_PER_SOURCE)]], Field(min_length=1, max_length=10)
    ]
    test_name: Name  # dbt's name of the test, named explicitly so that a presenter finds it
    failing_rows: Annotated[int, Field(ge=1, le=10)]  # dbt's count of failures
    minimum: float | None = None
    maximum: float | None = None
    later_column: Name | None = None
    max_age_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    corrections: Annotated[list[Correction], Field(max_length=10)] = []  # inconsistent_code: every wrong one
    cost: Text  # what it would have cost the business
    fix: Text  # how to fix it live
    talking_points: Annotated[list[Line], Field(min_length=1, max_length=5)]


class Quality(Part):
    """All data-quality scenarios; empty when the prospect has no such pain."""

    scenarios: Annotated[list[QualityScenario], Field(max_length=5)] = []


class DayTwoTable(Part):
    """Rows that arrive on the second day: new ones, and changed ones (same primary key as a seed row)."""

    table: Name
    new: Annotated[list[Row], Field(max_length=5)] = []
    changed: Annotated[list[Row], Field(max_length=5)] = []


class Arrival(Part):
    """One row of the incremental mart that the second day's run must insert or change, and no other."""

    key: Cell  # value of the mart's unique key
    kind: Literal["inserted", "updated", "late"]  # late: a new row that is older than the newest known one
    what: Line  # in the prospect's words


class DayTwo(Part):
    """What changes overnight, and what the incremental mart must pick up."""

    story: Text
    arrivals: Annotated[list[Arrival], Field(max_length=25)] = []
    tables: Annotated[list[DayTwoTable], Field(min_length=1, max_length=5)]


BeatKind = Literal["lineage", "test", "fix", "incremental", "metric", "feature"]


class Beat(Part):
    """One beat of the talk track. `[[revenue]]` in `say` stands for the proven value of the metric `revenue`."""

    minute: Annotated[int, Field(ge=0, le=60)]
    kind: BeatKind = "feature"
    title: Line
    click: Line  # a file, model, test or page, in words
    opens: Name | None = None  # what the deep link opens: a model, source table, test or metric
    say: Text
    pains: Annotated[list[Annotated[int, Field(ge=1, le=10)]], Field(max_length=10)] = []  # numbers from 1
    if_it_goes_wrong: Text | None = None


class TalkTrack(Part):
    """What to say and when."""

    opening: Text
    beats: Annotated[list[Beat], Field(min_length=3, max_length=14)]
    close: Text
    ends_at: Annotated[int, Field(ge=5, le=90)] = 30  # minute at which the demo is over


class Plan(Part):
    """An outline and all its parts."""

    outline: Outline
    rows: list[SourceRows]
    statements: list[ModelSql]
    semantic: Semantic | None = None
    quality: Quality = Quality()
    features: Features = Features()
    day_two: DayTwo
    talk_track: TalkTrack

    def rows_of(self, table: str) -> SourceRows | None:
        """The rows of this source table, or None."""
        return next((r for r in self.rows if r.table == table), None)

    def statement_of(self, model: str) -> ModelSql | None:
        """The statement of this model, or None."""
        return next((s for s in self.statements if s.model == model), None)


PartValue = SourceRows | ModelSql | Semantic | Quality | Features | DayTwo | TalkTrack

_SINGLE: dict[str, type[Part]] = {
    "semantic": Semantic,
    "quality": Quality,
    "features": Features,
    "day_two": DayTwo,
    "talk_track": TalkTrack,
}


def part_keys(outline: Outline) -> list[str]:
    """Keys of all parts that this outline needs, in the order they are best computed."""
    keys = ["quality"]
    keys += [f"rows:{source.table}" for source in outline.sources]
    keys += [f"sql:{model.name}" for model in outline.models]
    if outline.semantic_layer:
        keys.append("semantic")
    if outline.depth != "essential":
        keys.append("features")
    return [*keys, "day_two", "talk_track"]


def part_type(key: str) -> type[Part]:
    """The schema of the part with this key. Raises KeyError for an unknown key."""
    kind = key.partition(":")[0]
    if kind == "rows":
        return SourceRows
    if kind == "sql":
        return ModelSql
    return _SINGLE[kind]


def assemble(outline: Outline, parts: dict[str, PartValue]) -> Plan:
    """Put an outline and its parts together. Raises KeyError when a part is missing."""
    return Plan.model_validate(
        {
            "outline": outline,
            "rows": [parts[f"rows:{source.table}"] for source in outline.sources],
            "statements": [parts[f"sql:{model.name}"] for model in outline.models],
            "semantic": parts["semantic"] if outline.semantic_layer else None,
            "quality": parts["quality"],
            "features": parts["features"] if outline.depth != "essential" else Features(),
            "day_two": parts["day_two"],
            "talk_track": parts["talk_track"],
        }
    )


def parts_of(plan: Plan) -> dict[str, PartValue]:
    """The parts of a plan by key: the inverse of `assemble`."""
    parts: dict[str, PartValue] = {
        "quality": plan.quality,
        "day_two": plan.day_two,
        "talk_track": plan.talk_track,
    }
    if plan.outline.depth != "essential" or plan.features != Features():
        parts["features"] = plan.features
    parts |= {f"rows:{rows.table}": rows for rows in plan.rows}
    parts |= {f"sql:{statement.model}": statement for statement in plan.statements}
    return parts | ({"semantic": plan.semantic} if plan.semantic else {})
