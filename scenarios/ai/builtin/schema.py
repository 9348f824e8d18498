"""The shape of a blueprint file (`scenarios/blueprints/*.yaml`). The README there explains each field."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import DefectKind
from scenarios.plan.parts import ROWS_PER_SOURCE, Aggregation

Scalar = str | int | float | bool
Pattern = Annotated[str, Field(min_length=1)]  # text with [[placeholders]]
Period = Literal["week", "month"]

#: Fields of a column that say how its cells are made. Exactly one of them is given.
MAKERS = ("sequence", "draw", "deal", "amount", "date", "after", "ref", "calc", "flag", "format", "lookup")


class Entry(BaseModel):
    """Base of all blueprint pieces: immutable, misspelt fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TermOption(Entry):
    """One way to say a thing: singular, plural, and words of the notes that choose it."""

    one: str
    many: str = ""
    words: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"one": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _plural(self) -> Self:
        if not self.many:
            y_to_ies = self.one.endswith("y") and self.one[-2] not in "aeiou"
            many = f"{self.one[:-1]}ies" if y_to_ies else f"{self.one}s"
            object.__setattr__(self, "many", many)
        return self


class Vocabulary(Entry):
    """Things to draw from without repetition: plain values, or records with named fields."""

    of: list[str] = []
    rows: Annotated[list[Any], Field(min_length=ROWS_PER_SOURCE)]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {"rows": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _records_fit(self) -> Self:
        for row in self.rows:
            if self.of and (not isinstance(row, list) or len(row) != len(self.of)):
                raise ValueError(f"the record {row!r} does not have the fields {self.of}")
        return self


class Lookup(Entry):
    """Cells chosen by another column of the same row."""

    by: str
    map: dict[Scalar, Scalar | None]
    other: Scalar | None = None


class Column(Entry):
    """A raw column: what it is, and how its ten cells are made."""

    text: Pattern
    rename: Pattern | None = Field(default=None, alias="as")
    type: ColumnType | None = None
    required: bool = False
    unique: bool = False
    accepted: bool = False  # the values of `deal` or `lookup` become accepted values
    only: dict[str, list[Scalar]] = {}  # empty unless other columns of the row have one of these values
    blanks: Annotated[int, Field(ge=0, le=5)] = 0

    sequence: str | None = None  # "ORD-{n}"
    start: tuple[int, int] = (1000, 9000)
    step: tuple[int, int] = (1, 1)
    draw: str | None = None  # "vocabulary" or "vocabulary.field"
    vary: Annotated[float, Field(ge=0, lt=1)] = 0
    deal: dict[Scalar, int] | list[Scalar] | None = None
    ordered: bool = False  # deal in the given order: the first values to the oldest rows
    amount: tuple[float, float] | None = None
    trend: float = 0
    outlier: float | None = None
    decimals: Annotated[int, Field(ge=0, le=4)] = 2
    date: tuple[int, int] | None = None  # days from the reference date, such as [-75, -1]
    time: bool = False  # the dates carry a time of day
    order: Literal["rising", "mixed"] = "rising"
    after: str | None = None
    days: tuple[int, int] = (1, 5)
    ref: str | None = None  # key of another table
    use: Annotated[int, Field(ge=1, le=ROWS_PER_SOURCE)] = 6
    calc: str | None = None
    flag: Annotated[int, Field(ge=1, le=ROWS_PER_SOURCE - 1)] | None = None
    format: str | None = None
    lookup: Lookup | None = None

    @property
    def maker(self) -> str:
        """Name of the field that says how cells are made."""
        return next(name for name in MAKERS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_maker(self) -> Self:
        given = [name for name in MAKERS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(MAKERS)}; found {given or 'none'}")
        if isinstance(self.deal, dict) and sum(self.deal.values()) != ROWS_PER_SOURCE:
            raise ValueError(f"the counts of `deal` must add up to {ROWS_PER_SOURCE}")
        return self


class Table(Entry):
    """A source table. The key in the file is its handle; `name` is what the demo calls it."""

    name: Pattern
    system: Pattern
    label: Pattern | None = None
    text: Pattern
    staging: Pattern
    key: str
    columns: Annotated[dict[str, Column], Field(min_length=3, max_length=16)]


class NewColumn(Entry):
    """A column that a statement computes (columns passed through are described by their origin)."""

    type: ColumnType
    text: Pattern

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:
        return dict(zip(("type", "text"), value, strict=True)) if isinstance(value, list) else value


class ModelSpec(Entry):
    """An intermediate (`int_…`) or mart (`fct_…`, `dim_…`) model."""

    name: Pattern
    materialized: Literal["view", "ephemeral", "table"] | None = None
    purpose: Pattern
    grain: Pattern
    key: Pattern
    questions: Annotated[list[Pattern], Field(max_length=5)] = []
    new: dict[str, NewColumn] = {}
    header: Pattern | None = None
    notes: dict[str, Pattern] = {}  # comment above a CTE
    sql: str
    time: Pattern | None = None  # the date column by which the semantic layer sees this mart


class MetricSpec(Entry):
    """A metric: one of an aggregation on a mart, a ratio, a difference, a growth, a running total."""

    name: Pattern
    label: Pattern
    text: Pattern
    words: list[str] = []
    mart: str | None = None  # key of the mart; left out: the angle's event mart
    agg: Aggregation | None = None
    column: Pattern | None = None
    ratio: tuple[str, str] | None = None
    minus: tuple[str, str] | None = None
    plus: tuple[str, str] | None = None
    growth: str | None = None  # against the month before
    running: str | None = None
    unit: str | None = None  # where the words of the text do not tell it

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [self.agg, self.ratio, self.minus, self.plus, self.growth, self.running]
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("give exactly one of agg, ratio, minus, plus, growth, running")
        if (self.agg is None) != (self.column is None):
            raise ValueError("`agg` and `column` belong together")
        return self

    @property
    def inputs(self) -> list[str]:
        """Keys of the metrics that this one is made of."""
        pair = self.ratio or self.minus or self.plus
        return list(pair) if pair else [key for key in (self.growth, self.running) if key]


class Defect(Entry):
    """A data-quality scenario that fits this industry."""

    kind: DefectKind
    table: str
    column: str
    title: Pattern
    story: Pattern
    cost: Pattern
    words: list[str] = []
    minimum: float | None = None
    maximum: float | None = None
    later: str | None = None
    max_age_days: int | None = None


class Measure(Entry):
    """What a summary mart adds up: a column of the angle's `summary_of` model."""

    name: Pattern
    column: Pattern
    agg: Literal["sum", "average"] = "sum"
    words: list[str] = []


class Segment(Entry):
    """By what a summary mart groups: a column of the angle's `summary_of` model."""

    name: Pattern
    column: Pattern
    words: list[str] = []


class DayTwoSpec(Entry):
    """What happens overnight to the event table; `change` gives new values (or "*1.2") of its raw columns."""

    story: Pattern
    change: dict[str, Scalar | None]


class Extra(Entry):
    """An optional table with the marts and metrics that come with it."""

    words: list[str]
    table: str
    marts: Annotated[list[str], Field(min_length=1, max_length=2)]
    metrics: list[str] = []


class Angle(Entry):
    """One story of the industry."""

    title: Pattern
    words: Annotated[list[str], Field(min_length=4)]
    summary: Pattern
    use_case: Pattern
    objectives: Annotated[list[Pattern], Field(min_length=3, max_length=5)]
    tables: Annotated[list[str], Field(min_length=3, max_length=4)]
    event: str  # key of the mart at event grain: the incremental one
    event_table: str
    event_noun: Pattern
    cursor: Pattern
    lookback_days: Annotated[int, Field(ge=3, le=30)] = 3
    why: Pattern | None = None
    marts: Annotated[list[str], Field(min_length=2)]  # one or two of them are picked
    summary_of: str
    measures: Annotated[dict[str, Measure], Field(min_length=3)]
    segments: Annotated[dict[str, Segment], Field(min_length=3)]
    periods: list[Period] = ["month", "week"]
    metrics: Annotated[list[str], Field(min_length=6)]
    extras: list[str] = []
    day_two: DayTwoSpec
    opening: Pattern
    close: Pattern


class Blueprint(Entry):
    """One industry."""

    industry: str
    words: list[str]
    terms: dict[str, Annotated[list[TermOption], Field(min_length=2)]]
    vocabularies: dict[str, Vocabulary] = {}
    tables: dict[str, Table]
    models: dict[str, ModelSpec]
    metrics: dict[str, MetricSpec]
    extras: dict[str, Extra] = {}
    defects: Annotated[list[Defect], Field(min_length=5)]
    angles: Annotated[dict[str, Angle], Field(min_length=3)]
