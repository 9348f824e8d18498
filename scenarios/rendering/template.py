"""The base project: the template that ships, and what is refused in another one. Pure."""

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any

import yaml

MAX_FILES = 200
MAX_FILE_BYTES = 200_000
MAX_TOTAL_BYTES = 2_000_000
MAX_BRACKETS = 500  # opening ones in a YAML file

PROJECT_FILE = "dbt_project.yml"

#: Folders that belong to the demo: a template may keep a place for them, not fill them.
DEMO_FOLDERS = ("models", "seeds", "tests", "snapshots", "analyses")

_HOOK_KEYS = {"on-run-start", "on-run-end", "pre-hook", "post-hook", "query-comment", "dispatch"}
_PLACEHOLDERS = (".gitkeep", ".gitignore", ".md")
_ODD_PATH = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")
#: What a macro needs to act on its own: on the warehouse, on the environment, on dbt's own settings.
_ACTING = re.compile(r"run_query|\bstatement\b|env_var|\badapter\b|\bapi\b|\bmodules\b|\bgraph\b|load_result")
_DEFINED = re.compile(r"\{%[-+]?\s*(macro|test|data_test|materialization|snapshot)\s+(\w+)")
#: Names of dbt's own macros, by their beginnings, and of what an adapter brings (`snowflake__…`).
_OWN_MACRO = re.compile(
    r"(?:generate|get|create|drop|alter|truncate|rename|make|load|run|test|type|date|array|snapshot|incremental"
    r"|build|check|list|should|statement|validate|process|handle|default|safe|bool|current|string|any)(?:_\w*)?"
    r"|\w+__\w*|ref|source|config|var|is_incremental|cast|concat|hash|listagg|length|position|replace|right"
    r"|split_part|last_day|except|intersect|equals|escape_single_quotes|noop_statement|set_sql_header"
)


def base_project() -> dict[str, str]:
    """The files of the template that ships with the product, by path."""
    return dict(sorted(_read(resources.files("scenarios.rendering") / "base_project", PurePosixPath())))


def _read(folder: Traversable, inside: PurePosixPath) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        path = inside / entry.name
        if entry.is_dir():
            yield from _read(entry, path)
        else:
            yield str(path), entry.read_text(encoding="utf-8")


def check_template(files: Mapping[str, str]) -> list[str]:
    """Say in sentences why these files cannot be a template; an empty list when they can."""
    faults = _size_faults(files) or [fault for path in sorted(files) for fault in _path_faults(path)]
    if faults:
        return faults
    faults = [fault for path in sorted(files) for fault in _file_faults(path, files[path])]
    return faults + _project_faults(files.get(PROJECT_FILE)) + _package_faults(files)


def _path_faults(path: str) -> Iterator[str]:
    parts = path.lower().split("/")
    if path.startswith("/") or ".." in parts or "" in parts or "." in parts or _ODD_PATH.search(path):
        yield f"The template's path {path!r} leaves the project folder or is not legal everywhere."
    elif ".git" in parts:
        yield f"The template contains git's own folder ({path}). Give only the files of one commit."
    elif parts[:2] == [".github", "workflows"]:
        yield f"The template brings a GitHub workflow ({path}), which would run with every push. Remove it."


def _file_faults(path: str, text: str) -> Iterator[str]:
    # Some file systems do not tell upper from lower case.
    name, suffix = PurePosixPath(path.lower()).name, PurePosixPath(path.lower()).suffix
    if name in ("profiles.yml", "profiles.yaml") or name == ".env" or name.startswith(".env."):
        yield f"The template contains {path}. Connections and credentials do not belong there; remove it."
    elif suffix in (".py", ".ipynb"):
        yield f"The template contains Python code ({path}). Only SQL runs in a demo; remove it."
    elif path.lower().split("/")[0] in DEMO_FOLDERS and not path.endswith(_PLACEHOLDERS):
        yield f"The template fills {path}. This folder belongs to the demo; remove the file."
    elif suffix == ".sql":
        yield from _macro_faults(path, text)
    elif "env_var(" in text:
        yield f"The template's file {path} reads environment variables (env_var). Remove that."


def _macro_faults(path: str, text: str) -> Iterator[str]:
    if acting := _ACTING.search(text):
        yield f"The template's macros in {path} act on their own ({acting[0]}). Keep those that print text."
    for kind, name in _DEFINED.findall(text):
        if kind != "macro" or _OWN_MACRO.fullmatch(name):
            yield f"The template's macro {name} in {path} replaces one of dbt's own. Remove it."


def _size_faults(files: Mapping[str, str]) -> list[str]:
    sizes = {path: len(text.encode()) for path, text in files.items()}
    faults = [
        f"The template's file {path} is too large ({size:,} bytes; at most {MAX_FILE_BYTES:,})."
        for path, size in sorted(sizes.items())
        if size > MAX_FILE_BYTES
    ]
    if len(files) > MAX_FILES:
        faults.append(f"The template has {len(files)} files; at most {MAX_FILES} are allowed.")
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        faults.append(
            f"The template has {sum(sizes.values()):,} bytes; at most {MAX_TOTAL_BYTES:,} are allowed."
        )
    return faults


def _project_faults(text: str | None) -> list[str]:
    if text is None:
        return [f"The template has no {PROJECT_FILE} in its top folder."]
    settings = _mapping(text)
    if settings is None:
        return [f"The template's {PROJECT_FILE} is not a plain, short YAML mapping without aliases."]
    hooks = [
        f"The template's {PROJECT_FILE} sets {key}. Hooks and overrides are not run in a demo; remove it."
        for key in sorted(_keys(settings))
        if key.lstrip("+").replace("_", "-") in _HOOK_KEYS
    ]
    return hooks + [
        f"The template's {PROJECT_FILE} points {key} outside the project ({folder}). Remove that."
        for key, value in settings.items()
        if str(key).endswith(("-path", "-paths", "-targets"))
        for folder in (value if isinstance(value, list) else [value])
        if str(folder).startswith(("/", "~")) or ".." in str(folder) or _ODD_PATH.search(str(folder))
    ]


def _package_faults(files: Mapping[str, str]) -> list[str]:
    faults = []
    if "dependencies.yml" in files:
        faults.append("The template has a dependencies.yml. A demo needs nothing but dbt; remove it.")
    packages = _mapping(files.get("packages.yml", "packages: []"))
    if packages is None or packages.get("packages"):
        faults.append(
            "The template's packages.yml asks for packages. A demo needs nothing but dbt; empty the list."
        )
    return faults


def _mapping(text: str) -> dict[str, Any] | None:
    """The YAML mapping in `text`; {} for an empty text, None for anything else.

    Deep nesting takes the parser minutes, and aliases can grow without end, so neither is looked into.
    """
    if text.count("[") + text.count("{") > MAX_BRACKETS:
        return None
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            return None
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return {} if value is None else value if isinstance(value, dict) else None


def _keys(value: object) -> set[str]:
    """All keys of a nested structure."""
    if isinstance(value, list):
        return set().union(*(_keys(item) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    return {str(key) for key in value} | set().union(*(_keys(item) for item in value.values()))


def template_settings(template: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a template's `dbt_project.yml`; empty when there are none."""
    return _mapping(template.get(PROJECT_FILE, "")) or {}
