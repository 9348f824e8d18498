"""Loads the prompt files and renders them: sandboxed, every variable must be given, nothing is escaped."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scenarios.plan.portable.guide import PORTABLE_SQL_GUIDE

FOLDER = Path(__file__).resolve().parents[3] / "prompts"
ENDING = ".md.j2"
_VERSION_LENGTH = 12  # characters


@lru_cache(maxsize=8)
def _environment(folder: Path) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # what is rendered is a text for a model, and data enters it as JSON
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(name: str, variables: Mapping[str, object], *, folder: Path = FOLDER) -> str:
    """The prompt file `name` (without its ending) with these variables, without spaces around it.

    Raises jinja2.UndefinedError for a variable that is not given, jinja2.TemplateNotFound for an unknown file.
    """
    return _environment(folder).get_template(f"{name}{ENDING}").render(variables).strip()


def prompt_files(folder: Path = FOLDER) -> list[Path]:
    """The prompt files by name."""
    return sorted(folder.glob(f"*{ENDING}"))


def version_of(folder: Path = FOLDER) -> str:
    """A digest over all prompt files and the SQL guide that they quote: other words, other version."""
    digest = hashlib.sha256(PORTABLE_SQL_GUIDE.encode())
    for path in prompt_files(folder):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_VERSION_LENGTH]
