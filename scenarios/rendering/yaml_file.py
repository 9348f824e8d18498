"""dbt's YAML files: written by a YAML library, in one style, with stable order. Pure."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

WIDTH = 100  # characters
FLOW_UP_TO = 70  # characters of a list that stands on one line
FOLD_FROM = 70  # strings longer than this become folded blocks

#: What a YAML 1.2 reader would take for a number although a 1.1 reader, such as PyYAML, does not.
_NUMBER_LIKE = re.compile(r"[-+.]?\d[\w.+:-]*")


class Quoted(str):
    """A string that always stands in double quotes: data values and our own Jinja."""


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key and repeats equal values instead of writing anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Never break inside quotes: it would need escapes that nobody likes to read."""
        super().write_double_quoted(text, split=False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _string(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if isinstance(value, Quoted):
        style = '"'
    elif "\n" in value:
        style = "|"
    elif len(value) > FOLD_FROM:
        style = ">"
    elif _NUMBER_LIKE.fullmatch(value):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=style)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    short = all(isinstance(item, str | int | float) for item in value) and len(str(value)) <= FLOW_UP_TO
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(Quoted, _string)


def yaml_text(document: dict[str, Any]) -> str:
    """`document` as YAML in the order of its keys; any text reads back unchanged."""
    text = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False
    )
    return "\n".join(_spaced(text.rstrip("\n").split("\n"))) + "\n"


def _spaced(lines: list[str]) -> Iterator[str]:
    """Put a blank line before each top-level section and between the entries of its list.

    Block text is always indented deeper than the two places looked at, so no text is changed.
    """
    before = ""
    for line in lines:
        top = bool(before) and bool(line) and not line.startswith(" ")
        section = top and (line.endswith(":") or before.startswith(" "))
        entry = line.startswith("  - ") and before.startswith(" ")
        if section or entry:
            yield ""
        yield line
        before = line
