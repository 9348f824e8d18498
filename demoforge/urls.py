"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from demoforge import errors
from demoforge.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("accounts/", include("demoforge.accounts.urls")),
    path("", include("scenarios.urls")),
    path("", include("provisioning.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
