"""Mends what a model wrote about planted defects; rows themselves are mended by `scenarios.plan.mend`. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.cells import text_of
from scenarios.ai.answers.details import DataAnswer
from scenarios.ai.answers.prescribing import PrescribedDefect, prescribed_defects
from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import LINE, TEXT, Texts, bounded
from scenarios.plan.outline import Outline, QualityIdea, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE
from scenarios.plan.values import nearest as nearest_value
from scenarios.plan.values import read_cell
from scenarios.plan.words import source_place

Data = dict[str, Any]

_MOST_CORRECTIONS, _MOST_POINTS, _USUAL_AGE, _GREATEST_AGE = 10, 5, 30, 3650
_COST = "Nobody notices, and decisions are taken on wrong numbers."


def mend_data(outline: Outline, ask: Ask, answer: DataAnswer) -> tuple[DataAnswer, list[str]]:
    """The answer with all about its tables' names and defects that can be mended, a sentence for each thing."""
    said = Said()
    data = bounded(answer.model_dump(), said)
    data["tables"] = _tables(outline, ask, data["tables"], said)
    if "quality" in ask.keys:
        data["defects"] = _defects(outline, ask, data["defects"], said)
    return DataAnswer.model_validate(data), said.sentences


def _tables(outline: Outline, ask: Ask, tables: Sequence[Data], said: Said) -> list[Data]:
    """Tables by their names; rows of tables that are not asked for, and second ones, are left out."""
    given = [table["table"] for table in tables]
    missing = [name for name in ask.rows_of if name not in given]
    kept: dict[str, Data] = {}
    for table in tables:
        written = table["table"]
        staged = {s.staging_model: s.table for s in outline.sources}
        found = (
            written if outline.source(written) else staged.get(written) or nearest(snake(written), missing)
        )
        if found is None or found in kept:
            said.at(source_place(written[:63])).add("its rows are left out: they belong to no further table.")
            continue
        if found != written:
            said.at(source_place(found)).add(f"the rows of {written[:63]} are meant for it.")
        kept[found] = {**table, "table": found}
    return list(kept.values())


def _defects(outline: Outline, ask: Ask, defects: Sequence[Data], said: Said) -> list[Data]:
    """The planned defects of the call's tables, each once; one that is missing is described in its idea's words."""
    planned = {d.name: d for d in prescribed_defects(outline) if d.table in ask.tables}
    others = {idea.name for idea in outline.quality} - planned.keys()
    given = {defect["name"] for defect in defects}
    missing = [name for name in planned if name not in given]
    kept: dict[str, Data] = {}
    for defect in defects:
        written = defect["name"]
        if written in others:
            kept.setdefault(written, defect)  # of another call's table: it is not read here
            continue
        found = written if written in planned else nearest(snake(written), missing)
        if found is None or found in kept:
            said.at(f"Quality scenario {written[:63]}").add(
                "it is left out: the outline plans no further one."
            )
            continue
        if found != written:
            said.at(f"Quality scenario {found}").add(f"“{written[:63]}” means this one.")
            missing.remove(found)
        kept[found] = {**defect, "name": found}
    for name in planned:
        if name not in kept:
            said.at(f"Quality scenario {name}").add(
                "it was missing and is added in the words of the outline."
            )
            kept[name] = dict.fromkeys(("minimum", "maximum", "later_column", "cost", "fix"), "")
            kept[name] |= {"name": name, "rows": [], "max_age_days": 0, "corrections": [], "points": []}
    ideas = {idea.name: idea for idea in outline.quality}
    for name, plan in planned.items():
        _defect(outline, plan, ideas[name], kept[name], said.at(f"Quality scenario {name}"))
    return list(kept.values())


def _defect(outline: Outline, plan: PrescribedDefect, idea: QualityIdea, defect: Data, said: Said) -> None:
    """Rows, limits and texts of one defect, in place."""
    rows = [number for number in dict.fromkeys(defect["rows"]) if 0 < number <= ROWS_PER_SOURCE]
    if rows != defect["rows"]:
        said.add("its rows are each named once, from 1 to 10.")
        defect["rows"] = rows
    source = outline.source(plan.table)
    if source is not None:
        _limits(source, plan, defect, said)
    place = f"Quality scenario {plan.name}"
    texts = Texts(outline.company, outline.industry, Said("", said.sentences))
    fallbacks = {
        "cost": _COST,
        "fix": f"Correct {plan.column} in {source.staging_model if source else plan.table}.",
    }
    texts.mend(defect, {"cost": TEXT, "fix": TEXT}, fallbacks, place)
    points = texts.lines(defect["points"], _MOST_POINTS, place, "points")
    if points != defect["points"] or not points:
        if not points:
            said.add("it has no talking point: the outline's title is one.")
        defect["points"] = points or [idea.title]


def _limits(source: SourceTable, plan: PrescribedDefect, defect: Data, said: Said) -> None:
    match plan.kind:
        case "out_of_range":
            _range(defect, said)
        case "impossible_dates":
            _later(source, plan, defect, said)
        case "stale" if not 0 < defect["max_age_days"] <= _GREATEST_AGE:
            defect["max_age_days"] = _USUAL_AGE if defect["max_age_days"] <= 0 else _GREATEST_AGE
            said.add(f"its newest value may be {defect['max_age_days']} days old.")
        case "inconsistent_code":
            _corrections(source, plan, defect, said)


def _range(defect: Data, said: Said) -> None:
    """Limits as numbers, the smaller one first."""
    for field in ("minimum", "maximum"):
        written = defect[field].strip()
        number = read_cell(written, "number") if written else None
        if written and not _is_number(written):
            said.add(f"its {field} “{written[:60]}” is {text_of(number) or 'nothing'}.")
            defect[field] = text_of(number)
    low, high = defect["minimum"].strip(), defect["maximum"].strip()
    if low and high and float(low) > float(high):
        said.add("its minimum and maximum are swapped.")
        defect["minimum"], defect["maximum"] = high, low
    if not low and not high:
        said.add("it had no limit: values from 0 are in range.")
        defect["minimum"] = "0"


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _later(source: SourceTable, plan: PrescribedDefect, defect: Data, said: Said) -> None:
    column = source.column(plan.column)
    same = [c.name for c in source.columns if column and c.type == column.type and c.name != plan.column]
    written = defect["later_column"].strip()
    staged = {c.staged_name: c.name for c in source.columns}
    if written in same or not same:
        return
    known = staged.get(written, "")
    places = [c.name for c in source.columns]
    after = [name for name in same if places.index(name) > places.index(plan.column)]
    found = known if known in same else nearest(snake(written), same) or (after or same)[0]
    said.add(f"{plan.column} must not be after {found}, the other date.")
    defect["later_column"] = found


def _corrections(source: SourceTable, plan: PrescribedDefect, defect: Data, said: Said) -> None:
    """Wrong codes, each once, with the accepted value that was meant."""
    column = source.column(plan.column)
    accepted = list(column.accepted_values) if column else []
    kept: dict[str, Data] = {}
    for number, correction in enumerate(defect["corrections"], start=1):
        wrong, right = correction["wrong"].strip()[:LINE], correction["right"].strip()[:LINE]
        if not wrong or wrong in accepted or wrong in kept or len(kept) == _MOST_CORRECTIONS or not accepted:
            said.add(f"the correction of “{wrong[:60]}” is left out: it is no further wrong code.")
            continue
        if right not in accepted:
            right = nearest_value(right or wrong, accepted, number)
            said.add(f"“{wrong[:60]}” means {right}, an accepted value.")
        kept[wrong] = {"wrong": wrong, "right": right}
    if len(kept) < len(defect["corrections"]) or list(kept.values()) != [
        {"wrong": c["wrong"].strip(), "right": c["right"].strip()} for c in defect["corrections"]
    ]:
        defect["corrections"] = list(kept.values())
