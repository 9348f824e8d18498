"""Which drafts are recorded, and one of them run as a person would run it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.model_server import AskedOf, ModelServer
from tests.played.replay import REPLIES, Replay

AS_OF = "2026-11-23"
ROOT = Path(__file__).parents[2]
STYLES = ("careful", "hurried")


@dataclass(frozen=True)
class Ran:
    """What `manage.py forge` made of a recorded draft."""

    replay: Replay
    told: str
    result: dict[str, object]

    @property
    def notes(self) -> list[str]:
        """What the draft says about itself."""
        return [line.removeprefix("Note: ") for line in self.told.splitlines() if line.startswith("Note: ")]

    @property
    def proven(self) -> bool:
        """Whether it ended in a build of a proven project."""
        return self.result.get("status") == "succeeded"

    @property
    def sent_back(self) -> int:
        """How often the Proof sent the plan back."""
        return self.told.count("Sending back what the Proof found")

    @property
    def repairs(self) -> list[str]:
        """The questions after the first ones."""
        return [name for name in self.replay.asked if "repair" in name or "plain" in name]


def recorded() -> list[tuple[str, str]]:
    """(brief, style) of every draft that has replies."""
    return [
        (brief.name, style)
        for brief in sorted(REPLIES.iterdir())
        if brief.is_dir()
        for style in STYLES
        if (brief / style / "outline.txt").exists()
    ]


def run(
    brief: str, style: str, var: Path, *, on_missing: Callable[[str, AskedOf], None] | None = None
) -> Ran:
    """Forge the example brief with the recorded replies; `var` is an empty folder for its data."""
    replay = Replay(REPLIES / brief / style, on_missing=on_missing)
    with ModelServer(answer=replay) as server:
        forged = _forge(ROOT / "docs" / "examples" / f"{brief}.yaml", server.address("anthropic"), var)
    lines = forged.stdout.splitlines()
    return Ran(replay, forged.stderr, json.loads(lines[-1]) if lines else {})


def _forge(brief: Path, address: str, var: Path) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DEMOFORGE_ENV_FILE": os.devnull,
        "DATABASE_URL": "",
        "ANTHROPIC_BASE_URL": address,
        "ANTHROPIC_API_KEY": "played-key-without-value",
    }
    command = [sys.executable, "manage.py", "forge", str(brief), "--json", "--as-of", AS_OF]
    command += ["--provider", "anthropic", "--model", "played"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
