"""Log-in by SAML: real questions, and answers that a service made by hand has signed."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from demoforge.accounts.sso.configuration import Saml
from tests.accounts.saml_service import ENTITY_ID, Answer, KeyPair, key_pair, question_in, response_to
from tests.accounts.sign_on import rules_for

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.saml_urls")]
ADA = Answer(
    attributes={
        "email": ["ada@example.com"],
        "groups": ["staff", "demo-managers"],
        "givenName": ["Ada"],
        "sn": ["B"],
    }
)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return key_pair()


@pytest.fixture
def service(pair: KeyPair, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["demoforge.example.com"]  # a SAML service wants a host with dots
    settings.SIGN_ON = rules_for(
        "", discovery_url="", saml=Saml(ENTITY_ID, "https://idp.example.com/sso", pair.certificate, "email")
    )


@pytest.fixture
def client() -> Client:
    return Client(HTTP_HOST="demoforge.example.com")


def answered(client: Client, answer: Answer, pair: KeyPair | None) -> HttpResponse:
    """Ask, let the service answer, bring the answer back; where that leads."""
    question = question_in(client.get(reverse("sso_login"), {"next": "/demos/new/"})["Location"])
    return bring(client, response_to(question, answer, pair))


def bring(client: Client, response: str) -> HttpResponse:
    came = client.post(reverse("saml_acs", args=["company"]), {"SAMLResponse": response})
    return client.get(came["Location"])


def told(client: Client) -> str:
    return client.get(reverse("login")).content.decode()


@pytest.mark.usefixtures("service")
def test_a_signed_answer_lets_in_with_the_role_of_its_groups(client: Client, pair: KeyPair) -> None:
    assert answered(client, ADA, pair)["Location"] == "/demos/new/"
    ada = User.objects.get()
    assert (ada.email, ada.role, ada.display_name) == ("ada@example.com", Role.MANAGER.value, "Ada B")
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"email": ["ada@evil.example"]}, "of your domain are not let in"),
        ({"groups": ["staff"]}, "none of the groups"),
    ],
)
def test_the_rules_are_the_same(
    client: Client, pair: KeyPair, attributes: dict[str, list[str]], sentence: str
) -> None:
    answered(client, replace(ADA, attributes=ADA.attributes | attributes), pair)
    assert sentence in told(client)
    assert not User.objects.exists()


@pytest.mark.usefixtures("service")
def test_answers_that_the_service_has_not_signed_are_refused(client: Client) -> None:
    for forged in (None, key_pair()):
        answered(client, ADA, forged)
        assert "did not work" in told(client)
    assert not User.objects.exists()


@pytest.mark.usefixtures("service")
def test_an_answer_to_nobodys_question_is_refused(client: Client, pair: KeyPair) -> None:
    question = question_in(Client(HTTP_HOST="demoforge.example.com").get(reverse("sso_login"))["Location"])
    bring(client, response_to(question, ADA, pair))
    assert "did not work" in told(client)
    assert not User.objects.exists()


@pytest.mark.usefixtures("service")
def test_an_answer_is_good_once(client: Client, pair: KeyPair) -> None:
    response = response_to(question_in(client.get(reverse("sso_login"))["Location"]), ADA, pair)
    bring(client, response)
    client.post(reverse("logout"))
    bring(client, response)
    assert client.get(reverse("account")).status_code == 302


@pytest.mark.usefixtures("service")
def test_the_service_learns_about_us(client: Client) -> None:
    metadata = client.get(reverse("saml_metadata", args=["company"])).content.decode()
    assert "https://demoforge.example.com" in metadata or "http://demoforge.example.com" in metadata
    assert reverse("saml_acs", args=["company"]) in metadata
    assert client.get(reverse("saml_sls", args=["company"])).status_code == 404
    assert client.get(reverse("saml_metadata", args=["other"])).status_code == 404
    assert client.get(reverse("saml_acs", args=["company"])).status_code == 405


def test_without_saml_none_of_it_answers(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["demoforge.example.com"]
    for name in ("saml_finish_acs", "saml_metadata", "saml_sls"):
        assert client.get(reverse(name, args=["company"])).status_code == 404
    assert client.post(reverse("saml_acs", args=["company"])).status_code == 404
