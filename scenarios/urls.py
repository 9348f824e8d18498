"""Addresses of demos, their plans and projects. URL name = view = template."""

from django.urls import path

from scenarios.views import (
    calls,
    demos,
    exports,
    extending,
    files,
    guidance,
    history,
    library,
    locks,
    outcomes,
    policy,
    review,
    reviews,
    sections,
    setup,
    sharing,
    talk,
    templates,
)

_REVISION = "demos/<int:pk>/revisions/<int:number>/"

urlpatterns = [
    path("", library.demo_list, name="demo_list"),
    path("demos/new/", demos.demo_new, name="demo_new"),
    path("ai/", setup.ai_setup, name="ai_setup"),
    path("ai/forget/", setup.ai_key_forget, name="ai_key_forget"),
    path("ai/guidance/", guidance.guidance, name="guidance"),
    path("reviews/", reviews.review_queue, name="review_queue"),
    path("policy/", policy.policy, name="policy"),
    path("demos/<int:pk>/", review.demo_detail, name="demo_detail"),
    path("demos/<int:pk>/favourite/", library.favourite_set, name="favourite_set"),
    path("demos/<int:pk>/share/", sharing.demo_share, name="demo_share"),
    path("demos/<int:pk>/copy/", templates.template_use, name="template_use"),
    path("demos/<int:pk>/brief/", demos.demo_brief, name="demo_brief"),
    path("demos/<int:pk>/outcome/", outcomes.demo_outcome, name="demo_outcome"),
    path("demos/<int:pk>/regenerate/", review.demo_regenerate, name="demo_regenerate"),
    path("demos/<int:pk>/lock/", locks.lock_set, name="lock_set"),
    path("demos/<int:pk>/edit/<slug:section>/", sections.section_edit, name="section_edit"),
    path("demos/<int:pk>/revisions/", history.revision_list, name="revision_list"),
    path("demos/<int:pk>/revisions/compare/", history.revision_diff, name="revision_diff"),
    path("demos/<int:pk>/extend/", extending.demo_extend, name="demo_extend"),
    path("demos/import/", exports.demo_import, name="demo_import"),
    path("demos/<int:pk>/export/", exports.demo_export, name="demo_export"),
    path(_REVISION, review.revision_detail, name="revision_detail"),
    path(f"{_REVISION}restore/", history.revision_restore, name="revision_restore"),
    path(f"{_REVISION}review/", reviews.review_ask, name="review_ask"),
    path(f"{_REVISION}review/withdraw/", reviews.review_withdraw, name="review_withdraw"),
    path(f"{_REVISION}review/approve/", reviews.review_approve, name="review_approve"),
    path(f"{_REVISION}review/send-back/", reviews.review_send_back, name="review_send_back"),
    path(f"{_REVISION}comments/", reviews.comment_add, name="comment_add"),
    path(
        "demos/<int:pk>/comments/<int:comment_pk>/resolve/", reviews.comment_resolve, name="comment_resolve"
    ),
    path(f"{_REVISION}retry/", review.revision_retry, name="revision_retry"),
    path(f"{_REVISION}rehearse/", talk.rehearse, name="rehearse"),
    path(f"{_REVISION}run-of-show/", talk.run_of_show, name="run_of_show"),
    path(f"{_REVISION}calls/", calls.model_calls, name="model_calls"),
    path(f"{_REVISION}prompts/", calls.prompts_seen, name="prompts_seen"),
    path(f"{_REVISION}files/", files.project_files, name="project_files"),
    path(f"{_REVISION}files/download/", files.file_download, name="file_download"),
    path(f"{_REVISION}project.zip", files.project_zip, name="project_zip"),
]
