"""From a plan to a project: code files from the plan alone, documents from the plan and its Proof. Pure."""

from scenarios.rendering.branches import (
    DAY_TWO,
    FIX,
    MAIN,
    arrivals,
    branch_changes,
    branch_names,
    expected_tests,
    render_branches,
)
from scenarios.rendering.code import render_code
from scenarios.rendering.data_tests import quality_tests
from scenarios.rendering.digests import code_digest, project_digest
from scenarios.rendering.documents import render_documents
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR
from scenarios.rendering.pull_requests import PullRequest, commit_message, pull_request
from scenarios.rendering.talk_track import TalkTrackTemplateError
from scenarios.rendering.template import base_project, check_template
from scenarios.rendering.time_spine import time_spine_name

__all__ = [
    "DAY_TWO",
    "FIX",
    "MAIN",
    "QUALITY_TAG",
    "SEVERITY_VAR",
    "ProvenFacts",
    "PullRequest",
    "TalkTrackTemplateError",
    "arrivals",
    "base_project",
    "branch_changes",
    "branch_names",
    "check_template",
    "code_digest",
    "commit_message",
    "expected_tests",
    "project_digest",
    "pull_request",
    "quality_tests",
    "render_branches",
    "render_code",
    "render_documents",
    "time_spine_name",
]
