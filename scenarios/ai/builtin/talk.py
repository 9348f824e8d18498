"""The talk track of any outline: beats with minutes, each with the pain it answers and the numbers to say."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.builtin.beats import CLOSING, FEATURE, Beats, beat_key, last_minute, timed_beats, wanted_by
from scenarios.ai.builtin.features import feature_beats
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.moments import Findings, moment_words
from scenarios.ai.builtin.pains import UNSAID
from scenarios.ai.builtin.story import story_words
from scenarios.ai.builtin.wording import quotable, shortened
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Beat, TalkTrack
from scenarios.plan.words import placeholder_in

OPENING = (
    "[[company]] sees its own questions answered here: [[tables]] become one tested answer, "
    "and every step of it can be clicked."
)
CLOSE = (
    "That was the whole way for [[company]]: from the source to [[summary]], tested, described, "
    "and fast on the second run."
)
TEXT, LINE, QUOTE = 1500, 200, 200  # characters
MOST_BEATS = 14
_MOST_QUOTED = 1  # pains that a beat quotes


def talk_track(
    outline: Outline, findings: Findings, opening: str = "", close: str = "", *, quoting: bool = True
) -> TalkTrack:
    """Opening, beats and close; `opening` and `close` are the story's own words if there are any.

    Without `quoting` nothing that the prospect said is said again.
    """
    words = Lexicon({}, {**story_words(outline).facts, **moment_words(outline, findings)})
    beats = timed_beats(outline, wanted_by(outline))
    pains = _pains_by_beat(outline, beats)
    told = [
        _beat(minute, entry, words, outline, numbers, quoting=quoting)
        for (minute, entry), numbers in zip(beats, pains, strict=True)
    ]
    room = MOST_BEATS - len(told)
    more = feature_beats(findings.features, start=last_minute(beats), step=FEATURE, most=room)
    return TalkTrack(
        opening=shortened(f"{opening} {words.text(OPENING)}".strip(), TEXT),
        beats=[*told, *more],
        close=shortened(f"{close} {words.text(CLOSE)}".strip(), TEXT),
        ends_at=last_minute(beats) + FEATURE * len(more) + CLOSING,
    )


def _pains_by_beat(outline: Outline, beats: Beats) -> list[list[int]]:
    """For each beat the numbers of the pain points that it answers; one that no library knows goes by its minute."""
    found: list[list[int]] = [[] for _ in beats]
    for number, pain in enumerate(outline.pain_points, start=1):
        key = beat_key(pain)
        known = [at for at, (_, entry) in enumerate(beats) if entry["key"] == key]
        begun = [at for at, (minute, _) in enumerate(beats) if minute <= pain.minute]
        found[(known or begun or [0])[-1 if not known else 0]].append(number)
    return found


def _beat(
    minute: int,
    entry: Mapping[str, Any],
    words: Lexicon,
    outline: Outline,
    pains: Sequence[int],
    *,
    quoting: bool,
) -> Beat:
    quoted = _quoted(outline, pains) if quoting else ""
    said = " ".join(words.text(entry["say"]).split())
    return Beat(
        minute=minute,
        kind=entry["kind"],
        title=entry["title"],
        click=shortened(words.text(entry["click"]), LINE),
        opens=words.text(entry["opens"]) if entry.get("opens") else None,
        say=shortened(f"{quoted} {said}".strip(), TEXT),
        pains=list(pains),
        if_it_goes_wrong=shortened(words.text(entry["wrong"]), TEXT),
    )


def _quoted(outline: Outline, numbers: Sequence[int]) -> str:
    """The prospect's own sentence, as the way into the beat."""
    pains = [quotable(outline.pain_points[number - 1].pain) for number in numbers]
    said = [pain for pain in pains if not pain.startswith(UNSAID) and not placeholder_in(pain)]
    told = [f"“{shortened(pain, QUOTE)}”" for pain in dict.fromkeys(said)][:_MOST_QUOTED]
    return f"You told us: {' '.join(told)}" if told else ""
