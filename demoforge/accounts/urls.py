"""Addresses of logging in and out."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from demoforge.accounts import views, views_audit, views_notices
from demoforge.accounts.people import views as people
from demoforge.accounts.sso import views as sso

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("notices/", views_notices.notices, name="notices"),
    path("notices/read/", views_notices.notices_read, name="notices_read"),
    path("notices/<int:pk>/read/", views_notices.notice_read, name="notice_read"),
    path("audit/", views_audit.audit_trail, name="audit_trail"),
    path("audit/audit.csv", views_audit.audit_download, name="audit_download"),
    path("sso/", sso.sso_login, name="sso_login"),
    path("sso/callback/", sso.sso_callback, name="sso_callback"),
    path("me/", people.account, name="account"),
    path("me/sessions/end/", people.sessions_end, name="sessions_end"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/identity/forget/", people.identity_forget, name="identity_forget"),
    path("teams/", people.teams, name="teams"),
    path("teams/<int:pk>/", people.team, name="team"),
]
if settings.SIGN_ON.saml:
    urlpatterns.append(path("", include("demoforge.accounts.sso.saml_urls")))
