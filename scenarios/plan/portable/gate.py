"""The way of a statement: text, tokens, tree, names, types; and back to text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokens import Token

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.build import Inputs, build
from scenarios.plan.portable.expressions import type_of
from scenarios.plan.portable.fragments import to_text
from scenarios.plan.portable.grammar import check_grammar
from scenarios.plan.portable.lineage import JoinPair, Origin, join_pairs_of, lineage_of
from scenarios.plan.portable.printer import PrintedSelect, print_statement
from scenarios.plan.portable.problems import Problems, shown
from scenarios.plan.portable.ratios import count_ratios, with_ratio_calls
from scenarios.plan.portable.rewrite import rewrite
from scenarios.plan.portable.rules import check_rules
from scenarios.plan.portable.safe import make_safe
from scenarios.plan.portable.screen import READING_DIALECT, screen
from scenarios.plan.portable.statement import Kind, Statement
from scenarios.plan.violations import PlanRefused, Violation


@dataclass(frozen=True)
class CheckedSelect:
    """What is known about a statement: `violations` (none: fine), output columns in order, checked tree."""

    violations: list[Violation]
    columns: dict[str, Kind] = field(default_factory=dict)
    tree: Statement | None = None


def check_select(sql: str, *, inputs: Inputs, part: str) -> CheckedSelect:
    """Check one SELECT of portable SQL against the columns of its input models. Never raises for bad SQL."""
    problems = Problems(part)
    try:
        statement = _understand(sql, inputs, problems)
    except RecursionError:
        problems.add("The SQL is nested too deeply.", "Use CTEs, or split the model into two.")
        statement = None
    if statement is None or problems:
        return CheckedSelect(problems.violations)
    return CheckedSelect([], statement.final.columns, statement)


def _understand(sql: str, inputs: Inputs, problems: Problems) -> Statement | None:
    tokens = screen(sql, problems)
    tree = _parse(tokens, sql, problems) if tokens is not None else None
    if tree is None:
        return None
    check_grammar(tree, problems)
    if problems:
        return None
    statement = build(rewrite(tree), inputs, problems)
    if statement is not None and not problems:
        check_rules(statement, problems)
    if statement is not None and not problems:
        make_safe(statement)
    return statement


def _parse(tokens: list[Token], sql: str, problems: Problems) -> exp.Expr | None:
    try:
        trees = Dialect.get_or_raise(READING_DIALECT).parser().parse(tokens, sql)
    except ParseError as error:
        detail = error.errors[0] if error.errors else {}
        near = str(detail.get("highlight") or "").strip()
        where = f" near {shown(near)} (line {detail.get('line')})" if near else ""
        problems.add(
            f"The SQL cannot be read{where}.", "Check commas, parentheses and the order of the clauses."
        )
        return None
    except (
        SqlglotError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
    ):  # the parser's own slips
        problems.add("The SQL cannot be read.", "Check commas, parentheses and the order of the clauses.")
        return None
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Select | exp.SetOperation):
        problems.add("The SQL is not one SELECT.", "A model is one SELECT (it may start with WITH).")
        return None
    return tree


def _statement(sql: str, inputs: Inputs) -> Statement:
    """The checked statement. Raises PlanRefused when there are violations."""
    checked = check_select(sql, inputs=inputs, part="sql")
    if checked.tree is None:
        raise PlanRefused(checked.violations)
    return checked.tree


def print_select(
    sql: str,
    *,
    inputs: Inputs,
    import_names: Mapping[str, str] | None = None,
    ratio_calls: bool = False,
) -> PrintedSelect:
    """The statement as CTEs of a dbt model for all warehouses. Raises PlanRefused when there are violations.

    `import_names`: model → name of its import CTE; without it the author's own, else the model's name.
    With `ratio_calls`, ratios are calls of the project's own macro, see `ratios`.
    """
    statement = _statement(sql, inputs)
    return print_statement(with_ratio_calls(statement) if ratio_calls else statement, import_names or {})


def ratios_in(sql: str, *, inputs: Inputs) -> int:
    """How many ratios a statement has. Raises PlanRefused when there are violations."""
    return count_ratios(_statement(sql, inputs))


def type_sql(kind: ColumnType) -> str:
    """The type's name in a cast of a dbt file, such as `{{ dbt.type_string() }}`."""
    return to_text(type_of(kind))


def column_lineage(sql: str, *, inputs: Inputs) -> dict[str, list[Origin]]:
    """Output column → input columns its value is made of. Raises PlanRefused when there are violations."""
    return lineage_of(_statement(sql, inputs))


def join_pairs(sql: str, *, inputs: Inputs) -> list[JoinPair]:
    """Pairs of columns that joins compare, with types. Raises PlanRefused when there are violations."""
    return join_pairs_of(_statement(sql, inputs))
