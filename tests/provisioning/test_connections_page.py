"""The page “Connections”: tested before kept, secrets shown to nobody, and what waits goes on."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from demoforge.accounts import vault
from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from provisioning.connections import store
from provisioning.connections.fields import (
    BigQuery,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Redshift,
    Snowflake,
)
from provisioning.models import BuildPolicy, BuildRun, BuildStep, Connection
from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.github import GitHubServer
from tests.provisioning.connections import environment as env
from tests.provisioning.connections.environment import set_up
from tests.provisioning.connections.keys import keyfile, pem
from tests.provisioning.scenery import bare_demo
from tests.scenarios.views.pages import form_of

pytestmark = pytest.mark.django_db
CANARY = "canary-7Q2w9XzLmP4v"
PAGE = "/connections/"
PART = {"HX-Request": "true"}
SNOWFLAKE = {"kind": "warehouse", "type": "snowflake", "account": "https://ORG-ACCOUNT.snowflakecomputing.com/console",
             "database": "DEMO", "warehouse": "DEMO_WH", "role": "", "user": "DBT"}  # fmt: skip
DATABRICKS = {"kind": "warehouse", "type": "databricks", "host": "https://dbc-a1.cloud.databricks.com/?o=1",
              "http_path": "/sql/1.0/warehouses/abc", "catalog": "", "databricks_token": CANARY}  # fmt: skip
REDSHIFT = {"kind": "warehouse", "type": "redshift", "host": "demo.redshift.amazonaws.com", "port": "5440",
            "database": "dev", "user": "dbt", "redshift_password": f"{CANARY} with blanks "}  # fmt: skip


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sam(make_user: Callable[..., User]) -> User:
    return make_user("sam")


@pytest.fixture
def client(sam: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(sam)


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        server.add_token(CANARY, login="acme-se", scopes=["repo", "delete_repo"])
        yield server


@pytest.fixture
def cloud() -> Iterator[DbtCloudServer]:
    with DbtCloudServer(installations={12345678: "acme-se"}) as server:
        server.add_token(CANARY, "project_creator")
        server.add_pat(f"{CANARY}-pat")
        server.things.add("connection", name="Snow & Co", adapter_version="snowflake_v0", config={},
                          account_id=server.account_id)  # fmt: skip
        server.things.add("connection", name="Big", adapter_version="bigquery_v0", config={},
                          account_id=server.account_id)  # fmt: skip
        yield server


def github_form(server: GitHubServer, do: str = "save", **more: str) -> dict[str, str]:
    return {
        "kind": "github",
        "do": do,
        "api_url": server.url,
        "owner": "acme-se",
        "github_token": CANARY,
        **more,
    }


def cloud_form(server: DbtCloudServer, do: str = "save", **more: str) -> dict[str, str]:
    return {
        "kind": "dbt_cloud", "do": do, "host": f"{server.url}/deploy/{server.account_id}/projects/7", "account_id": "",
        "dbt_cloud_token": CANARY, "dbt_cloud_user_token": "", "installation_id": "", **more,
    }  # fmt: skip


def shown(answer: Any) -> str:
    page = str(answer.content.decode())
    assert CANARY not in page
    assert "BEGIN" not in page.replace("-----BEGIN PRIVATE KEY-----", "")
    return page


def post(client: Client, values: dict[str, Any], **more: Any) -> Any:
    """Send a form and follow where it leads; no page on the way shows a secret."""
    answer = client.post(PAGE, values, follow=True, **more)
    shown(answer)
    return answer


# --- looking at it -------------------------------------------------------------------------------------------------


def test_nothing_is_set_up_at_first(client: Client) -> None:
    page = shown(client.get(PAGE))
    assert page.count("Not set up yet") == 3
    assert "The operator has set up none." in page
    assert 'name="github_token"' in page, "the first thing that is missing is open"
    assert "Remove this connection" not in page


@pytest.mark.parametrize(
    "query",
    ["kind=github", "kind=dbt_cloud", "kind=warehouse&type=snowflake", "kind=warehouse&type=snowflake&auth=keypair",
     "kind=warehouse&type=bigquery", "kind=warehouse&type=databricks", "kind=warehouse&type=redshift",
     *(f"kind=warehouse&type=existing&connection_id=5&adapter={name}"
       for name in ("snowflake", "snowflake&auth=keypair", "bigquery", "databricks", "redshift"))],
)  # fmt: skip
def test_secrets_are_typed_into_fields_that_nobody_fills_or_shows(client: Client, query: str) -> None:
    page = shown(client.get(f"{PAGE}?{query}"))
    fields = [field.split(">")[0] for field in page.split('<input type="password"')[1:]]
    assert fields
    for field in fields:
        assert 'autocomplete="off"' in field
        assert "value=" not in field


@pytest.mark.parametrize("query", ["kind=oracle", "kind=warehouse&type=x&auth=y", "kind=warehouse&type=existing",
                                   "kind=warehouse&type=existing&adapter=redshift&connection_id=%C2%B2"])  # fmt: skip
def test_a_strange_address_shows_the_page_all_the_same(client: Client, query: str) -> None:
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_the_operators_defaults_are_suggested(client: Client, settings: Any) -> None:
    set_up(
        settings,
        DEFAULT_GITHUB_ORG="acme-org",
        DEFAULT_DBT_ACCOUNT_ID="77",
        DEFAULT_WAREHOUSE_TYPE="redshift",
    )
    assert form_of(shown(client.get(f"{PAGE}?kind=github")), "owner")["owner"] == "acme-org"
    assert form_of(shown(client.get(f"{PAGE}?kind=dbt_cloud")), "account_id")["account_id"] == "77"
    assert 'name="redshift_password"' in shown(client.get(f"{PAGE}?kind=warehouse"))


# --- GitHub --------------------------------------------------------------------------------------------------------


def test_a_test_tells_who_one_is_and_keeps_the_token_alone(
    client: Client, sam: User, github: GitHubServer
) -> None:
    page = shown(post(client, github_form(github, "test")))
    assert "The token is acme-se&#x27;s." in page
    assert "undo deletes" in page
    assert "Your token is kept until" in page
    assert vault.get(sam, "github_token", bound_to=github.url) == CANARY
    assert not Connection.objects.exists()
    again = shown(post(client, github_form(github, "save", github_token="")))
    assert "GitHub is saved" in again
    assert store.remembered(sam).github == GitHubFields(api_url=github.url, owner="acme-se")


def test_htmx_gets_the_part_alone(client: Client, github: GitHubServer) -> None:
    part = client.post(PAGE, github_form(github, "test"), headers=PART)
    assert shown(part).lstrip().startswith('<div id="connections"')
    wrong = client.post(PAGE, github_form(github, "test", owner=""), headers=PART)
    assert wrong.status_code == 200, "HTMX shows nothing of an error answer"
    assert "This field is required" in shown(wrong)


def test_a_refused_token_is_not_kept_and_an_older_one_stays(
    client: Client, sam: User, github: GitHubServer
) -> None:
    for do in ("save", "test"):
        page = shown(post(client, github_form(github, do, github_token=f"{CANARY}-wrong")))
        assert "GitHub does not accept the token" in page
    assert vault.get(sam, "github_token", bound_to=github.url) is None
    assert not Connection.objects.exists()
    post(client, github_form(github))
    post(client, github_form(github, github_token=f"{CANARY}-wrong"))
    assert vault.get(sam, "github_token", bound_to=github.url) == CANARY


def test_a_server_in_trouble_does_not_keep_one_from_saving(
    client: Client, sam: User, github: GitHubServer
) -> None:
    github.faults.add("500", "GET", "/user")
    page = shown(post(client, github_form(github)))
    assert "GitHub is saved" in page
    assert "GitHub has trouble of its own" in page
    assert store.is_ready(sam, GitHubFields(api_url=github.url, owner="acme-se"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"owner": ""}, "This field is required"),
        ({"owner": "a b"}, "without “github.com/”"),
        ({"github_token": ""}, "none is kept for this address"),
        ({"github_token": "has blanks in it"}, "neither blanks"),
        ({"api_url": "https://evil.example.com"}, "DEMOFORGE_GITHUB_HOSTS"),
        ({"api_url": "http://api.github.com"}, "must begin with https://"),
    ],
)
def test_what_is_wrong_is_said_before_anybody_is_asked(
    client: Client, github: GitHubServer, typed: dict[str, str], said: str
) -> None:
    answer = post(client, github_form(github, **typed))
    assert answer.status_code == 422
    assert said in shown(answer)
    assert github.calls == []
    assert not Connection.objects.exists()


def test_a_pasted_owner_is_understood(client: Client, sam: User, github: GitHubServer) -> None:
    post(client, github_form(github, owner="https://github.com/acme-se/"))
    saved = store.remembered(sam).github
    assert saved
    assert saved.owner == "acme-se"


# --- dbt Cloud -----------------------------------------------------------------------------------------------------


def test_any_address_of_the_account_is_enough(client: Client, sam: User, cloud: DbtCloudServer) -> None:
    page = shown(post(client, cloud_form(cloud)))
    assert "dbt Cloud is saved" in page
    assert store.remembered(sam).dbt_cloud == DbtCloudFields(host=cloud.url, account_id=cloud.account_id)
    assert form_of(page, "host")["account_id"] == str(cloud.account_id)


def test_the_installation_of_the_owner_is_offered(client: Client, sam: User, cloud: DbtCloudServer) -> None:
    store.save(sam, "github", GitHubFields(owner="acme-se"), secrets={}, by=sam)
    page = shown(post(client, cloud_form(cloud, "test", dbt_cloud_user_token=f"{CANARY}-pat")))
    assert '<option value="12345678">acme-se</option>' in page
    assert "installed at acme-se with the number 12345678" in page
    post(client, cloud_form(cloud, installation_id="12345678"))
    saved = store.remembered(sam).dbt_cloud
    assert saved
    assert saved.installation_id == 12345678
    assert set(store.kept_secrets(sam, saved)) == {"dbt_cloud_token", "dbt_cloud_user_token"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"host": "https://ab123.us1.dbt.com"}, "number that follows “/accounts/”"),
        ({"account_id": "²"}, "number that follows “/accounts/”"),
        ({"account_id": "0"}, "number that follows “/accounts/”"),
        ({"installation_id": "abc"}, "the number of the installation"),
        ({"host": "https://evil.example.com", "account_id": "7"}, "DEMOFORGE_DBT_HOSTS"),
        ({"dbt_cloud_token": ""}, "none is kept for this address"),
    ],
)
def test_wrong_fields_of_dbt_cloud(
    client: Client, cloud: DbtCloudServer, typed: dict[str, str], said: str
) -> None:
    answer = post(client, cloud_form(cloud, **typed))
    assert answer.status_code == 422
    assert said in shown(answer)
    assert cloud.calls == []


# --- warehouses ----------------------------------------------------------------------------------------------------


def test_snowflake_with_a_password(client: Client, sam: User) -> None:
    page = shown(post(client, {**SNOWFLAKE, "do": "save", "snowflake_password": f"{CANARY} x"}))
    assert "The warehouse is saved" in page
    fields = Snowflake(account="ORG-ACCOUNT", database="DEMO", warehouse="DEMO_WH", user="DBT")
    assert store.remembered(sam).warehouse == fields
    assert store.kept_secrets(sam, fields) == {"snowflake_password": f"{CANARY} x"}


@pytest.mark.parametrize("upload", [True, False])
def test_snowflake_with_a_key_pair(client: Client, sam: User, upload: bool) -> None:
    key = pem(passphrase=CANARY)
    typed: dict[str, Any] = {**SNOWFLAKE, "auth": "keypair", "do": "save", "snowflake_passphrase": CANARY}
    if upload:
        typed["snowflake_private_key_file"] = SimpleUploadedFile("rsa_key.p8", key.encode())
    else:
        typed["snowflake_private_key"] = key.replace("\n", "")  # as a browser sends it
    post(client, typed)
    fields = store.remembered(sam).warehouse
    assert isinstance(fields, Snowflake)
    assert fields.auth == "keypair"
    assert store.kept_secrets(sam, fields) == {"snowflake_private_key": key, "snowflake_passphrase": CANARY}
    page = shown(client.get(f"{PAGE}?kind=warehouse"))
    assert 'name="snowflake_passphrase"' in page, "what was saved is open again"
    assert "Your private key is kept until" in page
    assert shown(post(client, {**typed, "snowflake_private_key": "", "snowflake_private_key_file": "",
                               "snowflake_passphrase": "", "role": "LOADER"}))  # fmt: skip
    assert store.kept_secrets(sam, fields)["snowflake_private_key"] == key, (
        "it stays while only the role changes"
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"snowflake_private_key": "nothing"}, "no private key"),
        ({"snowflake_private_key": pem(passphrase=CANARY)}, "type its passphrase"),
        ({"snowflake_private_key": pem(passphrase=CANARY), "snowflake_passphrase": "x"}, "does not open"),
        ({"snowflake_passphrase": CANARY}, "together with its passphrase"),
        ({}, "none is kept for this account and user"),
        ({"snowflake_private_key_file": SimpleUploadedFile("key", b"\xff\xfe\x00")}, "no text"),
    ],
)
def test_wrong_keys(client: Client, typed: dict[str, Any], said: str) -> None:
    answer = post(client, {**SNOWFLAKE, "auth": "keypair", "do": "test", **typed})
    assert answer.status_code == 422
    assert said in shown(answer)


def test_a_key_that_is_too_large_never_touches_the_disk(client: Client) -> None:
    """Django would put large uploads into files; these are dropped, whatever is in them."""
    big = SimpleUploadedFile("key.json", b"{" + b" " * 3_000_000)
    answer = post(
        client, {"kind": "warehouse", "type": "bigquery", "do": "test", "bigquery_keyfile_file": big}
    )
    assert answer.status_code in (400, 422)


def test_bigquery_takes_the_project_from_the_key_file(client: Client, sam: User) -> None:
    upload = SimpleUploadedFile("key.json", keyfile().encode())
    typed = {
        "kind": "warehouse",
        "type": "bigquery",
        "project": "",
        "location": "EU",
        "bigquery_keyfile_file": upload,
    }
    page = shown(post(client, {**typed, "do": "test"}))
    assert "It is that of dbt@acme-demos.iam.gserviceaccount.com" in page
    upload.seek(0)
    post(client, {**typed, "do": "save"})
    assert store.remembered(sam).warehouse == BigQuery(project="acme-demos", location="EU")
    wrong = post(client, {**typed, "do": "save", "bigquery_keyfile_file": SimpleUploadedFile("x", b"{}")})
    assert "no service account" in shown(wrong)


def test_databricks_and_redshift(client: Client, sam: User) -> None:
    post(client, {**DATABRICKS, "do": "save"})
    saved = store.remembered(sam).warehouse
    assert saved
    assert saved.bound_to == "databricks dbc-a1.cloud.databricks.com"
    assert store.is_ready(sam, saved)
    post(client, {**REDSHIFT, "do": "save"})
    redshift = Redshift(host="demo.redshift.amazonaws.com", port=5440, database="dev", user="dbt")
    assert store.remembered(sam).warehouse == redshift
    kept = store.kept_secrets(sam, redshift)
    assert kept == {"redshift_password": f"{CANARY} with blanks "}, "blanks belong to a password"


def test_a_connection_of_dbt_cloud_is_chosen_from_the_list(
    client: Client, sam: User, cloud: DbtCloudServer
) -> None:
    before = shown(post(client, {"kind": "warehouse", "type": "existing", "do": "list"}))
    assert "Set up dbt Cloud on this page first." in before
    post(client, cloud_form(cloud))
    listed = shown(post(client, {"kind": "warehouse", "type": "existing", "do": "list"}))
    snow = next(one for one in cloud.connections if one.name == "Snow & Co")
    link = f"?kind=warehouse&amp;type=existing&amp;adapter=snowflake&amp;connection_id={snow.id}"
    assert "Snow &amp; Co" in listed
    assert link in listed
    form = form_of(shown(client.get(PAGE + link.replace("&amp;", "&"))), "connection_id")
    assert (form["connection_id"], form["adapter"]) == (str(snow.id), "snowflake")
    empty = dict.fromkeys(("role", "database", "warehouse"), "")
    page = shown(post(client, {**form, **empty, "user": "DBT", "snowflake_password": CANARY, "do": "save"}))
    assert "The warehouse is saved" in page
    saved = store.remembered(sam).warehouse
    assert saved == Existing(connection_id=snow.id, adapter="snowflake", adapter_version="snowflake_v0",
                             name="Snow & Co", user="DBT")  # fmt: skip
    again = shown(client.get(f"{PAGE}?kind=warehouse"))
    assert "Snow &amp; Co" in again
    assert form_of(again, "connection_id")["user"] == "DBT"


def test_a_connection_that_is_gone_or_another_is_not_saved(client: Client, cloud: DbtCloudServer) -> None:
    post(client, cloud_form(cloud))
    big = next(one for one in cloud.connections if one.name == "Big")
    typed = {
        "kind": "warehouse",
        "type": "existing",
        "user": "DBT",
        "snowflake_password": CANARY,
        "do": "save",
    }
    gone = shown(post(client, {**typed, "adapter": "snowflake", "connection_id": "5"}))
    assert "no such connection" in gone
    other = shown(post(client, {**typed, "adapter": "snowflake", "connection_id": str(big.id)}))
    assert "is one to BigQuery" in other
    assert not Connection.objects.filter(kind="warehouse").exists()
    easy = shown(post(client, {**typed, "adapter": "bigquery", "connection_id": str(big.id)}))
    assert "The warehouse is saved" in easy, "dbt Cloud has the key already"


# --- forgetting, waking, the workspace -----------------------------------------------------------------------------


def test_forgetting_leaves_the_fields_and_removing_does_not(
    client: Client, sam: User, github: GitHubServer
) -> None:
    post(client, github_form(github))
    said = client.post(f"{PAGE}forget/", {"kind": "github"}, follow=True).content.decode()
    assert "what was secret is forgotten" in said
    assert "to be entered again" in said
    assert not vault.has(sam, "github_token", bound_to=github.url)
    assert form_of(said, "owner")["owner"] == "acme-se"
    client.post(f"{PAGE}forget/", {"kind": "github", "what": "all"})
    assert not Connection.objects.exists()
    assert client.post(f"{PAGE}forget/", {"kind": "oracle"}).status_code == 302


def test_a_build_that_waits_goes_on_when_it_is_saved(client: Client, sam: User, github: GitHubServer) -> None:
    demo = bare_demo(sam)
    run = BuildRun.objects.create(demo=demo, revision=demo.current, started_by=sam, repository_name="x")
    step = BuildStep.objects.create(
        run=run, key="repository", phase="repository", position=1, title="Repository", needs="github",
        not_before="2099-01-01T00:00:00Z",
    )  # fmt: skip
    page = shown(post(client, github_form(github)))
    assert "A build that waited goes on." in page
    step.refresh_from_db()
    assert step.not_before is None


def test_the_workspace_is_shown_without_its_secrets(client: Client, settings: Any) -> None:
    set_up(settings, env.GITHUB, env.DBT_CLOUD, env.SNOWFLAKE, GITHUB_TOKEN=CANARY, SNOWFLAKE_PASSWORD=CANARY)
    page = shown(client.get(PAGE))
    for words in ("acme-demos at api.github.com", "account 70403100000001 at ab123.us1.dbt.com",
                  "Snowflake, ORG-ACCOUNT", "In local mode, builds may always use them."):  # fmt: skip
        assert words in page, words
    assert page.count("workspace&#x27;s</span>") + page.count("workspace's</span>") == 3
    set_up(settings, SNOWFLAKE_ACCOUNT="two words")
    assert "account is missing or wrong" in shown(client.get(PAGE))


def test_administrators_allow_builds_with_the_workspaces_connections(
    client: Client, make_user: Callable[..., User], client_of: Callable[[User], Client], settings: Any
) -> None:
    set_up(settings, env.GITHUB)
    settings.LOCAL_MODE = False
    assert "Administrators decide" in shown(client.get(PAGE))
    assert client.post(f"{PAGE}workspace/", {"allowed": "yes"}).status_code == 403
    assert not BuildPolicy.objects.exists()
    ada = client_of(make_user("ada", role=Role.ADMIN))
    assert "Allow builds to use them" in shown(ada.get(PAGE))
    allowed = shown(ada.post(f"{PAGE}workspace/", {"allowed": "yes"}, follow=True))
    assert "builds may use them" in allowed
    assert "Do not allow it any more" in allowed
    assert BuildPolicy.objects.get().workspace_builds
    ada.post(f"{PAGE}workspace/", {"allowed": "no"})
    assert not BuildPolicy.objects.get().workspace_builds


# --- secrets -------------------------------------------------------------------------------------------------------


def test_no_secret_is_in_a_row_or_in_the_audit_trail(
    client: Client, github: GitHubServer, cloud: DbtCloudServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    post(client, github_form(github))
    post(client, github_form(github, github_token=f"{CANARY}-wrong"))
    post(client, cloud_form(cloud, dbt_cloud_user_token=f"{CANARY}-pat"))
    post(client, {**SNOWFLAKE, "do": "save", "snowflake_password": CANARY})
    post(client, {**DATABRICKS, "do": "save"})
    post(client, {**REDSHIFT, "do": "save"})
    key = pem(passphrase=CANARY)
    post(client, {**SNOWFLAKE, "auth": "keypair", "do": "save", "snowflake_private_key": key,
                  "snowflake_passphrase": CANARY})  # fmt: skip
    post(client, {"kind": "warehouse", "type": "bigquery", "do": "save", "bigquery_keyfile": keyfile()})
    assert AuditEntry.objects.filter(action="connection.saved").count() == 7
    written = everything_in_the_database() + caplog.text
    assert "ORG-ACCOUNT" in written or "acme-demos" in written, "the search would find it"
    bodies = [
        CANARY,
        "0123456789abcdef0123456789abcdef01234567",
        *key.splitlines()[1:-1],
        *pem().splitlines()[1:-1],
    ]
    assert [body[:20] for body in bodies if body in written] == []


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(repr(cursor.fetchall()))
    return "".join(found)
