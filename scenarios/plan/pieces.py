"""Pieces of a plan that can be taken from another plan: sections, single models, single sources. Pure.

A piece's key is that of a section, `model:<name>` or `source:<table>`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan
from scenarios.plan.sections import SECTIONS

MODEL, SOURCE = "model:", "source:"
ALL_SECTIONS = tuple(SECTIONS)

#: Section → its fields of the outline, and of the plan beside it.
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "context": (("context",), ()),
    "sources": (("sources",), ("rows",)),
    "models": (("models", "incremental"), ("statements",)),
    "semantic": (("semantic_layer", "metrics"), ("semantic",)),
    "pain_points": (("pain_points",), ()),
    "features": ((), ("features",)),
    "quality": (("quality",), ("quality",)),
    "day_two": ((), ("day_two",)),
    "talk_track": ((), ("talk_track",)),
}

Item = TypeVar("Item")


def piece_of(plan: Plan, key: str) -> dict[str, Any] | None:
    """A piece as JSON-able data; None for a model or source that the plan does not have."""
    if key.startswith(MODEL):
        return _model_data(plan, key.removeprefix(MODEL))
    if key.startswith(SOURCE):
        table = key.removeprefix(SOURCE)
        source, rows = plan.outline.source(table), plan.rows_of(table)
        return {"source": source.model_dump(mode="json"), "rows": _dump(rows)} if source else None
    of_outline, of_plan = FIELDS[key]
    whole = plan.model_dump(mode="json", include={"outline": set(of_outline), **dict.fromkeys(of_plan, True)})
    return {"outline": whole.pop("outline", {}), **whole}


def _model_data(plan: Plan, name: str) -> dict[str, Any] | None:
    model, incremental = plan.outline.model(name), plan.outline.incremental
    if model is None:
        return None
    kept_up = incremental.model_dump(mode="json") if incremental.model == name else None
    return {
        "model": model.model_dump(mode="json"),
        "statement": _dump(plan.statement_of(name)),
        "incremental": kept_up,
    }


def _dump(value: Any) -> Any:
    return value.model_dump(mode="json") if value else None


def with_piece(plan: Plan, old: Plan, key: str) -> Plan:
    """The plan with this piece of the old one; in the place it has there if the plan does not know it."""
    outline = with_outline_piece(plan.outline, old.outline, key)
    update: dict[str, Any] = {"outline": outline}
    if key.startswith(MODEL):
        update["statements"] = _put(plan.statements, old.statements, "model", key.removeprefix(MODEL))
    elif key.startswith(SOURCE):
        update["rows"] = _put(plan.rows, old.rows, "table", key.removeprefix(SOURCE))
    else:
        update |= {name: getattr(old, name) for name in FIELDS[key][1]}
    return plan.model_copy(update=update)


def with_outline_piece(outline: Outline, old: Outline, key: str) -> Outline:
    """The same for an outline alone."""
    if key.startswith(SOURCE):
        sources = _put(outline.sources, old.sources, "table", key.removeprefix(SOURCE))
        return outline.model_copy(update={"sources": sources})
    if not key.startswith(MODEL):
        return outline.model_copy(update={name: getattr(old, name) for name in FIELDS[key][0]})
    name = key.removeprefix(MODEL)
    update: dict[str, Any] = {"models": _put(outline.models, old.models, "name", name)}
    if name in (old.incremental.model, outline.incremental.model):
        update["incremental"] = old.incremental
    return outline.model_copy(update=update)


def _put(items: Sequence[Item], old: Sequence[Item], field: str, name: str) -> list[Item]:
    """The items with the old one of this name in the place of its namesake, or where it stood."""
    place = next(number for number, item in enumerate(old) if getattr(item, field) == name)
    if any(getattr(item, field) == name for item in items):
        return [old[place] if getattr(item, field) == name else item for item in items]
    return [*items[:place], old[place], *items[place:]]


def needs_of(plan: Plan, key: str) -> list[str]:
    """The models and sources that a piece reads, as keys of pieces."""
    return list(dict.fromkeys(_needs(plan, key)))


def _needs(plan: Plan, key: str) -> Iterator[str]:
    if key == "models":
        for model in plan.outline.models:
            yield from _read_by(plan, model.name)
    elif key.startswith(MODEL):
        yield from _read_by(plan, key.removeprefix(MODEL))
    elif key == "semantic" and plan.semantic:
        yield from (f"{MODEL}{model.model}" for model in plan.semantic.models)
    elif key == "quality":
        yield from (f"{SOURCE}{scenario.table}" for scenario in plan.quality.scenarios)
    elif key == "day_two":
        yield from (f"{SOURCE}{table.table}" for table in plan.day_two.tables)


def _read_by(plan: Plan, name: str) -> Iterator[str]:
    model = plan.outline.model(name)
    if model is None:
        return
    staged = {source.staging_model: source.table for source in plan.outline.sources}
    referred = [column.references.model for column in model.columns if column.references]
    for read in [*model.inputs, *referred]:
        yield f"{SOURCE}{staged[read]}" if read in staged else f"{MODEL}{read}"


def model_holds(new: Plan, old: Plan, key: str) -> bool:
    """Whether a model or source gives its readers at least what it gave them: the same columns and types."""
    before, after = gives(old.outline, key), gives(new.outline, key)
    return before is not None and after is not None and before.items() <= after.items()


def gives(outline: Outline, key: str) -> dict[str, str] | None:
    """Column → type of a model or, from staging on, of a source; with the name under which it is read."""
    if key.startswith(SOURCE):
        source = outline.source(key.removeprefix(SOURCE))
        if source is None:
            return None
        columns = {column.staged_name: str(column.type) for column in source.columns}
        return columns | {"": source.staging_model}
    model = outline.model(key.removeprefix(MODEL))
    return {column.name: str(column.type) for column in model.columns} if model else None
