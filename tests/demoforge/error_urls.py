"""Addresses whose views fail, for test_errors.py."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from demoforge.errors import Explained
from demoforge.urls import handler400, handler403, handler404, handler500
from demoforge.urls import urlpatterns as product_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Busy(Explained):
    """An error of an app."""

    status = 409


def explained(request: HttpRequest) -> HttpResponse:
    raise Busy("The demo <b>is</b> being drafted.", "Wait a moment, then try again.")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest("details for the log")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("canary-of-an-error")


urlpatterns = [
    path("explained/", explained),
    path("forbidden/", forbidden),
    path("bad/", bad),
    path("broken/", broken),
    *product_urls,
]
