"""Source tables of a blueprint, in the words of one demo."""

from collections.abc import Collection

from scenarios.ai.builtin.lexicon import BlueprintError, Lexicon
from scenarios.ai.builtin.schema import Blueprint, Column, Table
from scenarios.plan.names import ColumnType
from scenarios.plan.outline import ForeignKey, SourceColumn, SourceTable

_TYPES: dict[str, ColumnType] = {
    "sequence": "string", "draw": "string", "deal": "string", "amount": "number", "date": "date", "after": "date",
    "calc": "number", "flag": "boolean", "format": "string", "lookup": "string",
}  # fmt: skip


def resolve_table(blueprint: Blueprint, key: str, present: Collection[str], words: Lexicon) -> SourceTable:
    """The source table with this handle; columns that refer to tables not `present` are left out."""
    if key not in blueprint.tables:
        raise BlueprintError(f"There is no table {key}.")
    table = blueprint.tables[key]
    name = words.name(table.name)
    return SourceTable(
        system=words.name(table.system),
        table=name,
        label=words.text(table.label) if table.label else name.replace("_", " ").capitalize(),
        description=words.text(table.text),
        staging_purpose=words.text(table.staging),
        primary_key=table.key,
        columns=[
            _column(blueprint, raw, column, words) for raw, column in columns_present(table, present).items()
        ],
    )


def columns_present(table: Table, present: Collection[str]) -> dict[str, Column]:
    """The table's columns by raw name, without foreign keys to tables that this demo does not have."""
    return {
        raw: column for raw, column in table.columns.items() if column.ref is None or column.ref in present
    }


def type_of(blueprint: Blueprint, column: Column) -> ColumnType:
    """The column's type: as given, else what its maker makes."""
    if column.type:
        return column.type
    if column.ref:
        parent = blueprint.tables[column.ref]
        return type_of(blueprint, parent.columns[parent.key])
    if column.maker == "amount" and column.decimals == 0:
        return "integer"
    if column.maker == "draw" and isinstance(column.vary, float) and column.vary > 0:
        return "number"
    kind = _TYPES[column.maker]
    return "timestamp" if kind == "date" and column.time else kind


def _column(blueprint: Blueprint, raw: str, column: Column, words: Lexicon) -> SourceColumn:
    staged = words.name(column.rename) if column.rename else None
    reference = None
    if column.ref:
        parent = blueprint.tables[column.ref]
        reference = ForeignKey(table=words.name(parent.name), column=parent.key)
    return SourceColumn(
        name=raw,
        type=type_of(blueprint, column),
        description=words.text(column.text),
        rename=staged if staged != raw else None,
        references=reference,
        accepted_values=_accepted(column, words),
        required=column.required,
        unique=column.unique,
    )


def _accepted(column: Column, words: Lexicon) -> list[str]:
    if not column.accepted:
        return []
    values = (
        column.deal if column.deal is not None else list(column.lookup.map.values()) if column.lookup else []
    )
    return [words.text(str(value)) for value in dict.fromkeys(values)]
