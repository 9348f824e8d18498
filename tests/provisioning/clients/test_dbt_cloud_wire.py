"""What dbt Cloud's client makes of everything that may come over the wire: one call, one verdict, in time."""

import datetime
import gzip
import ipaddress
import json
import ssl
import time
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from provisioning.clients.bounded import BoundedAdapter
from provisioning.clients.dbt_cloud import DbtCloudClient, ServiceTokenRefused, TooMany, WrongAddress
from provisioning.clients.dbt_cloud.transport import MOST_BYTES
from provisioning.clients.outcome import (
    CallRecord,
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    Unauthorized,
    Unclear,
)
from tests.provisioning.clients.wire import Wire, WireServer, seconds_of

ACCOUNT = 70403100000001
TOKEN = "dbtc_canary-token"
FINE = {"code": 200, "is_success": True, "user_message": "Success!", "developer_message": ""}
PROJECT = {"name": "Acme Demo", "account_id": ACCOUNT, "state": 1, "type": 0}


def client_of(
    server: WireServer, *, seconds: float = 5, secrets: tuple[str, ...] = ()
) -> tuple[DbtCloudClient, list[CallRecord]]:
    records: list[CallRecord] = []
    client = DbtCloudClient(
        server.url, ACCOUNT, TOKEN, record=records.append, seconds=seconds, secrets=secrets
    )
    return client, records


def envelope(data: Any, **more: Any) -> dict[str, Any]:
    return {"status": FINE, "data": data, **more}


def failure(status: int, message: str = "", data: Any = None) -> dict[str, Any]:
    head = {"code": status, "is_success": False, "user_message": message, "developer_message": ""}
    return {"status": head, "data": data}


def error_of(status: int, body: Any = "", headers: dict[str, str] | None = None) -> OutsideError:
    """What creating a project ends with when this is the answer."""
    with WireServer(lambda wire: wire.answer(status, body, headers)) as server:
        client, records = client_of(server)
        with pytest.raises(OutsideError) as caught:
            client.create_project(PROJECT)
        assert len(server.asked) == len(records) == 1, "nothing is repeated, everything is written down"
        assert records[0].status == status
        assert records[0].outcome != "ok"
    return caught.value


def test_what_is_sent_is_plain_and_bounded() -> None:
    with WireServer(lambda wire: wire.answer(201, envelope({"id": 70437463654557}))) as server:
        client, records = client_of(server)
        assert client.create_project(PROJECT).id == 70437463654557
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", f"/api/v3/accounts/{ACCOUNT}/projects/")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == PROJECT
    assert [(call.system, call.method, call.path, call.status, call.outcome) for call in records] == [
        ("dbt Cloud", "POST", f"/api/v3/accounts/{ACCOUNT}/projects/", 201, "ok")
    ]


def test_records_have_neither_query_nor_host_but_the_request_id() -> None:
    def say(wire: Wire) -> None:
        wire.answer(200, envelope([]), {"x-request-id": "abc \x7f123" + "x" * 200})

    with WireServer(say) as server:
        client, records = client_of(server)
        client.projects("Acme")
    assert "name__icontains=Acme" in server.asked[0].path
    assert records[0].path == f"/api/v3/accounts/{ACCOUNT}/projects/"
    assert records[0].request_id.startswith("abc123")
    assert len(records[0].request_id) == 100
    assert 0 < records[0].seconds < 5


def test_proxies_netrc_and_cookies_of_others_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password netrc-password\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with WireServer(
        lambda wire: wire.answer(200, envelope({"id": 1}), {"set-cookie": "session=1; Path=/"})
    ) as server:
        client, _ = client_of(server)
        client.account()
        client.account()
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {TOKEN}"] * 2
    assert not any("cookie" in asked.headers for asked in server.asked)
    assert server.connections == 1, "connections are used again"


def test_401_names_the_host_as_a_suspect() -> None:
    error = error_of(401, failure(401, "Invalid token."))
    assert isinstance(error, Unauthorized)
    assert "127.0.0.1:" in error.hint
    assert "access URL" in error.hint


def test_403_says_which_permission_is_missing() -> None:
    error = error_of(403, failure(403, "You do not have permission to perform this action."))
    assert isinstance(error, Forbidden)
    assert "create the project" in error.sentence
    assert "Project creator" in error.hint
    assert "You do not have permission" in error.hint


def test_404_may_be_a_missing_permission() -> None:
    error = error_of(404, failure(404, "The requested resource was not found."))
    assert isinstance(error, NotThere)
    assert "permission" in error.hint


@pytest.mark.parametrize("status", [400, 405, 409, 422, 418])
def test_refusals_show_the_details(status: int) -> None:
    details = {
        "schedule": {"time": {"interval": "required key not provided"}},
        "triggers": ["'x' was unexpected"],
    }
    error = error_of(status, failure(status, "The request was invalid. Please double check it.", details))
    assert isinstance(error, Invalid)
    assert error.sentence == (
        "dbt Cloud refused to create the project: "
        "schedule.time.interval: required key not provided; triggers: 'x' was unexpected"
    )


@pytest.mark.parametrize("body", ["", "<html>Bad</html>", "[1]", '{"data": null}', '"text"', failure(400)])
def test_refusals_without_details_say_so(body: Any) -> None:
    error = error_of(400, body)
    assert isinstance(error, Invalid)
    assert "gives no reason (status 400)" in error.sentence


def test_details_are_bounded_and_on_one_line() -> None:
    data = {"a": "x\n\x00\u202ey" + "z" * 5000, "b": [{"c": "d" * 5000}] * 1000}
    error = error_of(400, failure(400, data=data))
    assert len(error.sentence) < 700
    assert error.sentence.isprintable()


def test_a_service_token_where_a_person_is_asked_for_has_its_own_error() -> None:
    data = {"reason": "This endpoint cannot be accessed with a service token."}
    with WireServer(lambda wire: wire.answer(400, failure(400, "The request was invalid.", data))) as server:
        client, _ = client_of(server)
        with pytest.raises(ServiceTokenRefused) as caught:
            client.installations("dbtu_person")
    assert "personal access token" in caught.value.hint
    assert server.asked[0].headers["authorization"] == "Bearer dbtu_person"


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        ("", 300, 300),
        ("soon", 300, 300),
        ("nan", 300, 300),
        ("-5", 1, 1),
        ("1e9", 3600, 3600),
        ("in a minute", 55, 61),
    ],
)
def test_429_waits_as_long_as_it_says_or_for_the_cooldown(header: str, least: float, most: float) -> None:
    if header == "in a minute":
        header = format_datetime(
            datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60), usegmt=True
        )
    error = error_of(429, failure(429), {"retry-after": header} if header else None)
    assert isinstance(error, Limited)
    assert least <= error.seconds <= most


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
@pytest.mark.parametrize(
    "body", ["<?xml version='1.0'?><Error><Code>InternalError</Code></Error>", failure(500)]
)
def test_server_errors_are_unclear_whatever_the_body(status: int, body: Any) -> None:
    error = error_of(status, body)
    assert isinstance(error, Unclear)
    assert str(status) in error.sentence


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_redirects_are_not_followed(status: int) -> None:
    with WireServer(lambda wire: wire.answer(200, envelope({"id": 666}))) as elsewhere:
        error = error_of(status, "", {"location": f"{elsewhere.url}/api/v3/"})
        assert not elsewhere.asked
    assert isinstance(error, WrongAddress)
    assert "access URL" in error.hint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Log in</html>",
        b'<?xml version="1.0"?><Ok/>',
        b'{"status": {"code": 200, "is_succ',
        b"[]",
        b"null",
        b'{"id": 7}',
        b"[" * 100_000,
        b'{"data": {"id": ' + b"9" * 5000 + b"}}",
        b"\xff\xfe",
        *(
            json.dumps(envelope(data)).encode()
            for data in (None, [], "7", {}, {"id": None}, {"id": "7"}, {"id": True}, {"id": 1.5}, {"id": 0})
        ),
        json.dumps(envelope({"id": 2**63})).encode(),
        json.dumps(failure(500, data={"id": 7})).encode(),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_a_success_without_an_id_is_unclear(status: int, body: bytes) -> None:
    assert isinstance(error_of(status, body), Unclear)


@pytest.mark.parametrize("id_", [2**31, 2**53 + 1, 2**63 - 1])
def test_ids_have_64_bits(id_: int) -> None:
    with WireServer(lambda wire: wire.answer(200, envelope({"id": id_}))) as server:
        client, _ = client_of(server)
        assert client.project(id_).id == id_
    assert server.asked[0].path.endswith(f"/projects/{id_}/")


def test_resets_and_silence_are_unclear() -> None:
    def cut(wire: Wire) -> None:
        wire.send(b'HTTP/1.1 201 Said\r\ncontent-length: 500\r\n\r\n{"status": {')

    said = {
        "reset": Wire.reset,
        "cut": cut,
        "silence": Wire.wait,
        "nonsense": lambda wire: wire.send(b"SSH-2.0\r\n\r\n"),
    }
    words = {"reset": "no answer", "cut": "cut off", "silence": "time-out", "nonsense": "no answer"}
    for name, say in said.items():
        with WireServer(say) as server:
            client, records = client_of(server, seconds=0.5)
            with pytest.raises(Unclear) as caught:
                client.create_project(PROJECT)
            assert len(server.asked) == 1, f"{name}: nothing is repeated"
            assert [(call.status, call.outcome) for call in records] == [(None, words[name])]
            assert "create the project" in caught.value.sentence


def test_nobody_there_is_unclear_and_says_where() -> None:
    with WireServer(Wire.wait) as server:
        url = server.url
    client = DbtCloudClient(url, ACCOUNT, TOKEN, record=lambda call: None)
    with pytest.raises(Unclear, match=f"dbt Cloud at {url} could not be reached"):
        client.account()


@pytest.mark.parametrize("part", ["status", "headers", "body", "chunks"])
def test_a_call_ends_in_time_however_slowly_the_answer_comes(part: str) -> None:
    def say(wire: Wire) -> None:
        heads = {
            "status": b"",
            "headers": b"HTTP/1.1 200 Said\r\nx-slow: ",
            "body": b"HTTP/1.1 200 Said\r\ncontent-length: 9000\r\n\r\n",
            "chunks": b"HTTP/1.1 200 Said\r\ntransfer-encoding: chunked\r\n\r\n",
        }
        wire.send(heads[part])
        wire.drip(
            {"status": b"HTTP/1.1 200 " + b"x" * 900, "chunks": b"1\r\n{\r\n" * 200}.get(part, b"{" * 900)
        )

    with WireServer(say) as server:
        client, _ = client_of(server, seconds=0.6)

        def ask() -> None:
            with pytest.raises(Unclear, match=r"did not answer within 0\.6 seconds"):
                client.account()

        assert 0.5 < seconds_of(ask) < 1.5


def test_silence_after_a_slow_beginning_does_not_begin_a_new_count() -> None:
    def say(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 Said\r\ncontent-length: 9000\r\n\r\n")
        wire.drip(b"{" * 16)  # for 0.8 seconds
        wire.wait()

    with WireServer(say) as server:
        client, _ = client_of(server, seconds=1)

        def ask() -> None:
            with pytest.raises(Unclear, match="did not answer within 1 seconds"):
                client.account()

        assert 0.9 < seconds_of(ask) < 1.5


def test_a_connection_that_is_used_again_has_its_whole_time() -> None:
    def say(wire: Wire) -> None:
        time.sleep(0.25)
        wire.answer(200, envelope({"id": 1}))

    with WireServer(say) as server:
        client, records = client_of(server, seconds=0.6)
        for _ in range(4):
            client.account()
    assert server.connections == 1
    assert [call.outcome for call in records] == ["ok"] * 4


@pytest.mark.parametrize("compressed", [False, True])
def test_answers_are_bounded_in_size(compressed: bool) -> None:
    body = b" " * (MOST_BYTES + 1)
    headers = {"content-encoding": "gzip"} if compressed else {}
    with WireServer(
        lambda wire: wire.answer(200, gzip.compress(body) if compressed else body, headers)
    ) as server:
        client, records = client_of(server, seconds=20)
        with pytest.raises(Unclear, match="more than 20,000,000 bytes"):
            client.account()
    assert records[0].outcome == "too large"


def test_compressed_answers_are_read_and_broken_ones_unclear() -> None:
    answers = [gzip.compress(json.dumps(envelope({"id": 9})).encode()), b"no gzip at all"]
    with WireServer(lambda wire: wire.answer(200, answers.pop(0), {"content-encoding": "gzip"})) as server:
        client, _ = client_of(server)
        assert client.account().id == 9
        with pytest.raises(Unclear):
            client.account()


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\r\nX-Evil: 1", "tökén", "\u202e"])
def test_a_token_that_cannot_be_one_is_not_sent(token: str) -> None:
    with WireServer(lambda wire: wire.answer(200, envelope({"id": 1}))) as server:
        with pytest.raises(Unauthorized):
            DbtCloudClient(server.url, ACCOUNT, token, record=lambda call: None).account()
        assert not server.asked


# --- lists --------------------------------------------------------------------


def pages_of(total: int, *, tell: bool = True) -> WireServer:
    """A server with so many projects, that says how many there are or not."""

    def say(wire: Wire) -> None:
        asked = dict(pair.split("=") for pair in wire.asked.path.partition("?")[2].split("&") if pair)
        offset, limit = int(asked.get("offset", 0)), min(int(asked.get("limit", 100)), 100)
        items = [{"id": id_ + 1, "name": "x"} for id_ in range(offset, min(offset + limit, total))]
        extra = {"pagination": {"count": len(items), "total_count": total}} if tell else {}
        wire.answer(200, envelope(items, extra=extra))

    return WireServer(say)


@pytest.mark.parametrize("tell", [True, False])
@pytest.mark.parametrize(("total", "calls"), [(0, 1), (99, 1), (250, 3)])
def test_lists_are_read_to_their_end(total: int, calls: int, tell: bool) -> None:
    with pages_of(total, tell=tell) as server:
        client, _ = client_of(server)
        assert [project.id for project in client.projects()] == list(range(1, total + 1))
    assert len(server.asked) == calls


def test_a_full_last_page_costs_no_more_calls_when_the_total_is_told() -> None:
    with pages_of(200) as server:
        client, _ = client_of(server)
        assert len(client.projects()) == 200
    assert len(server.asked) == 2


def test_lists_that_are_too_long_are_not_taken_for_complete() -> None:
    with pages_of(2001) as server:
        client, _ = client_of(server)
        with pytest.raises(TooMany):
            client.projects()
    assert len(server.asked) == 20


def test_a_list_that_promises_more_than_it_has_ends() -> None:
    answers = [[{"id": 1}], []]
    extra = {"pagination": {"count": 1, "total_count": 500}}
    with WireServer(lambda wire: wire.answer(200, envelope(answers.pop(0), extra=extra))) as server:
        client, _ = client_of(server)
        assert [project.id for project in client.projects()] == [1]


def test_a_list_that_repeats_itself_ends() -> None:
    same = [{"id": id_ + 1} for id_ in range(100)]
    with WireServer(lambda wire: wire.answer(200, envelope(same, extra={}))) as server:
        client, _ = client_of(server)
        assert len(client.projects()) == 100
    assert len(server.asked) == 2


def test_lists_may_be_null_and_leave_out_what_was_deleted() -> None:
    answers = [None, [{"id": 1, "state": 2}, {"id": 2, "state": 1}]]
    with WireServer(lambda wire: wire.answer(200, envelope(answers.pop(0)))) as server:
        client, _ = client_of(server)
        assert client.projects() == []
        assert [project.id for project in client.projects()] == [2]


@pytest.mark.parametrize("data", [{"id": 1}, "x", [1], [{"name": "no id"}], [{"id": 1}, None]])
def test_what_is_no_list_is_unclear(data: Any) -> None:
    with WireServer(lambda wire: wire.answer(200, envelope(data))) as server:
        client, _ = client_of(server)
        with pytest.raises(Unclear):
            client.projects()


@pytest.mark.parametrize("data", [None, {"id": 1}, [{"account": {"login": "x"}}], "x"])
def test_installations_that_are_no_bare_list_are_unclear(data: Any) -> None:
    with WireServer(lambda wire: wire.answer(200, json.dumps(data))) as server:
        client, _ = client_of(server)
        with pytest.raises(Unclear):
            client.installations("dbtu_x")


# --- deletions -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "deleted"),
    [
        (204, "", True),
        (200, "", True),
        (200, envelope({"id": 5, "state": 2}), True),
        (404, failure(404), False),
    ],
)
def test_deletions_accept_an_empty_answer_and_take_404_for_done(
    status: int, body: Any, deleted: bool
) -> None:
    with WireServer(lambda wire: wire.answer(status, body)) as server:
        client, _ = client_of(server)
        assert client.delete_project(5) is deleted
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("DELETE", f"/api/v3/accounts/{ACCOUNT}/projects/5/")
    ]


def test_a_page_for_people_is_no_deletion() -> None:
    with WireServer(lambda wire: wire.answer(200, "<html>Log in</html>")) as server:
        client, _ = client_of(server)
        with pytest.raises(Unclear):
            client.delete_project(5)


# --- TLS ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def tls_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_signed_gets_no_token(certificate: Path) -> None:
    with WireServer(lambda wire: wire.answer(200), context=tls_context(certificate)) as server:
        client, records = client_of(server)
        with pytest.raises(Unclear, match="its certificate does not fit"):
            client.account()
        assert not server.asked
    assert len(records) == 1


def test_slow_answers_end_in_time_over_tls_too(certificate: Path) -> None:
    def say(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 Said\r\ncontent-length: 900\r\n\r\n")
        wire.drip(b"x" * 900)

    session = requests.Session()
    session.mount("https://", BoundedAdapter())
    limits: Any = urllib3.Timeout(connect=5, total=0.6)
    with WireServer(say, context=tls_context(certificate)) as server:

        def ask() -> None:
            with pytest.raises(requests.ConnectionError, match="timed out"):
                session.get(server.url, verify=str(certificate), timeout=limits)

        assert 0.5 < seconds_of(ask) < 1.5
