"""Rows and planted defects: their answer into parts, and back. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.building import Converted, built, known
from scenarios.ai.answers.cells import read_rows, text_of, texts_of
from scenarios.ai.answers.details import CorrectionAnswer, DataAnswer, DefectAnswer, TableRows
from scenarios.ai.answers.prescribing import PrescribedDefect, prescribed_defects
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE, PartValue, Quality, QualityScenario, SourceRows
from scenarios.plan.rules import check_part
from scenarios.plan.violations import Violation
from scenarios.plan.words import one_of, repeated, source_place

QUALITY = "quality"


def convert(outline: Outline, ask: Ask, answer: DataAnswer, done: Mapping[str, PartValue]) -> Converted:
    """`rows:*` of the tables asked for, and one `quality` with the scenarios of the call's tables."""
    found = Converted()
    quality = done.get(QUALITY)
    if QUALITY in ask.keys:
        quality = _add_quality(outline, ask, answer, found)
    for table in ask.rows_of:
        _add_rows(outline, table, answer, found, quality if isinstance(quality, Quality) else None)
    return found


def join_quality(outline: Outline, parts: Sequence[Quality]) -> Quality:
    """The scenarios of several calls in the outline's order; of two with one name the first counts."""
    scenarios = {scenario.name: scenario for part in reversed(parts) for scenario in reversed(part.scenarios)}
    return Quality(scenarios=[scenarios[idea.name] for idea in outline.quality if idea.name in scenarios])


def _add_rows(
    outline: Outline, table: str, answer: DataAnswer, found: Converted, quality: Quality | None
) -> None:
    key, source = f"rows:{table}", outline.source(table)
    if source is None:
        raise KeyError(table)
    given = [rows for rows in answer.tables if known(rows.table, [table]) == table]
    if len(given) != 1:
        found.violations.append(_not_one(outline, answer, table, len(given)))
        return
    rows, wrong = read_rows(source, given[0].rows[:ROWS_PER_SOURCE], key)
    found.violations += wrong
    if (count := len(given[0].rows)) != ROWS_PER_SOURCE:
        said = f"It has {count} rows, but exactly {ROWS_PER_SOURCE} are needed."
        hint = "Add the missing rows." if count < ROWS_PER_SOURCE else "Take rows away."
        found.violations.append(Violation(key, source_place(table), said, hint))
        return
    found.add(
        outline, key, SourceRows, {"table": table, "rows": rows}, title=source_place(table), quality=quality
    )


def _not_one(outline: Outline, answer: DataAnswer, table: str, given: int) -> Violation:
    """Rows that are missing, or there twice."""
    key, tables = f"rows:{table}", [source.table for source in outline.sources]
    if given:
        return Violation(key, source_place(table), "Its rows are there twice.", "Give them once.")
    others = [rows.table for rows in answer.tables if known(rows.table, tables) not in tables]
    said = f" There are rows of {one_of(name[:63] for name in others)}, which is no table." if others else ""
    return Violation(
        key, source_place(table), f"Its rows are missing.{said}", f"Give {ROWS_PER_SOURCE} rows."
    )


def _add_quality(outline: Outline, ask: Ask, answer: DataAnswer, found: Converted) -> Quality | None:
    """Adds the scenarios of the call's tables that could be converted; gives them back if nothing is wrong.

    Defects of other tables are left out.
    """
    prescribed = {defect.name: defect for defect in prescribed_defects(outline) if defect.table in ask.tables}
    names = [known(defect.name, prescribed) for defect in answer.defects]
    wrong = [_unexpected(name, prescribed) for name in names if _is_unknown(outline, name)]
    wrong += [_scenario_wrong(name, "It is there twice.", "Give it once.") for name in repeated(names)]
    given = {name: defect for name, defect in zip(names, answer.defects, strict=True) if name in prescribed}
    scenarios = []
    for name in [name for name in prescribed if name in given]:
        scenario, faults = _scenario(outline, prescribed[name], given[name])
        wrong += faults
        scenarios += [scenario] if scenario and not faults else []
    quality = Quality(scenarios=scenarios)
    if scenarios or not prescribed:
        found.values[QUALITY] = quality
    there = {scenario.name for scenario in scenarios} | (prescribed.keys() - given.keys())
    ideas = [idea for idea in outline.quality if idea.name in there]
    wrong += check_part(outline.model_copy(update={"quality": ideas}), QUALITY, quality)
    found.violations += wrong
    return None if wrong else quality


def _is_unknown(outline: Outline, name: str) -> bool:
    return name not in [idea.name for idea in outline.quality]


def _unexpected(name: str, prescribed: Mapping[str, Any]) -> Violation:
    hint = f"Give {one_of(prescribed)}." if prescribed else "Give none."
    return _scenario_wrong(name, "It is not in the outline.", hint)


def _scenario_wrong(name: str, sentence: str, hint: str) -> Violation:
    return Violation(QUALITY, f"Quality scenario {name[:63]}", sentence, hint)


def _scenario(
    outline: Outline, planned: PrescribedDefect, given: DefectAnswer
) -> tuple[QualityScenario | None, list[Violation]]:
    """A scenario: what is prescribed, and of the answer what counts for its kind."""
    limits, wrong = _limits(outline.source(planned.table), planned, given)
    data = {
        "name": planned.name,
        "kind": planned.kind,
        "table": planned.table,
        "column": planned.column,
        "test_name": planned.test_name,
        "row_numbers": given.rows or list(planned.row_numbers),
        "failing_rows": 1,  # counted when the rows are complete: see scenarios.plan.mend
        "cost": given.cost,
        "fix": given.fix,
        "talking_points": given.points,
        **limits,
    }
    scenario, faults = built(QualityScenario, data, QUALITY, title=f"Quality scenario {planned.name}")
    return scenario, [*wrong, *faults]


def _limits(
    source: SourceTable | None, planned: PrescribedDefect, given: DefectAnswer
) -> tuple[dict[str, Any], list[Violation]]:
    columns = [column.name for column in source.columns] if source else []
    match planned.kind:
        case "out_of_range":
            texts = {"minimum": given.minimum.strip(), "maximum": given.maximum.strip()}
            numbers = {name: _number(text) for name, text in texts.items() if text}
            wrong = [
                _scenario_wrong(
                    planned.name, f"Its {name} “{texts[name][:60]}” is no number.", "Write a number."
                )
                for name, number in numbers.items()
                if number is None
            ]
            return numbers, wrong
        case "impossible_dates":
            return {"later_column": known(given.later_column, columns) or None}, []
        case "stale":
            return {"max_age_days": given.max_age_days or None}, []
        case "inconsistent_code":
            return {"corrections": [{"wrong": c.wrong, "right": c.right} for c in given.corrections]}, []
    return {}, []


def _number(text: str) -> float | None:
    try:
        return float(text)  # infinity is a number here; the schema refuses it
    except ValueError:
        return None


def answer(outline: Outline, ask: Ask, parts: Mapping[str, PartValue]) -> DataAnswer:
    """The rows and scenarios of the call's tables, as far as they are there."""
    tables = [rows for table in ask.tables if isinstance(rows := parts.get(f"rows:{table}"), SourceRows)]
    quality = parts.get(QUALITY)
    scenarios = quality.scenarios if isinstance(quality, Quality) and QUALITY in ask.keys else []
    return DataAnswer(
        tables=[TableRows(table=rows.table, rows=texts_of(rows.rows)) for rows in tables],
        defects=[_defect(scenario) for scenario in scenarios if scenario.table in ask.tables],
    )


def _defect(scenario: QualityScenario) -> DefectAnswer:
    return DefectAnswer(
        name=scenario.name,
        rows=list(scenario.row_numbers),
        minimum=text_of(scenario.minimum),
        maximum=text_of(scenario.maximum),
        later_column=scenario.later_column or "",
        max_age_days=scenario.max_age_days or 0,
        corrections=[CorrectionAnswer(wrong=c.wrong, right=c.right) for c in scenario.corrections],
        cost=scenario.cost,
        fix=scenario.fix,
        points=list(scenario.talking_points),
    )
