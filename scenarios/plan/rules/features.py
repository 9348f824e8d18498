"""Rules about what a demo shows off: everything it points to exists, and it serves a pain. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from scenarios.plan.faults import cell_fault, column_values, rows_by_table
from scenarios.plan.features import (
    FEATURE_WORDS,
    ColumnPlace,
    Contract,
    DocBlocks,
    Exposure,
    Features,
    Freshness,
    Glossary,
    ModelUnitTest,
    Ownership,
    RunTag,
)
from scenarios.plan.names import Cell, ColumnType
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import ModelSql, Plan
from scenarios.plan.portable import ratios_in
from scenarios.plan.rules.names import name_faults, project_names
from scenarios.plan.rules.statements import input_columns
from scenarios.plan.violations import PlanRefused, Violation
from scenarios.plan.words import model_place, one_of, repeated, source_place

PART = "features"
ENOUGH_RATIOS = 3  # a macro that is called less often hides more than it saves

#: Tags that the renderer gives itself.
OUR_TAGS = ("raw", "staging", "intermediate", "marts", "data_quality")


def check_features(outline: Outline, features: Features) -> Iterator[Violation]:
    """Faults in the features, seen beside the outline."""
    shown = list(features.shown())
    if outline.depth == "essential" and shown:
        yield Violation(
            PART,
            FEATURE_WORDS[shown[0][0]],
            "This demo is meant to be simple (depth essential), so it shows none of these.",
            "Take it away, or choose another depth.",
        )
    for name, feature in shown:
        if feature.pain > len(outline.pain_points):
            yield Violation(
                PART,
                FEATURE_WORDS[name],
                f"It serves pain point {feature.pain}, but there are {len(outline.pain_points)}.",
                "Name the pain point it serves, or take it away.",
            )
        yield from _feature(outline, features, name)


def check_features_of(plan: Plan) -> Iterator[Violation]:
    """Faults that only rows and statements show; what is missing there is left to other rules."""
    if plan.features.freshness:
        yield from _fresh_today(plan, plan.features.freshness)
    if plan.features.macro and (found := count_ratios_of(plan.outline, plan.statements)) < ENOUGH_RATIOS:
        yield Violation(
            PART,
            FEATURE_WORDS["macro"],
            f"The models have {found} ratios: too few for a macro to repay itself.",
            f"Take the macro away; {ENOUGH_RATIOS} are needed.",
        )
    if plan.features.unit_test:
        taken = [scenario.test_name for scenario in plan.quality.scenarios]
        if plan.features.unit_test.name in taken:
            yield _wrong("unit_test", "A data test has the same name.", "Rename the unit test.")


def count_ratios_of(outline: Outline, statements: Sequence[ModelSql]) -> int:
    """How many ratios (`1.0 * x / y`) the statements have; those that break rules have none."""
    total = 0
    for statement in statements:
        model = outline.model(statement.model)
        try:
            total += ratios_in(statement.sql, inputs=input_columns(outline, model)) if model else 0
        except PlanRefused:
            continue
    return total


def columns_of(outline: Outline, name: str) -> Mapping[str, ColumnType] | None:
    """Columns and types of a staging, intermediate or mart model; None when there is no such model."""
    if model := outline.model(name):
        return {column.name: column.type for column in model.columns}
    source = next((source for source in outline.sources if source.staging_model == name), None)
    return {column.staged_name: column.type for column in source.columns} if source else None


def _wrong(feature: str, sentence: str, hint: str) -> Violation:
    return Violation(PART, FEATURE_WORDS[feature], sentence, hint)


def _feature(outline: Outline, features: Features, name: str) -> Iterator[Violation]:
    match getattr(features, name):
        case ModelUnitTest() as unit_test:
            yield from _unit_test(outline, unit_test)
        case Contract() as contract:
            yield from _marts(outline, name, [contract.model])
        case Exposure() as exposure:
            yield from _exposure(outline, exposure)
        case Freshness() as freshness:
            yield from _freshness(outline, freshness)
        case Ownership() as ownership:
            yield from _ownership(outline, ownership)
        case RunTag() as run_tag:
            yield from _run_tag(outline, run_tag)
        case DocBlocks() as doc_blocks:
            yield from _doc_blocks(outline, doc_blocks)
        case Glossary() as glossary:
            yield from _glossary(outline, glossary)


def _marts(outline: Outline, feature: str, names: Sequence[str]) -> Iterator[Violation]:
    marts = [mart.name for mart in outline.marts]
    for name in names:
        if name not in marts:
            yield _wrong(feature, f"{name} is not a mart of this plan.", f"Choose {one_of(marts)}.")
    for name in repeated(names):
        yield _wrong(feature, f"{name} is named twice.", "Name every model once.")


def _unit_test(outline: Outline, test: ModelUnitTest) -> Iterator[Violation]:
    model = outline.model(test.model)
    if model is None or model.layer != "intermediate" or model.materialized == "ephemeral":
        yield _wrong(
            "unit_test",
            f"{test.model} is not an intermediate model that is built as a view.",
            f"Choose {one_of(m.name for m in outline.intermediates if m.materialized != 'ephemeral')}.",
        )
        return
    yield from name_faults(test.name, FEATURE_WORDS["unit_test"], PART)
    given = [rows.input for rows in test.given]
    if sorted(given) != sorted(model.inputs):
        yield _wrong(
            "unit_test",
            f"{model.name} reads {one_of(model.inputs)}, but rows are given for {one_of(given)}.",
            "Give rows for each input once.",
        )
        return
    inputs = input_columns(outline, model)
    for rows in test.given:
        yield from _no_ephemeral(outline, rows.input)
        yield from _rows(f"input {rows.input}", inputs.get(rows.input, {}), rows.columns, rows.rows)
    yield from _expected(model, test)


def _no_ephemeral(outline: Outline, name: str) -> Iterator[Violation]:
    other = outline.model(name)
    if other is not None and other.materialized == "ephemeral":
        yield _wrong(
            "unit_test",
            f"Its input {name} is ephemeral, so dbt cannot know the types of its columns.",
            f"Make {name} a view, or test another model.",
        )


def _expected(model: Model, test: ModelUnitTest) -> Iterator[Violation]:
    columns = {column.name: column.type for column in model.columns}
    yield from _rows("the expected rows", columns, test.columns, test.rows)
    if model.primary_key not in test.columns:
        yield _wrong(
            "unit_test",
            f"The expected rows lack the primary key {model.primary_key}.",
            "Add it, so that a reader knows which row is meant.",
        )


def _rows(
    where: str, types: Mapping[str, ColumnType], columns: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Iterator[Violation]:
    """Every row has a cell for each column, of its type."""
    for name in repeated(columns):
        yield _wrong("unit_test", f"In {where}, the column {name} is there twice.", "Give it once.")
    if unknown := [name for name in columns if name not in types]:
        yield _wrong(
            "unit_test", f"In {where}, there is no column {one_of(unknown)}.", f"Choose {one_of(types)}."
        )
        return
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            yield _wrong(
                "unit_test",
                f"In {where}, row {number} has {len(row)} values for {len(columns)} columns.",
                "Give one value for each column.",
            )
            continue
        for name, cell in zip(columns, row, strict=True):
            fault = cell_fault(cell, types[name]) if cell is not None else None
            if fault:
                yield _wrong("unit_test", f"In {where}, row {number}, {name}: {fault}", "Correct the value.")


def _exposure(outline: Outline, exposure: Exposure) -> Iterator[Violation]:
    yield from name_faults(exposure.name, FEATURE_WORDS["exposure"], PART)
    yield from _marts(outline, "exposure", exposure.models)
    if exposure.name in [name for name, _ in project_names(outline)]:
        yield _wrong("exposure", f"Something else is called {exposure.name}.", "Rename the exposure.")
    metrics = [metric.name for metric in outline.metrics]
    for name in exposure.metrics:
        if name not in metrics:
            yield _wrong(
                "exposure",
                f"It reads the metric {name}, which is not in the plan.",
                f"Choose {one_of(metrics)}." if metrics else "Name marts only.",
            )
    for name in repeated(exposure.metrics):
        yield _wrong("exposure", f"The metric {name} is named twice.", "Name every metric once.")


def _freshness(outline: Outline, freshness: Freshness) -> Iterator[Violation]:
    source = outline.source(freshness.table)
    column = source.column(freshness.column) if source else None
    if source is None or column is None:
        yield _wrong(
            "freshness",
            f"{freshness.table}.{freshness.column} is not in the plan.",
            "Choose a source and one of its date columns.",
        )
    elif column.type not in ("date", "timestamp"):
        yield _wrong(
            "freshness",
            f"{freshness.table}.{freshness.column} is no date, so it cannot say how old a row is.",
            "Choose a date column.",
        )


def _fresh_today(plan: Plan, freshness: Freshness) -> Iterator[Violation]:
    """On the day that the demo plays on, the source is fresh: a warning later has a reason to tell."""
    source, rows = plan.outline.source(freshness.table), rows_by_table(plan).get(freshness.table)
    if source is None or source.column(freshness.column) is None or rows is None:
        return
    values = [str(value)[:10] for value in column_values(source, freshness.column, rows) if value]
    try:
        age = (plan.outline.as_of - max(map(date.fromisoformat, values), default=date.min)).days
    except ValueError:  # no dates: the rules about rows say so
        return
    if age >= freshness.warn_after_days:
        yield Violation(
            PART,
            source_place(freshness.table, freshness.column),
            f"Its newest row is {age} days old on the day of the demo, and it warns after "
            f"{freshness.warn_after_days}.",
            "Allow more days, or choose another source.",
        )


def _ownership(outline: Outline, ownership: Ownership) -> Iterator[Violation]:
    known = [model.name for model in outline.models]
    for name in ownership.models:
        if name not in known:
            yield _wrong("ownership", f"{name} is no model of this plan.", f"Choose {one_of(known)}.")
    for name in repeated(ownership.models):
        yield _wrong("ownership", f"{name} is named twice.", "Name every model once.")
    for name in ownership.private:
        model = outline.model(name)
        if name not in ownership.models or model is None or model.layer != "intermediate":
            yield _wrong(
                "ownership",
                f"{name} is private, but no intermediate model of the group.",
                "Make only intermediate models of the group private: marts are there to be read.",
            )
    for model in outline.models:
        if model.name not in ownership.models:
            yield from _reads_no_private(model, ownership)


def _reads_no_private(model: Model, ownership: Ownership) -> Iterator[Violation]:
    referred = [column.references.model for column in model.columns if column.references]
    for name in dict.fromkeys([*model.inputs, *referred]):
        if name in ownership.private:
            yield Violation(
                PART,
                model_place(model.name),
                f"It reads {name}, which is private to the group {ownership.group}.",
                f"Add {model.name} to the group, or do not make {name} private.",
            )


def _run_tag(outline: Outline, run_tag: RunTag) -> Iterator[Violation]:
    yield from _marts(outline, "run_tag", run_tag.models)
    if run_tag.tag in OUR_TAGS:
        yield _wrong("run_tag", f"The tag {run_tag.tag} has a meaning already.", "Choose another word.")


def _doc_blocks(outline: Outline, doc_blocks: DocBlocks) -> Iterator[Violation]:
    for name in repeated(block.name for block in doc_blocks.blocks):
        yield _wrong("doc_blocks", f"Two blocks are called {name}.", "Rename one of them.")
    places = [place for block in doc_blocks.blocks for place in block.places]
    for place in places:
        yield from _column(outline, "doc_blocks", place)
    for twice in repeated(f"{place.model}.{place.column}" for place in places):
        yield _wrong("doc_blocks", f"{twice} is described twice.", "Give every column one description.")


def _glossary(outline: Outline, glossary: Glossary) -> Iterator[Violation]:
    for word in repeated(term.word.casefold() for term in glossary.terms):
        yield _wrong("glossary", f"The word “{word}” is there twice.", "Explain every word once.")
    places = [f"{term.model}.{term.column or ''}".rstrip(".") for term in glossary.terms]
    for twice in repeated(places):
        yield _wrong("glossary", f"Two words stand for {twice}.", "Keep the one that the prospect uses.")
    for term in glossary.terms:
        if outline.model(term.model) is None:
            names = one_of(model.name for model in outline.models)
            yield _wrong("glossary", f"{term.model} is no model of this plan.", f"Choose {names}.")
        elif term.column:
            yield from _column(outline, "glossary", ColumnPlace(model=term.model, column=term.column))


def _column(outline: Outline, feature: str, place: ColumnPlace) -> Iterator[Violation]:
    columns = columns_of(outline, place.model)
    if columns is None:
        yield _wrong(feature, f"{place.model} is no model of this plan.", "Choose another model.")
    elif place.column not in columns:
        yield _wrong(feature, f"{place.model} has no column {place.column}.", f"Choose {one_of(columns)}.")
