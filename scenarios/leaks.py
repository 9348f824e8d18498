"""The leak scan over a stored revision, and the refusal to hand over what leaks."""

from collections.abc import Iterator, Mapping

from demoforge.errors import Explained
from scenarios.models import Demo, PlanRevision
from scenarios.rendering.leaks import Leak, find_first_prospect, find_leaks

TOLD = 3  # places in a sentence
GENERATIONS = 20  # of copies of copies that are looked back at

Branches = Mapping[str, Mapping[str, str]]


class Leaking(Explained):
    """A demo with a codename still carries the real name or the notes, or a copy something of the first prospect.

    Told by place, never by what stands there.
    """


def leaks_of(revision: PlanRevision, *, names: Mapping[str, str] | None = None) -> list[Leak]:
    """Every leak in the revision's files on all branches, and in `names` (what it is called -> text).

    None without a codename and a template; that costs no query beyond the demo. A revision that waits for its Proof
    has no documents yet: ask again before anything is handed over.
    """
    demo = revision.demo
    if not demo.codename and not demo.template_id:
        return []
    branches, published = revision.branches(), names or {}
    leaks = find_leaks(branches, published, demo.brief) if demo.codename else []
    for template in templates_behind(demo):
        leaks += _of_template(demo, template, branches, published)
    return leaks


def templates_behind(demo: Demo) -> Iterator[PlanRevision]:
    """The revision that the demo was copied from, the one that this was copied from, and so on; with their demos."""
    for _ in range(GENERATIONS):
        if demo.template_id is None:
            return
        template = PlanRevision.objects.select_related("demo").get(pk=demo.template_id)
        yield template
        demo = template.demo


def _of_template(
    demo: Demo, template: PlanRevision, branches: Branches, names: Mapping[str, str]
) -> list[Leak]:
    """What a copy tells of a template's prospect. Notes that the copy has of its own may be like the other's."""
    heard = template.read_plan().model_dump_json() if template.plan else ""
    return find_first_prospect(
        branches,
        names,
        template.demo.brief,
        heard=heard,
        own_name=demo.public_name,
        with_notes=not (demo.discovery_notes or demo.pain_points),
    )


def refuse_leaks(revision: PlanRevision, *, names: Mapping[str, str] | None = None) -> None:
    """Raise Leaking if anything leaks."""
    leaks = leaks_of(revision, names=names)
    if not leaks:
        return
    if revision.demo.codename:
        raise Leaking(
            f"The codename does not hold: {sentence(leaks)}",
            "Edit those sections, or regenerate the plan; the review page shows each place.",
        )
    raise Leaking(
        f"This copy still tells of the prospect that its template was made for: {sentence(leaks)}",
        "Edit those sections, or make the copy anew; the review page shows each place.",
    )


def sentence(leaks: list[Leak]) -> str:
    """The first places in a sentence that may be logged: nothing of what stands there."""
    places = list(dict.fromkeys(f"{leak.what} in {leak.where}" for leak in leaks))
    more = f" and in {len(places) - TOLD} more places" if len(places) > TOLD else ""
    return f"{', '.join(places[:TOLD])}{more}."
