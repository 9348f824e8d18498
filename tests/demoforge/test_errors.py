"""Errors become a page or a toast, with a sentence and a hint."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from demoforge import errors
from demoforge.accounts.models import User
from demoforge.htmx import toast

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demoforge.error_urls")]


@pytest.fixture
def client(make_user: Callable[..., User], client_of: Callable[[User], Client]) -> Client:
    client = client_of(make_user("alice"))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/explained/", 409, ["The demo &lt;b&gt;is&lt;/b&gt; being drafted.", "Wait a moment"]),
        ("/forbidden/", 403, ["Your role does not allow this.", "Ask the demo"]),
        ("/bad/", 400, ["something that DemoForge does not understand", "Go back"]),
        ("/nowhere/", 404, ["There is nothing here, or it is not shared with you.", "list of demos"]),
        ("/broken/", 500, ["Something went wrong on our side", "Try again"]),
    ],
)
def test_each_error_has_a_page_with_a_sentence_and_a_hint(
    client: Client, path: str, status: int, words: list[str]
) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert all(word in page for word in words)
    assert "canary-of-an-error" not in page
    assert "<h1>" in page


def test_a_stranger_who_types_a_wrong_address_gets_a_page_too() -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize(("path", "status"), [("/explained/", 409), ("/forbidden/", 403), ("/broken/", 500)])
def test_an_htmx_request_gets_a_toast(client: Client, path: str, status: int) -> None:
    answer = client.get(path, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (status, b"")
    told = json.loads(answer["HX-Trigger"])["toast"]
    assert told["level"] == "error"
    assert told["text"]
    assert told["hint"]


def test_a_boosted_link_gets_the_page(client: Client) -> None:
    answer = client.get("/explained/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "being drafted" in answer.content.decode()


def test_a_toast_keeps_other_events_and_survives_any_text() -> None:
    answer = HttpResponse(headers={"HX-Trigger": json.dumps({"refresh": True})})
    toast(answer, "契約\r\nX-Evil: 1", level="warning")
    events = json.loads(answer["HX-Trigger"])
    assert events["refresh"] is True
    assert events["toast"] == {"text": "契約\r\nX-Evil: 1", "hint": "", "level": "warning"}
    assert "\n" not in answer["HX-Trigger"]


def test_an_error_page_needs_no_user_and_no_template(rf: RequestFactory, settings: object) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
