"""The log-in form."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from demoforge.accounts import audit, throttle
from demoforge.accounts.models import User


class LoginForm(AuthenticationForm):
    """Name and password, with a limit on failures."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Check name and password. The same answer for a wrong name and a wrong password."""
        username = self.cleaned_data.get("username", "")
        if throttle.is_blocked(self.request, username):
            raise forms.ValidationError(
                "Too many attempts have failed. Wait five minutes, then try again.", code="blocked"
            )
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            throttle.count_failure(self.request, username)
            self._record_failure(username)
            raise
        throttle.forget_failures(self.request, username)
        return cleaned

    def _record_failure(self, username: str) -> None:
        """Only for names that exist: what people type into the wrong field is not ours to keep."""
        user = User.objects.filter(username=username).first()
        if user:
            audit.record("login.failed", user, by=None)
