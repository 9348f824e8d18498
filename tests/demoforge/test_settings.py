"""A wrong setting stops the start with a sentence: what is wrong, what is allowed, and never a secret."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRONG = "k3y-" + "aZ9_bY8-cX7.dW6" * 5
TEAM = {
    "DEMOFORGE_MODE": "team",
    "SECRET_KEY": STRONG,
    "CRYPTOGRAPHY_KEY": STRONG[::-1],
    "ALLOWED_HOSTS": "demoforge.example.com",
}


def start(tmp_path: Path, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings, or run a management command, with exactly these variables."""
    environment = {
        "PATH": os.environ["PATH"],
        "DEMOFORGE_ENV_FILE": os.devnull,
        "DEMOFORGE_VAR_DIR": str(tmp_path / "var"),
        **variables,
    }
    return subprocess.run(
        [sys.executable, *(("manage.py", *command) if command else ("-c", "import demoforge.settings"))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEMOFORGE_MODE", "prod", "DEMOFORGE_MODE is 'prod'; allowed: local, team."),
        (
            "DEMOFORGE_LEASE_SECONDS",
            "soon",
            "DEMOFORGE_LEASE_SECONDS is 'soon'; allowed: a whole number from 1 to 3600.",
        ),
        ("DEMOFORGE_PROOF_MEMORY_MB", "1", "allowed: a whole number from 1024 to 65536."),
        ("DEFAULT_WAREHOUSE_TYPE", "oracle", "allowed: snowflake, bigquery, databricks, redshift."),
        ("DEFAULT_AI_PROVIDER", "oracle", "DEFAULT_AI_PROVIDER is 'oracle'; allowed: "),
        ("DEFAULT_AI_MODEL", "two words", "DEFAULT_AI_MODEL is 'two words'; allowed: a model's name"),
        ("DEMOFORGE_SECRET_HOURS", "0", "allowed: a whole number from 1 to 168."),
        (
            "DEMOFORGE_MODEL_HOSTS",
            "https://models.example.com",
            "contains 'https://models.example.com'; allowed",
        ),
        (
            "DEMOFORGE_AI_PRICES",
            "model-1=3/15",
            "contains 'model-1=3/15'; allowed: model=input/cached/output",
        ),
        ("DEMOFORGE_AI_PARALLEL", "0", "allowed: a whole number from 1 to 32."),
        ("DEFAULT_DBT_ACCOUNT_ID", "abc", "allowed: the number of a dbt account."),
        (
            "DEMOFORGE_GITHUB_HOSTS",
            "https://x.ghe.com",
            "DEMOFORGE_GITHUB_HOSTS contains 'https://x.ghe.com'; allowed",
        ),
        ("DBT_CLOUD_ACCOUNT_ID", "abc", "allowed: the number of a dbt account."),
        ("REDSHIFT_PORT", "0", "allowed: a whole number from 1 to 65535."),
        ("DEFAULT_GITHUB_ORG", "a/b", "allowed: the name of a GitHub organisation."),
        ("ALLOWED_HOSTS", "localhost,*", "ALLOWED_HOSTS contains '*'; allowed: host names"),
        (
            "CSRF_TRUSTED_ORIGINS",
            "demoforge.example.com",
            "allowed: origins such as https://demoforge.example.com",
        ),
        (
            "DEMOFORGE_TIME_ZONE",
            "Mars/Base",
            "DEMOFORGE_TIME_ZONE is 'Mars/Base'; allowed: the name of a time zone",
        ),
        (
            "DEMOFORGE_TIME_ZONE",
            "../../etc/passwd",
            "allowed: the name of a time zone, such as Europe/Oslo or UTC.",
        ),
        ("DEMOFORGE_BIND", "0.0.0.0:8000", "allowed: 127.0.0.1:PORT in local mode"),
        ("DEMOFORGE_LOG_LEVEL", "loud", "allowed: debug, info, warning, error."),
        (
            "DEMOFORGE_VAR_DIR",
            str(ROOT / "manage.py"),
            "which is no directory and cannot be made one; allowed: a directory.",
        ),
        ("DEMOFORGE_SESSION_HOURS", "0", "allowed: a whole number from 1 to 720."),
        ("DEMOFORGE_FAULT", "anything", "allowed: POINT:before or POINT:after."),
        ("DEMOFORGE_TESTING", "perhaps", "DEMOFORGE_TESTING is 'perhaps'; allowed: 1, true"),
        ("DEMOFORGE_MOED", "team", "DEMOFORGE_MOED is not a setting; did you mean DEMOFORGE_MODE?"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert expected in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 2, "a heading and one sentence"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "hunter2hunter2", "SECRET_KEY is too weak (14 characters, 7 different)"),
        (
            "DATABASE_URL",
            "mysql://root:hunter2@db/x",
            "DATABASE_URL is not an address that can be used; allowed: sqlite://",
        ),
        (
            "DATABASE_URL",
            "postgres://root:hunter2@db:5432",
            "DATABASE_URL names no database; allowed: sqlite:////path",
        ),
        (
            "OPENAI_API_KEY",
            "my hunter2",
            "OPENAI_API_KEY has characters that no key has; allowed: the key alone",
        ),
        ("GITHUB_TOKEN", "my hunter2", "GITHUB_TOKEN has characters that no key has; allowed: the key alone"),
        (
            "SNOWFLAKE_PRIVATE_KEY",
            "hunter2",
            "SNOWFLAKE_PRIVATE_KEY is neither a file that can be read nor its text",
        ),
        ("OPENAI_BASE_URL", "ftp://hunter2@x", "allowed: https://… or http://…."),
        ("REDIS_URL", "amqp://guest:hunter2@queue", "allowed: redis://… or rediss://… or unix://…."),
    ],
)
def test_a_fault_never_shows_a_secret(tmp_path: Path, name: str, value: str, expected: str) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert expected in ended.stderr
    assert "hunter2" not in ended.stderr + ended.stdout


def test_a_command_stops_with_the_sentence_too(tmp_path: Path) -> None:
    ended = start(tmp_path, "migrate", DEMOFORGE_MODE="prod")
    assert ended.returncode == 1
    assert "DEMOFORGE_MODE is 'prod'; allowed: local, team." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    ended = start(tmp_path, DEMOFORGE_MODE="team", DEMOFORGE_LEASE_SECONDS="x")
    for name in ("SECRET_KEY", "CRYPTOGRAPHY_KEY", "ALLOWED_HOSTS", "DEMOFORGE_LEASE_SECONDS"):
        assert name in ended.stderr


def test_tests_only_settings_are_refused_in_team_mode(tmp_path: Path) -> None:
    ended = start(tmp_path, **TEAM, DEMOFORGE_TESTING="1")
    assert "DEMOFORGE_TESTING is set in team mode" in ended.stderr


def test_team_mode_passes_the_deployment_check(tmp_path: Path) -> None:
    ended = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **TEAM)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


def test_local_mode_makes_one_private_key_file(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    key = tmp_path / "var" / "secret_key"
    first = key.read_text()
    assert len(first) >= 64
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert start(tmp_path).returncode == 0
    assert key.read_text() == first


def test_team_mode_makes_no_key_file(tmp_path: Path) -> None:
    assert start(tmp_path, **TEAM).returncode == 0
    assert not (tmp_path / "var" / "secret_key").exists()


def test_two_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    program = "import sys, pathlib; from demoforge.keys import local_key; print(local_key(pathlib.Path(sys.argv[1])))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "key")], cwd=ROOT, stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    assert len({process.communicate(timeout=30)[0] for process in started}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("variables", "zone"),
    [
        ({"DEMOFORGE_TIME_ZONE": "Asia/Tokyo", "TZ": "Europe/Oslo"}, "Asia/Tokyo"),
        ({"TZ": "Europe/Oslo"}, "Europe/Oslo"),
        (TEAM | {"TZ": "Europe/Oslo"}, "UTC"),
        (TEAM | {"DEMOFORGE_TIME_ZONE": "Asia/Tokyo"}, "Asia/Tokyo"),
    ],
)
def test_the_time_zone_is_the_machines_in_local_mode_only(
    tmp_path: Path, variables: dict[str, str], zone: str
) -> None:
    show = "from django.conf import settings; print(settings.TIME_ZONE)"
    shown = start(tmp_path, "shell", "--no-imports", "-c", show, **variables)
    assert shown.stdout.split() == [zone], shown.stderr


def test_the_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("DEFAULT_WAREHOUSE_TYPE=bigquery\nDEFAULT_GITHUB_ORG=from-file\n")
    shown = start(
        tmp_path,
        *("shell", "--no-imports", "-c"),
        "from django.conf import settings; print(settings.DEFAULT_WAREHOUSE_TYPE, settings.DEFAULT_GITHUB_ORG)",
        DEMOFORGE_ENV_FILE=str(file),
        DEFAULT_GITHUB_ORG="from-environment",
    )
    assert shown.stdout.split() == ["bigquery", "from-environment"]
