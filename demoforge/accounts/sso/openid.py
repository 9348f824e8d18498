"""OpenID Connect: what differs from django-allauth's own provider."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

from demoforge.accounts.sso.configuration import SignOn

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


class CompanyOpenIdAdapter(OpenIDConnectOAuth2Adapter):
    """Comes back to our own address, and speaks to encrypted endpoints only if discovery is encrypted."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document. Raises OAuth2Error for one that cannot be used."""
        found = super().openid_config
        if not isinstance(found, dict) or any(not found.get(name) for name in (*_ENDPOINTS, "issuer")):
            raise OAuth2Error("the discovery document is not complete")
        scheme = urlsplit(self.get_provider().server_url).scheme
        if scheme == "https" and any(urlsplit(str(found[name])).scheme != "https" for name in _ENDPOINTS):
            raise OAuth2Error("an endpoint is not encrypted")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the service sends people back to; it must know this address."""
        return request.build_absolute_uri(reverse("sso_callback"))


class CompanyOpenId(OpenIDConnectProvider):
    """Keeps claims in memory, for the checks of one log-in; nothing of them is stored."""

    oauth2_adapter_class = CompanyOpenIdAdapter

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> SocialLogin:
        """The log-in, with everything the service said as `claims`."""
        login = super().sociallogin_from_response(request, response)
        login.claims = merged(response)
        return login

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored beside the identity: nothing."""
        return {}


def merged(response: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of the ID token and of the userinfo endpoint, which must speak of the same person.

    Groups may stand in either; the standard allows both. Raises OAuth2Error.
    """
    token, userinfo = response.get("id_token"), response.get("userinfo")
    if not isinstance(token, Mapping) or not isinstance(userinfo, Mapping):
        raise OAuth2Error("the ID token or the userinfo is missing")
    if token.get("sub") != userinfo.get("sub"):
        raise OAuth2Error("the ID token and the userinfo are about different people")
    return {**token, **userinfo}


def openid_app(rules: SignOn) -> SocialApp:
    """The client of the settings as django-allauth wants it; never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=rules.service_id,
        name="Single sign-on",
        client_id=rules.client_id,
        secret=rules.client_secret,
        settings={"server_url": rules.discovery_url, "scope": list(rules.scopes), "oauth_pkce_enabled": True},
    )
