"""The page “Orphans”: things outside that carry our marker and that no build owns. Nothing goes by itself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.htmx import redirect_to, render_page
from provisioning.live.orphans import scan
from provisioning.live.places import places_of
from provisioning.live.removal import remove_orphan
from scenarios.views.pages import user_of


@never_cache
@require_safe
def orphans(request: HttpRequest) -> HttpResponse:
    """The frame, which loads the search; with `look=now`, everything is searched. Context: places, found (Scan)."""
    places = places_of(_builder(request))
    context = {"places": places, "found": scan(places) if request.GET.get("look") == "now" else None}
    return render_page(request, "provisioning/orphans.html", "provisioning/_orphans.html", context)


@require_POST
def orphan_remove(request: HttpRequest) -> HttpResponse:
    """Remove one thing. Takes `thing`, its key."""
    removed = remove_orphan(request.POST.get("thing", ""), by=_builder(request))
    messages.success(request, f"{removed.label} {removed.name} was removed.")
    return redirect_to(request, f"{reverse('orphans')}?look=now")


def _builder(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.may(Action.CREATE_DEMO):
        raise PermissionDenied(
            "Your role builds approved plans, but does not clear away what builds have left."
        )
    return user
