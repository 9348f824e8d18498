"""Where the base project comes from: the one that ships, a directory, or a git URL (its commit is kept)."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from demoforge.errors import Explained
from scenarios.rendering import base_project, check_template

CLONE_SECONDS = 60
_SKIPPED = {".git", "target", "logs", "dbt_packages"}
_LIMIT = 300  # files


class TemplateRefused(Explained):
    """The configured template cannot be used."""


@dataclass(frozen=True)
class Template:
    """A base project: its files, and where they are from."""

    source: str  # "" for the one that ships
    commit: str  # "" unless from git
    files: dict[str, str]  # relative path -> text


def load_template(source: str) -> Template:
    """Read the template from `source` (setting DBT_TEMPLATE_REPO_URL). Raises TemplateRefused."""
    if not source:
        return Template("", "", base_project())
    if Path(source).is_dir() and not (Path(source) / "HEAD").exists():
        template = Template(source, "", _read_files(Path(source)))
    else:
        template = _clone(source)
    if faults := check_template(template.files):
        raise TemplateRefused(
            f"The template project cannot be used: {' '.join(faults)}",
            "Ask an administrator to correct DBT_TEMPLATE_REPO_URL or the template itself.",
        )
    return template


def _clone(url: str) -> Template:
    with tempfile.TemporaryDirectory(prefix="demoforge-template-") as folder:
        _git("clone", "--quiet", "--depth", "1", "--no-tags", "--", url, folder)
        commit = _git("-C", folder, "rev-parse", "HEAD").strip()
        return Template(without_credentials(url), commit, _read_files(Path(folder)))


def without_credentials(url: str) -> str:
    """The address without user name and password, which must not be stored, in at most 300 characters."""
    return re.sub(r"^(\w+://)[^/@]*@", r"\1", url)[:300]


def _git(*arguments: str) -> str:
    clean = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": tempfile.gettempdir(),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:https:ssh:git",
    }
    command = ["git", "-c", f"core.hooksPath={os.devnull}", "-c", "core.symlinks=false", *arguments]
    try:
        done = subprocess.run(
            command, env=clean, capture_output=True, text=True, timeout=CLONE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise TemplateRefused(
            "The template repository could not be fetched.",
            "Check DBT_TEMPLATE_REPO_URL and that this machine reaches it, then press Retry.",
        ) from error
    return done.stdout


def _read_files(root: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if _SKIPPED & set(relative.parts) or path.is_dir():
            continue
        if path.is_symlink() or len(files) >= _LIMIT:
            raise TemplateRefused(
                f"The template project holds a link or more than {_LIMIT} files.",
                "Keep the template small and free of symbolic links.",
            )
        files[relative.as_posix()] = _read_text(path)
    return files


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TemplateRefused(
            f"The template's file {path.name} is not text.", "Templates hold text files only."
        ) from error
