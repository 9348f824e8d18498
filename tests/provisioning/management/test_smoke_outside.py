"""`manage.py smoke --target …`: what it would create, then created, looked at and removed, against loopback servers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.architecture.source import ROOT
from tests.fakes.both import CLOUD_TOKEN, GITHUB_TOKEN, PASSWORD, Both, both_servers

pytestmark = pytest.mark.slow


@pytest.fixture
def far() -> Iterator[Both]:
    with both_servers() as servers:
        yield servers


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for all: the Proof is made once."""
    return tmp_path_factory.mktemp("var")


def smoke(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person calls it. No secret is in what it says or logs."""
    given = os.environ | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DATABASE_URL": "",
        "DEMOFORGE_GITHUB_WRITES_A_MINUTE": "6000",
        **environment,
    }
    command = [sys.executable, str(ROOT / "manage.py"), "smoke", *arguments]
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=180, cwd=var)
    logged = (var / "log" / "demoforge.jsonl").read_text()
    assert not any(
        secret in done.stdout + done.stderr + logged for secret in (GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD)
    )
    return done


def steps_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What the command says it does."""
    return [line.removeprefix("== ") for line in done.stdout.splitlines() if line.startswith("== ")]


def test_without_yes_it_says_what_it_would_create_and_creates_nothing(far: Both, var: Path) -> None:
    done = smoke(var, "--target", "dbt_cloud", **far.environment())
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert steps_of(done)[-1].startswith("Nothing was created")
    assert "demoforge-smoke-test-dbt-demo-" in done.stdout
    assert "DemoForge smoke test Demo" in done.stdout
    assert {call.method for call in [*far.github.calls, *far.cloud.calls]} == {"GET"}


def test_with_yes_it_is_created_looked_at_and_removed(far: Both, var: Path) -> None:
    done = smoke(var, "--target", "dbt_cloud", "--yes", **far.environment())
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert steps_of(done)[-3:] == ["Build it", "Look at it, as before a call", "Remove it"]
    assert far.green_runs() == 1
    assert far.left() == []
    assert "DROP SCHEMA" in done.stdout, "what stays in the warehouse is told"


@pytest.mark.long
def test_github_alone(far: Both, var: Path) -> None:
    done = smoke(
        var, "--target", "github", "--yes", **far.environment(DBT_CLOUD_TOKEN="", SNOWFLAKE_ACCOUNT="")
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert len(far.github.calls_to("POST", "/repos")) == 1
    assert far.cloud.calls == []
    assert far.left() == []


@pytest.mark.long
def test_a_build_that_fails_is_removed_all_the_same(far: Both, var: Path) -> None:
    far.cloud.faults.add("403", "POST", "*/credentials/", times=99)
    done = smoke(var, "--target", "dbt_cloud", "--yes", **far.environment())
    assert done.returncode == 1
    assert "Credentials:" in done.stderr
    assert steps_of(done)[-2:] == ["Build it", "Remove it"]
    assert far.left() == []


@pytest.mark.long
def test_what_could_not_be_removed_is_said(far: Both, var: Path) -> None:
    far.github.faults.add("403", "DELETE", "*", times=99)
    done = smoke(var, "--target", "github", "--yes", **far.environment())
    assert done.returncode == 1
    assert "manage.py forge --undo" in done.stderr
    assert len(far.left()) == 1


def test_a_token_that_is_refused_stops_it_before_anything_is_created(far: Both, var: Path) -> None:
    far.github.revoke(GITHUB_TOKEN)
    done = smoke(var, "--target", "github", "--yes", **far.environment())
    assert done.returncode == 1
    assert "blocker" in done.stdout
    assert far.left() == []


def test_what_is_not_set_up_is_named(far: Both, var: Path) -> None:
    done = smoke(var, "--target", "dbt_cloud", **far.environment(DBT_CLOUD_TOKEN="", SNOWFLAKE_ACCOUNT=""))
    assert done.returncode == 2
    assert "no connection to: dbt Cloud, warehouse" in done.stderr
    assert far.github.calls == []


@pytest.mark.parametrize("arguments", [(), ("--provider", "openai", "--target", "github")])
def test_one_of_provider_and_target_is_needed(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="--target"):
        call_command("smoke", *arguments)
