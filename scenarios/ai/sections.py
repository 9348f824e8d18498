"""Which parts a section of a plan consists of, and what stands on it. Pure."""

from collections.abc import Callable

from scenarios.plan.outline import Outline
from scenarios.plan.parts import part_keys

_OF_SECTION: dict[str, Callable[[str], bool]] = {
    "context": lambda key: False,
    "sources": lambda key: key.startswith("rows:"),
    "models": lambda key: key.startswith("sql:"),
    "semantic": lambda key: key == "semantic",
    "pain_points": lambda key: False,
    "features": lambda key: key == "features",
    "quality": lambda key: key == "quality",
    "day_two": lambda key: key == "day_two",
    "talk_track": lambda key: key == "talk_track",
}

#: Section → those that may have to follow when it changes, nearest first. What a talk says comes last.
FOLLOWING: dict[str, tuple[str, ...]] = {
    "context": (),
    "sources": ("models", "quality", "semantic", "features", "day_two", "pain_points", "talk_track"),
    "models": ("semantic", "features", "day_two", "pain_points", "talk_track"),
    "semantic": ("features", "pain_points", "talk_track"),
    "pain_points": ("features", "talk_track"),
    "features": ("talk_track",),
    "quality": ("models", "sources", "pain_points", "day_two", "talk_track"),
    "day_two": ("talk_track",),
    "talk_track": (),
}


def keys_of_section(outline: Outline, section: str) -> set[str]:
    """The keys of the parts that a section is written in; what stands in the outline alone has none.

    Raises KeyError for an unknown section.
    """
    belongs = _OF_SECTION[section]
    return {key for key in part_keys(outline) if belongs(key)}


def section_of_key(key: str) -> str:
    """The section that the part with this key belongs to. Raises KeyError for an unknown key."""
    for section, belongs in _OF_SECTION.items():
        if belongs(key):
            return section
    raise KeyError(key)
