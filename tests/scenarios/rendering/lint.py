"""Runs sqlfluff over a rendered project, with stubs for what dbt puts into Jinja.

Lives beside the renderer's tests; other tests use `lint_project` on projects of their own.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from jinja2.sandbox import SandboxedEnvironment
from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.templaters import JinjaTemplater

DIALECTS = ("snowflake", "bigquery", "databricks", "redshift")

_TYPES = {
    "snowflake": {"type_string": "text", "type_int": "int", "type_numeric": "numeric(28, 6)",
                  "type_timestamp": "timestamp_ntz", "type_float": "float", "type_bigint": "bigint"},
    "bigquery": {"type_string": "string", "type_int": "int64", "type_numeric": "numeric",
                 "type_timestamp": "timestamp", "type_float": "float64", "type_bigint": "int64"},
    "databricks": {"type_string": "string", "type_int": "int", "type_numeric": "numeric(28, 6)",
                   "type_timestamp": "timestamp", "type_float": "float", "type_bigint": "bigint"},
    "redshift": {"type_string": "text", "type_int": "int", "type_numeric": "numeric(28, 6)",
                 "type_timestamp": "timestamp", "type_float": "float", "type_bigint": "bigint"},
}  # fmt: skip


class DbtStub:
    """What `dbt.` gives in Jinja: types by dialect, and every other macro as a call of the same name."""

    def __init__(self, dialect: str) -> None:
        self._types = _TYPES[dialect]

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("type_"):
            return lambda: self._types.get(name, name.removeprefix("type_"))
        if name == "date_spine":
            return lambda datepart, start_date, end_date: f"select {start_date} as date_{datepart}"
        if name == "current_timestamp":
            return lambda: "current_timestamp"
        return lambda *args, **named: f"{name}({', '.join(str(value) for value in [*args, *named.values()])})"


class _Relation(str):
    """`{{ this }}`: prints a table name."""


def _context(dialect: str, *, incremental: bool) -> dict[str, Any]:
    return {
        "dbt": DbtStub(dialect),
        "ref": lambda *names: names[-1],
        "source": lambda system, table: f"{system}_raw.{table}",
        "config": lambda **settings: "",
        "var": lambda name, default="": default,
        "is_incremental": lambda: incremental,
        "this": _Relation("this_model"),
    }


def lint_project(files: Mapping[str, str], dialect: str) -> list[str]:
    """What sqlfluff finds in a project's SQL, as `path:line rule sentence`; incremental models both ways."""
    found: list[str] = []
    for incremental in (False, True):
        linter = _linter(dialect, _own_macros(files), incremental=incremental)
        for path, text in sorted(files.items()):
            if (
                not path.endswith(".sql")
                or path.startswith("macros/")
                or (incremental and "is_incremental" not in text)
            ):
                continue
            result = linter.lint_string(text, fname=path)
            found += [f"{path}:{v.line_no} {v.rule_code()} {v.desc()}" for v in result.get_violations()]
    return found


def _own_macros(files: Mapping[str, str]) -> dict[str, Any]:
    """The project's macros that print text, each in a file of its name, as Jinja calls them."""
    texts = {PurePosixPath(path).stem: text for path, text in files.items() if path.startswith("macros/")}
    modules = {
        name: SandboxedEnvironment(autoescape=False).from_string(text).module for name, text in texts.items()
    }
    return {name: getattr(module, name) for name, module in modules.items() if hasattr(module, name)}


def _linter(dialect: str, macros: Mapping[str, Any], *, incremental: bool) -> Linter:
    config = FluffConfig(
        overrides={
            "dialect": dialect,
            "templater": "jinja",
            "max_line_length": 120,
            "large_file_skip_byte_limit": 0,
        }
    )
    config._configs["core"]["templater_obj"] = JinjaTemplater(
        override_context={**macros, **_context(dialect, incremental=incremental)}
    )
    return Linter(config=config)
