"""All addresses, and those that exist only with a SAML service."""

from django.urls import include, path

from demoforge.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django looks for them here
from demoforge.urls import urlpatterns as usual

urlpatterns = [path("accounts/", include("demoforge.accounts.sso.saml_urls")), *usual]
