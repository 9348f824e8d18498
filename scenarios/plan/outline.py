"""The outline of a plan: what the demo is about and which tables, models and metrics it has.

A provider answers the brief with an outline first; the details (rows, SQL, definitions …) are
computed part by part from it (see `parts.py`). Shapes only: `rules/` says what a schema cannot.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scenarios.plan.names import ColumnType, Depth, Line, Name, Text, Unit, Warehouse, slug


class Part(BaseModel):
    """Base of every piece of a plan: immutable, nothing unknown is accepted, numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BusinessContext(Part):
    """Section 1: what we understood, in the prospect's words."""

    summary: Text
    use_case: Text
    objectives: Annotated[list[Line], Field(min_length=1, max_length=6)]


class ForeignKey(Part):
    """A key of another source table (raw names)."""

    table: Name
    column: Name


class SourceColumn(Part):
    """A column of a source table as it is in the seed file; `rename` is its name from staging on."""

    name: Name
    type: ColumnType
    description: Text
    rename: Name | None = None
    references: ForeignKey | None = None
    accepted_values: Annotated[list[Line], Field(max_length=12)] = []
    required: bool = False  # staging carries a not_null test
    unique: bool = False  # staging carries a unique test

    @property
    def staged_name(self) -> str:
        """The column's name in the staging model."""
        return self.rename or self.name


class SourceTable(Part):
    """Section 2: one source dataset, loaded by the seed of the same name."""

    system: Name  # the dbt source it belongs to, such as `shop`
    table: Name  # the seed's and the source table's name
    label: Line
    description: Text
    staging_purpose: Text
    primary_key: Name  # raw name
    columns: Annotated[list[SourceColumn], Field(min_length=3, max_length=16)]

    @property
    def staging_model(self) -> str:
        """Name of the staging model: `stg_{source}__{table}`."""
        return f"stg_{self.system}__{self.table}"

    def column(self, name: str) -> SourceColumn | None:
        """The column with this raw name, or None."""
        return next((c for c in self.columns if c.name == name), None)


class ModelReference(Part):
    """A key of another model in the same layer or above."""

    model: Name
    column: Name


class ModelColumn(Part):
    """An output column of an intermediate or mart model."""

    name: Name
    type: ColumnType
    description: Text
    references: ModelReference | None = None  # marts carry a relationships test
    accepted_values: Annotated[list[Line], Field(max_length=12)] = []
    required: bool = False  # the model carries a not_null test


class Model(Part):
    """Section 3: one intermediate or mart model."""

    name: Name
    layer: Literal["intermediate", "marts"]
    materialized: Literal["view", "ephemeral", "table", "incremental"]
    purpose: Text
    grain: Line  # "one row per order"
    primary_key: Name
    inputs: Annotated[list[Name], Field(min_length=1, max_length=6)]
    columns: Annotated[list[ModelColumn], Field(min_length=2, max_length=24)]
    business_questions: Annotated[list[Line], Field(max_length=5)] = []

    def column(self, name: str) -> ModelColumn | None:
        """The column with this name, or None."""
        return next((c for c in self.columns if c.name == name), None)


class Incremental(Part):
    """How the one incremental mart is kept up to date."""

    model: Name
    unique_key: Name
    cursor: Name  # a date or timestamp column of the mart
    lookback_days: Annotated[int, Field(ge=0, le=90)]
    why: Text


class MetricIdea(Part):
    """A metric by name and meaning; `parts.Semantic` defines it."""

    name: Name
    label: Line
    description: Text
    unit: Unit = ""


class PainDemonstration(Part):
    """Section 5: pain → dbt feature → where in the project → which minute of the talk."""

    pain: Text  # the prospect's own words, or the nearest to them
    feature: Line  # the dbt feature that answers it
    where: Line  # a model, test, metric or file of this project
    minute: Annotated[int, Field(ge=0, le=60)]
    show: Text  # what to show and say
    #: Numbers (from 1) of the brief's pain sentences that it answers; empty when it answers none of them.
    answers: Annotated[list[Annotated[int, Field(ge=1, le=200)]], Field(max_length=200)] = []


DefectKind = Literal[
    "null", "duplicate", "orphan", "out_of_range", "inconsistent_code", "impossible_dates", "stale"
]


class QualityIdea(Part):
    """A data-quality scenario by kind and place; `parts.QualityScenario` gives rows and test."""

    name: Name
    title: Line
    kind: DefectKind
    table: Name
    column: Name  # raw name
    story: Text


class Outline(Part):
    """Everything about a demo but its rows, statements and definitions."""

    version: Literal[1] = 1
    company: Line
    industry: Line
    warehouse: Warehouse
    semantic_layer: bool
    depth: Depth = "standard"
    as_of: date  # the reference date: "today" in the demo's data
    context: BusinessContext
    sources: Annotated[list[SourceTable], Field(min_length=3, max_length=5)]
    models: Annotated[list[Model], Field(min_length=3, max_length=12)]
    incremental: Incremental
    metrics: Annotated[list[MetricIdea], Field(max_length=10)] = []
    pain_points: Annotated[list[PainDemonstration], Field(min_length=1, max_length=10)]
    quality: Annotated[list[QualityIdea], Field(max_length=5)] = []

    @property
    def company_slug(self) -> str:
        """The company as a legal name; same text, same slug."""
        return slug(self.company, fallback="prospect")

    @property
    def project_name(self) -> str:
        """Name of the dbt project: `{company}_demo`."""
        return f"{self.company_slug}_demo"

    def source(self, table: str) -> SourceTable | None:
        """The source table with this name, or None."""
        return next((s for s in self.sources if s.table == table), None)

    def model(self, name: str) -> Model | None:
        """The intermediate or mart model with this name, or None."""
        return next((m for m in self.models if m.name == name), None)

    @property
    def marts(self) -> list[Model]:
        """The mart models, in the plan's order."""
        return [m for m in self.models if m.layer == "marts"]

    @property
    def intermediates(self) -> list[Model]:
        """The intermediate models, in the plan's order."""
        return [m for m in self.models if m.layer == "intermediate"]
