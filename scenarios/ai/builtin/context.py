"""The business context: what the prospect said, in their own words, and nothing they did not say."""

from collections.abc import Iterable

from scenarios.ai.builtin import library
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.wording import hits, quotable, sentences, shortened
from scenarios.plan.brief import Brief
from scenarios.plan.neutral import one_line
from scenarios.plan.outline import BusinessContext
from scenarios.plan.words import placeholder_in

LINE, TEXT, QUOTE = 200, 1500, 320  # characters
MOST_OBJECTIVES = 6


def business_context(brief: Brief, composition: Composition) -> BusinessContext:
    """Restates use case, objectives and timeline from the notes; says so where there are none.

    With a codename nothing of the notes is repeated.
    """
    words, angle = composition.lexicon, composition.angle
    notes = "" if brief.codename else brief.discovery_notes  # nothing that was said is said again
    said = [quotable(one_line(sentence)) for sentence in sentences(notes)]
    said = [sentence for sentence in said if sentence and not placeholder_in(sentence)]
    story = words.text(angle.summary)
    if not said:
        industry, title = words.facts["industry"], words.text(angle.title)
        none = "No discovery notes were given, so this" if not brief.discovery_notes.strip() else "This"
        intro = f"{none} is the story that fits {industry}: {title}."
        return BusinessContext(
            summary=shortened(f"{intro} {story}", TEXT),
            use_case=shortened(words.text(angle.use_case), TEXT),
            objectives=[shortened(words.text(line), LINE) for line in angle.objectives],
        )
    return BusinessContext(
        summary=shortened(f"{_restated(said, words.facts['company'])} {story}", TEXT),
        use_case=shortened(_use_case(said, words.text(angle.use_case)), TEXT),
        objectives=_objectives(said, [words.text(line) for line in angle.objectives]),
    )


def quoted(sentence: str, limit: int = QUOTE) -> str:
    """The sentence in quotation marks, cut when it is long."""
    return f"“{shortened(sentence, limit)}”"


def picked(said: Iterable[str], subject: str, most: int) -> list[str]:
    """The sentences that speak most of the subject (`_notes.yaml`), at most so many, in their own order."""
    words = library.read("_notes")[subject]
    scores = {sentence: len(hits(words, sentence)) for sentence in said}
    strongest = sorted((s for s in scores if scores[s]), key=lambda sentence: -scores[sentence])[:most]
    return [sentence for sentence in scores if sentence in strongest]


def _restated(said: list[str], company: str) -> str:
    use_case = picked(said, "use_case", 1) or said[:1]
    objectives = picked(_without(said, use_case), "objective", 2)
    timeline = picked(_without(said, [*use_case, *objectives]), "timeline", 1)
    told = " ".join(quoted(sentence) for sentence in use_case + objectives)
    when = f" On timing: {quoted(timeline[0], 200)}" if timeline else ""
    return f"{company} told us: {told}{when}"


def _use_case(said: list[str], default: str) -> str:
    found = picked(said, "use_case", 2) or picked(said, "objective", 1)
    when = picked(_without(said, found), "timeline", 1)
    told = " ".join(quoted(sentence) for sentence in [*found, *when])
    return f"{told} The demo answers with: {default}" if told else default


def _without(said: list[str], used: list[str]) -> list[str]:
    return [sentence for sentence in said if sentence not in used]


def _objectives(said: list[str], defaults: list[str]) -> list[str]:
    """The prospect's objectives first, then what the demo itself sets out to show."""
    found = [quoted(sentence, LINE - 2) for sentence in picked(said, "objective", 3)]
    lines = [*dict.fromkeys(found), *(shortened(line, LINE) for line in defaults)]
    return lines[: max(3, min(MOST_OBJECTIVES, len(found) + 2))]
