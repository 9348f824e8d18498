"""What all bodies share: leaving out what is not set, and taking a secret. Pure."""

from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]

ACTIVE = 1  # `state` of everything that is not deleted
TARGET = "default"  # the target's name in dbt Cloud's own profile


class Unusable(ValueError):
    """What somebody entered cannot be sent to dbt Cloud: a sentence and a hint, neither with a secret in it."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def only_set(**values: Any) -> Body:
    """The values without None and "": dbt Cloud answers 400 to an empty text, and to some nulls."""
    return {key: value for key, value in values.items() if value is not None and value != ""}


def secret(secrets: Mapping[str, str], name: str, label: str) -> str:
    """The secret `name`. Raises Unusable, with `label` in its sentence, when there is none."""
    found = secrets.get(name, "")
    if not found.strip():
        raise Unusable(f"{label} is missing.", "Enter it on the Connections page, under Warehouse.")
    return found
