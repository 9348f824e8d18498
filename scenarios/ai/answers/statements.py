"""Statements: their answer into parts, and back. Pure."""

from collections.abc import Mapping

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.building import Converted, known, some
from scenarios.ai.answers.details import NoteAnswer, SqlAnswer, StatementAnswer
from scenarios.plan.outline import Outline
from scenarios.plan.parts import ModelSql, PartValue
from scenarios.plan.violations import Violation
from scenarios.plan.words import model_place, one_of


def convert(outline: Outline, ask: Ask, answer: SqlAnswer, done: Mapping[str, PartValue]) -> Converted:
    """`sql:*` of the models asked for; statements of other models are left out."""
    found = Converted()
    for model in ask.models:
        given = [statement for statement in answer.models if known(statement.model, [model]) == model]
        if len(given) == 1:
            data = {
                "model": model,
                "sql": given[0].sql,
                "header": some(given[0].header),
                "notes": [{"cte": note.cte.strip(), "note": note.note} for note in given[0].notes],
            }
            found.add(outline, f"sql:{model}", ModelSql, data, title=model_place(model))
        else:
            found.violations.append(_not_one(outline, answer, model, len(given)))
    return found


def _not_one(outline: Outline, answer: SqlAnswer, model: str, given: int) -> Violation:
    """A statement that is missing, or there twice."""
    key = f"sql:{model}"
    if given:
        return Violation(key, model_place(model), "Its statement is there twice.", "Give it once.")
    models = [model.name for model in outline.models]
    others = [one.model for one in answer.models if known(one.model, models) not in models]
    said = f" There is one for {one_of(name[:63] for name in others)}, which is no model." if others else ""
    return Violation(key, model_place(model), f"Its statement is missing.{said}", "Give one SELECT.")


def answer(outline: Outline, ask: Ask, parts: Mapping[str, PartValue]) -> SqlAnswer:
    """The statements of the call's models, as far as they are there."""
    statements = [part for key in ask.keys if isinstance(part := parts.get(key), ModelSql)]
    return SqlAnswer(
        models=[
            StatementAnswer(
                model=statement.model,
                header=statement.header or "",
                sql=statement.sql,
                notes=[NoteAnswer(cte=note.cte, note=note.note) for note in statement.notes],
            )
            for statement in statements
        ]
    )
