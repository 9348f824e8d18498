"""Running git without anybody's configuration."""

import os
import subprocess
from pathlib import Path

GIT_SECONDS = 60


class GitError(Exception):
    """Git is missing, or did not do what it was asked to; the text says what."""


def run_git(*arguments: str, repository: Path | None = None, stdin: bytes = b"") -> bytes:
    """Run git with nothing of the user's or the system's configuration, and without hooks; returns its output.

    `repository` is the git directory to work in. Raises GitError.
    """
    place = [f"--git-dir={repository}"] if repository else []
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
    command = ["git", *place, "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(
            command, input=stdin, env=environment, capture_output=True, timeout=GIT_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise GitError("The program git is not installed on this machine.") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not finish within {GIT_SECONDS} seconds.") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[:300]
        raise GitError(f"git {arguments[0]} failed: {said}") from error
    return done.stdout
