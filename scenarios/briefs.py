"""Read a brief from a YAML file, naming every fault."""

from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml
from django.conf import settings
from django.utils import timezone
from pydantic import ValidationError

from scenarios.plan.brief import ALIAS_LIMIT, NOTES_LIMIT, Brief
from scenarios.plan.names import WAREHOUSES, Depth, Warehouse

_SIZE_LIMIT = 200_000  # bytes of a brief file
_KEYS = (
    "company",
    "industry",
    "warehouse",
    "include_semantic_layer",
    "discovery_notes",
    "pain_points",
    "depth",
    "codename",
    "as_of",
)


class BadBrief(Exception):
    """The brief cannot be used; `faults` has a sentence for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def read_brief(path: Path, *, as_of: str | None = None) -> Brief:
    """Read and check a brief; `as_of` (YYYY-MM-DD) overrides the file's. Raises BadBrief."""
    data = _load(path)
    if unknown := sorted(set(map(str, data)) - set(_KEYS)):
        raise BadBrief([f"{key}: unknown key; the keys are {', '.join(_KEYS)}." for key in unknown])
    filled = {"warehouse": settings.DEFAULT_WAREHOUSE_TYPE, "as_of": timezone.localdate()}
    filled |= {key: value for key, value in data.items() if value is not None}
    if as_of is not None:
        filled["as_of"] = as_of
    try:
        return Brief.model_validate(filled)
    except ValidationError as error:
        raise BadBrief([_sentence(fault) for fault in error.errors()]) from error


def _load(path: Path) -> dict[Any, Any]:
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise BadBrief([f"{path}: the file is larger than {_SIZE_LIMIT:,} bytes."])
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadBrief([f"{path}: cannot be read ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise BadBrief([f"{path}: is not UTF-8 text."]) from error
    except (
        yaml.YAMLError,
        ValueError,
        LookupError,
        RecursionError,
    ) as error:  # it raises them for odd scalars
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise BadBrief([f"{path}: is not valid YAML{where}."]) from error
    if not isinstance(data, dict):
        raise BadBrief([f"{path}: must hold keys and values, such as `company: Acme`."])
    return data


def _sentence(fault: Any) -> str:
    key = str(fault["loc"][0])
    if fault["type"] == "codename":
        return f"{key}: {fault['msg']}"
    wanted = {
        "company": "the prospect's name, up to 120 characters",
        "industry": "the prospect's industry, up to 120 characters",
        "warehouse": f"one of {', '.join(get_args(Warehouse) or WAREHOUSES)}",
        "include_semantic_layer": "true or false",
        "discovery_notes": f"text of up to {NOTES_LIMIT:,} characters",
        "pain_points": f"text of up to {NOTES_LIMIT:,} characters",
        "depth": f"one of {', '.join(get_args(Depth))}",
        "codename": f"an alias for the company, one line of up to {ALIAS_LIMIT} characters",
        "as_of": f"a date such as {date(2026, 1, 31).isoformat()}, between 2000 and 2100",
    }[key]
    state = "is missing" if fault["type"] == "missing" else "cannot be used"
    return f"{key}: {state}; it must be {wanted}."
