"""The prompts of the example plan, and of what was typed about its company."""

import re
from functools import cache

from scenarios.ai.answers.asking import Ask, asks_for
from scenarios.ai.prompting import Prompts, Texts
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import part_keys
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_outline import AS_OF

NOTES = "They sell tents and boots in twelve shops and online. Decision before the season begins in April."
PAINS = (
    "Orders point to customers nobody knows.\n"
    "Nightly full reloads of the order table take four hours.\n"
    "Every team calculates revenue differently."
)
BRIEF = Brief(
    company="Fjell & Field Outfitters",
    industry="Outdoor retail",
    include_semantic_layer=True,
    discovery_notes=NOTES,
    pain_points=PAINS,
    as_of=AS_OF,
)


def asks(outline: Outline) -> dict[str, Ask]:
    """All calls of an outline by name."""
    return {ask.name: ask for ask in asks_for(outline, part_keys(outline))}


@cache
def prompts_of(brief: Brief = BRIEF, house: str = "") -> dict[str, Texts]:
    """Every prompt of a draft, of a change and of what follows a bad answer, by name."""
    prompts, plan = Prompts(house), example_plan()
    found = {
        "outline": prompts.outline(brief),
        "changes": prompts.changes(brief, plan, "Show returns, too.", section=None, locked=["talk_track"]),
    }
    found |= {name: prompts.details(brief, plan.outline, ask) for name, ask in asks(plan.outline).items()}
    found["repair"] = prompts.repair(found["sql:1"], answer="{}", problems=["It is empty."], keys=[])
    found["plain"] = prompts.plain(found["sql:1"], {"type": "object"})
    return found


def whole(texts: Texts) -> str:
    """All words of a question, each run of spaces and line ends as one space."""
    return " ".join("\n".join((texts.system, texts.shared, texts.task)).split())


def blocks(text: str, name: str) -> list[str]:
    """What stands in the blocks of this name."""
    return re.findall(rf'<{name} untrusted="true">\n(.*?)\n</{name}>', text, re.DOTALL)
