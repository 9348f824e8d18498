"""Legal names from whatever was written: snake case, no keyword, none twice. Pure."""

import re
from collections.abc import Collection, Iterator

from scenarios.plan.names import slug
from scenarios.plan.portable import is_reserved
from scenarios.plan.rules.names import NAME_LIMIT, name_faults

_ALIAS = re.compile(r"^[a-z][a-z0-9_]{0,50}$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(text: str, *, fallback: str = "item") -> str:
    """Lower snake case: `OrderID` is order_id. A name that is snake case already stays."""
    return slug(_HUMP.sub("_", text.strip()), fallback=fallback, limit=NAME_LIMIT)


def legal_name(
    written: str,
    *,
    word: str,
    taken: Collection[str] = (),
    before: str = "",
    alias: bool = True,
    limit: int = NAME_LIMIT,
) -> str:
    """`written` when it is legal and not taken; else the first name made from it that is.

    `word` is set behind a name that is refused, `before` in front of it if given. With `alias`, keywords are
    refused as well, see `rules.names`.
    """
    for name in _candidates(written, word, before, limit):
        if name not in taken and is_legal(name, alias=alias):
            return name
    raise AssertionError("the candidates never end")  # pragma: no cover


def is_legal(name: str, *, alias: bool = False) -> bool:
    """Whether the rules accept the name."""
    return snake(name) == name and not any(name_faults(name, "", "", alias=alias))


def legal_alias(written: str, taken: Collection[str]) -> str:
    """A name of a CTE or a table's alias: `written`, or with a word behind it where it is refused or taken."""
    name = written if _ALIAS.match(written) else snake(written, fallback="step")
    number = 1
    while name in taken or is_reserved(name):
        name = f"{written if _ALIAS.match(written) else snake(written, fallback='step')}_rows"
        name = name if number == 1 else f"{name}_{number}"
        number += 1
    return name[:NAME_LIMIT]


def _candidates(written: str, word: str, before: str, limit: int) -> Iterator[str]:
    plain = snake(written, fallback=word)[:limit].strip("_")
    yield written if snake(written) == written and len(written) <= limit else plain
    if before:
        yield f"{before}_{plain}"[:limit].strip("_")
    yield f"{plain[: limit - len(word) - 1]}_{word}"
    number = 2
    while True:
        yield f"{plain[: limit - 9]}_{number}" if number < 9 else f"{plain[: limit - 20]}_{word}_{number}"
        number += 1
