"""From a plan to a project: code files from the plan alone, documents from the plan and its Proof. Pure."""

from scenarios.rendering.code import render_code
from scenarios.rendering.data_tests import quality_tests
from scenarios.rendering.digests import code_digest, project_digest
from scenarios.rendering.documents import render_documents
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.talk_track import TalkTrackTemplateError
from scenarios.rendering.template import base_project, check_template
from scenarios.rendering.time_spine import time_spine_name

__all__ = [
    "ProvenFacts",
    "TalkTrackTemplateError",
    "base_project",
    "check_template",
    "code_digest",
    "project_digest",
    "quality_tests",
    "render_code",
    "render_documents",
    "time_spine_name",
]
