"""A dbt file as the SQL that one warehouse gets, each line with the line of the file it comes from. Pure.

Jinja is not run: its tree is walked, and only what the printer and dbt's plain models use is followed, so that no
file can loop or reach for anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.adapters import ADAPTERS, NoSuchMacro, expand_macro

MAX_DEPTH = 12  # macros inside macros
MAX_LENGTH = 200_000  # characters of the expanded file
MAX_STEPS = 20_000  # parts of Jinja looked at; a project's macros could call each other without end
DATABASE, SCHEMA = "analytics", "demo"


class Unreadable(Exception):
    """Jinja that is not followed, or is wrong. `why` is a sentence, `line` a line of the file."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why, self.line = why, line


@dataclass(frozen=True)
class Expanded:
    """SQL, and the line of the file that each of its lines comes from."""

    sql: str
    lines: tuple[int, ...]

    def line(self, of_sql: int) -> int:
        """The file's line for a line of the SQL, both from 1."""
        return self.lines[min(max(of_sql, 1), len(self.lines)) - 1]


@lru_cache(maxsize=256)
def parsed(text: str) -> nodes.Template:
    """The tree of a file. Raises Unreadable."""
    try:
        return Environment(autoescape=False).parse(text)  # noqa: S701 - nothing is rendered
    except TemplateSyntaxError as error:
        raise Unreadable(f"Its Jinja cannot be read: {error.message}.", error.lineno) from error


def macros_of(texts: Sequence[str]) -> dict[str, nodes.Macro]:
    """The macros that a project defines itself. Files that cannot be read are left out."""
    found: dict[str, nodes.Macro] = {}
    for text in texts:
        try:
            found |= {macro.name: macro for macro in parsed(text).find_all(nodes.Macro)}
        except Unreadable:
            continue
    return found


def expand(
    text: str, warehouse: Warehouse, *, macros: Mapping[str, nodes.Macro], model: str, incremental: bool
) -> Expanded:
    """What `warehouse` gets for the file `text` of `model`. Raises Unreadable."""
    reader = _Reader(warehouse, macros, model, incremental, steps=iter(range(MAX_STEPS)))
    reader.body(parsed(text).body, {})
    return Expanded("".join(reader.pieces), tuple(reader.lines))


@dataclass
class _Reader:
    warehouse: Warehouse
    macros: Mapping[str, nodes.Macro]
    model: str
    incremental: bool
    steps: Iterator[int]  # shared by the readers of one file
    pieces: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=lambda: [1])
    length: int = 0
    depth: int = 0

    def write(self, text: str, line: int, *, own: bool) -> None:
        """Add text that begins at `line`; text that is not the file's own stays at that line."""
        self.length += len(text)
        if self.length > MAX_LENGTH:
            raise Unreadable("It is too long once its macros are expanded.", line)
        if not self.pieces or self.pieces[-1].endswith("\n"):
            self.lines[-1] = line
        for newlines in range(text.count("\n")):
            self.lines.append(line + (newlines + 1 if own else 0))
        if text:
            self.pieces.append(text)

    def body(self, statements: Sequence[nodes.Node], names: dict[str, Any]) -> None:
        for node in statements:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    own = isinstance(part, nodes.TemplateData)
                    value = part.data if isinstance(part, nodes.TemplateData) else self.value(part, names)
                    self.write(_text(value), part.lineno, own=own and self.depth == 0)
            elif isinstance(node, nodes.If):
                self.branch(node, names)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                names[node.target.name] = self.value(node.node, names)
            elif not isinstance(node, nodes.Macro):
                raise _not_followed(node)

    def branch(self, node: nodes.If, names: dict[str, Any]) -> None:
        for choice in (node, *node.elif_):
            if self.value(choice.test, names):
                return self.body(choice.body, names)
        return self.body(node.else_, names)

    def value(self, node: nodes.Node, names: dict[str, Any]) -> Any:
        rule = _RULES.get(type(node))
        if rule is None:
            raise _not_followed(node)
        if next(self.steps, None) is None:
            raise Unreadable("Its macros call each other too often.", node.lineno)
        try:
            return rule(self, node, names)
        except (TypeError, IndexError) as error:  # a function with too few arguments, a text that is negated
            raise _not_followed(node) from error

    def relation(self, name: str) -> str:
        quote = ADAPTERS[self.warehouse].relation_quote
        return ".".join(f"{quote}{part}{quote}" for part in (DATABASE, SCHEMA, name))

    def called(self, macro: nodes.Macro, arguments: list[Any], named: dict[str, Any]) -> str:
        """A macro of the project itself."""
        if self.depth >= MAX_DEPTH:
            raise Unreadable(f"The macro {macro.name} calls itself.", macro.lineno)
        wanted = [argument.name for argument in macro.args]
        given = dict(zip(wanted[len(wanted) - len(macro.defaults) :], macro.defaults, strict=True))
        names = {name: self.value(default, {}) for name, default in given.items()}
        names |= dict(zip(wanted, arguments, strict=False)) | named
        inner = _Reader(
            self.warehouse, self.macros, self.model, self.incremental, self.steps, depth=self.depth + 1
        )
        inner.body(macro.body, names)
        return "".join(inner.pieces).strip()


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _not_followed(node: nodes.Node) -> Unreadable:
    return Unreadable(f"Its Jinja is not followed here (`{type(node).__name__.lower()}`).", node.lineno)


def _name(reader: _Reader, node: Any, names: dict[str, Any]) -> Any:
    if node.name in names:
        return names[node.name]
    if node.name == "this":
        return reader.relation(reader.model)
    raise _not_followed(node)


def _attribute(reader: _Reader, node: Any, names: dict[str, Any]) -> Any:
    known = {"type": reader.warehouse, "schema": SCHEMA, "name": "dev", "database": DATABASE}
    if isinstance(node.node, nodes.Name) and node.node.name == "target" and node.attr in known:
        return known[node.attr]
    raise _not_followed(node)


def _call(reader: _Reader, node: Any, names: dict[str, Any]) -> Any:
    positional = [reader.value(argument, names) for argument in node.args]
    named = {keyword.key: reader.value(keyword.value, names) for keyword in node.kwargs}
    called = node.node
    if (
        isinstance(called, nodes.Getattr)
        and isinstance(called.node, nodes.Name)
        and called.node.name == "dbt"
    ):
        try:
            return expand_macro(ADAPTERS[reader.warehouse], called.attr, positional, named)
        except NoSuchMacro as error:
            raise Unreadable(f"The macro {error} is not known here.", node.lineno) from error
    if not isinstance(called, nodes.Name):
        raise _not_followed(node)
    if called.name in reader.macros:
        return reader.called(reader.macros[called.name], positional, named)
    answer = _FUNCTIONS.get(called.name)
    if answer is None:
        raise Unreadable(f"`{called.name}` is not known here.", node.lineno)
    return answer(reader, positional)


_FUNCTIONS: dict[str, Callable[[_Reader, list[Any]], Any]] = {
    "ref": lambda reader, given: reader.relation(given[-1]),
    "source": lambda reader, given: reader.relation(given[-1]),
    "config": lambda _reader, _given: "",
    "is_incremental": lambda reader, _given: reader.incremental,
    "var": lambda _reader, given: given[1] if len(given) > 1 else "",
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def _compare(reader: _Reader, node: Any, names: dict[str, Any]) -> bool:
    left = reader.value(node.expr, names)
    for operand in node.ops:
        if operand.op not in _COMPARE:
            raise _not_followed(node)
        right = reader.value(operand.expr, names)
        if not _COMPARE[operand.op](left, right):
            return False
        left = right
    return True


_RULES: dict[type[nodes.Node], Callable[[_Reader, Any, dict[str, Any]], Any]] = {
    nodes.Const: lambda _reader, node, _names: node.value,
    nodes.TemplateData: lambda _reader, node, _names: node.data,
    nodes.List: lambda reader, node, names: [reader.value(item, names) for item in node.items],
    nodes.Tuple: lambda reader, node, names: [reader.value(item, names) for item in node.items],
    nodes.Concat: lambda reader, node, names: "".join(_text(reader.value(n, names)) for n in node.nodes),
    nodes.Neg: lambda reader, node, names: -reader.value(node.node, names),
    nodes.Not: lambda reader, node, names: not reader.value(node.node, names),
    nodes.And: lambda r, node, names: r.value(node.left, names) and r.value(node.right, names),
    nodes.Or: lambda r, node, names: r.value(node.left, names) or r.value(node.right, names),
    nodes.CondExpr: lambda r, node, names: (
        r.value(node.expr1, names)
        if r.value(node.test, names)
        else (r.value(node.expr2, names) if node.expr2 is not None else "")
    ),
    nodes.Compare: _compare,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Call: _call,
}
