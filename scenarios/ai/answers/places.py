"""In which rows of a source table its defects are planted, before anybody has written these rows. Pure."""

from collections.abc import Sequence

from scenarios.plan.outline import Outline, QualityIdea

FIRST, LAST = 2, 8  # the first row stays clean to read; the newest rows belong to the second day


def rows_for_defects(outline: Outline) -> dict[str, tuple[int, ...]]:
    """Numbers (from 1) of the rows by the defect's name: two of a duplicate, else one.

    Defects of one table have rows of their own. Only where there are more duplicates than rows do they share the
    first one, which every fix keeps. A table is stale as a whole: there the row is only an example.
    """
    found: dict[str, tuple[int, ...]] = {}
    for table in dict.fromkeys(idea.table for idea in outline.quality):
        found |= _of_one_table([idea for idea in outline.quality if idea.table == table])
    return found


def _of_one_table(ideas: Sequence[QualityIdea]) -> dict[str, tuple[int, ...]]:
    free = [*range(FIRST + 1, LAST + 1), FIRST]
    shared = len(ideas) + sum(idea.kind == "duplicate" for idea in ideas) > len(free)
    if shared:
        free.remove(FIRST)
    found: dict[str, tuple[int, ...]] = {}
    for idea in ideas:
        if idea.kind == "stale":
            found[idea.name] = (LAST,)
        elif idea.kind == "duplicate":
            pair = (FIRST if shared else free.pop(), free.pop(0))
            found[idea.name] = tuple(sorted(pair))
        else:
            found[idea.name] = (free.pop(0),)
    return found
