"""With a codename the company's name is in no prompt, and nothing may be quoted."""

import pytest

from scenarios.ai.prompting import Prompts, Texts
from scenarios.plan.brief import Brief
from tests.scenarios.ai.prompting.asked import BRIEF, asks, whole
from tests.scenarios.plan.example import example_plan

NOTES = "Fjell & Field sells tents. Head of data at Fjell and Field Outfitters: see https://fjell-field.example/orders"
SECRET = Brief(
    **BRIEF.model_dump(exclude={"codename", "discovery_notes", "pain_points"}),
    codename="Project Bluebird",
    discovery_notes=NOTES,
    pain_points="Fjell&Field reloads all orders every night.\nNobody at FJELL & FIELD OUTFITTERS trusts a number.",
)
WISHES = "Show what Fjell & Field Outfitters earns."


def every_prompt(brief: Brief) -> list[Texts]:
    """All prompts for a plan in which the name was typed by hand, with wishes, guidance and answers that have it."""
    plan = example_plan()
    context = plan.outline.context.model_copy(
        update={"summary": "Fjell & Field Outfitters wants one number."}
    )
    pains = [pain.model_copy(update={"pain": "Fjell and Field waits."}) for pain in plan.outline.pain_points]
    outline = plan.outline.model_copy(update={"context": context, "pain_points": pains})
    prompts = Prompts("Always thank Fjell & Field Outfitters.")
    done = {"day_two": plan.day_two.model_copy(update={"story": "Fjell & Field slept."})}
    found = [
        prompts.outline(brief),
        prompts.changes(brief, plan.model_copy(update={"outline": outline}), WISHES, section=None, locked=[]),
    ]
    for ask in asks(outline).values():
        found.append(prompts.details(brief, outline, ask, instructions=WISHES, done=done))
    return found


def test_the_name_is_in_no_prompt() -> None:
    for texts in every_prompt(SECRET):
        said = whole(texts)
        assert SECRET.real_name.find(said) == []
        assert "fjell" not in said.lower()
        assert "Project Bluebird" in said


def test_without_a_codename_it_is() -> None:
    assert all("Fjell & Field Outfitters" in whole(texts) for texts in every_prompt(BRIEF))


@pytest.mark.parametrize("brief", [SECRET, SECRET.disguised()], ids=["as typed", "as providers get it"])
def test_nothing_may_be_quoted(brief: Brief) -> None:
    for texts in (every_prompt(SECRET)[0], Prompts().outline(brief)):
        assert "Nothing may be quoted word for word from the notes or the pain points" in whole(texts)
        assert "You may quote the prospect" not in whole(texts)
        assert "the pain in your own words; nothing quoted word for word" in whole(texts)
    plan = example_plan()
    talk = Prompts().details(brief, plan.outline, asks(plan.outline)["talk_track"])
    assert "start with the pain it answers, in your own words" in whole(talk)
