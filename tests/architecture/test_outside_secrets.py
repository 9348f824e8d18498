"""Credentials of GitHub, dbt Cloud and the four warehouses stay in memory and go to the far side, and nowhere else.

Canaries are planted in the vault and in the workspace's environment; real builds run with each of them against servers
on this machine, some of which fail with answers that repeat the whole request. Then everything that was written is
searched: database, log, other files, the queue and the dump of its memory, pages, downloads, Terraform, output.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.architecture.canaries import all_in, dump_of, files_below, places_of
from tests.architecture.source import ROOT
from tests.fakes.both import OWNER, Both, both_servers
from tests.fakes.outside_server import Answer, Asked, OutsideServer
from tests.processes import ended_after, wait_until
from tests.provisioning.connections.keys import keyfile, pem

pytestmark = pytest.mark.slow

GITHUB = {"typed": "ghp_canaryTypedGitHub7Q2w9XzLmP4vT8", "workspace": "ghp_canaryWorkspaceGitHub3nK6jH1gF5d"}
CLOUD = {"typed": "dbtc_canaryTypedService4Gh8KpW2zX9q", "workspace": "dbtc_canaryWorkspaceService9LmT3vBq"}
PERSONAL = {"typed": "dbtu_canaryTypedPerson6Bn3Jk38DfTy", "workspace": "dbtu_canaryWorkspacePerson5RtVn47Ui"}
PASSPHRASE = {"typed": "canary-typed-passphrase-Hs72Ma", "workspace": "canary-workspace-passphrase-Qw83"}
SNOWFLAKE_PASSWORD = "canary-typed-snowflake-Xk29 Zb"
DATABRICKS = {"typed": "dapicanarytyped0123456789ab", "workspace": "dapicanaryworkspace0123456789"}
REDSHIFT = {"typed": 'canary-typed-redshift-"q"-Op12', "workspace": "canary-workspace-redshift-Yu67"}
FAILURES = 3  # builds that end failed before somebody presses Retry


@dataclass(frozen=True)
class Planted:
    """Keys that are made anew for each run, and every text that must not be found anywhere."""

    snowflake_key: dict[str, str]
    keyfile: dict[str, str]

    @property
    def canaries(self) -> dict[str, str]:
        """What it is -> the text; of keys, lines from their middle."""
        found = {"typed Snowflake password": SNOWFLAKE_PASSWORD}
        several = {"GitHub": GITHUB, "dbt Cloud": CLOUD, "personal": PERSONAL, "passphrase": PASSPHRASE}
        several |= {"Databricks": DATABRICKS, "Redshift": REDSHIFT}
        for title, secrets in several.items():
            found |= {f"{where} {title}": secret for where, secret in secrets.items()}
        for where, text in self.snowflake_key.items():
            found |= {f"{where} Snowflake key, line {line}": text.splitlines()[line] for line in (3, 9)}
        for where, text in self.keyfile.items():
            lines = json.loads(text)["private_key"].splitlines()
            found |= {f"{where} BigQuery key, line {line}": lines[line] for line in (3, 9)}
        return found


@dataclass(frozen=True)
class Written:
    """What was planted, what was written (name -> bytes), and what went to the far sides."""

    planted: Planted
    places: dict[str, bytes]
    sent: str
    made_there: list[str]  # tokens that dbt Cloud made for the Semantic Layer


def fresh_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def plant() -> Planted:
    return Planted(
        {where: pem(fresh_key(), passphrase=PASSPHRASE[where]) for where in PASSPHRASE},
        {where: keyfile(private_key=pem(fresh_key())) for where in PASSPHRASE},
    )


def typed(far: Both, planted: Planted) -> list[dict[str, Any]]:
    """What somebody enters, one set of connections for each kind of warehouse credentials."""
    snowflake = {"type": "snowflake", "account": "xy12345", "database": "D", "warehouse": "W", "user": "DBT"}
    databricks = {"type": "databricks", "host": "dbc-a1.cloud.databricks.com", "http_path": "/sql/1.0/w/a"}
    redshift = {"type": "redshift", "host": "x.redshift.amazonaws.com", "database": "dev", "user": "dbt"}
    key = {
        "snowflake_private_key": planted.snowflake_key["typed"],
        "snowflake_passphrase": PASSPHRASE["typed"],
    }
    warehouses: list[tuple[dict[str, str], dict[str, str]]] = [
        (snowflake, {"snowflake_password": SNOWFLAKE_PASSWORD}),
        (snowflake | {"auth": "keypair"}, key),
        ({"type": "bigquery", "project": "acme-demos"}, {"bigquery_keyfile": planted.keyfile["typed"]}),
        (databricks, {"databricks_token": DATABRICKS["typed"]}),
        (redshift, {"redshift_password": REDSHIFT["typed"]}),
    ]
    github = {"api_url": far.github.url, "owner": OWNER}
    cloud = {"host": far.cloud.url, "account_id": far.cloud.account_id}
    tokens = {"dbt_cloud_token": CLOUD["typed"], "dbt_cloud_user_token": PERSONAL["typed"]}
    return [
        {
            "fields": {"github": github, "dbt_cloud": cloud, "warehouse": fields},
            "secrets": {
                "github": {"github_token": GITHUB["typed"]},
                "dbt_cloud": tokens,
                "warehouse": secrets,
            },
        }
        for fields, secrets in warehouses
    ]


def environment(far: Both, planted: Planted) -> dict[str, str]:
    """The workspace's connections, with all four warehouses."""
    return far.environment(
        GITHUB_TOKEN=GITHUB["workspace"],
        DBT_CLOUD_TOKEN=CLOUD["workspace"],
        DBT_CLOUD_USER_TOKEN=PERSONAL["workspace"],
        SNOWFLAKE_PASSWORD="",
        SNOWFLAKE_PRIVATE_KEY=planted.snowflake_key["workspace"],
        SNOWFLAKE_PRIVATE_KEY_PASSPHRASE=PASSPHRASE["workspace"],
        BIGQUERY_KEYFILE=planted.keyfile["workspace"],
        DATABRICKS_HOST="dbc-a1.cloud.databricks.com",
        DATABRICKS_HTTP_PATH="/sql/1.0/warehouses/a",
        DATABRICKS_TOKEN=DATABRICKS["workspace"],
        REDSHIFT_HOST="x.redshift.amazonaws.com",
        REDSHIFT_DATABASE="dev",
        REDSHIFT_USER="dbt",
        REDSHIFT_PASSWORD=REDSHIFT["workspace"],
    )


def talkative(server: OutsideServer) -> None:
    """Let the server's refusals repeat the whole request: token and body, as text, as JSON and as they were sent."""
    said = server.refusal

    def refusal(status: int, asked: Asked) -> Answer:
        answer = said(status, asked)
        repeated = f"You sent {asked.token} with {json.dumps(asked.body)}, that is {asked.body}"
        texts = json.dumps(answer.body)
        body = {**json.loads(texts), "message": repeated, "data": repeated, "errors": [repeated]}
        if "status" in body and isinstance(body["status"], dict):
            body["status"]["user_message"] = body["status"]["developer_message"] = repeated
        return Answer(status, body, answer.headers)

    server.refusal = refusal  # type: ignore[method-assign]  # of a fake


def break_down(far: Both) -> None:
    """Some builds fail, others meet faults on their way; each time the answer repeats what was sent."""
    talkative(far.github)
    talkative(far.cloud)
    for nth in (1, 4, 7):  # a refusal: the build fails, and is retried; so the next build's is one further
        far.cloud.faults.add("403", "POST", "*/credentials/", nth=nth)
    for nth in (3, 8):
        far.cloud.faults.add("500", "POST", "*/connections/", nth=nth)
    far.github.faults.add("500", "POST", "*/git/trees", nth=2)
    far.github.faults.add("malformed", "POST", "*/pulls", nth=2)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """Everything after builds with each of the credentials."""
    from demoforge.embedded import private_socket, server_command, server_url

    folder, planted = tmp_path_factory.mktemp("outside"), plant()
    for name in ("pages", "tmp"):
        (folder / name).mkdir()
    socket = private_socket(folder / "run")
    with (
        ended_after(subprocess.Popen(server_command(socket, folder / "queue.log"))),
        both_servers(tokens={"github": GITHUB["typed"], "dbt_cloud": CLOUD["typed"]}) as far,
    ):
        far.github.add_token(GITHUB["workspace"], login="acme-se", scopes=["repo", "delete_repo"])
        far.cloud.add_token(CLOUD["workspace"], "account_admin")
        for personal in PERSONAL.values():
            far.cloud.add_pat(personal)
        break_down(far)
        wait_until(socket.exists)
        ended = run_program(folder, far, planted, server_url(socket))
        assert ended.returncode == 0, ended.stderr.decode()[-3000:]
        assert ended.stdout.decode().count("a build failed") == FAILURES
        assert [*far.github.faults.pending(), *far.cloud.faults.pending()] == []
        places = {
            "output": ended.stdout + ended.stderr,
            "queue": all_in(redis.Redis.from_url(server_url(socket))),
            "dump": dump_of(redis.Redis.from_url(server_url(socket))),
        }
        known = {*GITHUB.values(), *CLOUD.values(), *PERSONAL.values()}
        made = [value for value in far.cloud.tokens if value not in known]
        sent = str([(call.token, call.body) for call in [*far.github.calls, *far.cloud.calls]])
        yield Written(planted, {**files_below(folder), **places}, sent, made)


def run_program(
    folder: Path, far: Both, planted: Planted, queue: str
) -> "subprocess.CompletedProcess[bytes]":
    given = {
        **{name: os.environ[name] for name in ("PATH", "DJANGO_SETTINGS_MODULE")},
        **environment(far, planted),
        "TYPED": json.dumps(typed(far, planted)),
        "DEMOFORGE_TESTING": "1",
        "DEMOFORGE_ENV_FILE": os.devnull,
        "DEMOFORGE_VAR_DIR": str(folder / "var"),
        "DEMOFORGE_LOG_LEVEL": "debug",
        "DEMOFORGE_GITHUB_WRITES_A_MINUTE": "6000",
        "REDIS_URL": queue,
        "TMPDIR": str(folder / "tmp"),
    }
    command = [sys.executable, "-m", "tests.architecture.outside_program", str(folder / "pages")]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, timeout=300)


def test_no_credential_was_written_anywhere(written: Written) -> None:
    found = {title: places_of(canary, written.places) for title, canary in written.planted.canaries.items()}
    assert {title: places for title, places in found.items() if places} == {}


def test_nor_was_a_token_that_dbt_cloud_made_for_us(written: Written) -> None:
    assert written.made_there, "or this test looks for nothing"
    assert [places_of(token, written.places) for token in written.made_there] == [[]] * len(
        written.made_there
    )


def test_each_credential_was_used(written: Written) -> None:
    """What never left the vault could not have been written by what sends it."""
    unused = [title for title, canary in written.planted.canaries.items() if canary not in written.sent]
    assert [title for title in unused if "personal" not in title and '"' not in title] == []


def test_the_search_looks_where_things_are_written(written: Written) -> None:
    places = written.places
    database = places["var/demoforge.sqlite3"] + places.get("var/demoforge.sqlite3-wal", b"")
    assert b"zorgvliet-0-dbt-demo-" in database
    assert b"provisioning.advance_build" in places["queue"]
    assert b"snowflake_private_key" in places["dump"] or b"redshift_password" in places["dump"]
    assert any(name.endswith("main.tf") for name in places)
    assert any(b"You sent" in data for name, data in places.items() if name.startswith("pages/builds_"))
    assert b"build.started" in places["var/log/demoforge.jsonl"]
    assert places_of(GITHUB["typed"], {"sent": written.sent.encode()}) == ["sent"]
