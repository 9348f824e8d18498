"""What every answer tells the browser."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_only_our_own_scripts_and_styles_run(client: Client) -> None:
    policy = client.get(reverse("login"))["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == rules["default-src"] == "'self'"
    assert rules["img-src"] == "'self' data:"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"


def test_pages_cannot_be_framed_sniffed_or_leaked(client: Client) -> None:
    answer = client.get(reverse("login"))
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_the_log_in_page_has_no_inline_script_or_style(client: Client) -> None:
    page = client.get(reverse("login")).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert all("src=" in tag.split(">", 1)[0] for tag in page.split("<script")[1:])
