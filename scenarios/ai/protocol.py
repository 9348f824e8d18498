"""What every provider of plans can do: answer a brief with an outline, then compute any part of any outline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue


@dataclass(frozen=True)
class Drafted:
    """A provider's outline, with notes for the reader, such as which words of the instructions took effect."""

    outline: Outline
    notes: list[str] = field(default_factory=list)


class ProviderError(Exception):
    """A provider could not answer: a sentence and a hint for the user, and whether asking again may help."""

    def __init__(self, sentence: str, hint: str = "", *, retryable: bool = False) -> None:
        super().__init__(f"{sentence} {hint}".strip())
        self.sentence = sentence
        self.hint = hint
        self.retryable = retryable


class Provider(Protocol):
    """A source of plans: a model behind an API, or the built-in blueprints."""

    name: str
    label: str

    def outline(self, brief: Brief, *, instructions: str = "", previous: Outline | None = None) -> Drafted:
        """Answer the brief with an outline; with `instructions`, change `previous` accordingly.

        Raises ProviderError.
        """
        ...

    def part(self, brief: Brief, outline: Outline, key: str, *, done: Mapping[str, PartValue]) -> PartValue:
        """Compute the part with this key (see `part_keys`) from any valid outline.

        `done` holds the parts computed so far: `quality` always when rows are asked for, others perhaps.
        Raises ProviderError, and KeyError for a key that the outline does not have.
        """
        ...
