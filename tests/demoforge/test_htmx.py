"""One URL serves a page and its part."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from demoforge.htmx import htmx_of, redirect_to, render_page, wants_part


def request_with(rf: RequestFactory, **headers: str) -> HttpRequest:
    request = rf.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    request.htmx = HtmxDetails(request)
    return request


PART = {"HX_Request": "true"}


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        (PART, True),
        ({**PART, "HX_Boosted": "true"}, False),
        ({**PART, "HX_History_Restore_Request": "true"}, False),
    ],
)
def test_a_part_is_what_htmx_asks_for_unless_it_wants_the_whole_page(
    rf: RequestFactory, headers: dict[str, str], part: bool
) -> None:
    request = request_with(rf, **headers)
    assert wants_part(request) is part
    answer = render_page(
        request, "error.html", "components/error_summary.html", {"title": "Title of the page"}
    )
    assert ("Title of the page" in answer.content.decode()) is not part
    assert "HX-Request" in answer["Vary"]


def test_a_redirect_moves_the_whole_page(rf: RequestFactory) -> None:
    assert redirect_to(request_with(rf), "/there/")["Location"] == "/there/"
    moved = redirect_to(request_with(rf, **PART), "/there/")
    assert (moved.status_code, moved["HX-Redirect"]) == (200, "/there/")


def test_a_request_that_was_refused_early_knows_nothing_of_htmx(rf: RequestFactory) -> None:
    assert htmx_of(rf.get("/")) is None
    assert wants_part(rf.get("/")) is False
