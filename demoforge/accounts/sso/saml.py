"""SAML: what differs from django-allauth's own provider. The heavy libraries are loaded by its views alone."""

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest

from demoforge.accounts.sso.configuration import Saml, SignOn

SLUG = "company"  # in the addresses of SAML
_GIVEN = (
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "urn:oid:2.5.4.42",
    "givenName",
    "firstName",
)
_SURNAME = (
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "urn:oid:2.5.4.4",
    "sn",
    "lastName",
)


class CompanySaml(SAMLProvider):
    """Keeps what the service said in memory, for the checks of one log-in; nothing of it is stored."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        """The log-in, with everything the service said as `claims`."""
        login = super().sociallogin_from_response(request, response)
        login.claims = self._claims(response)
        return login

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """What is stored beside the identity: nothing."""
        return {}

    def _claims(self, response: Any) -> dict[str, Any]:
        """The signed attributes under the names of OpenID Connect. A company's own service vouches for addresses."""
        said: dict[str, list[str]] = response.get_attributes()
        email_attribute = self.app.settings["email_attribute"]
        emails = said.get(email_attribute, []) if email_attribute else [response.get_nameid()]
        return {
            **said,
            "email": emails[0] if emails else "",
            "email_verified": True,
            "given_name": _first(said, _GIVEN),
            "family_name": _first(said, _SURNAME),
        }


def _first(said: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((said[name][0] for name in names if said.get(name)), "")


def saml_app(rules: SignOn) -> SocialApp:
    """The service of the settings as django-allauth wants it; never saved."""
    service = rules.saml or Saml("", "", "")
    return SocialApp(
        provider="saml",
        provider_id=rules.service_id,
        name="Single sign-on",
        client_id=SLUG,
        settings={
            "idp": {"entity_id": service.entity_id, "sso_url": service.url, "x509cert": service.certificate},
            "email_attribute": service.email_attribute,
            "attribute_mapping": {},  # the identity is the name id
            "advanced": {"strict": True, "want_assertion_signed": True, "reject_idp_initiated_sso": True},
        },
    )
