"""Reads the pieces of an outline's answer as data for the plan's pieces, names put right. Pure."""

from collections.abc import Mapping
from typing import Any

from scenarios.ai.answers.building import known, some
from scenarios.ai.answers.outline import Column, Idea, Incremental, Metric, Model, Pain, Source
from scenarios.plan.outline import Outline

Data = dict[str, Any]


class Reading:
    """Reads pieces of one outline; names of its other pieces may differ in case."""

    def __init__(self, sources: list[Source], models: list[Model], before: Outline | None = None) -> None:
        """`before` is an outline whose things are known, too, where `sources` and `models` do not replace them."""
        self._sources = (
            {s.table: (s.primary_key, [c.name for c in s.columns]) for s in before.sources} if before else {}
        )
        self._staging = {s.table: s.staging_model for s in before.sources} if before else {}
        self._models = (
            {m.name: (m.primary_key, [c.name for c in m.columns]) for m in before.models} if before else {}
        )
        for source in sources:
            table, columns = known(source.table, self._sources), [c.name.strip() for c in source.columns]
            self._sources[table] = (known(source.key, columns), columns)
            self._staging[table] = f"stg_{source.system.strip()}__{table}"
        for model in models:
            columns = [c.name.strip() for c in model.columns]
            self._models[known(model.name, self._models)] = (known(model.key, columns), columns)

    def table(self, name: str) -> str:
        """A source table's name."""
        return known(name, self._sources)

    def model_name(self, name: str) -> str:
        """A model's name."""
        return known(name, self._models)

    def key_of(self, model: str) -> str:
        """A model's primary key; "" for an unknown model."""
        return self._models.get(model, ("", []))[0]

    def source(self, source: Source) -> Data:
        """A source table as data."""
        return {
            "system": source.system.strip(),
            "table": self.table(source.table),
            "label": source.label,
            "description": source.about,
            "staging_purpose": source.staging,
            "primary_key": known(source.key, [column.name.strip() for column in source.columns]),
            "columns": [
                {
                    **_column_data(column),
                    "rename": some(column.rename),
                    "references": self._reference(column, self._sources, "table"),
                    "unique": column.unique,
                }
                for column in source.columns
            ],
        }

    def model(self, model: Model) -> Data:
        """A model as data."""
        tables = [*self._models, *self._staging.values(), *self._sources]
        return {
            "name": self.model_name(model.name),
            "layer": model.layer,
            "materialized": model.kind,
            "purpose": model.purpose,
            "grain": model.grain,
            "primary_key": known(model.key, [column.name.strip() for column in model.columns]),
            "inputs": [known(name, tables) for name in model.inputs],
            "columns": [
                {**_column_data(column), "references": self._reference(column, self._models, "model")}
                for column in model.columns
            ],
            "business_questions": model.questions,
        }

    def incremental(self, rule: Incremental) -> Data:
        """The incremental mart's rule as data; its unique key is the model's key."""
        name = self.model_name(rule.model)
        key, columns = self._models.get(name, ("", []))
        cursor = known(rule.cursor, columns)
        return {
            "model": name,
            "unique_key": key or cursor,  # without a mart any name will do: the rules speak about the mart
            "cursor": cursor,
            "lookback_days": rule.lookback_days,
            "why": rule.why,
        }

    def idea(self, idea: Idea) -> Data:
        """A quality idea as data."""
        table = self.table(idea.table)
        columns = self._sources.get(table, ("", []))[1]
        return {
            "name": idea.name.strip(),
            "title": idea.title,
            "kind": idea.kind,
            "table": table,
            "column": known(idea.column, columns),
            "story": idea.story,
        }

    def _reference(
        self, column: Column, tables: Mapping[str, tuple[str, list[str]]], what: str
    ) -> Data | None:
        """The primary key of the table that a column refers to; of an unknown table, a column of the same name."""
        name = known(column.refers_to, tables)
        return {what: name, "column": tables.get(name, (column.name.strip(), []))[0]} if name else None


def _column_data(column: Column) -> Data:
    return {
        "name": column.name.strip(),
        "type": column.type,
        "description": column.about,
        "accepted_values": column.values,
        "required": column.required,
    }


def metric_data(metric: Metric) -> Data:
    """A metric idea as data."""
    return {
        "name": metric.name.strip(),
        "label": metric.label,
        "description": metric.about,
        "unit": metric.unit,
    }


def pain_data(pain: Pain) -> Data:
    """A pain demonstration as data."""
    return {
        "pain": pain.pain,
        "feature": pain.feature,
        "where": pain.where,
        "minute": pain.minute,
        "show": pain.show,
        "answers": pain.answers,
    }
