"""Asks the questions of one draft and lays those that nobody has answered yet out as files, to be answered by hand.

    python -m tests.played.collect retail careful /tmp/questions

Runs `manage.py forge` against a model server on loopback that answers from `replies/`. Each question without a reply
is written to `<folder>/<brief>-<style>/<name>.md`, exactly as it was sent; its answer belongs into
`tests/played/replies/<brief>/<style>/<name>.txt`. Repeat until nothing is missing.
"""

import sys
import tempfile
from pathlib import Path

from tests.fakes.model_server import AskedOf
from tests.played.drafts import run


def collect(brief: str, style: str, folder: Path) -> int:
    """Run one draft; returns how many questions are open."""
    questions = folder / f"{brief}-{style}"
    questions.mkdir(parents=True, exist_ok=True)
    for old in questions.glob("*.md"):
        old.unlink()

    def lay_out(name: str, call: AskedOf) -> None:
        (questions / f"{name}.md").write_text(f"{call.system}\n\n{call.user}\n", encoding="utf-8")

    with tempfile.TemporaryDirectory() as var:
        ran = run(brief, style, Path(var), on_missing=lay_out)
    asked, missing = ran.replay.asked, ran.replay.missing
    sys.stdout.write(f"{ran.told[-6000:]}\nasked {len(asked)}: {', '.join(asked)}\n")
    sys.stdout.write(f"open {len(missing)}: {', '.join(missing)}\nstatus {ran.result.get('status')}\n")
    return len(missing)


if __name__ == "__main__":
    sys.exit(1 if collect(sys.argv[1], sys.argv[2], Path(sys.argv[3])) else 0)
