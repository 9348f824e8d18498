"""Taking values out of dbt Cloud's answers, whose types are not always what they should be. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from provisioning.clients.dbt_cloud.answers import Malformed

LARGEST_ID = 2**63 - 1


def id_of(data: Any, name: str = "id") -> int:
    """An id of 64 bits. Raises Malformed when there is none, also in an answer that speaks of success."""
    found = id_or_none(data, name)
    if found is None:
        raise Malformed(f"no {name}")
    return found


def id_or_none(data: Any, name: str) -> int | None:
    """An id, or None when it is not set. Raises Malformed for something else."""
    value = an_object(data).get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Malformed(f"{name} is no id")
    return value


def number(data: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number."""
    value = data.get(name)
    return value if type(value) is int else default


def text(data: Mapping[str, Any], name: str) -> str:
    """A text; "" when it is null or not there."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(item for item in items(data, name) if isinstance(item, str))


def items(data: Mapping[str, Any], name: str) -> Iterable[Any]:
    """A list; empty when it is null or not there."""
    value = data.get(name)
    return value if isinstance(value, list) else []


def flag(data: Mapping[str, Any], name: str) -> bool:
    """Whether something is true, and not just set."""
    return data.get(name) is True


def moment(data: Mapping[str, Any], name: str) -> datetime | None:
    """A time with its zone; dbt Cloud writes `2023-08-02 08:03:46.216855+00:00` or ISO with `T` and `Z`."""
    try:
        found = datetime.fromisoformat(text(data, name).strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def an_object(data: Any) -> dict[str, Any]:
    """An object of JSON. Raises Malformed for anything else."""
    if not isinstance(data, dict):
        raise Malformed("no object")
    return data
