"""Pain point demonstrations: every sentence of the prospect's pain gets a dbt feature, a place and a minute."""

from collections.abc import Mapping
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.story import story_words
from scenarios.ai.builtin.wording import best, sentences, shortened, weight
from scenarios.plan.neutral import one_line
from scenarios.plan.outline import Outline, PainDemonstration

MOST = 10
SHORT = 3  # letters of a word that says little
DEFAULTS = ("lineage", "tests", "incremental")

Entry = Mapping[str, Any]


def pain_demonstrations(pain_points: str, outline: Outline) -> list[PainDemonstration]:
    """One demonstration for each sentence, in their order; sentences share one when there are more than ten.

    `outline` may lack its pain points; everything else of it is used.
    """
    words = story_words(outline)
    entries = available(outline)
    said = list(dict.fromkeys(one_line(sentence) for sentence in sentences(pain_points)))
    said = [sentence for sentence in said if sentence]
    if not said:
        return [
            _default(entry, words, minute_of(entry, outline)) for entry in entries if entry["key"] in DEFAULTS
        ]
    answered = [(sentence, answer(sentence, entries)) for sentence in said]
    return [_shown(quote, entry, words, outline) for quote, entry in _grouped(answered)]


def available(outline: Outline) -> list[Entry]:
    """Entries of the library that this demo can show."""
    return [entry for entry in library.read("_pains") if has(entry, outline)]


def has(entry: Entry, outline: Outline) -> bool:
    """Whether the demo has what a library entry needs, and not what rules it out."""
    present = {"semantic": bool(outline.metrics), "quality": bool(outline.quality)}
    return present.get(entry.get("needs", ""), True) and not present.get(entry.get("unless", ""), False)


def answer(sentence: str, entries: list[Entry]) -> Entry | None:
    """The entry whose words the sentence says most; None when it says none of them."""
    scores = [weight(entry["words"], sentence) for entry in entries]
    return entries[scores.index(max(scores))] if entries and max(scores) > 0 else None


def minute_of(entry: Entry, outline: Outline) -> int:
    """The minute of the beat that shows an entry; the first beat that this demo has when it lacks that one."""
    beats = [beat for beat in library.read("_talk") if has(beat, outline)]
    return next((beat["minute"] for beat in beats if beat["key"] == entry["beat"]), beats[0]["minute"])


def _grouped(answered: list[tuple[str, Entry | None]]) -> list[tuple[str, Entry | None]]:
    """At most ten: sentences with the same answer are joined, and the last ones if that is not enough."""
    if len(answered) <= MOST:
        return answered
    groups: dict[str, tuple[list[str], Entry | None]] = {}
    for sentence, entry in answered:
        groups.setdefault(entry["key"] if entry else "", ([], entry))[0].append(sentence)
    joined = [(" ".join(quotes), entry) for quotes, entry in groups.values()]
    rest = " ".join(quote for quote, _ in joined[MOST - 1 :])
    return joined[: MOST - 1] + ([(rest, joined[MOST - 1][1])] if rest else [])


def _shown(quote: str, entry: Entry | None, words: Lexicon, outline: Outline) -> PainDemonstration:
    if entry is None:
        return PainDemonstration(
            pain=shortened(quote, 1500),
            feature="Lineage and documentation, as the nearest answer",
            where=words.facts["incremental"],
            minute=minute_of({"beat": "lineage"}, outline),
            show=words.text(
                "Nothing in this demo was built for exactly this sentence. Ask what lies behind it, then show how "
                "[[incremental]] is built, tested and described, and take the question along."
            ),
        )
    words = _about(quote, words, outline)
    return PainDemonstration(
        pain=shortened(quote, 1500),
        feature=entry["feature"],
        where=shortened(words.text(entry["where"]), 200),
        minute=minute_of(entry, outline),
        show=shortened(words.text(entry["show"]), 1500),
    )


def _about(quote: str, words: Lexicon, outline: Outline) -> Lexicon:
    """The words, with the metric that the quote speaks of if there is one."""
    metrics = {metric.name: metric.label.split() for metric in outline.metrics}
    said = best(
        {name: [word for word in label if len(word) > SHORT] for name, label in metrics.items()}, quote
    )
    return Lexicon({}, {**words.facts, "metric": said}) if said else words


def _default(entry: Entry, words: Lexicon, minute: int) -> PainDemonstration:
    return PainDemonstration(
        pain=f"No pain point was given; many teams name this one: {_TYPICAL[entry['key']]}",
        feature=entry["feature"],
        where=words.text(entry["where"]),
        minute=minute,
        show=words.text(entry["show"]),
    )


_TYPICAL = {
    "lineage": "nobody can say where a number comes from.",
    "tests": "wrong data is found by those who read the report.",
    "incremental": "every load starts from the beginning.",
}
