"""Addresses of builds."""

from django.urls import path

from provisioning.views import (
    actions,
    calls,
    connections,
    fleet,
    insights,
    live,
    live_orphans,
    pages,
    preflight,
    terraform,
)

urlpatterns = [
    path("connections/", connections.connections, name="connections"),
    path("connections/forget/", connections.connection_forget, name="connection_forget"),
    path("connections/workspace/", connections.workspace_builds, name="workspace_builds"),
    path("connections/places/", preflight.connection_places, name="connection_places"),
    path("builds/<int:pk>/", pages.build_detail, name="build_detail"),
    path("builds/<int:pk>/result/", pages.build_result, name="build_result"),
    path("builds/<int:pk>/retry/", actions.build_retry, name="build_retry"),
    path("builds/<int:pk>/cancel/", actions.build_cancel, name="build_cancel"),
    path("builds/<int:pk>/undo/", actions.build_undo, name="build_undo"),
    path("builds/<int:pk>/calls/", calls.build_calls, name="build_calls"),
    path("builds/<int:pk>/calls.<str:form>", calls.calls_download, name="calls_download"),
    path("builds/<int:pk>/terraform/", terraform.terraform_download, name="terraform_download"),
    path("builds/<int:pk>/live/", live.build_live, name="build_live"),
    path("builds/<int:pk>/ready/", live.build_ready, name="build_ready"),
    path("builds/<int:pk>/update/", live.live_update, name="live_update"),
    path("builds/<int:pk>/reset/", live.live_reset, name="live_reset"),
    path("builds/<int:pk>/down/", live.live_down, name="live_down"),
    path("builds/<int:pk>/again/", live.live_again, name="live_again"),
    path("insights/", insights.insights, name="insights"),
    path("insights/insights.csv", insights.insights_download, name="insights_download"),
    path("fleet/", fleet.fleet, name="fleet"),
    path("orphans/", live_orphans.orphans, name="orphans"),
    path("orphans/remove/", live_orphans.orphan_remove, name="orphan_remove"),
    path("demos/<int:demo_pk>/targets/", preflight.build_targets, name="build_targets"),
    path("demos/<int:demo_pk>/preflight/", preflight.preflight, name="preflight"),
    path("demos/<int:demo_pk>/build/", actions.build_start, name="build_start"),
    path("demos/<int:demo_pk>/builds/", pages.demo_builds, name="demo_builds"),
]
