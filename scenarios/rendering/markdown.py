"""Markdown from data: an author's text is shown as text, never as markup or HTML. Pure."""

import html
import re
from collections.abc import Iterable, Sequence

from scenarios.plan.neutral import neutral, one_line

#: Underscores inside a word, such as in a column's name, mean nothing and stay as they are.
_SPECIAL = re.compile(r"[\\`*\[\]#|~!$]|(?<!\w)_+|_+(?!\w)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=>:])")
_HTML = re.compile(r"&(?=[#\w])|[<>]")
_BLANK_LINES = re.compile(r"\n\s*\n")


class Md(str):
    """Text that is Markdown already."""


def inline(text: str) -> Md:
    """One line of an author's text: HTML, Markdown and table marks escaped, Jinja broken."""
    escaped = _SPECIAL.sub(lambda found: "".join(f"\\{mark}" for mark in found[0]), one_line(text))
    escaped = _HTML.sub(lambda found: html.escape(found[0]), escaped)
    # A second pass, because a backslash may have come between two braces of Jinja's comment mark.
    return Md(neutral(_LINE_START.sub(_escape_start, escaped)))


def _escape_start(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}"


def prose(text: str) -> Md:
    """An author's text of one or several paragraphs."""
    return Md("\n\n".join(inline(piece) for piece in _BLANK_LINES.split(text) if piece.strip()))


def code(text: str) -> Md:
    """Text in code type; the fence is longer than any backticks inside. Pipes are escaped for tables."""
    line = one_line(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Md(f"{fence}{pad}{line}{pad}{fence}")


def bullets(items: Iterable[Md]) -> Md:
    """A list, one item per line."""
    return Md("\n".join(f"- {item}" for item in items))


def table(head: Sequence[str], rows: Iterable[Sequence[Md | str]]) -> Md:
    """A table; a cell that is not Markdown yet is escaped."""
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(' --- ' for _ in head)}|"]
    lines += [
        f"| {' | '.join(cell if isinstance(cell, Md) else inline(cell) for cell in row)} |" for row in rows
    ]
    return Md("\n".join(lines))


def block(text: str, language: str = "bash") -> Md:
    """A fenced block of our own text (names and commands only)."""
    return Md(f"```{language}\n{text}\n```")


def page(*sections: str) -> str:
    """Sections with a blank line between them; empty ones are left out."""
    return "\n\n".join(section for section in sections if section) + "\n"
