"""Making cell values: reading one of the wrong type, inventing one that fits. Deterministic. Pure."""

import difflib
import math
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count

from scenarios.plan.faults import DECIMALS, LARGEST_INTEGER, TEXT_BYTES, cell_fault
from scenarios.plan.names import Cell, ColumnType, slug

_TRUE = {"true", "yes", "y", "t", "1"}
_FALSE = {"false", "no", "n", "f", "0"}
_DATE_FORMS = ("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d")


def read_cell(value: object, kind: ColumnType) -> Cell:
    """`value` as a legal cell of this type, or None when it says nothing of that type."""
    if value is None:
        return None
    readers = {
        "integer": _integer,
        "number": _number,
        "string": _text,
        "boolean": _boolean,
        "date": _date,
        "timestamp": _timestamp,
    }
    cell: Cell = readers[kind](value)
    return cell if cell is not None and cell_fault(cell, kind) is None else None


def nearest(value: Cell, choices: Sequence[str], number: int) -> str:
    """The accepted value that `value` most likely means; else one of them by row number."""
    by_slug = {slug(choice): choice for choice in choices}
    key = slug(str(value))
    close = difflib.get_close_matches(key, list(by_slug), n=1, cutoff=0.75)
    return by_slug[close[0]] if close else choices[number % len(choices)]


def fresh(kind: ColumnType, used: Collection[Cell], like: Cell, as_of: date) -> Cell:
    """A value of this type that is not in `used`, near `like`; booleans may run out, then `like`."""
    return next((value for value in _candidates(kind, used, like, as_of) if value not in used), like)


def _candidates(kind: ColumnType, used: Collection[Cell], like: Cell, as_of: date) -> Iterator[Cell]:
    if kind == "boolean":
        yield from (False, True)
    elif kind in ("integer", "number"):
        numbers = [int(value) for value in used if isinstance(value, int | float)]
        top = max(numbers, default=0) + 1
        yield from (
            (number for number in count(top) if number <= LARGEST_INTEGER)
            if top < LARGEST_INTEGER
            else count(1)
        )
    elif kind == "string":
        yield from _texts_like(like if isinstance(like, str) and like else "value")
    else:
        for days in range(20_000):
            day = as_of - timedelta(days=days)
            yield day.isoformat() if kind == "date" else f"{day.isoformat()} 09:00:00"


def _texts_like(text: str) -> Iterator[str]:
    """`INV-7` → `INV-7-2`, `ada@example.com` → `ada.2@example.com`."""
    name, at, host = text.partition("@")
    for number in count(2):
        end = f".{number}@{host}" if at else f"-{number}"
        room = max(1, TEXT_BYTES - len(end.encode()))
        yield _shortened(name, room) + end


def _shortened(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore").strip()


def _integer(value: object) -> int | None:
    number = _number(value)
    return round(number) if number is not None else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        digits = "".join(sign for sign in value if sign.isascii() and (sign.isdigit() or sign in "-."))
        try:
            value = int(digits) if digits.lstrip("-").isdigit() else float(digits)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else round(value, DECIMALS)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        return None
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
    return _shortened(text, TEXT_BYTES) or None


def _boolean(value: object) -> bool | None:
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _date(value: object) -> str | None:
    moment = _moment(value)
    return moment.date().isoformat() if moment else None


def _timestamp(value: object) -> str | None:
    moment = _moment(value)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else None


def _moment(value: object) -> datetime | None:
    text = str(value).strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - cells have no time zone
        except ValueError:
            continue
    return None
