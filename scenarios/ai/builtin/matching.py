"""Which table and model of an outline is which of a composition, also after somebody renamed it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scenarios.ai.builtin.compose import Composition
from scenarios.plan.outline import Model, Outline, SourceTable
from scenarios.plan.parts import ModelSql

ALIKE = 0.7  # share of the columns that must be the same for a renamed table or model


@dataclass(frozen=True)
class Matching:
    """An outline beside the composition it came from."""

    outline: Outline
    composition: Composition

    @cached_property
    def handles(self) -> dict[str, str]:
        """Name of the outline's source table → handle in the blueprint."""
        known = {table.table: key for key, table in self.composition.tables.items()}
        found = {
            source.table: known[source.table] for source in self.outline.sources if source.table in known
        }
        free = {key: table for key, table in self.composition.tables.items() if key not in found.values()}
        for source in self.outline.sources:
            like = [key for key, table in free.items() if _alike_tables(source, table)]
            if source.table not in found and like:
                found[source.table] = like[0]
                free.pop(like[0])
        return found

    @cached_property
    def origins(self) -> dict[str, str]:
        """Name of the outline's model → name of the composed model."""
        composed = {model.name: model for model in self.composition.models}
        found = {model.name: model.name for model in self.outline.models if model.name in composed}
        free = {name: model for name, model in composed.items() if name not in found}
        for model in self.outline.models:
            like = [name for name, other in free.items() if _alike_models(model, other)]
            if model.name not in found and like:
                found[model.name] = like[0]
                free.pop(like[0])
        return found

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Names of composed staging models and models → their names in the outline, where they differ."""
        pairs = [(origin, name) for name, origin in self.origins.items()]
        for table, key in self.handles.items():
            source = self.outline.source(table)
            if source is not None:
                pairs.append((self.composition.tables[key].staging_model, source.staging_model))
        return {old: new for old, new in pairs if old != new}

    def agrees(self, model: Model) -> bool:
        """Whether the model still has the columns, types and inputs that it was composed with."""
        origin = self.origins.get(model.name)
        composed = next((other for other in self.composition.models if other.name == origin), None)
        if composed is None:
            return False
        inputs = [self.renamed.get(name, name) for name in composed.inputs]
        same_inputs = set(model.inputs) == set(inputs)
        return same_inputs and [(c.name, c.type) for c in model.columns] == [
            (c.name, c.type) for c in composed.columns
        ]

    def keeps(self, staging: str) -> bool:
        """Whether the source behind a staging model still has the staged columns that it was composed with."""
        source = next((source for source in self.outline.sources if source.staging_model == staging), None)
        handle = self.handles.get(source.table) if source else None
        if source is None or handle is None:
            return False
        composed = self.composition.tables[handle]
        return {(c.staged_name, c.type) for c in source.columns} >= {
            (c.staged_name, c.type) for c in composed.columns
        }

    def statement(self, model: str) -> ModelSql | None:
        """The composed statement of the outline's model, in the outline's names; None when there is none."""
        origin = self.origins.get(model)
        if origin is None:
            return None
        statement = self.composition.statements[origin]
        return statement.model_copy(update={"model": model, "sql": with_names(statement.sql, self.renamed)})


def with_names(sql: str, names: Mapping[str, str]) -> str:
    """The statement with other names of tables."""
    if not names:
        return sql
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"\b(?:{pattern})\b", lambda match: names[match.group(0)], sql)


def _alike_tables(one: SourceTable, other: SourceTable) -> bool:
    mine, theirs = {column.name for column in one.columns}, {column.name for column in other.columns}
    return one.primary_key == other.primary_key and _share(mine, theirs) >= ALIKE


def _alike_models(one: Model, other: Model) -> bool:
    mine, theirs = {column.name for column in one.columns}, {column.name for column in other.columns}
    return (one.layer, one.primary_key) == (other.layer, other.primary_key) and _share(mine, theirs) >= ALIKE


def _share(mine: set[str], theirs: set[str]) -> float:
    return len(mine & theirs) / max(1, len(mine | theirs))
