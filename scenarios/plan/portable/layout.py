"""Breaks a long expression over several lines, as a careful analytics engineer would. Pure."""

from collections.abc import Callable

from sqlglot import exp

from scenarios.plan.portable.expressions import (
    ADD,
    ATOM,
    COMPARE,
    NEGATABLE,
    NOT,
    OPERATORS,
    ExpressionPrinter,
    arguments,
    chain,
    precedence,
    right_level,
    window_parts,
)
from scenarios.plan.portable.fragments import INDENT, Macro, Sql, broken, to_text
from scenarios.plan.portable.macros import MACRO_RULES

LONG_CASE = 70  # characters; a longer case, or one with several branches, takes several lines


class Layout:
    """Lines of one core's expressions."""

    def __init__(self, printer: ExpressionPrinter) -> None:
        self.printer = printer

    def flat(self, node: exp.Expr) -> str:
        """The expression in one line."""
        return to_text(self.printer.sql(node))

    def lines(self, node: exp.Expr, room: int) -> list[str]:
        """The expression in lines of at most `room` characters, where it can be broken."""
        text = self.flat(node)
        fits = len(text) <= room
        if fits and not _wants_lines(node, text):
            return [text]
        if type(node) in MACRO_RULES or isinstance(node, exp.TryCast):
            return [text] if fits else _macro(self.printer.sql(node), room)
        rule = _RULES.get(type(node), _function if isinstance(node, exp.Func) else None)
        return rule(self, node, room) if rule is not None else [text]

    def within(self, node: exp.Expr, least: int, room: int) -> list[str]:
        """The expression as an operand, in parentheses where needed."""
        if precedence(node) >= least:
            return self.lines(node, room)
        inner = self.lines(node, room - len(INDENT))
        return [f"({inner[0]})"] if len(inner) == 1 else ["(", *indented(inner), ")"]

    def listed(self, nodes: list[exp.Expr], room: int) -> list[str]:
        """One expression after the other, with commas."""
        lines: list[str] = []
        for i, node in enumerate(nodes):
            lines += self.lines(node, room - 1)
            lines[-1] += "," if i < len(nodes) - 1 else ""
        return lines


def indented(lines: list[str]) -> list[str]:
    """The lines, one level deeper."""
    return [INDENT + line for line in lines]


def _wants_lines(node: exp.Expr, text: str) -> bool:
    """A case with several branches is easier to read in lines, also inside a function."""
    if isinstance(node, exp.Case):
        return len(node.args["ifs"]) > 1 or len(text) > LONG_CASE
    if "{{" in text or not isinstance(node, exp.Sum | exp.Max | exp.Min | exp.Coalesce | exp.Round):
        return False
    found = node.find(exp.Case)
    return found is not None and len(found.args["ifs"]) > 1


def _macro(fragment: Sql, room: int) -> list[str]:
    """A macro call over several lines, also when a cast stands around it."""
    place = next(i for i, piece in enumerate(fragment) if isinstance(piece, Macro))
    macro = fragment[place]
    assert isinstance(macro, Macro)  # noqa: S101  just found
    if len(fragment) == 1:
        return broken(macro, room)
    inner = broken(macro, room - len(INDENT))  # several lines, so only the short last one grows
    inner[-1] += to_text(fragment[place + 1 :])[:-1]  # " as type", and the cast's closing parenthesis
    return ["cast(", *indented(inner), ")"]


def _function(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    name = layout.flat(node).partition("(")[0]
    return [f"{name}(", *indented(layout.listed(arguments(node), room - len(INDENT))), ")"]


def _cast(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    if isinstance(node.this, exp.TimestampTrunc | exp.DateAdd):  # may bring the cast along
        return _macro(layout.printer.sql(node), room)
    target = f" as {layout.printer.type_text(node)}"
    inner = layout.lines(node.this, room - len(INDENT) - len(target))
    inner[-1] += target
    return ["cast(", *indented(inner), ")"]


def _count(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    if not isinstance(node.this, exp.Distinct):
        return _function(layout, node, room)
    inner = layout.lines(node.this.expressions[0], room - len(INDENT) - len("distinct "))
    return ["count(", *indented([f"distinct {inner[0]}", *inner[1:]]), ")"]


def _extract(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    start = f"{node.this.name.lower()} from "
    inner = layout.lines(node.expression, room - len(INDENT) - len(start))
    inner[0] = start + inner[0]
    return ["extract(", *indented(inner), ")"]


def _case(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    deeper = room - len(INDENT)
    head = f"case {layout.flat(node.this)}" if node.this is not None else "case"
    lines = [head]
    for branch in node.args["ifs"]:
        lines += indented(_when(layout, branch, deeper))
    default = node.args.get("default")
    if default is not None:
        value = layout.lines(default, deeper - len("else "))
        lines += indented([f"else {value[0]}", *value[1:]] if len(value) == 1 else ["else", *indented(value)])
    return [*lines, "end"]


def _when(layout: Layout, branch: exp.Expr, room: int) -> list[str]:
    condition, value = branch.this, branch.args["true"]
    flat = f"when {layout.flat(condition)} then {layout.flat(value)}"
    if len(flat) <= room and not _wants_lines(value, layout.flat(value)):
        return [flat]
    conditions = layout.lines(condition, room - len(INDENT))
    values = layout.lines(value, room - len(INDENT) - len("then "))
    then = [f"then {values[0]}"] if len(values) == 1 else ["then", *indented(values)]
    if len(conditions) == 1:
        return [f"when {conditions[0]}", *indented(then)]
    return ["when", *indented(conditions), *indented(then)]


def logical_lines(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    """One line or more for each operand of a run of `and` or `or`."""
    word = OPERATORS[type(node)]
    lines: list[str] = []
    for i, part in enumerate(chain(node)):
        inner = layout.within(part, NOT, room - len(word) - 1)
        lines += [f"{word} {inner[0]}", *inner[1:]] if i else inner
    return lines


def _binary(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    return _operation(layout, node, OPERATORS[type(node)], room)


def _operation(layout: Layout, node: exp.Expr, word: str, room: int) -> list[str]:
    level = precedence(node)
    first = layout.within(node.this, level + (level == COMPARE), room)
    second = layout.within(node.expression, right_level(node), room - len(word) - 1)
    return [*first, f"{word} {second[0]}", *second[1:]]


def _between(layout: Layout, node: exp.Expr, room: int, word: str = "between") -> list[str]:
    low = layout.within(node.args["low"], ADD, room - len(word) - 1)
    high = layout.within(node.args["high"], ADD, room - len("and "))
    return [*layout.within(node.this, ADD, room), f"{word} {low[0]}", *low[1:], f"and {high[0]}", *high[1:]]


def _in(layout: Layout, node: exp.Expr, room: int, word: str = "in") -> list[str]:
    value = layout.within(node.this, ADD, room - len(word) - 3)
    items = layout.listed(node.expressions, room - len(INDENT))
    return [*value[:-1], f"{value[-1]} {word} (", *indented(items), ")"]


def _not(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    inner, word = node.this, NEGATABLE.get(type(node.this), "")
    if isinstance(inner, exp.In):
        return _in(layout, inner, room, word)
    if isinstance(inner, exp.Between):
        return _between(layout, inner, room, word)
    if word:
        return _operation(layout, inner, word, room)
    lines = layout.within(inner, COMPARE, room - len("not "))
    return [f"not {lines[0]}", *lines[1:]]


def _negative(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    lines = layout.within(node.this, ATOM, room - 1)
    return [f"-{lines[0]}", *lines[1:]]


def _window(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    function = layout.lines(node.this, room - len(" over ("))
    clauses: list[str] = []
    for clause in (to_text(part) for part in window_parts(layout.printer, node)):
        if clause.startswith("partition by ") and len(clause) > room - len(INDENT):
            items = layout.listed(node.args["partition_by"], room - 2 * len(INDENT))
            clauses += ["partition by", *indented(items)]
        else:
            clauses.append(clause)
    return [*function[:-1], f"{function[-1]} over (", *indented(clauses), ")"]


_RULES: dict[type[exp.Expr], Callable[[Layout, exp.Expr, int], list[str]]] = {
    exp.Case: _case,
    exp.And: logical_lines,
    exp.Or: logical_lines,
    **dict.fromkeys((kind for kind in OPERATORS if kind not in (exp.And, exp.Or)), _binary),
    exp.Between: _between,
    exp.In: _in,
    exp.Not: _not,
    exp.Neg: _negative,
    exp.Cast: _cast,
    exp.Count: _count,
    exp.Extract: _extract,
    exp.Window: _window,
}
