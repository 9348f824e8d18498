"""Reads the blueprint files, and finds the one for an industry."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
import yaml
from pydantic import ValidationError

from scenarios.ai.builtin.lexicon import BlueprintError
from scenarios.ai.builtin.schema import Blueprint, Vocabulary
from scenarios.ai.builtin.wording import best

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parents[2] / "blueprints"
GENERIC = "generic"


@lru_cache
def read(name: str) -> Any:
    """The raw content of one file of the folder, by name without `.yaml`. Raises BlueprintError."""
    try:
        with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
            return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loader
    except (OSError, yaml.YAMLError) as error:
        raise BlueprintError(f"{name}.yaml cannot be read: {error}") from error


@lru_cache
def blueprint_keys() -> list[str]:
    """Names of all industry blueprints, the generic one last."""
    names = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.startswith("_"))
    return [name for name in names if name != GENERIC] + [name for name in names if name == GENERIC]


@lru_cache
def blueprint(key: str) -> Blueprint:
    """The blueprint of this name. Raises BlueprintError."""
    try:
        return Blueprint.model_validate(read(key))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:8])
        raise BlueprintError(f"{key}.yaml: {faults}") from error


@lru_cache
def shared_vocabularies() -> dict[str, Vocabulary]:
    """Vocabularies that every blueprint may draw from."""
    return {key: Vocabulary.model_validate(value) for key, value in read("_vocabularies").items()}


def key_for(industry: str) -> str:
    """Name of the blueprint whose words fit the industry best; the generic one when none fits."""
    return spoken_of(industry) or GENERIC


def spoken_of(text: str) -> str | None:
    """Name of the blueprint whose industry or words the text says most; None when it says none."""
    return best({key: spoken_words(key) for key in blueprint_keys()}, text)


@lru_cache
def spoken_words(key: str) -> tuple[str, ...]:
    """What people type as industry. Of a file that cannot be read only its name: then it alone is out of order."""
    try:
        content = read(key)
        return (str(content["industry"]), *(str(word) for word in content["words"]))
    except (BlueprintError, KeyError, TypeError) as error:
        log.error("blueprint_broken", blueprint=key, error=str(error))
        return (key.replace("_", " "),)
