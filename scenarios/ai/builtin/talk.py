"""The talk track of any outline: beats with minutes, each with the pain it answers."""

from collections.abc import Mapping
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.pains import has
from scenarios.ai.builtin.story import story_words
from scenarios.ai.builtin.wording import quotable, shortened
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Beat, Quality, TalkTrack
from scenarios.plan.words import placeholder_in

OPENING = (
    "[[company]] sees its own questions answered here: [[tables]] become one tested answer, "
    "and every step of it can be clicked."
)
CLOSE = (
    "That was the whole way for [[company]]: from the source to [[summary]], tested, described, "
    "and fast on the second run."
)


def talk_track(outline: Outline, quality: Quality | None, opening: str = "", close: str = "") -> TalkTrack:
    """Opening, beats and close; `opening` and `close` are the story's own words if there are any."""
    fixes = quality.scenarios if quality else []
    words = story_words(outline)
    facts = {
        **words.facts,
        "fix": fixes[0].fix if fixes else "Correct it where it enters, and tell the owners of the table.",
    }
    words = Lexicon({}, facts)
    entries = [entry for entry in library.read("_talk") if has(entry, outline)]
    return TalkTrack(
        opening=shortened(f"{opening} {words.text(OPENING)}".strip(), 1500),
        beats=[_beat(entry, words, outline) for entry in entries],
        close=shortened(f"{close} {words.text(CLOSE)}".strip(), 1500),
    )


def _beat(entry: Mapping[str, Any], words: Lexicon, outline: Outline) -> Beat:
    pains = [pain.pain for pain in outline.pain_points if pain.minute == entry["minute"]]
    pains = [
        quotable(pain)
        for pain in pains
        if not pain.startswith("No pain point") and not placeholder_in(quotable(pain))
    ]
    told = f" You said: “{shortened(pains[0], 300)}”" if pains else ""
    return Beat(
        minute=entry["minute"],
        title=entry["title"],
        click=shortened(words.text(entry["click"]), 200),
        say=shortened(words.text(entry["say"]) + told, 1500),
        if_it_goes_wrong=words.text(entry["wrong"]),
    )
