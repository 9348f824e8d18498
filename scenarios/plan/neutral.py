"""The one function that makes text harmless for everything that renders Jinja. Pure.

dbt renders Jinja not only in SQL but in YAML descriptions and in SQL comments too, so every text of a plan
passes here before it reaches a file, seeds included: a value must read the same in a seed and in a test on it.
"""

import re

_OPENING = re.compile(r"\{(?=[{%#])")
_CLOSING = re.compile(r"(?<=[}%#])\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u2028\u2029]")


def has_control(text: str) -> bool:
    """Whether there is a control character in `text`; tabs and line ends are none."""
    return _CONTROL.search(text) is not None


def without_control(text: str) -> str:
    """`text` with control characters dropped: files do not need them, and PostgreSQL refuses some."""
    return _CONTROL.sub("", text)


def neutral(text: str) -> str:
    """Return `text` with every Jinja delimiter broken by a space and control characters dropped.

    `{{ x }}` becomes `{ { x } }`: still readable, never a template. Applying it twice changes nothing.
    """
    return _CLOSING.sub(" }", _OPENING.sub("{ ", without_control(text)))


def one_line(text: str) -> str:
    """`neutral` text folded into one line, for comments and labels."""
    return " ".join(neutral(text).split())
