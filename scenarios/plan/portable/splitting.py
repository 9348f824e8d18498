"""Where warehouses split texts alike. Pure."""

from sqlglot import exp

_SIGNS_OF_PATTERNS = frozenset("\\.[]{}()*+?^$|")


def splits_alike(delimiter: str) -> bool:
    """Whether every warehouse takes a delimiter of split_part for plain text.

    Databricks splits by a regular expression, of which dbt escapes the first character: a letter or digit becomes
    a class of characters, and signs after the first keep their special meaning.
    """
    first, rest = delimiter[:1], delimiter[1:]
    return bool(first) and first.isascii() and not first.isalnum() and not set(rest) & _SIGNS_OF_PATTERNS


def with_all_parts(node: exp.Expr) -> exp.Expr:
    """A split_part whose text has the part: some warehouses give null for a part that is not there, others ''.

    Delimiters behind the text make it empty everywhere.
    """
    delimiter, text = node.args["delimiter"].name, node.this
    tail = delimiter * (int(node.args["part_index"].name) - 1)
    parts = text.expressions if isinstance(text, exp.Concat) else [text]
    last = parts[-1]
    ends = isinstance(last, exp.Literal) and last.is_string and last.name.endswith(tail)
    if tail and not ends:
        behind = exp.Literal.string(tail)
        node.set("this", exp.Concat(expressions=[*(part.copy() for part in parts), behind]))
    return node
