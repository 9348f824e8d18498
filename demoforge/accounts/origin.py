"""From where a request comes, for the audit trail. It stands there alone: the log has no addresses of people."""

from collections.abc import Callable
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest, HttpResponse

from demoforge.accounts.throttle import client_address

_origin: ContextVar[str | None] = ContextVar("origin", default=None)


class RememberOrigin:
    """Middleware: while a request is answered, `origin_now` is its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _origin.set(_checked(client_address(request)))
        try:
            return self.get_response(request)
        finally:
            _origin.reset(token)


def origin_now() -> str | None:
    """The address of the request that is being answered; None outside a request, and for what is no address."""
    return _origin.get()


def _checked(address: str) -> str | None:
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address
