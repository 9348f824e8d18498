"""Rules about the columns of sources and models: keys, references, types, accepted values. Pure."""

from collections.abc import Iterator

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, ModelColumn, Outline, SourceColumn, SourceTable
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, model_place, one_of, source_place


def check_columns(outline: Outline) -> Iterator[Violation]:
    """All rules about columns that need only the outline."""
    for source in outline.sources:
        yield from _source_key(source)
        for column in source.columns:
            place = source_place(source.table, column.name)
            yield from _foreign_key(outline, source, column, place)
            yield from _accepted_values(column, place)
            yield from _unique(column, place)
    for model in outline.models:
        yield from _model_key(model)
        for model_column in model.columns:
            place = model_place(model.name, model_column.name)
            yield from _reference(outline, model, model_column, place)
            yield from _accepted_values(model_column, place)


def _source_key(source: SourceTable) -> Iterator[Violation]:
    key = source.column(source.primary_key)
    if key is None:
        yield Violation(
            "outline",
            source_place(source.table),
            f"Its primary key {source.primary_key} is not one of its columns.",
            f"Choose {one_of(column.name for column in source.columns)}.",
        )
    elif key.type not in ("integer", "string"):
        yield Violation(
            "outline",
            source_place(source.table, key.name),
            f"A primary key is a whole number or text, not {TYPE_WORDS[key.type]}.",
            "Choose another column, or change its type.",
        )
    elif key.accepted_values:
        yield Violation(
            "outline",
            source_place(source.table, key.name),
            "A primary key has no accepted values: each of its values is there once.",
            "Take the accepted values away.",
        )


def _unique(column: SourceColumn, place: str) -> Iterator[Violation]:
    if column.unique and column.type == "boolean":
        yield Violation(
            "outline", place, "Ten rows cannot be unique with two values.", "Do not ask for unique values."
        )


def _foreign_key(
    outline: Outline, source: SourceTable, column: SourceColumn, place: str
) -> Iterator[Violation]:
    if column.references is None:
        return
    table, name = column.references.table, column.references.column
    parent = outline.source(table)
    if parent is None:
        yield Violation(
            "outline",
            place,
            f"It refers to the source {table}, which is not in the plan.",
            f"Choose {one_of(other.table for other in outline.sources)}.",
        )
        return
    key = parent.column(name)
    if key is None:
        yield Violation(
            "outline",
            place,
            f"It refers to {table}.{name}, but {table} has no such column.",
            f"Refer to {parent.primary_key}.",
        )
    elif name != parent.primary_key and parent.column(parent.primary_key):
        yield Violation(
            "outline",
            place,
            f"It refers to {table}.{name}, which is not the primary key of {table}.",
            f"Refer to {parent.primary_key}.",
        )
    elif (table, name) == (source.table, column.name):
        yield Violation("outline", place, "It refers to itself.", "Take the reference away.")
    else:
        yield from _same_type(column.type, key.type, place, f"{table}.{name}")


def _same_type(mine: ColumnType, theirs: ColumnType, place: str, other: str) -> Iterator[Violation]:
    if mine != theirs:
        yield Violation(
            "outline",
            place,
            f"It is {TYPE_WORDS[mine]}, but {other}, to which it refers, is {TYPE_WORDS[theirs]}.",
            "Give both columns the same type.",
        )


def _model_key(model: Model) -> Iterator[Violation]:
    key = model.column(model.primary_key)
    if key is None:
        yield Violation(
            "outline",
            model_place(model.name),
            f"Its primary key {model.primary_key} is not one of its columns.",
            f"Choose {one_of(column.name for column in model.columns)}.",
        )
    elif key.type in ("number", "boolean"):
        yield Violation(
            "outline",
            model_place(model.name, key.name),
            f"A primary key is a whole number, text or a date, not {TYPE_WORDS[key.type]}.",
            "Choose another column, or change its type.",
        )


def _reference(outline: Outline, model: Model, column: ModelColumn, place: str) -> Iterator[Violation]:
    if column.references is None:
        return
    name, other = column.references.column, outline.model(column.references.model)
    if other is None or other.name == model.name:
        yield Violation(
            "outline",
            place,
            f"It refers to {column.references.model}, which is no other model of the plan.",
            f"Choose {one_of(m.name for m in outline.models if m.name != model.name)}.",
        )
        return
    key = other.column(name)
    if key is None or name != other.primary_key:
        yield Violation(
            "outline",
            place,
            f"It refers to {other.name}.{name}, which is not the primary key of {other.name}.",
            f"Refer to {other.primary_key}.",
        )
    else:
        yield from _same_type(column.type, key.type, place, f"{other.name}.{name}")


def _accepted_values(column: SourceColumn | ModelColumn, place: str) -> Iterator[Violation]:
    if column.accepted_values and column.type != "string":
        yield Violation(
            "outline",
            place,
            f"Accepted values are for text, but it is {TYPE_WORDS[column.type]}.",
            "Take the accepted values away, or make the column text.",
        )
    if column.accepted_values and getattr(column, "unique", False):
        yield Violation(
            "outline",
            place,
            "Ten rows cannot be unique and share a few accepted values.",
            "Take the accepted values away, or do not ask for unique values.",
        )
    if len(set(column.accepted_values)) < len(column.accepted_values):
        yield Violation("outline", place, "An accepted value is listed twice.", "List every value once.")
    for value in column.accepted_values:
        if "'" in value or "\\" in value:  # dbt's own accepted_values test does not escape them
            yield Violation(
                "outline",
                place,
                f"The accepted value {value} has an apostrophe or a backslash.",
                "Write it without.",
            )
