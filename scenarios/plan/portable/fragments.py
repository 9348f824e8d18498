"""SQL text with calls of dbt's macros inside, and how it becomes a file's text. Pure.

A macro inside a macro's argument must not open a second `{{ }}`: the whole is one Jinja expression, with the
SQL around the inner macro as Jinja texts joined by `~`.
"""

from dataclasses import dataclass

from scenarios.plan.neutral import neutral

INDENT = "    "


@dataclass(frozen=True)
class Constant:
    """An argument that is a Jinja text or number, not SQL."""

    value: str | int


@dataclass(frozen=True)
class Macro:
    """A call of `dbt.<name>`, or of a macro of the project's own."""

    name: str
    arguments: tuple["Argument", ...] = ()
    is_own: bool = False

    @property
    def called(self) -> str:
        """The name as it is called."""
        return self.name if self.is_own else f"dbt.{self.name}"


Sql = tuple[str | Macro, ...]
Argument = Constant | Sql | list[Sql]


def sql(*parts: str | Macro | Sql) -> Sql:
    """Join pieces; neighbouring texts become one."""
    joined: list[str | Macro] = []
    for part in parts:
        for piece in part if isinstance(part, tuple) else (part,):
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            elif piece != "":
                joined.append(piece)
    return tuple(joined)


def join(separator: str, parts: list[Sql]) -> Sql:
    """Join SQL parts with a separator."""
    joined: Sql = ()
    for i, part in enumerate(parts):
        joined = sql(joined, separator if i else "", part)
    return joined


def call(name: str, *arguments: Argument) -> Sql:
    """SQL that is one macro call."""
    return (Macro(name, arguments),)


def to_text(fragment: Sql) -> str:
    """The fragment as it stands in a dbt file, in one line."""
    return "".join(piece if isinstance(piece, str) else f"{{{{ {_macro(piece)} }}}}" for piece in fragment)


def to_jinja(argument: Argument) -> str:
    """The argument as it stands inside a Jinja expression."""
    if isinstance(argument, Constant):
        return quoted(argument.value) if isinstance(argument.value, str) else str(argument.value)
    if isinstance(argument, list):
        return f"[{', '.join(to_jinja(item) for item in argument)}]"
    return " ~ ".join(_terms(argument))


def _terms(fragment: Sql) -> list[str]:
    return [quoted(piece) if isinstance(piece, str) else _macro(piece) for piece in fragment]


def _macro(macro: Macro) -> str:
    return f"{macro.called}({', '.join(to_jinja(argument) for argument in macro.arguments)})"


def quoted(text: str) -> str:
    """`text` as a Jinja text: what Jinja reads back is exactly `neutral(text)`."""
    text = neutral(text).replace("\\", "\\\\")
    quote = '"' if "'" in text else "'"
    return quote + text.replace(quote, f"\\{quote}") + quote


def broken(macro: Macro, room: int) -> list[str]:
    """The macro call over several lines, one argument each."""
    arguments = macro.arguments
    start, end = f"{{{{ {macro.called}(", ") }}"
    items: list[Argument] = list(arguments)
    if len(arguments) == 1 and isinstance(arguments[0], list):
        start, items, end = f"{start}[", [*arguments[0]], f"]{end}"
    lines = [start]
    for i, item in enumerate(items):
        comma = "," if i < len(items) - 1 else ""
        lines += [INDENT + line for line in _broken_argument(item, room - len(INDENT) - 1)]
        lines[-1] += comma
    return [*lines, end]


def _broken_argument(argument: Argument, room: int) -> list[str]:
    flat = to_jinja(argument)
    if len(flat) <= room or not isinstance(argument, tuple):
        return [flat]
    terms = [term for piece in argument for term in _broken_term(piece, room - 2)]
    return [terms[0], *(f"~ {term}" for term in terms[1:])]


def _broken_term(piece: str | Macro, room: int) -> list[str]:
    """A long text is cut at spaces; a macro inside stays whole."""
    if isinstance(piece, Macro):
        return [_macro(piece)]
    chunks: list[str] = []
    for word in piece.split(" "):
        glued = f"{chunks[-1]} {word}" if chunks else word
        if chunks and len(quoted(glued)) > room:
            chunks.append(f" {word}")
        else:
            chunks[-1:] = [glued]
    return [quoted(chunk) for chunk in chunks]
