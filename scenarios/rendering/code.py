"""Everything dbt reads, from the plan alone. Pure: same plan and template, same bytes."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from scenarios.plan.parts import Plan
from scenarios.rendering.documents import README_PATH
from scenarios.rendering.features import feature_files
from scenarios.rendering.project_file import project_files
from scenarios.rendering.properties import property_files
from scenarios.rendering.seeds import seed_files
from scenarios.rendering.selects import model_files
from scenarios.rendering.singular_tests import singular_files
from scenarios.rendering.staging import staging_files
from scenarios.rendering.time_spine import time_spine_files

KEEP = ".gitkeep"


def render_code(plan: Plan, *, template: Mapping[str, str]) -> dict[str, str]:
    """The files of a demo but its documents, sorted by path, with LF line ends and a final line feed.

    `template` are the files of a base project that `check_template` finds nothing in; the demo's files win.
    Raises PlanRefused when a statement breaks the SQL gate, KeyError when the plan points to nothing.
    """
    ours = (
        project_files(plan, template)
        | seed_files(plan)
        | staging_files(plan)
        | model_files(plan)
        | time_spine_files(plan)
        | property_files(plan)
        | singular_files(plan)
        | feature_files(plan)
    )
    files = _kept(template, ours) | ours
    return {path: _plain(files[path]) for path in sorted(files)}


def _kept(template: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """The template's files without its README, which the demo's replaces, and needless placeholders."""
    filled = {str(PurePosixPath(path).parent) for path in ours}
    return {
        path: text
        for path, text in template.items()
        if path != README_PATH and not (path.endswith(KEEP) and str(PurePosixPath(path).parent) in filled)
    }


def _plain(text: str) -> str:
    """LF line ends; a final line feed unless the file is empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"
