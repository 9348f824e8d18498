"""Documents of a demo, from its plan and what the Proof found: files that dbt does not read. Pure."""

from scenarios.plan.parts import Plan
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.guide import guide
from scenarios.rendering.readme import GUIDE_PATH, TALK_TRACK_PATH, readme
from scenarios.rendering.run_of_show import RUN_OF_SHOW_PATH, run_of_show_page
from scenarios.rendering.talk_track import talk_track

README_PATH = "README.md"


def render_documents(
    plan: Plan, facts: ProvenFacts, *, talk_track_template: str | None = None
) -> dict[str, str]:
    """README, talk track and run of show, and the data-quality guide when there are scenarios, by path.

    Raises TalkTrackTemplateError when a replaced template is wrong.
    """
    files = {README_PATH: readme(plan, facts), TALK_TRACK_PATH: talk_track(plan, facts, talk_track_template)}
    files[RUN_OF_SHOW_PATH] = run_of_show_page(plan, facts)
    if plan.quality.scenarios:
        files[GUIDE_PATH] = guide(plan, facts)
    return dict(sorted(files.items()))
