"""What is refused before anything runs: files that could run code or reach outside the project."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from scenarios.proof.report import Finding

MAX_FILES = 500
MAX_BYTES = 4_000_000
MAX_FILE_BYTES = 1_000_000

HOOKS = {"on-run-start", "on-run-end", "pre-hook", "post-hook", "pre_hook", "post_hook"}
PACKAGE_FILES = {"packages.yml", "dependencies.yml", "package-lock.yml"}
PROFILE_FILES = {"profiles.yml", "profiles.yaml"}
PATH_KEYS = (
    *(
        "model-paths",
        "seed-paths",
        "test-paths",
        "macro-paths",
        "analysis-paths",
        "snapshot-paths",
        "docs-paths",
    ),
    *("asset-paths", "function-paths", "clean-targets", "packages-install-path", "target-path", "log-path"),
)
# Jinja that runs statements, Python or file access behind the models' backs. A demo needs none of it.
FORBIDDEN_JINJA = {
    r"\brun_query\s*\(": "runs statements of its own (run_query)",
    r"\bstatement\s*\(": "runs statements of its own (statement)",
    r"\bsubmit_python_job\b": "runs Python",
    r"\blanguage\s*=\s*['\"]python": "declares a Python model",
    r"\{%-?\+?\s*materialization\b": "replaces how models are built (materialization)",
    r"\b(pre|post)[-_]hook['\"]?\s*[=:]": "has a hook",
    r"\bstore_relation\b": "writes files (store_relation)",
    r"\bload_file_contents\b": "reads files (load_file_contents)",
}
_OPENING = re.compile(r"\{[{%]")


def refuse(files: Mapping[str, str]) -> list[Finding]:
    """Return a finding for each file that may not run; an empty list lets the project run."""
    findings = list(_size(files))
    if findings:  # too big to look at
        return findings
    for path, text in sorted(files.items()):
        findings.extend(_path(path) or _content(path, text))
    if not findings and "dbt_project.yml" not in files:
        findings.append(Finding(sentence="The project has no dbt_project.yml.", place="dbt_project.yml"))
    return findings


def _size(files: Mapping[str, str]) -> Iterator[Finding]:
    if len(files) > MAX_FILES:
        yield Finding(sentence=f"The project has {len(files)} files; at most {MAX_FILES} are run.")
    if sum(len(text) for text in files.values()) > MAX_BYTES:
        yield Finding(sentence=f"The project's files are larger than {MAX_BYTES // 1_000_000} MB in total.")
    for path, text in files.items():
        if len(text) > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1_000_000
            yield Finding(sentence=f"The file {path[:200]} is larger than {limit} MB.", place=path[:200])


def _path(path: str) -> list[Finding]:
    """Refuse names that leave the project, and files that dbt would run or be configured by."""
    pure = PurePosixPath(path)
    if (
        not _is_plain(path)
        or pure.is_absolute()
        or ".." in pure.parts
        or str(pure) != path
        or path in {"", "."}
    ):
        return [
            Finding(sentence=f"The file name {path[:200]!r} would lie outside the project.", place=path[:200])
        ]
    name = pure.name.lower()
    if name.endswith((".py", ".ipynb", ".pyc")):
        return [Finding(sentence=f"{path} is a Python file; a demo's models are SQL only.", place=path)]
    if name in PROFILE_FILES or name == ".env":
        sentence = f"{path} may not be part of the project; DemoForge writes the connection itself."
        return [Finding(sentence=sentence, place=path)]
    return []


def _is_plain(path: str) -> bool:
    return len(path) <= 250 and path.isprintable() and "\\" not in path and ":" not in path


def _content(path: str, text: str) -> list[Finding]:
    lowered = path.lower()
    if lowered.endswith((".yml", ".yaml")):
        return _yaml(path, text) + _jinja(path, text)
    if lowered.endswith((".sql", ".md", ".jinja", ".j2")):
        return _jinja(path, text)
    return []


def _yaml(path: str, text: str) -> list[Finding]:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return [Finding(sentence=f"{path} is not valid YAML.", place=path)]
    findings = []
    hooks = sorted({key for key in _keys(data) if key.lstrip("+") in HOOKS})
    if hooks:
        findings.append(
            Finding(sentence=f"{path} has a hook ({', '.join(hooks)}); hooks are not run.", place=path)
        )
    if path in PACKAGE_FILES and _lists_packages(data):
        sentence = f"{path} asks for packages; a demo must work without any."
        findings.append(Finding(sentence=sentence, place=path))
    if path == "dbt_project.yml":
        findings.extend(_folders(data))
    return findings


def _keys(data: Any, seen: set[int] | None = None) -> Iterator[str]:
    """Every mapping key of a YAML document, at any depth; anchors that repeat are visited once."""
    seen = set() if seen is None else seen
    if id(data) in seen or not isinstance(data, dict | list):
        return
    seen.add(id(data))
    if isinstance(data, dict):
        yield from (str(key) for key in data)
        data = list(data.values())
    for item in data:
        yield from _keys(item, seen)


def _lists_packages(data: Any) -> bool:
    return bool(data) and (not isinstance(data, dict) or any(data.values()))


def _folders(data: Any) -> Iterator[Finding]:
    """dbt_project.yml may only name folders inside the project."""
    for key in PATH_KEYS:
        value = data.get(key) if isinstance(data, dict) else None
        for folder in value if isinstance(value, list) else [value]:
            if folder is not None and not _is_inside(str(folder)):
                sentence = f"dbt_project.yml: {key} names a folder outside the project."
                yield Finding(sentence=sentence, place="dbt_project.yml")


def _is_inside(folder: str) -> bool:
    pure = PurePosixPath(folder)
    return _is_plain(folder) and not pure.is_absolute() and ".." not in pure.parts and "{" not in folder


def _jinja(path: str, text: str) -> list[Finding]:
    """Refuse dangerous words inside Jinja: a readable reason, on which the confinement does not rely."""
    code = "\n".join(_jinja_pieces(text))
    return [
        Finding(sentence=f"{path} {deed} in Jinja; this is not run.", place=path)
        for pattern, deed in FORBIDDEN_JINJA.items()
        if re.search(pattern, code)
    ]


def _jinja_pieces(text: str) -> Iterator[str]:
    """Everything between `{{` and `}}` or `{%` and `%}`; an opening without a closing reaches to the end.

    Not one regular expression: on a text of openings only, that would take quadratic time.
    """
    end = 0
    while opening := _OPENING.search(text, end):
        closing = text.find("}}" if opening[0] == "{{" else "%}", opening.end())
        end = len(text) if closing < 0 else closing
        yield text[opening.start() : end]
