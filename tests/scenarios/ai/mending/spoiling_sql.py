"""Slips in statements: habits of other warehouses, fences, names from memory."""

from collections.abc import Callable
from random import Random

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from tests.scenarios.ai.mending.spoiling import Data, Spoiler, a_model, misspelt


def _read(sql: str) -> exp.Expr | None:
    """The tree, unless an earlier slip has made the text unreadable."""
    try:
        return sqlglot.parse_one(sql, read="snowflake")
    except ParseError:
        return None


def other_dialect(data: Data, dice: Random) -> None:
    statement = a_model(data, dice)
    dialect = dice.choice(["bigquery", "postgres", "databricks", "duckdb", "tsql", "redshift", "spark"])
    if (tree := _read(statement["sql"])) is not None:
        statement["sql"] = tree.sql(dialect, pretty=True)


def fenced(data: Data, dice: Random) -> None:
    statement = a_model(data, dice)
    statement["sql"] = f"Here is the model:\n```sql\n{statement['sql']};\n```\nIt reads two tables."


def with_refs(data: Data, dice: Random) -> None:
    statement = a_model(data, dice)
    tree, sql = _read(statement["sql"]), statement["sql"]
    if tree is None:
        return
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for name in sorted({t.name for t in tree.find_all(exp.Table)} - ctes):
        sql = sql.replace(f" {name}", f" {{{{ ref('{name}') }}}}")
    statement["sql"] = "{{ config(materialized='table') }}\n" + sql


def ordered_and_limited(data: Data, dice: Random) -> None:
    a_model(data, dice)["sql"] += "\norder by 1 desc\nlimit 100"


def _with_tree(data: Data, dice: Random, change: Callable[[exp.Expr], None]) -> None:
    statement = a_model(data, dice)
    if (tree := _read(statement["sql"])) is not None:
        change(tree)
        statement["sql"] = tree.sql("snowflake", pretty=True)


def misspelt_column(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        columns = [
            c
            for c in tree.find_all(exp.Column)
            if isinstance(c.parent, exp.Func | exp.Binary) and len(c.name) > 5
        ]
        if columns:
            column = dice.choice(columns)
            column.set("this", exp.to_identifier(column.name + dice.choice(["s", "_value", "_2"])))

    _with_tree(data, dice, change)


def numbers_to_group_by(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        for select in tree.find_all(exp.Select):
            group = select.args.get("group")
            places = [item.unalias() for item in select.expressions]
            if group is not None and all(item in places for item in group.expressions):
                numbers = [exp.Literal.number(places.index(item) + 1) for item in group.expressions]
                group.set("expressions", numbers)

    _with_tree(data, dice, change)


def quoted_names(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("quoted", True)

    _with_tree(data, dice, change)


def schema_before_tables(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if table.name not in ctes:
                table.set("db", exp.to_identifier("analytics"))

    _with_tree(data, dice, change)


def extra_column(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        if isinstance(tree, exp.Select):
            tree.select("current_timestamp() as loaded_at", copy=False)

    _with_tree(data, dice, change)


def lost_alias(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        aliased = [item for item in tree.expressions if isinstance(item, exp.Alias)]
        if aliased:
            item = dice.choice(aliased)
            item.replace(item.this.copy())

    _with_tree(data, dice, change)


def renamed_output(data: Data, dice: Random) -> None:
    def change(tree: exp.Expr) -> None:
        aliased = [item for item in tree.expressions if isinstance(item, exp.Alias)]
        if aliased:
            item = dice.choice(aliased)
            item.set("alias", exp.to_identifier(item.alias + dice.choice(["s", "_total", "_x"])))

    _with_tree(data, dice, change)


def other_model_name(data: Data, dice: Random) -> None:
    statement = a_model(data, dice)
    statement["model"] = misspelt(statement["model"], dice)


def note_of_no_step(data: Data, dice: Random) -> None:
    a_model(data, dice)["notes"].append({"cte": "somewhere", "note": "TODO"})


SQL: list[Spoiler] = [
    other_dialect, other_dialect, fenced, with_refs, ordered_and_limited, misspelt_column, numbers_to_group_by,
    quoted_names, schema_before_tables, extra_column, lost_alias, renamed_output, other_model_name,
    note_of_no_step,
]  # fmt: skip
