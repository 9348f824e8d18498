"""The policy: whose builds need an approval, and what becomes of demos that nobody uses. For administrators."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from demoforge.accounts.roles import Action
from scenarios.models import Policy
from scenarios.policy import change_policy, policy_now
from scenarios.views.pages import show, user_of

LONGEST_DAYS = 365


class PolicyForm(forms.Form):
    """What administrators demand."""

    reviews = forms.ChoiceField(
        label="Approval before a build",
        choices=Policy.Reviews.choices,
        help_text="It counts at once, also for builds that have been started and have not made anything yet.",
        widget=forms.Select(attrs={"class": "select"}),
    )
    expiry = forms.ChoiceField(
        label="When a demo expires",
        choices=Policy.Expiry.choices,
        help_text="Taking down uses the workspace's connections; what these cannot reach is listed.",
        widget=forms.Select(attrs={"class": "select"}),
    )
    expiry_days = forms.IntegerField(
        label="Days after the last use",
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text="Its owner is warned before, and can extend it with one click.",
        widget=forms.NumberInput(attrs={"class": "input"}),
        error_messages={
            "required": f"Type a number of days, from 1 to {LONGEST_DAYS}.",
            "invalid": "Type a whole number of days.",
        },
    )


@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Read and change the policy. Context: form, policy (as it counts)."""
    user = user_of(request)
    if not user.may(Action.CONFIGURE):
        raise PermissionDenied("The policy is set by administrators.")
    now = policy_now()
    fields = ("reviews", "expiry", "expiry_days")
    form = PolicyForm(request.POST or None, initial={name: getattr(now, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        change_policy(**form.cleaned_data, by=user)
        messages.success(request, "The policy counts from now on.")
        return redirect("policy")
    return show(request, "policy", {"form": form, "policy": now}, status=422 if form.errors else 200)
