"""Addresses of demos, their plans and projects. URL name = view = template."""

from django.urls import path

from scenarios.views import calls, demos, files, guidance, history, locks, review, sections, setup, talk

_REVISION = "demos/<int:pk>/revisions/<int:number>/"

urlpatterns = [
    path("", demos.demo_list, name="demo_list"),
    path("demos/new/", demos.demo_new, name="demo_new"),
    path("ai/", setup.ai_setup, name="ai_setup"),
    path("ai/forget/", setup.ai_key_forget, name="ai_key_forget"),
    path("ai/guidance/", guidance.guidance, name="guidance"),
    path("demos/<int:pk>/", review.demo_detail, name="demo_detail"),
    path("demos/<int:pk>/brief/", demos.demo_brief, name="demo_brief"),
    path("demos/<int:pk>/regenerate/", review.demo_regenerate, name="demo_regenerate"),
    path("demos/<int:pk>/lock/", locks.lock_set, name="lock_set"),
    path("demos/<int:pk>/edit/<slug:section>/", sections.section_edit, name="section_edit"),
    path("demos/<int:pk>/revisions/", history.revision_list, name="revision_list"),
    path("demos/<int:pk>/revisions/compare/", history.revision_diff, name="revision_diff"),
    path(_REVISION, review.revision_detail, name="revision_detail"),
    path(f"{_REVISION}restore/", history.revision_restore, name="revision_restore"),
    path(f"{_REVISION}retry/", review.revision_retry, name="revision_retry"),
    path(f"{_REVISION}rehearse/", talk.rehearse, name="rehearse"),
    path(f"{_REVISION}run-of-show/", talk.run_of_show, name="run_of_show"),
    path(f"{_REVISION}calls/", calls.model_calls, name="model_calls"),
    path(f"{_REVISION}prompts/", calls.prompts_seen, name="prompts_seen"),
    path(f"{_REVISION}files/", files.project_files, name="project_files"),
    path(f"{_REVISION}files/download/", files.file_download, name="file_download"),
    path(f"{_REVISION}project.zip", files.project_zip, name="project_zip"),
]
