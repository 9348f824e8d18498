"""The adapters' own macro files, rendered: what `dbt.dateadd(…)` really gives on a warehouse, without the warehouse.

The files come from `.venv-adapters` (`make setup-adapters`) and from dbt's own project in this environment. Only the
macro files and the tables of type names are used; the adapters' code and what it needs is not loaded.
"""

import ast
import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dbt.adapters.base.column import Column
from jinja2 import Environment

PACKAGES = (
    Path(__file__).resolve().parents[5] / ".venv-adapters" / "lib" / "python3.11" / "site-packages" / "dbt"
)
MISSING = "The adapters' macro files are not there: run `make setup-adapters`."

#: Where an adapter looks for a macro, first to last, as its `dispatch` does.
CHAINS = {
    "snowflake": ("snowflake", "default"),
    "bigquery": ("bigquery", "default"),
    "databricks": ("databricks", "spark", "default"),
    "redshift": ("redshift", "postgres", "default"),
    "postgres": ("postgres", "default"),
}
_PREFIX = "macro_"  # so that macros find each other through the context, as in dbt, also in their own file
_MACRO = re.compile(r"(\{%-?\s*macro\s+)(\w+)")
_OTHER_TAGS = re.compile(r"\{%-?\s*(materialization|test)\s")
DAYS = 1461  # the answer to the only query that a macro asks


class Returned(Exception):
    """What dbt's `return()` does: it ends the macro with a value."""


def _global_project() -> Path:
    found = importlib.util.find_spec("dbt")
    assert found is not None
    assert found.submodule_search_locations
    paths = [Path(place) / "include" / "global_project" for place in found.submodule_search_locations]
    return next(path for path in paths if path.is_dir())


def own_macros(warehouse: str) -> Callable[..., str]:
    """call("dateadd", "day", "7", "x") gives the SQL of the adapter's own macro."""
    adapters = [PACKAGES / "include" / name for name in CHAINS[warehouse] if name != "default"]
    texts = [
        _MACRO.sub(rf"\1{_PREFIX}\2", path.read_text("utf-8"))
        for root in (_global_project(), *reversed(adapters))
        for path in sorted((root / "macros").rglob("*.sql"))
        if not _OTHER_TAGS.search(path.read_text("utf-8"))
    ]
    macros: dict[str, Callable[..., Any]] = {}
    names = {name for text in texts for name in re.findall(rf"{_PREFIX}(\w+)", text)}
    context = {name: _late(name, macros) for name in names} | _context(warehouse, macros)
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    environment.filters |= dict.fromkeys(
        ("as_bool", "as_number", "as_native", "as_text"), lambda value: value
    )
    for text in texts:
        module = environment.from_string(text).make_module(context)
        for name, value in vars(module).items():
            if name.startswith(_PREFIX):
                macros[name.removeprefix(_PREFIX)] = _returning(value)

    def call(name: str, *arguments: Any, **named: Any) -> str:
        return str(macros[name](*arguments, **named))

    return call


def _returning(macro: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except Returned as answer:
            return answer.args[0]

    return called


def _context(warehouse: str, macros: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    def give_back(value: Any) -> None:
        raise Returned(value)

    def dispatch(name: str, namespace: str = "dbt") -> Callable[..., Any]:
        return next(macros[key] for c in CHAINS[warehouse] if (key := f"{c}__{name}") in macros)

    def warn(message: str) -> str:
        return ""

    class Dbt:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            return _late(name, macros)

    return {
        "return": give_back,
        "dbt": Dbt(),
        "adapter": SimpleNamespace(dispatch=dispatch, has_dbr_capability=lambda name: True),
        "api": SimpleNamespace(Column=column_class(warehouse)),
        "exceptions": SimpleNamespace(warn=warn),
        "statement": lambda *arguments, caller, **named: "",
        "load_result": lambda name: {"data": [[DAYS]]},
        "dbt_version": "1.12.0",
    }


def _late(name: str, macros: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        return macros[name](*arguments, **named)

    return call


def column_class(warehouse: str) -> Any:
    """The adapter's names of types: its Column class with what concerns them, and nothing else."""
    kept = {"TYPE_LABELS", "translate_type", "numeric_type"}
    found: Any = Column
    space: dict[str, Any] = {"Column": Column, "ClassVar": Any, "Any": Any}
    for chain in reversed(CHAINS[warehouse][:-1]):
        path = PACKAGES / "adapters" / chain / "column.py"
        if not path.exists():
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(_name(item) in kept for item in node.body):
                node.body = [item for item in node.body if _name(item) in kept]
                for item in node.body:
                    if isinstance(item, ast.AnnAssign):
                        item.annotation = ast.Name("Any", ast.Load())
                node.bases, node.decorator_list = [ast.Name("Base", ast.Load())], []
                space["Base"] = found
                module = ast.fix_missing_locations(ast.Module([node], []))
                exec(compile(module, str(path), "exec"), space)
                found = space[node.name]
    return found


def _name(item: ast.stmt) -> str:
    if isinstance(item, ast.FunctionDef):
        return item.name
    target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
    return target.id if isinstance(target, ast.Name) else ""
