"""Answers a model server from recorded replies: one text file for each question of a draft.

`replies/<brief>/<style>/<name>.txt` is what a writer said who had the rendered prompt and nothing else. The name comes
from the question alone: its kind, the first table or model it asks for, and for a second question about the same thing
the reason (`repair`, `plain`) and a number.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from tests.fakes.model_server import Answer, AskedOf

REPLIES = Path(__file__).parent / "replies"

_TITLE = re.compile(r"# This request: (.*)")
_WANTED = re.compile(r'<wanted untrusted="true">\n(.*?)\n</wanted>', re.DOTALL)
_ONLY = re.compile(r"whole, for these parts only: ([\w:, ]+)\.")
_KINDS = {
    "the outline": "outline",
    "seed data": "data",
    "the SQL of": "sql",
    "the semantic layer": "semantic",
    "the second day": "day_two",
    "the talk track": "talk_track",
}


def question_name(call: AskedOf) -> str:
    """What a question is called, from its words: `outline`, `data-orders`, `sql-fct_orders-repair`."""
    title = _TITLE.search(call.user)
    if title is None:
        raise ValueError(f"no title in {call.user[:200]!r}")
    kind = next((kind for words, kind in _KINDS.items() if title[1].startswith(words)), "changes")
    parts = [kind, *_first(kind, call.user)]
    if "# Your answer so far has faults" in call.user:
        parts.append("repair")
    if "# The form, as a JSON schema" in call.user:
        parts.append("plain")
    return "-".join(parts)


def _first(kind: str, user: str) -> list[str]:
    """The first table or model that is asked for, where several calls share a kind."""
    if kind not in ("data", "sql"):
        return []
    if only := _ONLY.search(user):
        return [only[1].split(",")[0].strip().rpartition(":")[2]]
    block = _WANTED.search(user)
    if block is None:
        raise ValueError("nothing is wanted")
    wanted = json.loads(block[1])
    return [str(wanted[0]["model"] if kind == "sql" else wanted["tables"][0]["table"])]


class Replay:
    """Answers from a folder. What has no reply is refused and kept in `missing`, by name."""

    def __init__(self, folder: Path, *, on_missing: Callable[[str, AskedOf], None] | None = None) -> None:
        self.folder = folder
        self.missing: list[str] = []
        self.asked: list[str] = []
        self._seen: Counter[str] = Counter()
        self._lock = Lock()
        self._on_missing = on_missing

    def __call__(self, call: AskedOf) -> Answer:
        """The recorded reply."""
        with self._lock:
            name = question_name(call)
            self._seen[name] += 1
            name = name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"
            self.asked.append(name)
        reply = self.folder / f"{name}.txt"
        if reply.exists():
            return Answer(reply.read_text(encoding="utf-8"))
        self.missing.append(name)
        if self._on_missing:
            self._on_missing(name, call)
        return Answer("", stop="refusal")
