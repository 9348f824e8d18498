"""What has to be written again because an outline has changed: what changed, and what reads it. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping

from scenarios.plan.outline import Model, Outline, SourceTable
from scenarios.plan.parts import DayTwo, PartValue, Quality, TalkTrack, part_keys
from scenarios.plan.rules import check_part
from scenarios.plan.rules.names import project_names
from scenarios.plan.tracing import input_columns

_WORD = re.compile(r"[a-z][a-z0-9_]*")


def keys_that_follow(
    before: Outline, after: Outline, parts: Mapping[str, PartValue], asked: Collection[str]
) -> list[str]:
    """Keys to write again, in the plan's order: those `asked` for, and those that follow from the changes.

    `parts` are those of the plan before. Descriptions and labels make nothing else new.
    """
    keys = {*asked, *_of_sources(before, after), *_of_models(before, after), *_of_quality(before, after)}
    keys |= {key for key in part_keys(after) if key not in parts}
    if _semantic_shape(before) != _semantic_shape(after):
        keys.add("semantic")
    if _day_two_follows(before, after, parts, keys):
        keys.add("day_two")
    if _talk_follows(before, after, parts):
        keys.add("talk_track")
    if any(key.partition(":")[0] in ("rows", "sql", "semantic", "quality") for key in keys):
        keys.add("features")  # they quote rows and results
    keys |= set(_broken(after, parts, keys))
    return [key for key in part_keys(after) if key in keys]


def _of_sources(before: Outline, after: Outline) -> Iterator[str]:
    for source in after.sources:
        known = before.source(source.table)
        if known is None or _shape(known) != _shape(source):
            yield f"rows:{source.table}"


def _shape(source: SourceTable) -> list[object]:
    """What rows have to keep to."""
    columns = [
        (c.name, c.type, c.references, tuple(c.accepted_values), c.required, c.unique) for c in source.columns
    ]
    return [source.primary_key, *columns]


def _of_models(before: Outline, after: Outline) -> Iterator[str]:
    for model in after.models:
        known = before.model(model.name)
        if known is None or _statement_shape(before, known) != _statement_shape(after, model):
            yield f"sql:{model.name}"


def _statement_shape(outline: Outline, model: Model) -> list[object]:
    """What a statement has to keep to: what it gives, and what it reads."""
    given = [(column.name, column.type) for column in model.columns]
    return [given, model.primary_key, model.grain, model.inputs, input_columns(outline, model)]


def _of_quality(before: Outline, after: Outline) -> Iterator[str]:
    """The scenarios, and the rows of tables that get or lose a defect."""
    places = {one.name: (one.kind, one.table, one.column, one.title, one.story) for one in before.quality}
    now = {one.name: (one.kind, one.table, one.column, one.title, one.story) for one in after.quality}
    if places == now:
        return
    yield "quality"
    moved = {one[:3] for one in places.values()} ^ {one[:3] for one in now.values()}
    tables = {table for _, table, _ in moved}
    yield from (f"rows:{source.table}" for source in after.sources if source.table in tables)


def _semantic_shape(outline: Outline) -> list[object]:
    marts = [
        (m.name, m.primary_key, [(c.name, c.type, c.references) for c in m.columns]) for m in outline.marts
    ]
    return [outline.semantic_layer, [(metric.name, metric.description) for metric in outline.metrics], marts]


def _day_two_follows(
    before: Outline, after: Outline, parts: Mapping[str, PartValue], keys: Collection[str]
) -> bool:
    """Whether its rows change tables that are written anew, or another mart picks them up."""
    known = parts.get("day_two")
    touched = {f"rows:{table.table}" for table in known.tables} if isinstance(known, DayTwo) else set()
    return before.incremental.model != after.incremental.model or bool(touched & set(keys))


def _talk_follows(before: Outline, after: Outline, parts: Mapping[str, PartValue]) -> bool:
    """Whether the talk names something that is gone, or answers pains that have changed."""
    talk = parts.get("talk_track")
    if not isinstance(talk, TalkTrack):
        return True
    gone = {name for name, _ in project_names(before)} - {name for name, _ in project_names(after)}
    said = set(_WORD.findall(talk.model_dump_json()))
    pains = [pain.pain for pain in before.pain_points] != [pain.pain for pain in after.pain_points]
    return bool(gone & said) or (pains and any(beat.pains for beat in talk.beats))


def _broken(after: Outline, parts: Mapping[str, PartValue], keys: Collection[str]) -> Iterator[str]:
    """Parts that would stay, but break a rule beside the new outline."""
    quality = parts.get("quality")
    for key in part_keys(after):
        if key in keys or key not in parts:
            continue
        beside = quality if isinstance(quality, Quality) and "quality" not in keys else None
        if check_part(after, key, parts[key], quality=beside):
            yield key
