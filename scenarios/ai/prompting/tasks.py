"""What each kind of detail's question needs: the name of its prompt file, and the variables in it."""

from collections.abc import Callable, Mapping
from typing import Any

from scenarios.ai.answers.asking import Ask, Kind
from scenarios.ai.answers.prescribing import Prescription
from scenarios.ai.prompting import facts
from scenarios.ai.prompting.days import Night
from scenarios.plan.outline import Outline
from scenarios.rendering.commands import RED

Variables = dict[str, Any]
#: (outline, ask, what is prescribed, the night before the second day) -> variables; `wanted` becomes a block.
Task = Callable[[Outline, Ask, Prescription, Night], Variables]


def _data(outline: Outline, ask: Ask, prescribed: Prescription, night: Night) -> Variables:
    """Rows of some tables and the words of their defects."""
    written = [source for source in outline.sources if source.table in ask.rows_of]
    planted = [d for d in prescribed.defects if d.table in ask.tables and "quality" in ask.keys]
    tables = [
        {
            "table": source.table,
            "keys": facts.texts(prescribed.keys[source.table]),
            "columns": facts.columns_data(source),
        }
        for source in written
    ]
    defects = facts.defects_data(outline, planted)
    return {"wanted": {"tables": tables, "defects": defects}, "tables": tables, "planted": defects}


def _sql(outline: Outline, ask: Ask, prescribed: Prescription, night: Night) -> Variables:
    """Statements of some models."""
    models = [model for model in outline.models if model.name in ask.models]
    return {
        "wanted": [facts.statement_data(outline, model) for model in models],
        "models": [model.name for model in models],
        "incremental": outline.incremental.model,
    }


def _semantic(outline: Outline, ask: Ask, prescribed: Prescription, night: Night) -> Variables:
    """The semantic layer."""
    return {"wanted": facts.semantic_data(outline)}


def _day_two(outline: Outline, ask: Ask, prescribed: Prescription, night: Night) -> Variables:
    """The second day, at the event table."""
    others = [source for source in outline.sources if source != night.source]
    mart = outline.model(outline.incremental.model)
    return {
        "wanted": {
            "tables": [
                {
                    "table": source.table,
                    "new_keys": facts.texts(prescribed.new_keys[source.table]),
                    "columns": facts.columns_data(source),
                }
                for source in (night.source, *others)
            ],
            "columns_of_the_mart": [column.name for column in mart.columns] if mart else [],
        },
    }


def _talk_track(outline: Outline, ask: Ask, prescribed: Prescription, night: Night) -> Variables:
    """The talk track."""
    pains = [
        {
            "number": number,
            "minute": pain.minute,
            "pain": pain.pain,
            "feature": pain.feature,
            "where": pain.where,
        }
        for number, pain in enumerate(outline.pain_points, start=1)
    ]
    metrics = [metric.name for metric in outline.metrics]
    tests = [
        {"test": defect["test"], "table": defect["table"], "finds": defect["story"]}
        for defect in facts.defects_data(outline, prescribed.defects)
    ]
    return {
        "wanted": {
            "pains": pains,
            "models": [source.staging_model for source in outline.sources] + [m.name for m in outline.models],
            "source_tables": [source.table for source in outline.sources],
            "metrics": metrics,
            "tests": tests,
        },
        "pains": len(pains),
        "metrics": metrics,
        "tests": tests,
        "red": RED,
    }


TASKS: Mapping[Kind, Task] = {
    "data": _data,
    "sql": _sql,
    "semantic": _semantic,
    "day_two": _day_two,
    "talk_track": _talk_track,
}
