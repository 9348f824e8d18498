"""The details as a model writes them, one answer for each call. Cells are texts; "" is an empty cell."""

from typing import Literal

from scenarios.ai.answers.base import Answer, CellText


class TableRows(Answer):
    """The rows of one source table, cells in the order of its columns."""

    table: str
    rows: list[list[CellText]]


class CorrectionAnswer(Answer):
    """A wrong code and the accepted one that was meant."""

    wrong: str
    right: str


class DefectAnswer(Answer):
    """A planted defect. Which limits count depends on its kind; "" and 0 mean none.

    Without `rows` it is planted where it was prescribed.
    """

    name: str
    rows: list[int] = []
    minimum: str = ""
    maximum: str = ""
    later_column: str = ""
    max_age_days: int = 0
    corrections: list[CorrectionAnswer] = []
    cost: str
    fix: str
    points: list[str]


class DataAnswer(Answer):
    """Rows of some tables, and the defects planted in them."""

    tables: list[TableRows]
    defects: list[DefectAnswer]


class NoteAnswer(Answer):
    """A comment above a CTE."""

    cte: str
    note: str


class StatementAnswer(Answer):
    """One SELECT; `header` is the comment at the top of the file."""

    model: str
    header: str = ""
    sql: str
    notes: list[NoteAnswer] = []


class SqlAnswer(Answer):
    """The statements of some models."""

    models: list[StatementAnswer]


class EntityAnswer(Answer):
    """A join key of the semantic layer."""

    column: str
    name: str
    type: Literal["primary", "foreign", "unique"]


class DimensionAnswer(Answer):
    """A column to group by; `granularity` is day, week or month for a time, else ""."""

    column: str
    type: Literal["categorical", "time"]
    granularity: str = ""
    label: str = ""


class SemanticModelAnswer(Answer):
    """A mart as the semantic layer sees it; `time` is its main date column."""

    model: str
    time: str
    entities: list[EntityAnswer]
    dimensions: list[DimensionAnswer]


class MetricAnswer(Answer):
    """A metric's definition. simple: model, agg, column. ratio: first over second. cumulative: first, window_days.

    derived: first, operation (plus, minus, times, growth), second, months_before. `by` is the main dimension.
    """

    name: str
    type: Literal["simple", "ratio", "derived", "cumulative"]
    model: str = ""
    agg: str = ""
    column: str = ""
    first: str = ""
    operation: str = ""
    second: str = ""
    months_before: int = 0
    window_days: int = 0
    by: str = ""


class SemanticAnswer(Answer):
    """The semantic layer."""

    models: list[SemanticModelAnswer]
    metrics: list[MetricAnswer]


class NewRow(Answer):
    """A row that arrives on the second day; `what` is a line about it."""

    cells: list[CellText]
    what: str = ""


class NewCell(Answer):
    """A changed value."""

    column: str
    value: CellText


class ChangedRow(Answer):
    """A row of the first day whose values change; `key` is its primary key."""

    key: str
    cells: list[NewCell]
    what: str = ""


class DayTwoRows(Answer):
    """What the second day brings to one table."""

    table: str
    new: list[NewRow] = []
    changed: list[ChangedRow] = []


class DayTwoAnswer(Answer):
    """The second day."""

    story: str
    tables: list[DayTwoRows]


class BeatAnswer(Answer):
    """A beat of the talk track; `opens` is a model, source table, test or metric, or ""."""

    minute: int
    kind: Literal["lineage", "test", "fix", "incremental", "metric", "feature"]
    title: str
    click: str
    opens: str = ""
    say: str
    pains: list[int] = []
    if_it_goes_wrong: str = ""


class TalkAnswer(Answer):
    """What to say and when."""

    opening: str
    beats: list[BeatAnswer]
    close: str
    ends_at: int
