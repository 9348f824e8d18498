"""The changes that instructions can make to a composition, each by the words of the blueprint that it understands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from scenarios.ai.builtin import library
from scenarios.ai.builtin.choices import MOST_EXTRAS, MOST_METRICS, Choices, choose_angle, with_inputs
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.wording import best, folded, hits

_REMOVE = [
    "remove",
    "drop",
    "without",
    "no ",
    "delete",
    "leave out",
    "skip",
    "exclude",
    "less ",
    "not ",
    "take away",
    "take out",
    "ohne",
    "sans ",
]
_SWITCH = ["industry", "sector", "vertical", "switch to", "make it", "branche", "secteur"]
ALREADY = "was so already"  # how a note begins when a clause asks for what is there
_PERIODS = {"week": ["week", "weekly"], "month": ["month", "monthly"]}


@dataclass
class Draft:
    """What is being changed: choices, kinds of planted defects (None: those the notes call for), industry and names."""

    choices: Choices
    company: str
    industry: str
    text: str  # the prospect's words
    dice: Dice
    kinds: list[str] | None = None
    names: dict[str, str] = field(default_factory=dict)  # old name → new name

    @property
    def composition(self) -> Composition:
        """The composition as it stands."""
        return Composition(self.choices, self.company, self.industry)


def removes(clause: str) -> bool:
    """Whether the clause takes something away."""
    return bool(hits(_REMOVE, clause))


def industry(draft: Draft, clause: str) -> str | None:
    """Another industry, when the clause says so."""
    key = library.spoken_of(clause)
    if key is None or not hits(_SWITCH, clause) or key == draft.choices.blueprint:
        return None
    draft.choices = choose_angle(key, None, draft.text, draft.dice)
    draft.industry = library.blueprint(key).industry
    return f"the industry is {draft.industry} now, with the story “{_title(draft)}”"


def angle(draft: Draft, clause: str) -> str | None:
    """Another story of the industry."""
    angles = draft.composition.blueprint.angles
    found = best({key: other.words for key, other in angles.items()}, clause)
    if found is None or removes(clause) or _named_metric(draft, clause):
        return None
    if found == draft.choices.angle:
        return f"{ALREADY}: the story is “{_title(draft)}”" if hits(angles[found].words, clause) else None
    own = angles[draft.choices.angle]
    if hits([*own.words, *_words_within(draft)], clause) and not hits(
        ["story", "angle", "focus", "instead", "switch", "about"], clause
    ):
        return None
    terms = draft.choices.terms
    draft.choices = replace(choose_angle(draft.choices.blueprint, found, draft.text, draft.dice), terms=terms)
    return f"the story is “{_title(draft)}” now"


def _title(draft: Draft) -> str:
    return draft.composition.words.text(draft.composition.angle.title)


def _words_within(draft: Draft) -> list[str]:
    """Words of the present story that say something without changing the story."""
    composition = draft.composition
    extras = [word for key in composition.angle.extras for word in composition.blueprint.extras[key].words]
    segments = [word for option in composition.angle.segments.values() for word in option.words]
    return extras + segments


def period(draft: Draft, clause: str) -> str | None:
    """Weeks or months in the summary mart."""
    found = best(_PERIODS, clause)
    if found is None or found not in draft.composition.angle.periods:
        return None
    if found == draft.choices.period:
        return f"{ALREADY}: the summary mart is by {found}"
    draft.choices = replace(draft.choices, period=found)
    return f"the summary mart is by {found} now"


def segment(draft: Draft, clause: str) -> str | None:
    """What the summary mart groups by."""
    options = {key: [*o.words, key] for key, o in draft.composition.angle.segments.items()}
    found = best(options, clause)
    if found is None or removes(clause):
        return None
    if found == draft.choices.segment:
        return f"{ALREADY}: the summary mart is {draft.composition.summary.name}"
    draft.choices = replace(draft.choices, segment=found)
    return f"the summary mart is {draft.composition.summary.name} now"


def measure(draft: Draft, clause: str) -> str | None:
    """What the summary mart adds up."""
    options = {key: [*o.words, key] for key, o in draft.composition.angle.measures.items()}
    found = best(options, clause)
    if found is None or removes(clause) or "metric" in folded(clause):
        return None
    if found == draft.choices.measure:
        return f"{ALREADY}: the summary mart is {draft.composition.summary.name}"
    draft.choices = replace(draft.choices, measure=found)
    return f"the summary mart is {draft.composition.summary.name} now"


def extra(draft: Draft, clause: str) -> str | None:
    """An optional table with its marts."""
    composition = draft.composition
    names = {
        key: composition.blueprint.tables[composition.blueprint.extras[key].table]
        for key in composition.angle.extras
    }
    options = {
        key: [
            *composition.blueprint.extras[key].words,
            composition.words.name(table.name).replace("_", " "),
            key,
        ]
        for key, table in names.items()
    }
    found = best(options, clause)
    if found is None:
        return None
    if removes(clause) != (found in draft.choices.extras):
        table = composition.words.name(names[found].name)
        return f"{ALREADY}: the table {table} is {'not ' if removes(clause) else ''}part of the demo"
    chosen = [key for key in draft.choices.extras if key != found]
    if not removes(clause):
        chosen = [*chosen, found][-min(MOST_EXTRAS, 5 - len(composition.angle.tables)) :]
    draft.choices = replace(
        draft.choices, extras=tuple(key for key in composition.angle.extras if key in chosen)
    )
    _drop_metrics_without_mart(draft)
    said = "is left out" if removes(clause) else "is part of the demo"
    return f"the table {composition.words.name(names[found].name)} {said} now"


def _drop_metrics_without_mart(draft: Draft) -> None:
    composition = draft.composition
    known = {*composition.angle.metrics}
    known |= {metric for key in draft.choices.extras for metric in composition.blueprint.extras[key].metrics}
    draft.choices = replace(
        draft.choices, metrics=tuple(key for key in draft.choices.metrics if key in known)
    )


def mart(draft: Draft, clause: str) -> str | None:
    """A further mart of the story, by its name."""
    composition = draft.composition
    names = {
        key: composition.words.name(composition.blueprint.models[key].name) for key in composition.angle.marts
    }
    said = folded(clause).replace(" ", "_")
    found = next((key for key, name in names.items() if name in said), None)
    if found is None:
        return None
    if removes(clause) != (found in draft.choices.marts):
        return f"{ALREADY}: {names[found]} is {'not ' if removes(clause) else ''}part of the demo"
    chosen = [key for key in draft.choices.marts if key != found] + ([] if removes(clause) else [found])
    if not chosen:
        return (
            f"did not take effect: {names[found]} is the last of its kind, so name another mart to add first"
        )
    draft.choices = replace(
        draft.choices, marts=tuple(key for key in composition.angle.marts if key in chosen)
    )
    return f"{names[found]} {'is left out' if removes(clause) else 'is part of the demo'} now"


def metric(draft: Draft, clause: str) -> str | None:
    """A metric of the story, by its name, its label or its words."""
    found = _named_metric(draft, clause)
    composition = draft.composition
    if found is None:
        return None
    specs, label = (
        composition.blueprint.metrics,
        composition.words.text(composition.blueprint.metrics[found].label),
    )
    if removes(clause):
        kept = [key for key in draft.choices.metrics if found not in with_inputs(specs, [key])]
        if found not in draft.choices.metrics:
            return f"{ALREADY}: the metric “{label}” is not part of the demo"
        if not kept:
            return f"did not take effect: without “{label}” no metric would be left"
        draft.choices = replace(draft.choices, metrics=tuple(kept))
        return f"the metric “{label}” is left out now, with those made of it"
    if found in draft.choices.metrics:
        return f"{ALREADY}: the metric “{label}” is defined"
    metrics = list(with_inputs(specs, [found]))
    for key in draft.choices.metrics:
        more = with_inputs(specs, [*metrics, key])
        metrics = list(more) if len(more) <= MOST_METRICS else metrics
    draft.choices = replace(draft.choices, metrics=tuple(metrics))
    return f"the metric “{label}” is defined now"


def _named_metric(draft: Draft, clause: str) -> str | None:
    composition = draft.composition
    options: dict[str, Iterable[str]] = {}
    for key in composition.angle.metrics:
        spec = composition.blueprint.metrics[key]
        name, label = composition.words.name(spec.name), composition.words.text(spec.label)
        words = [name, name.replace("_", " "), label]
        options[key] = (
            [*words, *spec.words] if hits(["metric", "kpi", "measure", "kennzahl"], clause) else words
        )
    return best(options, clause)


def defects(draft: Draft, clause: str) -> str | None:
    """Planted defects: none at all, one kind less, or one kind more."""
    words = library.read("_quality")
    kind = best(
        {name: [*entry["words"], name.replace("_", " ")] for name, entry in words["kinds"].items()}, clause
    )
    is_topic = bool(hits([*words["topic"], "data-quality", "defect", "planted"], clause))
    if kind is None and not is_topic:
        return None
    if removes(clause):
        draft.kinds = [other for other in draft.kinds or [] if kind and other != kind]
        return "no defect is planted now" if kind is None else f"no {kind.replace('_', ' ')} is planted now"
    wanted = [kind] if kind else ["duplicate", "inconsistent_code"]
    draft.kinds = [*wanted, *(other for other in draft.kinds or [] if other not in wanted)][:3]
    return f"planted now: {', '.join(name.replace('_', ' ') for name in draft.kinds)}"


def term(draft: Draft, clause: str) -> str | None:
    """Another word for a thing, such as shopper for customer."""
    for key, number in draft.choices.terms:
        options = draft.composition.blueprint.terms[key]
        words: Mapping[int, list[str]] = {
            n: [*option.words, option.one, option.many] for n, option in enumerate(options)
        }
        found = best({n: said for n, said in words.items() if n != number}, clause)
        if found is not None and not hits(words[number], clause) and not removes(clause):
            terms = tuple((other, found if other == key else n) for other, n in draft.choices.terms)
            draft.choices = replace(draft.choices, terms=terms)
            return f"{key} is called {options[found].one} now"
    return None


#: In this order: what changes most comes first, and of two changes that a clause could mean the first counts.
CHANGES: list[Callable[[Draft, str], str | None]] = [
    industry, defects, mart, metric, extra, period, segment, measure, angle, term,
]  # fmt: skip

#: After one of these a clause has said what it wanted to.
DECISIVE = (industry, defects, mart, metric, extra, angle)
