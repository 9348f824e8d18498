"""Text on its way into files: SQL comments, seed cells, numbers, YAML scalars. Pure.

Everything a plan's author typed passes through one function of this module or of `markdown.py`.
"""

import re
import textwrap
from decimal import Decimal

from scenarios.plan.names import Cell
from scenarios.plan.neutral import neutral, one_line

COMMENT_WIDTH = 100  # characters, so that a comment inside a CTE stays below the linter's 120

_BREAKS = re.compile(r"[\r\n\t\u0085]+")
_BLANK_LINES = re.compile(r"\n\s*\n")


def sql_comment(text: str, *, indent: int = 0) -> str:
    """`text` as one or more lines of SQL comment, wrapped; without a final line feed."""
    prefix = " " * indent + "-- "
    lines = textwrap.wrap(one_line(text), width=COMMENT_WIDTH, break_on_hyphens=False) or [""]
    return "\n".join((prefix + line).rstrip() for line in lines)


def paragraphs(*texts: str) -> str:
    """Join texts to one description; an author's blank lines stay, other line breaks become spaces."""
    pieces = [one_line(piece) for text in texts for piece in _BLANK_LINES.split(text)]
    return neutral("\n\n".join(piece for piece in pieces if piece))


def sentence(text: str) -> str:
    """One line that ends like a sentence and begins with a capital letter."""
    line = one_line(text)
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "!", "?", "…", "。")) else ".")


def string_value(text: str) -> str:
    """A string as data: in a seed and, the same, in a test on it. Line breaks and tabs become spaces."""
    return _BREAKS.sub(" ", neutral(text)).strip()


def number_text(value: int | float) -> str:
    """A number without exponent: `0.00001`, `12.5`, `7`; whole floats keep their `.0`."""
    return format(Decimal(repr(value)), "f")


def cell_value(value: Cell) -> Cell:
    """A cell as a warehouse holds it: a text has passed the gate of the seeds."""
    return string_value(value) if isinstance(value, str) else value


def cell_text(value: Cell) -> str:
    """One cell of a seed file; null is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return string_value(value)
    return number_text(value)
