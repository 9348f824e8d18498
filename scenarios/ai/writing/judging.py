"""What is good about an answer and what is not, for each unit of what was asked."""

from dataclasses import dataclass

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.cells import read_rows
from scenarios.ai.answers.converting import converted
from scenarios.ai.answers.details import DataAnswer
from scenarios.ai.answers.prescribing import prescription
from scenarios.ai.writing.draft import Draft, narrowed, units_of
from scenarios.plan.mend import mend_source_rows
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE, PartValue, Quality, QualityScenario, SourceRows
from scenarios.plan.violations import Violation
from scenarios.plan.words import source_place

SLIPS = 3  # wrong cells of a table that are mended without asking again
_SCENARIO = "Quality scenario "


@dataclass(frozen=True)
class Judged:
    """What is good: parts by key, and scenarios; `faults` by unit."""

    values: dict[str, PartValue]
    scenarios: list[QualityScenario]
    faults: dict[str, list[Violation]]


def judge(draft: Draft, ask: Ask, answer: Answer, *, mend: bool = False) -> Judged:
    """Convert and check an answer, each unit by itself; with `mend`, rows are made of whatever rows there are."""
    judged = Judged({}, [], {})
    for unit in units_of(ask):
        _judge_unit(draft, narrowed(draft.outline, ask, [unit]), answer, judged, unit, mend)
    return judged


def units_behind(outline: Outline, violation: Violation) -> list[str]:
    """The units that a violation is about; a scenario belongs to its table, an unnamed one to all planted tables."""
    if violation.part != "quality":
        return [violation.part]
    name = violation.place.removeprefix(_SCENARIO).partition(",")[0]
    tables = [idea.table for idea in outline.quality if idea.name == name]
    tables = tables or [idea.table for idea in outline.quality]
    return [f"rows:{table}" for table in dict.fromkeys(tables)]


def _judge_unit(draft: Draft, ask: Ask, answer: Answer, judged: Judged, unit: str, mend: bool) -> None:
    found = converted(draft.outline, ask, answer, done=draft.parts)
    values = {key: value for key, value in found.values.items() if key in ask.keys}
    faults = list(dict.fromkeys(found.violations))
    cells = [fault for fault in faults if fault.part == unit and isinstance(values.get(unit), SourceRows)]
    if len(cells) <= SLIPS or mend:
        faults = [fault for fault in faults if fault not in cells]
    if mend and unit in ask.keys and unit not in values and isinstance(answer, DataAnswer):
        made = _made_rows(draft, answer, unit.removeprefix("rows:"))
        if made is not None:
            values[unit] = made
            faults = [fault for fault in faults if fault.part != unit]
    if not faults and not (set(ask.keys) <= values.keys()):
        faults = [Violation(unit, "The answer", "It does not have everything that was asked for.", "Add it.")]
    if faults:
        judged.faults[unit] = faults
        return
    quality = values.pop("quality", None)
    judged.scenarios.extend(quality.scenarios if isinstance(quality, Quality) else [])
    judged.values.update(values)


def _made_rows(draft: Draft, answer: DataAnswer, table: str) -> SourceRows | None:
    """Ten rows of those that were given, whatever their number and shape; None when most are missing."""
    source = draft.outline.source(table)
    given = [rows.rows for rows in answer.tables if rows.table == table]
    if source is None or not given or len(given[0]) * 2 < ROWS_PER_SOURCE:
        return None
    raw, _ = read_rows(source, given[0][:ROWS_PER_SOURCE], f"rows:{table}")
    if len(given[0]) != ROWS_PER_SOURCE:
        said = f"{source_place(table)}: {len(given[0])} rows made into {ROWS_PER_SOURCE}."
        draft.notes.mended([said])
    quality = draft.parts.get("quality")
    known = quality if isinstance(quality, Quality) else None
    filled = [*raw, *_more_rows(draft, source, raw)]
    rows, sentences = mend_source_rows(draft.outline, table, filled, known, draft.rows())
    draft.notes.mended(sentences)
    return SourceRows(table=table, rows=rows)


def _more_rows(draft: Draft, source: SourceTable, rows: list[list[Cell]]) -> list[list[Cell]]:
    """Copies of the first rows up to ten, with prescribed keys that no row has: other tables may refer to them."""
    at = [column.name for column in source.columns].index(source.primary_key)
    used = {row[at] for row in rows if at < len(row)}
    keys = [key for key in prescription(draft.outline).keys[source.table] if key not in used]
    more = rows[: ROWS_PER_SOURCE - len(rows)]
    return [[*row[:at], key, *row[at + 1 :]] for row, key in zip(more, keys, strict=False)]
