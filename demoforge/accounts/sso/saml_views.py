"""Addresses that a SAML log-in service knows. Loaded only when one is set up: the XML libraries are large."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.saml import views as library
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from demoforge.accounts.sso.adapters import FAILED, turned_back
from demoforge.accounts.sso.saml import SLUG


@csrf_exempt  # the service's page posts it; its signature and our open question are what counts
@login_not_required
@never_cache
@require_POST
def saml_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The service's answer comes in; it is looked at in the next request, which has our cookies."""
    _only_with_saml(organization_slug)
    return library.acs(request, organization_slug=organization_slug)


@login_not_required
@never_cache
@require_GET
def saml_finish_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Look at the answer: signature, time, the question it answers; then the checks of every log-in."""
    _only_with_saml(organization_slug)
    try:
        return library.finish_acs(request, organization_slug=organization_slug)
    except ImmediateHttpResponse as turned:
        return turned.response
    except PermissionDenied:  # it answers a question that this browser has not asked, or not lately
        return turned_back(request, FAILED)


@login_not_required
@require_GET
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the people who run the service give to it about us (XML)."""
    _only_with_saml(organization_slug)
    return library.metadata(request, organization_slug=organization_slug)


@login_not_required
def saml_sls(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Log-out by the service is not offered; the library wants the address."""
    raise Http404


def _only_with_saml(slug: str) -> None:
    if settings.SIGN_ON.saml is None or slug != SLUG:
        raise Http404
