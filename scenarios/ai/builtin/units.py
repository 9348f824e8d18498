"""The unit of a metric, from the words of its definition: what stands behind its value on a page or in a talk."""

import re

from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.schema import Blueprint, MetricSpec

LIMIT = 16  # characters
SHARE = "%"

#: Unit by a word of the metric's text; the first that occurs counts.
_WORDS: list[tuple[str, str]] = [
    (r"\beuros?\b", "EUR"), (r"\bdollars?\b", "USD"), (r"\bpounds? sterling\b", "GBP"),
    (r"\bkilowatt hours?\b|\bkwh\b", "kWh"), (r"\bmegawatt hours?\b", "MWh"), (r"\bkilowatts?\b", "kW"),
    (r"\bmegabits?\b", "Mbit/s"), (r"\bgigabytes?\b", "GB"), (r"\bmilliseconds?\b", "ms"), (r"\bseconds?\b", "s"),
    (r"\bkilograms?\b", "kg"), (r"\btonnes?\b", "t"), (r"\bkilomet(?:re|er)s?\b", "km"),
    (r"\bsquare met(?:re|er)s?\b", "m²"), (r"\blit(?:re|er)s?\b", "l"),
    (r"\bminutes?\b", "minutes"), (r"\bhours?\b", "hours"), (r"\bdays?\b", "days"), (r"\bweeks?\b", "weeks"),
    (r"\bmonths?\b", "months"), (r"\bpieces?\b", "pieces"), (r"\bpercentage points?\b", "points"),
]  # fmt: skip
_MONEY = {"EUR", "USD", "GBP"}
_IS_SHARE = re.compile(r"\bshare\b|\bpercent(?:age)? of\b", re.IGNORECASE)
_COUNTS = re.compile(r"^(?:number|running (?:count|total)|count) of (?:all |the )?", re.IGNORECASE)
_SYMBOLS = {
    "kilometres": "km",
    "seconds": "s",
    "kilowatt hours": "kWh",
    "megawatt hours": "MWh",
    "litres": "l",
}
_LEADING = 3  # words in which the noun that is counted must have come
_NO_NOUNS = {"times", "this", "less", "is", "was", "has", "plus", "minus"}


def unit_of(blueprint: Blueprint, key: str, lexicon: Lexicon) -> str:
    """The unit of the metric with this key; empty where its words tell none."""
    spec = blueprint.metrics[key]
    text = lexicon.text(spec.text)
    if spec.unit is not None:
        return _short(lexicon.text(spec.unit))
    if spec.growth:
        return SHARE
    if spec.running:
        return unit_of(blueprint, spec.running, lexicon)
    if spec.ratio:
        return _ratio_unit(blueprint, spec, lexicon)
    if spec.agg in ("count", "count_distinct"):
        return _short(_counted(text))
    if spec.minus or spec.plus:
        return unit_of(blueprint, spec.inputs[0], lexicon)
    if spec.agg == "sum":
        text = text.partition(" times ")[2] or text  # homes times minutes are minutes
        return said_unit(text, spoken=False) or _short(_counted(text)) or said_unit(text)
    return SHARE if _IS_SHARE.search(text) else said_unit(f"{text} {lexicon.text(spec.label)}")


def _ratio_unit(blueprint: Blueprint, spec: MetricSpec, lexicon: Lexicon) -> str:
    """A share is a percentage; money and time stay what they are per something; all else has no unit."""
    text = f"{lexicon.text(spec.text)} {lexicon.text(spec.label)}"
    if _IS_SHARE.search(text):
        return SHARE
    over, under = (unit_of(blueprint, key, lexicon) for key in spec.inputs)
    if over == under:
        return ""
    last = over.split()[-1] if over else ""
    return last if last in {unit for _, unit in _WORDS} else ""


def said_unit(text: str, *, spoken: bool = True) -> str:
    """The unit that a description tells, such as "Value in euros."; money before everything else.

    With `spoken` also a unit that stands anywhere in it ("Average minutes of a call"), not only after "in".
    """
    text = text.casefold()
    money = [unit for pattern, unit in _WORDS if unit in _MONEY and re.search(pattern, text)]
    if money:
        return money[0]
    before = r"" if spoken else r"\bin "
    found = [
        (match.start(), -len(match[0]), unit)
        for pattern, unit in _WORDS
        if (match := re.search("|".join(f"{before}{one}" for one in pattern.split("|")), text))
    ]
    return min(found)[2] if found else ""


def _counted(text: str) -> str:
    """The noun that a text begins with: "Number of orders." → orders; "Credit points of all …" → credit points."""
    said = re.findall(r"[\w-]+", _COUNTS.sub("", text))[:_LEADING]
    for number, word in enumerate(said):
        if word.casefold() in _NO_NOUNS or word.endswith("ss"):
            return ""
        if word.endswith("s") and word.casefold() != "goods":
            words = " ".join(said[: number + 1])
            return words[:1].lower() + words[1:]
    return ""


def _short(unit: str) -> str:
    """The unit, or its last word when it is too long to stand behind a number."""
    unit = _SYMBOLS.get(unit, unit)
    last = unit.split()[-1] if unit else ""
    return unit if len(unit) <= LIMIT else last if len(last) <= LIMIT else ""
