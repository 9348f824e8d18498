"""Addresses of builds."""

from django.urls import path

from provisioning.views import actions, pages

urlpatterns = [
    path("builds/<int:pk>/", pages.build_detail, name="build_detail"),
    path("builds/<int:pk>/result/", pages.build_result, name="build_result"),
    path("builds/<int:pk>/retry/", actions.build_retry, name="build_retry"),
    path("builds/<int:pk>/cancel/", actions.build_cancel, name="build_cancel"),
    path("builds/<int:pk>/undo/", actions.build_undo, name="build_undo"),
    path("demos/<int:demo_pk>/build/", actions.build_start, name="build_start"),
    path("demos/<int:demo_pk>/builds/", pages.demo_builds, name="demo_builds"),
]
