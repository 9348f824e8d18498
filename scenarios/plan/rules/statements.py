"""Rules about statements: the SQL gate lets them pass, and they give what the outline declares. Pure."""

from collections.abc import Collection, Iterator

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import ModelSql
from scenarios.plan.portable import CheckedSelect, check_select
from scenarios.plan.portable.statement import Statement
from scenarios.plan.tracing import input_columns
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, model_place, one_of


def check_statement(outline: Outline, value: ModelSql) -> Iterator[Violation]:
    """Faults in the statement of one model."""
    part, model = f"sql:{value.model}", outline.model(value.model)
    if model is None:
        yield Violation(
            part,
            model_place(value.model),
            "There is SQL for a model that is not in the plan.",
            "Take it away.",
        )
        return
    inputs = input_columns(outline, model)
    checked = check_select(value.sql, inputs=inputs, part=part)
    yield from checked.violations
    if checked.tree:
        yield from _columns(model, checked, part)
        yield from _inputs_read(model, checked.tree, inputs, part)
        yield from _notes(value, checked.tree, part)


def _columns(model: Model, checked: CheckedSelect, part: str) -> Iterator[Violation]:
    declared = {column.name: column.type for column in model.columns}
    missing = [name for name in declared if name not in checked.columns]
    unknown = [name for name in checked.columns if name not in declared]
    if missing:
        yield Violation(
            part,
            model_place(model.name),
            f"The SQL does not select {one_of(missing)}, which the outline declares.",
            "Select every declared column.",
        )
    if unknown:
        yield Violation(
            part,
            model_place(model.name),
            f"The SQL selects {one_of(unknown)}, which the outline does not declare.",
            "Select only declared columns, or declare this one.",
        )
    for name, kind in checked.columns.items():
        if name in declared and kind and not fits(kind, declared[name]):
            yield Violation(
                part,
                model_place(model.name, name),
                f"The outline says {TYPE_WORDS[declared[name]]}, but the SQL gives {TYPE_WORDS[kind]}.",
                "Correct the expression, or the outline's type.",
            )


def fits(given: ColumnType, declared: ColumnType) -> bool:
    """Whether a value of type `given` may stand in a column of type `declared`: whole numbers are numbers."""
    return given == declared or (given, declared) == ("integer", "number")


def _inputs_read(model: Model, tree: Statement, inputs: Collection[str], part: str) -> Iterator[Violation]:
    read = {r.source for query in tree.queries for core in query.cores for r in core.relations if r.is_input}
    for name in inputs:
        if name not in read:
            yield Violation(
                part,
                model_place(model.name),
                f"The outline says that it reads {name}, but the SQL does not.",
                "Join it, or take it out of the model's inputs.",
            )


def _notes(value: ModelSql, tree: Statement, part: str) -> Iterator[Violation]:
    steps = [query.name for query in tree.queries[:-1]] + list(tree.import_names.values())
    for note in value.notes:
        if note.cte not in steps:
            yield Violation(
                part,
                model_place(value.model),
                f"A note belongs to the step {note.cte}, which is not in the SQL.",
                f"Choose {one_of(steps)}." if steps else "Take the note away.",
            )
