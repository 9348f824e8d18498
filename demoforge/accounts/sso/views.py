"""To the company's log-in service, and back."""

import structlog
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from onelogin.saml2.errors import OneLogin_Saml2_Error
from requests import RequestException

from demoforge.accounts import sessions, throttle
from demoforge.accounts.sso.adapters import turned_back
from demoforge.accounts.sso.openid import CompanyOpenIdAdapter

log = structlog.get_logger(__name__)
_UNREACHABLE = (
    "Your company's log-in service does not answer as it should. Try again, or tell an administrator."
)
_TOO_OFTEN = "Too many log-ins from your address have failed. Wait five minutes, then try again."
# What a service's answer can make of the library, beside the faults that it handles itself.
_STRANGE_ANSWERS = (
    RequestException,
    OAuth2Error,
    OneLogin_Saml2_Error,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
)


@login_not_required
@never_cache
@require_GET
def sso_login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the log-in service. Query: `next`, a page of this site to come back to.

    Nothing else of the query counts: what is asked of the service stands in the settings.
    """
    if not settings.SIGN_ON.on:
        raise Http404
    target = sessions.safe_target(request, request.GET.get("next", "")) or resolve_url(
        settings.LOGIN_REDIRECT_URL
    )
    if request.user.is_authenticated:
        return redirect(target)
    if throttle.is_blocked(request):
        return turned_back(request, _TOO_OFTEN)
    try:
        provider = get_adapter(request).get_provider(request, settings.SIGN_ON.service_id)
        return provider.redirect(request, AuthProcess.LOGIN, next_url=target)
    except _STRANGE_ANSWERS as error:
        log.warning("sign_on_unreachable", kind=type(error).__name__)
        return turned_back(request, _UNREACHABLE)


@login_not_required
@never_cache
@require_GET
def sso_callback(request: HttpRequest) -> HttpResponse:
    """The service sends the browser back here, with a code that is good for one question."""
    if not settings.SIGN_ON.on or settings.SIGN_ON.saml:
        raise Http404
    view = OAuth2CallbackView.adapter_view(CompanyOpenIdAdapter(request, settings.SIGN_ON.service_id))
    try:
        return view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except IntegrityError:  # the same person for the first time, in two windows at once
        return turned_back(request, "You logged in twice at the same moment. Try again.")
    except _STRANGE_ANSWERS as error:
        log.warning("sign_on_strange_answer", kind=type(error).__name__)
        return turned_back(request, _UNREACHABLE)
