"""Tokens and warehouse secrets never come out of dbt Cloud's client: not in errors, records, reprs, logs or traces."""

import json
import logging
import pickle
import traceback
from typing import Any
from urllib.parse import quote

import pytest

from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.blanking import BLANK, Blanks
from provisioning.clients.dbt_cloud.tokens import NewServiceToken
from provisioning.clients.outcome import CallRecord, OutsideError
from provisioning.connections import payloads
from tests.provisioning.clients.cloud import PERSON, TOKEN, cloud
from tests.provisioning.clients.wire import Asked, Wire, WireServer
from tests.provisioning.connections.warehouses import SNOWFLAKE, private_key, secrets

PASSWORD = 'p"a\\s\nsécret 7?'
ACCOUNT = 70403100000001


def echo(asked: Asked) -> dict[str, Any]:
    """An error that repeats all that was sent."""
    return {
        "status": {
            "code": 400,
            "is_success": False,
            "user_message": f"You sent {asked.headers['authorization']} with {json.dumps(asked.body)}",
            "developer_message": "",
        },
        "data": {"sent": asked.body, "text": repr(asked.body), "quoted": quote(json.dumps(asked.body))},
    }


def everything_said(error: BaseException) -> str:
    """All that a log, a page or a debugger may show of an error, its causes included."""
    frames = "".join(traceback.TracebackException.from_exception(error).format())
    parts = [frames, repr(error), str(error), getattr(error, "hint", ""), repr(vars(error))]
    return "\n".join(parts) + repr(error.__cause__) + repr(error.__context__)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
def test_an_echo_of_what_was_sent_is_blanked(status: int) -> None:
    body = {"account_id": ACCOUNT, "project_id": 7, "state": 1, "threads": 4, "target_name": "default"}
    body |= {"type": "snowflake", "password": PASSWORD, "private_key": private_key()}
    records: list[CallRecord] = []
    with WireServer(lambda wire: wire.answer(status, echo(wire.asked))) as server:
        client = DbtCloudClient(server.url, ACCOUNT, TOKEN, record=records.append)
        with pytest.raises(OutsideError) as caught:
            client.create_credentials(7, body)
        assert server.asked[0].body["password"] == PASSWORD
    said = everything_said(caught.value) + repr(records) + repr(client)
    assert TOKEN not in said
    for secret in (PASSWORD, json.dumps(PASSWORD)[1:-1], repr(PASSWORD)[1:-1]):
        assert secret not in said
    for line in private_key().splitlines()[1:-1]:
        assert line not in said
    if status in (400, 422):
        assert BLANK in caught.value.sentence


@pytest.mark.parametrize("say", [Wire.reset, Wire.wait, lambda wire: wire.send(b"HTTP/1.1 200 x\r\nx: y")])
def test_errors_without_an_answer_hold_no_request(say: Any) -> None:
    with WireServer(say) as server:
        client = DbtCloudClient(server.url, ACCOUNT, TOKEN, record=lambda call: None, seconds=0.3)
        with pytest.raises(OutsideError) as caught:
            client.account()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "requests' own error carries the request with its headers"
    assert TOKEN not in everything_said(caught.value)


@pytest.mark.parametrize("status", [200, 401, 500])
def test_not_even_a_debuggers_look_into_the_frames_finds_the_token(status: int) -> None:
    with WireServer(lambda wire: wire.answer(status, f'{{"data": "{TOKEN}"}}')) as server:
        client = DbtCloudClient(server.url, ACCOUNT, TOKEN, record=lambda call: None)
        with pytest.raises(OutsideError) as caught:
            client.account()
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert TOKEN not in "".join(frames.format())


def test_unreadable_answers_are_not_carried_along() -> None:
    with WireServer(lambda wire: wire.answer(200, f'{{"token_string": "{TOKEN}", cut')) as server:
        client = DbtCloudClient(server.url, ACCOUNT, TOKEN, record=lambda call: None)
        with pytest.raises(OutsideError) as caught:
            client.account()
    assert caught.value.__context__ is None
    assert TOKEN not in everything_said(caught.value)


def test_logs_have_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), cloud() as there:
        there.ready()
        there.client.installations(PERSON)
    text = caplog.text + repr(there.records) + repr(there.client) + repr(vars(there.client))
    for secret in (TOKEN, PERSON, *secrets().values()):
        assert secret not in text


def test_a_new_service_token_is_in_its_answer_only() -> None:
    with cloud() as there:
        project = there.project()
        body = payloads.service_token_body(name="sl", project_id=project)
        token = there.client.semantic_layer.create_service_token(body)
        assert token.secret in there.server.tokens
        assert token.secret not in repr(token)
        body = payloads.connection_body(SNOWFLAKE, {}, account_id=there.account, name="x")
        with pytest.raises(OutsideError) as caught:
            there.client.create_connection({**body, token.secret: 1})
        there.server.violations.clear()
    assert token.secret not in everything_said(caught.value) + repr(there.records)
    assert BLANK in caught.value.sentence


def test_a_service_token_without_its_secret_is_unclear() -> None:
    said = {"status": {"is_success": True}, "data": {"id": 7, "name": "sl", "token_string": None}}
    with WireServer(lambda wire: wire.answer(201, said)) as server:
        client = DbtCloudClient(server.url, ACCOUNT, TOKEN, record=lambda call: None)
        with pytest.raises(OutsideError, match="cannot be understood"):
            client.semantic_layer.create_service_token({"name": "sl", "permission_grants": []})


def test_known_secrets_are_blanked_though_they_were_sent_under_another_name() -> None:
    data = {"user": "the value hunter2-canary is wrong"}
    said = {"status": {"user_message": ""}, "data": data}
    with WireServer(lambda wire: wire.answer(400, said)) as server:
        client = DbtCloudClient(
            server.url, ACCOUNT, TOKEN, record=lambda call: None, secrets=["hunter2-canary"]
        )
        with pytest.raises(OutsideError) as caught:
            client.create_project({"account_id": ACCOUNT, "name": "x", "state": 1, "type": 0})
    assert caught.value.sentence.endswith(f"user: the value {BLANK} is wrong")


def test_values_of_secret_variables_are_blanked_and_others_are_not() -> None:
    blanks = Blanks()
    blanks.learn_from({"env_var": {"new_name": "DBT_ENV_SECRET_KEY", "project": "k1", "Production": "k2"}})
    blanks.learn_from({"env_var": {"new_name": "DBT_SCHEMA", "project": "open"}})
    assert blanks.clean("DBT_ENV_SECRET_KEY k1 k2 open") == f"DBT_ENV_SECRET_KEY {BLANK} {BLANK} open"


def test_secrets_of_adapters_are_found_one_level_deeper() -> None:
    blanks = Blanks()
    fields = {
        "token": {"metadata": {"label": "Token", "encrypt": True}, "value": "dapi-canary"},
        "schema": {"metadata": {"label": "Schema"}, "value": "acme"},
        "auth_type": {"metadata": {"options": [{"label": "Token", "value": "token"}]}, "value": "token"},
    }
    blanks.learn_from({"credential_details": {"field_order": [], "fields": fields}})
    assert blanks.clean("dapi-canary Token acme token") == f"{BLANK} Token acme token"


def test_a_key_file_is_blanked_part_by_part_but_its_addresses_are_not() -> None:
    blanks = Blanks([secrets()["bigquery_keyfile"]])
    key = private_key()
    assert blanks.clean(f"key {key} over") == f"key {BLANK} over"
    assert blanks.clean(f"key {json.dumps(key)}") == f'key "{BLANK}"'
    assert blanks.clean(key.splitlines()[3]) == BLANK
    assert blanks.clean("https://oauth2.googleapis.com/token") == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_no_secret_blanks_nothing(nothing: str) -> None:
    assert Blanks([nothing]).clean("all of it\n stays") == "all of it\n stays"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Blanks(["abc", "abcdef"]).clean("abcdef abc") == f"{BLANK} {BLANK}"


def test_the_client_cannot_be_written_down() -> None:
    with cloud() as there:
        assert TOKEN not in repr(there.client) + str(there.client) + f"{there.client!r}"
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(there.client)


def test_the_snowflake_password_is_in_what_is_sent_and_nowhere_else() -> None:
    with cloud() as there:
        there.credentials(there.project(), SNOWFLAKE)
        assert there.server.alive("credentials")[0].secrets["password"] == secrets()["snowflake_password"]
    assert secrets()["snowflake_password"] not in repr(there.records)


def test_reprs_of_tokens_have_no_secret() -> None:
    assert "canary" not in repr(NewServiceToken(1, "sl", "dbtc_canary"))
