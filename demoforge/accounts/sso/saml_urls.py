"""Addresses of SAML, below /accounts/; there are none without a SAML service. The slug is always `company`."""

from django.urls import path

from demoforge.accounts.sso import saml_views as views

urlpatterns = [
    path("saml/<slug:organization_slug>/acs/", views.saml_acs, name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", views.saml_finish_acs, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", views.saml_metadata, name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", views.saml_sls, name="saml_sls"),
]
