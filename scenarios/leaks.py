"""The leak scan over a stored revision, and the refusal to hand over what leaks."""

from collections.abc import Mapping

from demoforge.errors import Explained
from scenarios.models import PlanRevision
from scenarios.rendering.leaks import Leak, find_leaks

TOLD = 3  # places in a sentence


class Leaking(Explained):
    """A demo with a codename still carries the real name or the notes. Told by place, never by what stands there."""


def leaks_of(revision: PlanRevision, *, names: Mapping[str, str] | None = None) -> list[Leak]:
    """Every leak in the revision's files on all branches, and in `names` (what it is called -> text).

    None without a codename; that costs no query beyond the demo. A revision that waits for its Proof has no
    documents yet: ask again before anything is handed over.
    """
    brief = revision.demo.brief
    if not brief.codename:
        return []
    return find_leaks(revision.branches(), names or {}, brief)


def refuse_leaks(revision: PlanRevision, *, names: Mapping[str, str] | None = None) -> None:
    """Raise Leaking if anything leaks."""
    if leaks := leaks_of(revision, names=names):
        raise Leaking(
            f"The codename does not hold: {sentence(leaks)}",
            "Edit those sections, or regenerate the plan; the review page shows each place.",
        )


def sentence(leaks: list[Leak]) -> str:
    """The first places in a sentence that may be logged: nothing of what stands there."""
    places = list(dict.fromkeys(f"{leak.what} in {leak.where}" for leak in leaks))
    more = f" and in {len(places) - TOLD} more places" if len(places) > TOLD else ""
    return f"{', '.join(places[:TOLD])}{more}."
