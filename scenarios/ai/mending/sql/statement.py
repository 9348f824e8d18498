"""Mends the statement of one model. Pure and deterministic."""

from sqlglot import exp
from sqlglot.errors import SqlglotError

from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.clauses import hoisted
from scenarios.ai.mending.sql.cleaning import plain_sql
from scenarios.ai.mending.sql.functions import function_rules
from scenarios.ai.mending.sql.outputs import fit_outputs
from scenarios.ai.mending.sql.reading import CannotMend, readings, written
from scenarios.ai.mending.sql.rules import apply_saying
from scenarios.ai.mending.sql.selects import Selects
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import ModelSql
from scenarios.plan.portable import check_select
from scenarios.plan.portable.screen import READING_DIALECT
from scenarios.plan.rules.statements import check_statement
from scenarios.plan.tracing import input_columns
from scenarios.plan.words import model_place

_SLIPS = (
    CannotMend,
    SqlglotError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    RecursionError,
)
_DIALECTS = {
    "snowflake": "Snowflake", "bigquery": "BigQuery", "postgres": "PostgreSQL", "databricks": "Databricks",
    "redshift": "Redshift", "duckdb": "DuckDB", "tsql": "SQL Server",
}  # fmt: skip


def mend_sql(outline: Outline, model: Model, sql: str) -> tuple[str, list[str]]:
    """A statement that the rules accept, and a sentence for everything changed.

    What cannot be mended, and what needs no mending, comes back as it is, with no sentence: half a statement
    helps nobody.
    """
    if is_accepted(outline, model, sql):
        return sql, []
    said = Said(model_place(model.name))
    plain = plain_sql(sql, said)
    if is_accepted(outline, model, plain):
        return plain, said.sentences
    for dialect, tree in readings(plain, outline.warehouse):
        more = Said(model_place(model.name), list(said.sentences))
        try:
            made = _mended(outline, model, tree, more)
        except _SLIPS:  # this dialect's reading is not what was meant
            continue
        if is_accepted(outline, model, made):
            if dialect != READING_DIALECT or not more.sentences:
                more.add(
                    f"it was written in the words of {_DIALECTS.get(dialect, dialect)}; now it is portable SQL."
                )
            return made, more.sentences
    return sql, []


def is_accepted(outline: Outline, model: Model, sql: str) -> bool:
    """Whether the rules find nothing wrong with the statement."""
    if not 0 < len(sql) <= 12_000:
        return False
    return not any(check_statement(outline, ModelSql(model=model.name, sql=sql)))


def _mended(outline: Outline, model: Model, tree: exp.Expr, said: Said) -> str:
    _unquote(tree, said)
    tree = apply_saying(hoisted(tree, said), function_rules(outline.as_of), said)
    inputs = input_columns(outline, model)
    seeds = {source.table: source.staging_model for source in outline.sources}
    raw = {
        source.staging_model: {column.name: column.rename for column in source.columns if column.rename}
        for source in outline.sources
    }
    declared = [column.name for column in model.columns]
    tree = Selects(inputs, seeds, raw, declared, said).statement(tree)
    fit_outputs(tree, model, said)
    return written(tree)


def _unquote(tree: exp.Expr, said: Said) -> None:
    """Names in lower case, with underscores instead of spaces, without quotes."""
    for identifier in tree.find_all(exp.Identifier):
        if identifier.args.get("quoted"):
            said.add("names stand without quotes.")
        identifier.set("this", "_".join(str(identifier.this).lower().split()))
        identifier.set("quoted", False)


def mend_notes(
    outline: Outline, model: Model, sql: str, notes: list[tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[str]]:
    """(CTE, note) pairs for CTEs that the statement has; a note of another one goes to the nearest or is dropped."""
    tree = check_select(sql, inputs=input_columns(outline, model), part=f"sql:{model.name}").tree
    if tree is None:
        return notes, []
    steps = [query.name for query in tree.queries[:-1]] + list(tree.import_names.values())
    said, kept = Said(model_place(model.name)), []
    used = {cte for cte, _ in notes}
    for cte, note in notes:
        found = cte if cte in steps else nearest(cte, [step for step in steps if step not in used])
        if found is None:
            said.add(f"the note about {cte} is left out: the SQL has no such step.")
            continue
        if found != cte:
            said.add(f"the note about {cte} belongs to {found}.")
        used.add(found)
        kept.append((found, note))
    return kept, said.sentences
