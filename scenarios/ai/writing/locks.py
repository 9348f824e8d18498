"""What must not change: locked sections and models, and everything outside the one section that is asked for. Pure."""

from collections.abc import Set

from scenarios.ai.sections import keys_of_section
from scenarios.plan.outline import Outline
from scenarios.plan.parts import part_keys
from scenarios.plan.pieces import FIELDS, MODEL, with_outline_piece
from scenarios.plan.sections import SECTIONS


def section_keys(outline: Outline, section: str) -> list[str]:
    """The keys of the parts that a section is written in, in the order they are best computed; none if unknown."""
    theirs = keys_of_section(outline, section) if section in SECTIONS else set()
    return [key for key in part_keys(outline) if key in theirs]


def locked_keys(outline: Outline, locked: Set[str]) -> set[str]:
    """The keys of all parts that are locked, by section or model."""
    keys = {key for section in locked for key in section_keys(outline, section)}
    return keys | {f"sql:{name.removeprefix(MODEL)}" for name in locked if name.startswith(MODEL)}


def put_back(
    before: Outline, after: Outline, *, section: str | None, locked: Set[str]
) -> tuple[Outline, list[str]]:
    """`after` with what must not change as it was `before`, and the names of what was put back for a lock.

    Whether the result holds together is for `check_outline`.
    """
    open_fields = {field for name in ([section] if section else SECTIONS) for field in _fields(name)}
    open_fields -= {field for name in locked for field in _fields(name)}
    fields = {field for name in SECTIONS for field in _fields(name)}
    kept = {field: getattr(before, field) for field in fields - open_fields}
    names = [
        SECTIONS[name]
        for name in SECTIONS
        if name in locked and any(getattr(before, field) != getattr(after, field) for field in _fields(name))
    ]
    result = after.model_copy(update=kept)
    for name in sorted(one.removeprefix(MODEL) for one in locked if one.startswith(MODEL)):
        known = before.model(name)
        if known is None or "models" in kept or result.model(name) == known:
            continue
        result = with_outline_piece(result, before, f"{MODEL}{name}")
        names.append(name)
    return result, names


def _fields(section: str) -> tuple[str, ...]:
    """The outline's fields that a section consists of; none for a model, or when it consists of parts only."""
    return FIELDS[section][0] if section in FIELDS else ()
