"""What a demo shows of dbt beyond models and tests: one part of a plan, each feature for a pain it serves.

Shapes only: `rules/features.py` says what a schema cannot. Every feature is optional.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from scenarios.plan.names import Cell, Line, Name, Text
from scenarios.plan.outline import Part

_Cells = Annotated[list[Cell], Field(min_length=1, max_length=16)]
_Columns = Annotated[list[Name], Field(min_length=1, max_length=16)]
_Models = Annotated[list[Name], Field(min_length=1, max_length=12)]


class Feature(Part):
    """What every feature has: the pain it serves, and what the presenter says."""

    pain: Annotated[int, Field(ge=1, le=10)]  # number of the outline's pain point, from 1
    say: Text  # one or two sentences


class GivenRows(Part):
    """Rows that stand in for one input of the tested model; columns that are left out are null."""

    input: Name
    columns: _Columns
    rows: Annotated[list[_Cells], Field(min_length=1, max_length=10)]


class ModelUnitTest(Feature):
    """A unit test of one intermediate model: for exactly these rows, exactly those come out."""

    name: Name
    model: Name
    description: Text
    given: Annotated[list[GivenRows], Field(min_length=1, max_length=6)]
    columns: _Columns  # of the model, as compared
    rows: Annotated[list[_Cells], Field(min_length=1, max_length=10)]


class Contract(Feature):
    """A public mart that promises its columns and their types: dbt refuses to build anything else."""

    model: Name


class Exposure(Feature):
    """A report of the prospect that reads marts. `owner` is a role, never a person."""

    name: Name
    label: Line
    kind: Literal["dashboard", "analysis", "notebook", "application", "ml"] = "dashboard"
    description: Text
    owner: Line
    models: Annotated[list[Name], Field(min_length=1, max_length=6)]
    metrics: Annotated[list[Name], Field(max_length=6)] = []


class Freshness(Feature):
    """How old a source's newest row may be before `dbt source freshness` warns; it never fails."""

    table: Name
    column: Name  # raw name of a date or timestamp
    warn_after_days: Annotated[int, Field(ge=1, le=365)]


class Ownership(Feature):
    """A group of models with an owner (a role). Models in `private` may be read inside the group only."""

    group: Name
    description: Line
    owner: Line
    models: _Models
    private: Annotated[list[Name], Field(max_length=12)] = []


class RunTag(Feature):
    """A tag on marts, so that what one report needs can be built alone: `dbt build --select +tag:…`."""

    tag: Name
    models: _Models


class ColumnPlace(Part):
    """A column of a staging, intermediate or mart model."""

    model: Name
    column: Name


class DocBlock(Part):
    """A description that is written once and stands at several columns."""

    name: Name
    text: Text
    places: Annotated[list[ColumnPlace], Field(min_length=2, max_length=16)]


class DocBlocks(Feature):
    """Descriptions that are written once and used in every layer."""

    blocks: Annotated[list[DocBlock], Field(min_length=1, max_length=6)]


class Term(Part):
    """A word of the prospect's own, and the model or column that holds what they mean."""

    word: Line
    means: Line
    model: Name
    column: Name | None = None


class Glossary(Feature):
    """The prospect's words beside the names of the project, as `meta` that catalogues show."""

    terms: Annotated[list[Term], Field(min_length=1, max_length=8)]


class RatioMacro(Feature):
    """The project's ratios are written by one macro; only where there are enough of them to repay it."""


class Features(Part):
    """Everything a demo shows off; empty when it is meant to be simple."""

    unit_test: ModelUnitTest | None = None
    contract: Contract | None = None
    exposure: Exposure | None = None
    freshness: Freshness | None = None
    ownership: Ownership | None = None
    run_tag: RunTag | None = None
    doc_blocks: DocBlocks | None = None
    glossary: Glossary | None = None
    macro: RatioMacro | None = None

    def shown(self) -> Iterator[tuple[str, Feature]]:
        """The features that are there, each with the name of its field, in this order."""
        for name, value in self:
            if isinstance(value, Feature):
                yield name, value


#: A feature in the words of dbt's documentation, by the name of its field.
FEATURE_WORDS: dict[str, str] = {
    "unit_test": "Unit test",
    "contract": "Model contract",
    "exposure": "Exposure",
    "freshness": "Source freshness",
    "ownership": "Group and access",
    "run_tag": "Tag",
    "doc_blocks": "Doc blocks",
    "glossary": "Glossary",
    "macro": "Macro",
}
