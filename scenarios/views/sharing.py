"""With whom a demo is shared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from scenarios import access
from scenarios.sharing import share_demo
from scenarios.views.library_forms import ShareForm
from scenarios.views.pages import show, user_of


@require_http_methods(["GET", "POST"])
def demo_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who sees a demo beside its owner, managers and administrators."""
    user = user_of(request)
    demo = access.get_shared_demo(user, pk)
    form = ShareForm(request.POST or None, initial={"visibility": demo.visibility})
    if request.method == "POST" and form.is_valid():
        shared = share_demo(demo, visibility=form.cleaned_data["visibility"], by=user)
        messages.success(request, f"Who sees it now: {shared.get_visibility_display().lower()}.")
        return redirect("demo_detail", pk)
    return show(request, "demo_share", {"demo": demo, "form": form}, status=422 if form.errors else 200)
