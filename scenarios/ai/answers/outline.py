"""The outline as a model writes it: flat and small."""

from typing import Literal

from typing_extensions import TypeAliasType

from scenarios.ai.answers.base import Answer, Texts, Type

Defect = Literal[
    "null", "duplicate", "orphan", "out_of_range", "inconsistent_code", "impossible_dates", "stale"
]


class Column(Answer):
    """A column of a source table or a model; `rename` and `unique` are of sources only."""

    name: str
    type: Type
    about: str
    rename: str = ""  # name from staging on
    refers_to: str = ""  # another source's table, or another model
    values: Texts = []
    required: bool = False
    unique: bool = False


#: The columns of a table, a named type for the same reason as `Texts`.
Cols = TypeAliasType("Cols", list[Column])


class Source(Answer):
    """A source dataset; `system` is the dbt source, `about` what it holds, `staging` what staging does."""

    system: str
    table: str
    label: str
    about: str
    staging: str
    key: str
    columns: Cols


class Model(Answer):
    """An intermediate or mart model."""

    name: str
    layer: Literal["intermediate", "marts"]
    kind: Literal["view", "ephemeral", "table", "incremental"]
    purpose: str
    grain: str
    key: str
    inputs: Texts
    columns: Cols
    questions: Texts = []


class Incremental(Answer):
    """How the incremental mart is kept up to date; its unique key is the model's key."""

    model: str
    cursor: str
    lookback_days: int
    why: str


class Metric(Answer):
    """A metric by name and meaning."""

    name: str
    label: str
    about: str
    unit: str = ""


class Pain(Answer):
    """A pain, the dbt feature that answers it, and where to show it."""

    pain: str
    feature: str
    where: str
    minute: int
    show: str
    answers: list[int] = []


class Idea(Answer):
    """A defect to plant: kind and place."""

    name: str
    title: str
    kind: Defect
    table: str
    column: str
    story: str


class OutlineAnswer(Answer):
    """Everything about a demo but rows, statements and definitions."""

    summary: str
    use_case: str
    objectives: Texts
    sources: list[Source]
    models: list[Model]
    incremental: Incremental
    metrics: list[Metric]
    pains: list[Pain]
    defects: list[Idea]


class ChangesAnswer(Answer):
    """Only what changes; [] leaves things as they are.

    What is there replaces the thing of its name whole, or is new; a pain replaces the one with its words, or with
    its `answers`. `removed` names tables, models, metrics and defects, and pains as `pain 2`; `rewrite` names
    tables and models whose rows or statement are written anew, or other parts by their keys, such as talk_track.
    `notes` are for the reader.
    """

    context: Texts = []  # the summary, the use case, then all objectives; "" leaves one of the first two
    sources: list[Source] = []
    models: list[Model] = []
    incremental: list[Incremental] = []
    metrics: list[Metric] = []
    pains: list[Pain] = []
    defects: list[Idea] = []
    removed: Texts = []
    rewrite: Texts = []
    notes: Texts = []
