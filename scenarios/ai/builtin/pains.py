"""Pain point demonstrations: what answers the prospect's pain gets a dbt feature, a place and a minute."""

from collections.abc import Sequence

from scenarios.ai.builtin.answering import Answered, Entry, answers, available
from scenarios.ai.builtin.beats import timed_beats
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.story import name_of_test, story_words
from scenarios.ai.builtin.wording import shortened
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.neutral import one_line
from scenarios.plan.outline import Outline, PainDemonstration

MOST = 10
DEFAULTS = ("lineage", "tests", "incremental")
UNSAID = "No pain point was given that this demo answers; many teams name this one:"

Answer = tuple[list[int], str, Answered]  # numbers of the sentences, their words, what answers them


def pain_demonstrations(
    pain_points: str, outline: Outline, *, quoting: bool = True
) -> list[PainDemonstration]:
    """A demonstration for each answer to a sentence, in their order; a sentence that nothing answers has none.

    Without `quoting` the pain is said in the library's own words, and sentences with one answer share it. They
    also share it when there are more than ten. `outline` may lack its pain points; everything else is used.
    """
    found: list[Answer] = [
        ([number], one_line(sentence), answered)
        for number, sentence in enumerate(pain_sentences(pain_points), start=1)
        for answered in answers(sentence, outline)
    ]
    if not quoting:
        found = [(numbers, str(one.entry["pain"]), one) for numbers, _, one in _joined(found)]
    if len(found) > MOST:
        found = _joined(found)[:MOST]
    words = story_words(outline)
    minutes = Minutes(outline, {one.entry["beat"] for _, _, one in found})
    if not found:
        entries = [entry for entry in available(outline) if entry["key"] in DEFAULTS]
        return [_default(entry, words, minutes.of(entry)) for entry in entries]
    return [_shown(answer, words, outline, minutes.of(answer[2].entry)) for answer in found]


def _joined(found: Sequence[Answer]) -> list[Answer]:
    """The same answers once, with the sentences of all."""
    groups: dict[tuple[str, str, str], tuple[list[int], list[str], Answered]] = {}
    for numbers, sentence, one in found:
        all_numbers, sentences, _ = groups.setdefault((one.entry["key"], *one.place[1:]), ([], [], one))
        all_numbers += numbers
        sentences.append(sentence)
    return [(numbers, " ".join(said), one) for numbers, said, one in groups.values()]


class Minutes:
    """When the beats begin of a talk that shows these answers."""

    def __init__(self, outline: Outline, wanted: set[str]) -> None:
        beats = timed_beats(outline, wanted)
        self._begin = {entry["key"]: minute for minute, entry in reversed(beats)}
        self._first = beats[0][0]

    def of(self, entry: Entry) -> int:
        """The minute of the beat that shows an entry; that of the first beat when the talk lacks it."""
        return self._begin.get(entry["beat"], self._first)


def _shown(answer: Answer, words: Lexicon, outline: Outline, minute: int) -> PainDemonstration:
    numbers, quote, one = answer
    facts = dict(words.facts)
    if one.idea:
        source = outline.source(one.idea.table)
        facts |= {"test": name_of_test(one.idea), "table": one.idea.table, "defect_story": one.idea.story}
        facts["staging"] = source.staging_model if source else one.idea.table
    if one.metric:
        facts["metric"] = one.metric.name
    told = Lexicon({}, facts)
    return PainDemonstration(
        pain=shortened(quote, 1500),
        feature=one.entry["feature"],
        where=shortened(told.text(one.entry["where"]), 200),
        minute=minute,
        show=shortened(told.text(one.entry["show"]), 1500),
        answers=sorted(set(numbers)),
    )


def _default(entry: Entry, words: Lexicon, minute: int) -> PainDemonstration:
    return PainDemonstration(
        pain=f"{UNSAID} {entry['pain']}",
        feature=entry["feature"],
        where=words.text(entry["where"]),
        minute=minute,
        show=words.text(entry["show"]),
    )
