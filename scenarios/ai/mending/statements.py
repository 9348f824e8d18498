"""Mends the statements that a model wrote, each alone. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.details import SqlAnswer
from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.statement import mend_notes, mend_sql
from scenarios.ai.mending.texts import LINE, TEXT, Texts, bounded
from scenarios.plan.outline import Outline
from scenarios.plan.words import model_place

Data = dict[str, Any]

_MOST_NOTES = 12


def mend_statements(outline: Outline, ask: Ask, answer: SqlAnswer) -> tuple[SqlAnswer, list[str]]:
    """The answer with every statement mended that can be, and a sentence for each thing."""
    said = Said()
    data = bounded(answer.model_dump(), said)
    data["models"] = _models(outline, ask, data["models"], said)
    texts = Texts(outline.company, outline.industry, said)
    for statement in data["models"]:
        model = outline.model(statement["model"])
        if model is None or model.name not in ask.models:
            continue
        statement["sql"], sentences = mend_sql(outline, model, statement["sql"])
        said.sentences.extend(each for each in sentences if each not in said.sentences)
        place = model_place(model.name)
        texts.mend(statement, {"header": TEXT}, {}, place)
        for note in statement["notes"]:
            texts.mend(note, {"note": LINE}, {}, place)
        pairs = [(note["cte"].strip(), note["note"]) for note in statement["notes"] if note["note"].strip()]
        kept, sentences = mend_notes(outline, model, statement["sql"], pairs[:_MOST_NOTES])
        said.sentences.extend(each for each in sentences if each not in said.sentences)
        statement["notes"] = [{"cte": cte, "note": note} for cte, note in kept]
    return SqlAnswer.model_validate(data), said.sentences


def _models(outline: Outline, ask: Ask, statements: Sequence[Data], said: Said) -> list[Data]:
    """Statements of the models asked for, each once: of several the first that is accepted, else the first."""
    names = [model.name for model in outline.models]
    given = [statement["model"] for statement in statements]
    missing = [name for name in ask.models if name not in given]
    kept: dict[str, Data] = {}
    for statement in statements:
        written = statement["model"].strip()
        found = written if written in names else nearest(snake(written), missing)
        if found is None or found in kept:
            said.at(model_place(written[:63])).add(
                "its statement is left out: it belongs to no further model."
            )
            continue
        if found != statement["model"]:
            said.at(model_place(found)).add(f"the statement of {written[:63]} is meant for it.")
        kept[found] = {**statement, "model": found}
    return list(kept.values())
