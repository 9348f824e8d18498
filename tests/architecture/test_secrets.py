"""Secrets and confidential text stay where they belong.

Canaries are planted in every place where a secret or a prospect's notes come in, the product does its work, and then
everything that it wrote is searched: the database file, the log, every other file, the queue and the answers. Words
that are planted twice, as text and in parts of addresses, are searched in the encodings that could hide them.
"""

import base64
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from tests.architecture.canaries import all_in, disguises, files_below, places_of

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "canary-secret-key-7Q2w9XzLmP4vT8sB3nK6jH1gF5dR0yUe",
    "CRYPTOGRAPHY_KEY": "canary-cryptography-key-4Gh8KpW2zX9qL6",
    "ANTHROPIC_API_KEY": "canary-workspace-key-3nK6jH1gF5dR0yUe",
    "GITHUB_TOKEN": "canary-workspace-github-Xk29Zb",
    "DBT_CLOUD_TOKEN": "canary-workspace-dbt-Qw83Lm",
    "DBT_CLOUD_USER_TOKEN": "canary-workspace-person-Ty47Vn",
    "SNOWFLAKE_PASSWORD": "canary-workspace-snowflake-Rt65",
    "DATABRICKS_TOKEN": "canary-workspace-databricks-Ui90",
    "REDSHIFT_PASSWORD": "canary-workspace-redshift-Op12",
}
#: The workspace's connections, without secrets: the page shows them.
WORKSPACE = {
    "GITHUB_OWNER": "acme-demos",
    "DBT_CLOUD_URL": "https://ab123.us1.dbt.com",
    "DBT_CLOUD_ACCOUNT_ID": "70403",
    "SNOWFLAKE_ACCOUNT": "ORG-ACCOUNT",
    "SNOWFLAKE_DATABASE": "DEMO",
    "SNOWFLAKE_WAREHOUSE": "WH",
    "SNOWFLAKE_USER": "DBT",
}
#: Ways out for notices that refuse every connection, so that the failure is written down.
MAIL_PASSWORD = "canary-mail-password-Wq55Zt"
HOOK = "canary-hook-path-Bv31Kc"
NOTICES = {
    "DEMOFORGE_EMAIL_URL": f"smtps://robot:{MAIL_PASSWORD}@127.0.0.1:1",
    "DEMOFORGE_EMAIL_FROM": "demoforge@example.com",
    "DEMOFORGE_WEBHOOK_URL": f"http://127.0.0.1:1/services/{HOOK}",
}
#: What somebody types on the page “Connections”: accepted, and still in memory at the end.
CONNECTIONS = {
    "github_token": "canary-typed-github-4Gh8KpW2",
    "dbt_cloud_token": "canary-typed-dbt-zX9qL6Bn",
    "dbt_cloud_user_token": "canary-typed-person-Jk38Df",
    "redshift_password": "canary-typed-redshift-Hs72Ma",
}
TYPED_KEY = "canary-typed-key-9XzLmP4vT8sB3n"  # accepted, and still in memory at the end
REFUSED_KEY = "canary-refused-key-dR0yUe7Q2w"
PASSWORD = "canary-password-Xk29"
MISTYPED = "canary-mistyped-password"
NOTES = "canary-notes: Zorgvliet will replace its ledger in May"
PAINS = "canary-pains: nobody at Zorgvliet trusts the margin"
INSTRUCTIONS = "canary-instructions: leave out the Zorgvliet takeover"

# Runs in a process of its own, with the settings, the log and the queue of a real one.
PROGRAM = f"""
import django; django.setup()
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from demoforge.accounts.models import User
from demoforge.static_files import collect_if_changed
call_command("migrate", verbosity=0)
collect_if_changed()
setup_test_environment()
alice = User.objects.create_user("alice", password={PASSWORD!r}, role="sales_engineer")
client = Client(raise_request_exception=False)
answers = []

def post(page, **fields):
    answer = client.post(page, fields, follow=True)
    answers.append((answer.status_code, page))
    return answer

post("/accounts/login/", username={MISTYPED!r}, password="x")  # a password in the wrong field
post("/accounts/login/", username="alice", password={MISTYPED!r})
post("/accounts/login/", username="alice", password={PASSWORD!r})
made = post(
    "/demos/new/", company="Zorg", industry="Retail", warehouse="snowflake", provider="builtin", depth="standard",
    include_semantic_layer="on", discovery_notes={NOTES!r}, pain_points={PAINS!r},
    as_of="2026-03-31", token="6f1c3f0e-8f0f-4b0e-9d0a-0f9f3b2f8a11",
)
from scenarios.models import Demo
demo = Demo.objects.get()
assert demo.discovery_notes == {NOTES!r}, "the notes are there for whoever may read them"
from scenarios.drafting import advance_revision
advance_revision(demo.current_id or demo.revisions.get().pk)
demo.refresh_from_db()
post(f"/demos/{{demo.pk}}/regenerate/", instructions={INSTRUCTIONS!r})
client.get(f"/demos/{{demo.pk}}/")
post("/accounts/logout/")
post("/accounts/login/", username="alice", password={PASSWORD!r})
import os
server = dict(provider="compatible", address=os.environ["MODEL_SERVER"], model="fake-small")
for key in ({REFUSED_KEY!r}, {TYPED_KEY!r}):
    for do in ("models", "test", "save"):
        post("/ai/", do=do, key=key, **server)
post("/ai/", provider="anthropic", do="test", model="fake-small")
from demoforge.accounts import vault
typed = {CONNECTIONS!r}
github = dict(kind="github", owner="acme-se", api_url=os.environ["GITHUB_SERVER"])
cloud = dict(kind="dbt_cloud", host=os.environ["DBT_SERVER"], account_id="70403100000001", installation_id="")
redshift = dict(kind="warehouse", type="redshift", host="x.amazonaws.com", port="5439", database="dev", user="dbt")
for do in ("test", "save"):
    post("/connections/", do=do, github_token={REFUSED_KEY!r}, **github)
    post("/connections/", do=do, dbt_cloud_token={REFUSED_KEY!r}, dbt_cloud_user_token={REFUSED_KEY!r}, **cloud)
    post("/connections/", do=do, github_token=typed["github_token"], **github)
    post("/connections/", do=do, dbt_cloud_token=typed["dbt_cloud_token"],
         dbt_cloud_user_token=typed["dbt_cloud_user_token"], **cloud)
    post("/connections/", do=do, redshift_password=typed["redshift_password"], **redshift)
client.get("/connections/?kind=warehouse")
alice = User.objects.get()
from provisioning.connections import store
found = store.remembered(alice)
for fields in (found.github, found.dbt_cloud, found.warehouse):
    for name, secret in store.kept_secrets(alice, fields).items():
        assert typed[name] == secret, "it is there for its owner"
assert vault.get(alice, "compatible_key", bound_to=server["address"]) == {TYPED_KEY!r}, "it is there for its owner"
from demoforge.accounts import carrying, notices
User.objects.update(email="alice@example.com")
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # the real one again
notice = notices.tell(User.objects.get(), "Read me.")
carrying.carry(notice.pk)
notice.refresh_from_db()
assert notice.sent_at is None and notice.posted_at is None, "both ways were tried, and both failed"
import structlog
log = structlog.get_logger("test")
try:
    discovery_notes = demo.discovery_notes
    raise RuntimeError("a failure beside confidential text")
except RuntimeError:
    log.exception("failed", demo=demo.pk)
print(answers)
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that the product wrote: name -> bytes. Also its output, and what waits in the queue."""
    from demoforge.embedded import private_socket, server_command, server_url
    from tests.fakes.dbt_cloud import DbtCloudServer
    from tests.fakes.github import GitHubServer
    from tests.fakes.model_server import ModelServer
    from tests.processes import ended_after, wait_until

    folder = tmp_path_factory.mktemp("secrets")
    socket = private_socket(folder / "run")
    with (
        ended_after(subprocess.Popen(server_command(socket, folder / "queue.log"))),
        ModelServer("ready", key=TYPED_KEY) as models,
        GitHubServer() as github,
        DbtCloudServer() as cloud,
    ):
        github.add_token(CONNECTIONS["github_token"], login="acme-se", scopes=["repo"])
        cloud.add_token(CONNECTIONS["dbt_cloud_token"], "project_creator")
        cloud.add_pat(CONNECTIONS["dbt_cloud_user_token"])
        wait_until(socket.exists)
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={
                **{name: os.environ[name] for name in ("PATH", "DJANGO_SETTINGS_MODULE")},
                **SECRETS,
                **WORKSPACE,
                **NOTICES,
                "GITHUB_SERVER": github.url,
                "DBT_SERVER": cloud.url,
                "DEMOFORGE_ENV_FILE": os.devnull,
                "DEMOFORGE_VAR_DIR": str(folder / "var"),
                "DEMOFORGE_LOG_LEVEL": "debug",
                "REDIS_URL": server_url(socket),
                "MODEL_SERVER": models.address("chat"),
                "ANTHROPIC_BASE_URL": models.address("anthropic"),
            },
            capture_output=True,
            timeout=120,
        )
        assert ended.returncode == 0, ended.stderr.decode()
        queued = all_in(redis.Redis.from_url(server_url(socket)))
    return {**files_below(folder), "output": ended.stdout + ended.stderr, "queue": queued}


@pytest.mark.parametrize(
    "canary",
    [
        *SECRETS.values(),
        MAIL_PASSWORD,
        HOOK,
        PASSWORD,
        MISTYPED,
        INSTRUCTIONS,
        TYPED_KEY,
        REFUSED_KEY,
        *CONNECTIONS.values(),
    ],
    ids=lambda c: c[:22],
)
def test_no_canary_was_written(canary: str, written: dict[str, bytes]) -> None:
    assert places_of(canary, written) == []


@pytest.mark.parametrize("canary", [NOTES, PAINS], ids=lambda c: c[:12])
def test_notes_stand_in_the_plan_alone(canary: str, written: dict[str, bytes], tmp_path: Path) -> None:
    """A plan and its project may quote the notes (docs/decisions/0005); nothing else that was written does."""
    database = {name: data for name, data in written.items() if name.startswith("var/demoforge.sqlite3")}
    assert places_of(canary, database), "the plan quotes the notes, or this test says nothing"
    rest = {name: data for name, data in written.items() if name not in database}
    assert places_of(canary, {**rest, "without plans": without_plans(database, tmp_path)}) == []


def without_plans(database: dict[str, bytes], folder: Path) -> bytes:
    """The database with plans and their projects taken out."""
    for name, data in database.items():
        (folder / Path(name).name).write_bytes(data)
    path = folder / "demoforge.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE scenarios_planrevision SET outline = NULL, plan = NULL, parts = '{}', notes = '[]'"
    )
    connection.execute("DELETE FROM scenarios_projectfile")
    connection.commit()
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()


def test_the_search_would_find_one(written: dict[str, bytes]) -> None:
    """What is no secret is found in the places that were searched."""
    assert b"alice" in written["var/demoforge.sqlite3"] or b"alice" in written["var/demoforge.sqlite3-wal"]
    assert b"login.failed" in written["var/log/demoforge.jsonl"]
    assert b"a failure beside confidential text" in written["var/log/demoforge.jsonl"]
    assert b"scenarios.advance_revision" in written["queue"]
    assert b"github_token" in written["queue"], "what was typed under Connections is there, encrypted"
    assert b"connection.saved" in written["var/log/demoforge.jsonl"]
    assert b"compatible_key" in written["queue"], "the key that was typed is there, encrypted"
    assert b"(200, '/demos/new/')" in written["output"]
    stored = f"x{base64.b64encode(PASSWORD.encode()).decode()}".encode()
    assert any(found in stored for found in disguises(PASSWORD))


def test_our_own_key_file_is_made_only_without_a_key(written: dict[str, bytes]) -> None:
    assert "var/secret_key" not in written
