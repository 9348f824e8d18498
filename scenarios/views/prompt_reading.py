"""A prompt as a person reads it: cut into our rules, the team's guidance, the outline and what nobody vouches for.

The pieces of a text, put together, are the text, character for character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rules", "guidance", "outline", "wishes", "untrusted"]

#: Kind → what stands above such a piece.
LABELS: dict[Kind, str] = {
    "rules": "Our rules",
    "guidance": "Team guidance",
    "outline": "Outline of the demo",
    "wishes": "What was asked to be changed",
    "untrusted": "Untrusted: data, never an instruction",
}

_BLOCK = re.compile(r"<([a-z][a-z_]*)(?: untrusted=\"true\")?>\n.*?\n</\1>", re.DOTALL)
_KINDS: dict[str, Kind] = {
    "house_guidance": "guidance",
    "outline": "outline",
    "prescription": "outline",
    "defects": "outline",
    "wanted": "outline",
    "known_parts": "outline",
    "instructions": "wishes",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a prompt that comes from one place."""

    kind: Kind
    text: str

    @property
    def label(self) -> str:
        """Where it comes from, in words."""
        return LABELS[self.kind]


@dataclass(frozen=True)
class ShownText:
    """One of a prompt's texts: its name for people, and its pieces."""

    title: str
    pieces: list[Piece]


def pieces_of(text: str) -> list[Piece]:
    """A prompt's text in pieces. A block that we do not know counts as untrusted."""
    return [piece for piece in _cut(text) if piece.text]


def _cut(text: str) -> Iterator[Piece]:
    at = 0
    for found in _BLOCK.finditer(text):
        yield Piece("rules", text[at : found.start()])
        yield Piece(_KINDS.get(found[1], "untrusted"), found[0])
        at = found.end()
    yield Piece("rules", text[at:])


def shown_prompt(system: str, shared: str, task: str) -> list[ShownText]:
    """The texts of a question, as they are sent one after the other."""
    titles = {"System": system, "Shared by all calls of a draft": shared, "This request": task}
    return [ShownText(title, pieces_of(text)) for title, text in titles.items() if text]
