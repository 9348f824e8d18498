"""Names that a warehouse refuses, or that are keywords there and so read badly as an alias. Pure data.

The words stand in `keywords.txt` beside this module, taken from sqlfluff's dialects.
"""

from importlib.resources import files


def _read() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    reserved: dict[str, list[str]] = {}
    keywords: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("keywords.txt").read_text("utf-8").splitlines():
        word, *marks = line.split()
        for mark in marks:
            label, _, dialects = mark.partition("=")
            if word != "#" and label in ("reserved", "keyword"):
                (reserved if label == "reserved" else keywords)[word] = dialects.split(",")
    return reserved, keywords


_RESERVED, _KEYWORDS = _read()

#: Refused as an unquoted identifier on at least one of the supported warehouses, PostgreSQL or DuckDB.
RESERVED: frozenset[str] = frozenset(_RESERVED)


def is_reserved(name: str) -> list[str]:
    """Warehouses that refuse `name` as an identifier; empty when it is fine everywhere."""
    return list(_RESERVED.get(name.lower(), []))


def is_keyword(name: str) -> list[str]:
    """Warehouses where `name` is refused as an identifier, or is a keyword and so no good as an alias.

    A column that is only passed on may still have such a name (`select region from …`).
    """
    return list(dict.fromkeys(is_reserved(name) + _KEYWORDS.get(name.lower(), [])))
