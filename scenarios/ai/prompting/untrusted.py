"""How text that we did not write enters a prompt: cleaned, as JSON, in a block that it cannot close."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

Change = Callable[[str], str]

_NAME = re.compile(r"^[a-z][a-z_]*$")
_KEPT = "\n\t"
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_INVISIBLE = ("Cc", "Cf", "Cs", "Co")  # control, format (zero width, direction, tags), surrogate, private use


def visible(text: str) -> str:
    """`text` without characters that nobody sees: control and zero-width ones; line ends and tabs stay."""
    plain = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if plain.isascii() and plain.isprintable():
        return plain
    seen = (sign for sign in plain if sign in _KEPT or unicodedata.category(sign) not in _INVISIBLE)
    return _SELECTORS.sub("", "".join(seen))


def _unchanged(text: str) -> str:
    return text


def block(name: str, value: object, *, change: Change = _unchanged) -> str:
    """`value` as JSON in a block `<name untrusted="true">`.

    `value` is plain data, as JSON has it; `change` is applied to each of its texts first. Raises ValueError for
    a name that is no plain word.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot name a block.")
    return f'<{name} untrusted="true">\n{as_json(changed(value, change))}\n</{name}>'


def changed(value: object, change: Change) -> object:
    """Plain data with `change` applied to every text in it, names of fields included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(key)): changed(item, change) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [changed(item, change) for item in value]
    return value


def as_json(value: object) -> str:
    """Plain data as JSON that can close no block: `<` is written \\u003c, invisible characters are left out.

    Lists and objects that hold further ones are spread over lines, the others stand in one line.
    """
    return _lines(changed(value, visible)).replace("<", "\\u003c")


def _lines(value: object) -> str:
    items = _items(value)
    if not any(_is_nested(item) for _, item in items):
        return json.dumps(value, ensure_ascii=False)
    inner = ",\n".join(f"{label}{_lines(item)}" for label, item in items)
    start, end = "{}" if isinstance(value, Mapping) else "[]"
    return f"{start}\n{inner}\n{end}"


def _items(value: object) -> list[tuple[str, object]]:
    """What an object or a list holds, each with the label that stands before it."""
    if isinstance(value, Mapping):
        return [(f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in value.items()]
    return [("", item) for item in value] if isinstance(value, list) else []


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(map(_is_nested_item, value)))


def _is_nested_item(value: object) -> bool:
    return isinstance(value, Mapping | list)
