"""The form of every SQL file: comments, configuration, CTEs, and `select *` from the last one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from scenarios.rendering.text import sql_comment


@dataclass(frozen=True)
class Cte:
    """One step of a model: `body` is a SELECT without indentation, `note` a comment above it."""

    name: str
    body: str
    note: str = ""


@dataclass(frozen=True)
class SqlFile:
    """A model or a singular test. `comments` are sentences for the presenter, `depends_on` a seed's name."""

    ctes: Sequence[Cte]
    comments: Sequence[str] = ()
    depends_on: str = ""
    config: Mapping[str, str] = field(default_factory=dict)  # setting -> Jinja expression

    def text(self) -> str:
        """The whole file, with a final line feed."""
        top = [sql_comment(comment) for comment in self.comments if comment]
        if self.depends_on:
            top.append(f"-- depends_on: {{{{ ref('{self.depends_on}') }}}}")
        blocks = ["\n".join(top)] if top else []
        if self.config:
            blocks.append(_config(self.config))
        blocks += ["with " + ",\n\n".join(_cte(cte) for cte in self.ctes)]
        return "\n\n".join([*blocks, f"select * from {self.ctes[-1].name}"]) + "\n"  # noqa: S608


def _config(settings: Mapping[str, str]) -> str:
    inner = ",\n".join(f"        {key}={value}" for key, value in settings.items())
    return "{{\n    config(\n" + inner + "\n    )\n}}"


def _cte(cte: Cte) -> str:
    note = f"{sql_comment(cte.note)}\n" if cte.note else ""
    return f"{note}{cte.name} as (\n\n{indent(cte.body.strip(), '    ')}\n\n)"


def import_cte(name: str, relation: str, columns: Sequence[str]) -> Cte:
    """A CTE that brings in columns of a relation, such as `ref('stg_shop__orders')`."""
    return Cte(name, f"{columns_list(columns)}\nfrom {{{{ {relation} }}}}")


def columns_list(columns: Sequence[str]) -> str:
    """`select` and its columns, one per line; a single short one stays beside it."""
    if len(columns) == 1 and "\n" not in columns[0]:
        return f"select {columns[0]}"
    return "select\n" + ",\n".join(f"    {column}" for column in columns)
