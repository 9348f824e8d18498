"""What other parts stand on: the quality scenarios joined, and rows that are complete, checked and mended."""

from scenarios.ai.writing.draft import Draft
from scenarios.ai.writing.standing_in import replace, stand_in
from scenarios.plan.mend import mend_source_rows
from scenarios.plan.parts import Quality, SourceRows
from scenarios.plan.rules import check_part

_INCOMPLETE = "The model did not describe all planted defects."


def lay_foundation(draft: Draft) -> None:
    """Settle quality and rows: what was given up is filled in, what is wrong is mended. Again after each repair."""
    draft.founded = True
    if "quality" in draft.wanted:
        _join_scenarios(draft)
    for source in draft.outline.sources:
        key = f"rows:{source.table}"
        if key in draft.wanted and (key in draft.given_up or key not in draft.parts):
            replace(draft, key, draft.given_up.pop(key, _INCOMPLETE))
    _mend_rows(draft)
    quality = draft.parts.get("quality")
    if isinstance(quality, Quality):
        draft.scenarios = {scenario.name: scenario for scenario in quality.scenarios}


def _join_scenarios(draft: Draft) -> None:
    """The scenarios of all answers, in the outline's order; the built-in provider fills in those that are missing."""
    ideas = draft.outline.quality
    given = {
        name: scenario
        for name, scenario in draft.scenarios.items()
        if f"rows:{scenario.table}" not in draft.given_up
    }
    if all(idea.name in given for idea in ideas):
        quality = Quality(scenarios=[given[idea.name] for idea in ideas])
        if not check_part(draft.outline, "quality", quality):
            draft.put("quality", quality)
            return
    ours = stand_in(draft, "quality")
    assert isinstance(ours, Quality)  # noqa: S101 - its key says so
    filled = Quality(scenarios=[given.get(one.name, one) for one in ours.scenarios])
    sound = not check_part(draft.outline, "quality", filled)
    draft.put("quality", filled if sound else ours)
    missing = [f"rows:{idea.table}" for idea in ideas if idea.name not in given]
    reasons = [draft.given_up[unit] for unit in missing if unit in draft.given_up]
    draft.notes.replaced("quality", reasons[0] if reasons else _INCOMPLETE)


def _mend_rows(draft: Draft) -> None:
    """Mend the rows that are written, parents and children, until nothing is left to mend."""
    quality, rows = draft.parts.get("quality"), draft.rows()
    known = quality if isinstance(quality, Quality) else None
    for _ in draft.outline.sources:  # a child can only be mended once its parent is
        said: list[str] = []
        for table in rows:
            if f"rows:{table}" in draft.wanted:
                rows[table], sentences = mend_source_rows(draft.outline, table, rows[table], known, rows)
                said += sentences
        draft.notes.mended(said)
        if not said:
            break
    for table, cells in rows.items():
        draft.put(f"rows:{table}", SourceRows(table=table, rows=cells))
