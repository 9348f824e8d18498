"""Keeping secrets out of texts: what we sent as a secret is not repeated, whatever the far side says."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

BLANK = "•••"
SHORTEST_LINE = 8  # characters; shorter lines of a long secret are in many innocent texts
_SECRET_FIELD = re.compile(r"password|passphrase|private_key|secret|(?:^|_)token$", re.IGNORECASE)
_HIDDEN_VARIABLE = "DBT_ENV_SECRET"  # dbt hides the values of variables whose names begin so


class Blanks:
    """The secrets of one client. They are in no repr and leave this object only as blanks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Blank these from now on, in the forms that they take in JSON, in addresses and line by line."""
        found = set(self._forms).union(*(_forms(secret) for secret in secrets))
        self._forms = sorted(
            found, key=lambda form: (-len(form), form)
        )  # the longest first, or it would be cut

    def learn_from(self, body: Any) -> None:
        """Blank every value of a request that has a secret's name."""
        self.learn(list(_secrets_in(body)))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            text = text.replace(form, BLANK)
        return text


def _forms(secret: str) -> set[str]:
    """How a secret may be written. A key file's own secrets are found, too."""
    bare = secret.strip()
    if not bare:
        return set()
    wholes = {secret, bare}
    if bare.startswith("{"):
        wholes |= set(_secrets_in(_object(bare)))
    lines = {line.strip() for whole in wholes if "\n" in whole for line in whole.splitlines()}
    wholes |= {line for line in lines if len(line) >= SHORTEST_LINE and not line.startswith("-----")}
    escaped = {json.dumps(whole, ensure_ascii=plain)[1:-1] for whole in wholes for plain in (True, False)}
    return wholes | escaped | {quote(whole, safe="") for whole in wholes}


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _secrets_in(body: Any) -> Iterable[str]:
    """Values under secret names; adapters' fields have theirs one level deeper, under `value`."""
    if isinstance(body, list):
        for item in body:
            yield from _secrets_in(item)
    if not isinstance(body, Mapping):
        return
    hidden = str(body.get("new_name", "")).startswith(_HIDDEN_VARIABLE)
    for name, value in body.items():
        secret = _SECRET_FIELD.search(str(name)) or (hidden and name != "new_name")
        if secret and isinstance(value, Mapping):
            value = value.get("value")
        if secret and isinstance(value, str):
            yield value
        else:
            yield from _secrets_in(value)
