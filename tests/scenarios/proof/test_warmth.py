"""The warm process's cache of parsed macros: a project parses to the same with and without it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PARSE = """
import hashlib, json, sys
from pathlib import Path
from scenarios.proof import dbt_run
from scenarios.proof.place import make_place
from scenarios.proof.run import read_folder
from scenarios.proof.spec import Limits
from scenarios.proof.warmth import warm_up
directory, sample, cached = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "cached"
CHANGING = {"created_at", "generated_at", "invocation_id", "invocation_started_at", "root_path", "run_started_at"}
def steady(value):
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items() if key not in CHANGING}
    return [steady(item) for item in value] if isinstance(value, list) else value
if cached:
    warm_up(directory / "warm")
manifest, parsed = dbt_run.parse(make_place(directory / "job", read_folder(sample), Limits()))
from dbt_common.tests import test_caching_enabled
assert test_caching_enabled() is cached
text = json.dumps(steady(manifest.writable_manifest().to_dict()), sort_keys=True, default=str)
print(len(manifest.macros), hashlib.sha256(text.encode()).hexdigest())
"""


def parse(directory: Path, how: str) -> str:
    sample = Path(__file__).parent / "sample_project"
    command = [sys.executable, "-c", PARSE, str(directory), str(sample), how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_the_manifest_is_the_same_with_and_without_the_cache(tmp_path):
    assert parse(tmp_path / "a", "cached") == parse(tmp_path / "b", "plain")
