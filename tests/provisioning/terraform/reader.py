"""A small, strict reader of HCL: blocks, attributes, objects, lists, strings. Anything else is an error."""

import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\#[^\n]*)|(?P<newline>\n)|(?P<string>"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<word>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*(?:\[\d+\])?)|(?P<number>\d+)|(?P<mark>[{}\[\](),=?:])"""
)
_TEMPLATE = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")
_ESCAPE = re.compile(r'\\(["\\nrt])|([$%])\2(?=\{)')
_ESCAPED = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_PAIRS = {"{": "}", "[": "]", "(": ")"}


class Expression(str):
    """What Terraform evaluates: references, conditions, templates."""

    __slots__ = ()


@dataclass
class Block:
    """`kind "label" { … }`; a file is a block without kind."""

    kind: str = ""
    labels: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    @property
    def address(self) -> str:
        return ".".join(self.labels)

    def of_kind(self, kind: str) -> list["Block"]:
        return [found for found in self.blocks if found.kind == kind]


def read(text: str) -> Block:
    """A file. Raises ValueError where it is not HCL of the kind that we write."""
    reader = _Reader(_tokens(text))
    block = reader.body(end="")
    assert not reader.rest
    return block


def string(quoted: str) -> str:
    """What a quoted string without templates says. Raises ValueError when it has any."""
    if _TEMPLATE.search(quoted):
        raise ValueError(f"a template: {quoted}")
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]] if found[1] else found[2], quoted[1:-1])


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"not HCL: {text[at : at + 40]!r}")
        if found.lastgroup != "blank":
            tokens.append((str(found.lastgroup), found[0]))
        at = found.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.rest = tokens[::-1]

    def take(self, *wanted: str) -> str:
        kind, text = self.rest.pop() if self.rest else ("end", "")
        if wanted and kind not in wanted and text not in wanted:
            raise ValueError(f"{text!r} where {wanted} should be")
        return text

    def next(self) -> tuple[str, str]:
        return self.rest[-1] if self.rest else ("end", "")

    def lines(self) -> None:
        while self.next()[0] == "newline":
            self.take()

    def body(self, *, end: str) -> Block:
        block = Block()
        self.lines()
        while self.next()[1] != end:
            name = self.take("word")
            if self.next()[1] == "=":
                self.take()
                if name in block.attributes:
                    raise ValueError(f"{name} twice")
                block.attributes[name] = self.value()
            else:
                block.blocks.append(self.nested(name))
            self.take("newline")
            self.lines()
        return block

    def nested(self, kind: str) -> Block:
        labels = []
        while self.next()[0] == "string":
            labels.append(string(self.take()))
        self.take("{")
        self.take("newline")
        block = self.body(end="}")
        self.take("}")
        block.kind, block.labels = kind, tuple(labels)
        return block

    def value(self) -> Any:
        kind, text = self.next()
        if text == "{":
            return self.object()
        if kind == "string":
            self.take()
            return Expression(text) if _TEMPLATE.search(text) else string(text)
        return self.expression()

    def object(self) -> dict[str, Any]:
        self.take("{")
        self.take("newline")
        values: dict[str, Any] = {}
        self.lines()
        while self.next()[1] != "}":
            key = self.take("word", "string")
            key = string(key) if key.startswith('"') else key
            if key in values:
                raise ValueError(f"{key} twice")
            self.take("=")
            values[key] = self.value()
            self.take("newline")
            self.lines()
        self.take("}")
        return values

    def expression(self) -> Any:
        parts: list[str] = []
        open_marks: list[str] = []
        while self.next()[0] not in {"newline", "end"} or open_marks:
            text = self.take("word", "number", "string", "mark")
            if text in _PAIRS:
                open_marks.append(_PAIRS[text])
            elif text in _PAIRS.values() and (not open_marks or open_marks.pop() != text):
                raise ValueError(f"{text} closes nothing")
            parts.append(text)
        whole = " ".join(parts)
        if whole in {"true", "false"}:
            return whole == "true"
        if whole.isdigit():
            return int(whole)
        if parts[0] == "[" and all(part.startswith('"') for part in parts[1:-1:2]):
            return [string(part) for part in parts[1:-1:2]]
        return Expression(whole)
