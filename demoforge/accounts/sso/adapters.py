"""What django-allauth asks us at each log-in: which service, who may come in, and how a session begins."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base import AuthError, Provider
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from demoforge.accounts import sessions, throttle
from demoforge.accounts.models import User
from demoforge.accounts.sso.claims import Refused, read_claims
from demoforge.accounts.sso.openid import CompanyOpenId, openid_app
from demoforge.accounts.sso.people import person_of, turn_away
from demoforge.accounts.sso.saml import CompanySaml, saml_app

# The library finds the class of a service by the kind that `list_apps` names.
registry.register(CompanyOpenId)
registry.register(CompanySaml)

log = structlog.get_logger(__name__)
_CANCELLED = (
    "You have not logged in: the log-in service says that you stopped, or that you may not use DemoForge."
)
FAILED = "Logging in at your company's service did not work. Try again; if it happens again, tell an administrator."


def turned_back(request: HttpRequest, sentence: str) -> HttpResponse:
    """To the log-in page, which shows the sentence."""
    messages.error(request, sentence)
    return redirect("login")


class AccountAdapter(DefaultAccountAdapter):
    """Sessions begin and end as with a password; nobody signs up; the library says nothing by itself."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session."""
        sessions.begin(request, user, backend=settings.SIGN_ON_BACKEND)

    def logout(self, request: HttpRequest) -> None:
        """End the session of somebody else who was logged in with this browser."""
        sessions.end(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by `people.person_of` alone."""
        return False

    def add_message(self, *arguments: Any, **more: Any) -> None:
        """No messages."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """As our own limits see it."""
        return throttle.client_address(request)


class SignOnAdapter(DefaultSocialAccountAdapter):
    """The one service of the settings; claims are checked at every log-in."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """From the settings only: rows of the database configure nothing."""
        if not settings.SIGN_ON.on:
            return []
        app = saml_app(settings.SIGN_ON) if settings.SIGN_ON.saml else openid_app(settings.SIGN_ON)
        wanted = provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        return [app] if wanted else []

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in, or turn back with a sentence. Afterwards the log-in has a person, whom the library logs in."""
        known = sociallogin.user if isinstance(sociallogin.user, User) and sociallogin.user.pk else None
        try:
            claims = read_claims(sociallogin.claims, settings.SIGN_ON)
            person = person_of(claims, known)
        except Refused as refused:
            log.info("sign_on_refused", reason=refused.reason, person=known.pk if known else None)
            throttle.count_failure(request)
            if known:
                turn_away(known, refused.reason)
                request.session.flush()  # it may be one of those that have ended
            raise ImmediateHttpResponse(turned_back(request, f"{refused.sentence} {refused.hint}")) from None
        if known is None:
            sociallogin.connect(request, person)
        sociallogin.user = person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Back to the log-in page. The log gets the kind of fault only: its text may quote the service's answer."""
        log.warning("sign_on_failed", error=error, kind=type(exception).__name__ if exception else None)
        throttle.count_failure(request)
        stopped = error == AuthError.CANCELLED or request.GET.get("error") == "access_denied"
        sentence = _CANCELLED if stopped else FAILED
        raise ImmediateHttpResponse(turned_back(request, sentence))
