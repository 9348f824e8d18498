"""Keeps the words by which demos are found. Written in the transaction of the change that they belong to.

Only the public name, the industry and the plan are read: never the notes, the pain points as typed, or instructions.
A demo with a codename is found by its codename alone.
"""

from collections.abc import Iterator, Mapping

from django.db import transaction

from scenarios.library.words import Texts, indexed, plan_texts
from scenarios.models import Demo, LibraryWord, PlanRevision, RevisionStatus
from scenarios.plan.parts import Plan

OF_BRIEF = (LibraryWord.Kind.COMPANY, LibraryWord.Kind.INDUSTRY)


def index_brief(demo: Demo) -> None:
    """The words of who the prospect is."""
    texts = {
        LibraryWord.Kind.COMPANY.value: [demo.public_name],
        LibraryWord.Kind.INDUSTRY.value: [demo.brief.disguise(demo.industry)],
    }
    _replace(demo, texts)


def index_plan(demo: Demo, plan: Plan) -> None:
    """The words of the plan that people see now."""
    hide = demo.brief.disguise
    _replace(demo, {kind: [hide("\n".join(texts))] for kind, texts in plan_texts(plan).items()})


def index_revision(revision: PlanRevision) -> None:
    """The words of a revision that has just become ready, if it is its demo's current one. Runs in a transaction."""
    if revision.demo.current_id == revision.pk:
        index_plan(revision.demo, revision.read_plan())


def index_again() -> int:
    """Write every demo's words anew, each demo in a transaction of its own. Returns how many demos there are."""
    count = 0
    for pk in Demo.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            demo = Demo.objects.select_for_update().filter(pk=pk).first()
            if demo is None:
                continue
            LibraryWord.objects.filter(demo=demo).delete()
            index_brief(demo)
            ready = demo.revisions.filter(
                status=RevisionStatus.READY
            ).first()  # the newest: the last that was seen
            if ready is not None:
                index_plan(demo, ready.read_plan())
        count += 1
    return count


def _replace(demo: Demo, texts: Texts) -> None:
    LibraryWord.objects.filter(demo=demo, kind__in=list(texts)).delete()
    LibraryWord.objects.bulk_create(_rows(demo, texts), ignore_conflicts=True)


def _rows(demo: Demo, texts: Mapping[str, list[str]]) -> Iterator[LibraryWord]:
    for kind, those in texts.items():
        for word in sorted(indexed(those)):
            yield LibraryWord(demo=demo, kind=kind, word=word)
