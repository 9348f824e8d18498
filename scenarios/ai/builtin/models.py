"""Models of a blueprint, in the words of one demo: columns come from the statement, descriptions from their origin."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from scenarios.ai.builtin.lexicon import PLACEHOLDER, BlueprintError, Lexicon
from scenarios.ai.builtin.schema import ModelSpec
from scenarios.plan.outline import Model, ModelColumn, SourceTable
from scenarios.plan.parts import CteNote, ModelSql

Origins = Mapping[str, ModelColumn]


def resolve_model(
    spec: ModelSpec,
    key: str,
    lexicon: Lexicon,
    tables: Mapping[str, SourceTable],
    models: Mapping[str, Model],
) -> tuple[Model, ModelSql]:
    """The model and its statement; `tables` by staging model, `models` by name are what it may read."""
    name, sql = lexicon.name(spec.name), lexicon.name(spec.sql)
    inputs = _inputs(spec, lexicon)
    layer: Literal["intermediate", "marts"] = "intermediate" if name.startswith("int_") else "marts"
    origins = _origins(inputs, tables, models)
    primary_key = lexicon.name(spec.key)
    model = Model(
        name=name,
        layer=layer,
        materialized=spec.materialized or ("view" if layer == "intermediate" else "table"),
        purpose=lexicon.text(spec.purpose),
        grain=lexicon.text(spec.grain),
        primary_key=primary_key,
        inputs=inputs,
        columns=_columns(spec, key, sql, lexicon, origins),
        business_questions=[lexicon.text(question) for question in spec.questions],
    )
    notes = [CteNote(cte=lexicon.name(cte), note=lexicon.text(note)) for cte, note in spec.notes.items()]
    header = lexicon.text(spec.header) if spec.header else None
    return model, ModelSql(model=name, sql=sql, header=header, notes=notes)


@lru_cache(maxsize=512)
def output_names(sql: str, place: str) -> tuple[str, ...]:
    """Names of the columns that the statement returns. Raises BlueprintError."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise BlueprintError(f"The SQL of {place} cannot be read: {str(error)[:200]}") from error
    if not isinstance(tree, exp.Select):
        raise BlueprintError(f"The SQL of {place} is not one SELECT.")
    return tuple(tree.named_selects)


def _inputs(spec: ModelSpec, lexicon: Lexicon) -> list[str]:
    found = [name for name in PLACEHOLDER.findall(spec.sql) if name.startswith(("stg.", "model."))]
    return [lexicon.name(f"[[{name}]]") for name in dict.fromkeys(found)]


def _origins(inputs: list[str], tables: Mapping[str, SourceTable], models: Mapping[str, Model]) -> Origins:
    """Columns of the inputs by name; the first input wins."""
    origins: dict[str, ModelColumn] = {}
    for name in inputs:
        if name in tables:
            columns = [
                ModelColumn(name=column.staged_name, type=column.type, description=column.description)
                for column in tables[name].columns
            ]
        else:
            columns = models[name].columns if name in models else []
        origins = {column.name: column for column in columns} | origins
    return origins


def _columns(
    spec: ModelSpec,
    key: str,
    sql: str,
    lexicon: Lexicon,
    origins: Origins,
) -> list[ModelColumn]:
    new = {lexicon.name(name): column for name, column in spec.new.items()}
    columns = []
    for name in output_names(sql, key):
        if name in new:
            column = ModelColumn(name=name, type=new[name].type, description=lexicon.text(new[name].text))
        elif name in origins:
            column = ModelColumn(name=name, type=origins[name].type, description=origins[name].description)
        else:
            raise BlueprintError(f"Model {key}: say in `new` what the column {name} is.")
        columns.append(column)
    return columns
