"""Breaks a long expression over several lines, as a careful analytics engineer would. Pure."""

from collections.abc import Callable

from sqlglot import exp

from scenarios.plan.portable.expressions import (
    NOT,
    OPERATORS,
    ExpressionPrinter,
    arguments,
    chain,
    operands,
    precedence,
    right_level,
    window_parts,
)
from scenarios.plan.portable.fragments import INDENT, Macro, broken, to_text

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
        fragment = self.printer.sql(node)
        text = to_text(fragment)
        if len(text) <= room and not _wants_lines(node, text):
            return [text]
        rule = next((r for kind, r in _RULES.items() if isinstance(node, kind)), None)
        if rule is not None:
            return rule(self, node, room)
        if len(fragment) == 1 and isinstance(fragment[0], Macro):
            return [text] if len(text) <= room else broken(fragment[0], room)
        if (
            fragment[:1] == ("cast(",)
            and len(fragment) >= 3
            and isinstance(fragment[1], Macro)
            and len(text) > room
        ):
            inner = broken(fragment[1], room - len(INDENT))
            inner[-1] += to_text(fragment[2:])[:-1]
            return ["cast(", *indented(inner), ")"]
        if (
            isinstance(node, exp.Func)
            and not isinstance(node, exp.Cast)
            and len(fragment)
            and arguments(node)
        ):
            return self._function(node, text, room)
        return [text]

    def within(self, node: exp.Expr, least: int, room: int) -> list[str]:
        """The expression as an operand, in parentheses where needed."""
        if precedence(node) >= least:
            return self.lines(node, room)
        inner = self.lines(node, room - 2)
        if len(inner) == 1:
            return [f"({inner[0]})"]
        return ["(", *indented(self.lines(node, room - len(INDENT))), ")"]

    def _function(self, node: exp.Expr, text: str, room: int) -> list[str]:
        name = text.partition("(")[0]
        if isinstance(node, exp.Count | exp.Avg | exp.Mod):  # their arguments are changed in printing
            return [text]
        return [f"{name}(", *indented(self.listed(arguments(node), room - len(INDENT))), ")"]

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
    if "{{" in text:
        return False
    found = (
        node.find(exp.Case)
        if isinstance(node, exp.Sum | exp.Max | exp.Min | exp.Coalesce | exp.Round)
        else None
    )
    return found is not None and len(found.args["ifs"]) > 1


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


def _logical(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    word = OPERATORS[type(node)]
    lines: list[str] = []
    for i, part in enumerate(chain(node)):
        inner = layout.within(part, NOT, room - len(word) - 1)
        lines += [f"{word} {inner[0]}", *inner[1:]] if i else inner
    return lines


def _binary(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    left, right = operands(node)
    word = OPERATORS[type(node)]
    first = layout.within(left, precedence(node), room)
    second = layout.within(right, right_level(node), room - len(word) - 1)
    return [*first, f"{word} {second[0]}", *second[1:]]


def _window(layout: Layout, node: exp.Expr, room: int) -> list[str]:
    clauses = [to_text(part) for part in window_parts(layout.printer, node)]
    function = layout.lines(node.this, room - len(" over ("))
    return [*function[:-1], f"{function[-1]} over (", *indented(clauses), ")"]


_RULES: dict[type[exp.Expr] | tuple[type[exp.Expr], ...], Callable[[Layout, exp.Expr, int], list[str]]] = {
    exp.Case: _case,
    (exp.And, exp.Or): _logical,
    (exp.Add, exp.Sub, exp.Mul, exp.Div): _binary,
    exp.Window: _window,
}
