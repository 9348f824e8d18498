"""The outline while it is being mended: plain data, and how things were called before. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said

Data = dict[str, Any]


@dataclass
class Draft:
    """`data` is the answer as plain data, changed in place. `words`: kind → what was written → the name now."""

    data: Data
    said: Said
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def sources(self) -> list[Data]:
        """The source tables."""
        return self.data["sources"]

    @property
    def models(self) -> list[Data]:
        """All models."""
        return self.data["models"]

    def layer(self, layer: str) -> list[Data]:
        """The models of one layer."""
        return [model for model in self.models if model["layer"] == layer]

    def source(self, table: str) -> Data | None:
        """The source with this name."""
        return next((source for source in self.sources if source["table"] == table), None)

    def model(self, name: str) -> Data | None:
        """The model with this name."""
        return next((model for model in self.models if model["name"] == name), None)

    def stagings(self) -> dict[str, Data]:
        """Staging model → its source."""
        return {staging_of(source): source for source in self.sources}

    def called(self, kind: str, written: str, name: str) -> None:
        """Remember that what was written is called `name` now."""
        known = self.words.setdefault(kind, {})
        for word in (written.strip().casefold(), snake(written)):
            known.setdefault(word, name)

    def meant(self, kind: str, written: str, choices: Iterable[str]) -> str | None:
        """The one of `choices` that a reference means: by its name, its earlier name, or the nearest one."""
        names, word = list(choices), written.strip()
        if word in names:
            return word
        known = self.words.get(kind, {})
        for name in (known.get(word.casefold()), known.get(snake(word)), snake(word)):
            if name in names:
                return name
        return nearest(snake(word), names)


def staging_of(source: Data) -> str:
    """The name of a source's staging model."""
    return f"stg_{source['system']}__{source['table']}"


def staged(column: Data) -> str:
    """A source column's name from staging on."""
    return column["rename"] or column["name"]


def column_of(owner: Data | None, name: str) -> Data | None:
    """The column of a source or a model."""
    return next((c for c in owner["columns"] if c["name"] == name), None) if owner else None


def names_of(owner: Data) -> list[str]:
    """Names of all columns."""
    return [column["name"] for column in owner["columns"]]
