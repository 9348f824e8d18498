"""Applies rewriting rules to a tree, and says of each what became of what. Pure."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.reading import in_lower_case
from scenarios.plan.portable.problems import shown
from scenarios.plan.portable.screen import READING_DIALECT

Rule = Callable[[exp.Expr], exp.Expr]
Rules = Mapping[type[exp.Expr], Rule]

_SILENT = (exp.Ordered, exp.Concat, exp.Year, exp.Month, exp.Day, exp.Quarter, exp.LastDay, exp.TimeStrToTime)
_SHOWN = 80  # characters of an expression in a sentence
_ROUNDS = 4  # what a rule makes anew may need a rule itself


def apply_saying(tree: exp.Expr, rules: Rules, said: Said) -> exp.Expr:
    """The tree rewritten from its leaves up, with a sentence for everything that changed."""
    for child in list(tree.iter_expressions()):
        changed = apply_saying(child, rules, said)
        if changed is not child:
            child.replace(changed)
    for _ in range(_ROUNDS):
        rule = rules.get(type(tree))
        if rule is None:
            return tree
        before = sql_of(tree)
        after = rule(tree)
        if not isinstance(tree, _SILENT) and sql_of(after) != before:
            said.add(f"{shown(before, _SHOWN)} is written as {shown(sql_of(after), _SHOWN)}.")
        if after is tree:
            return tree
        tree = after
    return tree


def sql_of(node: exp.Expr) -> str:
    """The expression in one line, for sentences."""
    return in_lower_case(node.sql(dialect=READING_DIALECT, comments=False))
