"""From choices to a composition: the tables, models, statements and metrics of one demo."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scenarios.ai.builtin import library
from scenarios.ai.builtin.choices import Choices
from scenarios.ai.builtin.facts import facts_for
from scenarios.ai.builtin.lexicon import PLACEHOLDER, BlueprintError, Lexicon
from scenarios.ai.builtin.metrics import metric_pair
from scenarios.ai.builtin.models import resolve_model
from scenarios.ai.builtin.schema import Angle, Blueprint
from scenarios.ai.builtin.slices import Summary, summary_metrics, summary_model, summary_of, summary_sql
from scenarios.ai.builtin.tables import resolve_table
from scenarios.ai.builtin.units import said_unit, unit_of
from scenarios.plan.outline import Incremental, MetricIdea, Model, SourceTable
from scenarios.plan.parts import Metric, ModelSql


@dataclass(frozen=True)
class Composition:
    """One demo as the blueprint gives it, computed piece by piece when asked for."""

    choices: Choices
    company: str
    industry: str

    @cached_property
    def blueprint(self) -> Blueprint:
        """The industry."""
        return library.blueprint(self.choices.blueprint)

    @cached_property
    def angle(self) -> Angle:
        """The story."""
        return self.blueprint.angles[self.choices.angle]

    @cached_property
    def table_keys(self) -> list[str]:
        """Handles of the source tables, core first."""
        return [*self.angle.tables, *(self.blueprint.extras[extra].table for extra in self.choices.extras)]

    @cached_property
    def words(self) -> Lexicon:
        """The terms and facts, without names of tables and models."""
        terms = {term: self.blueprint.terms[term][option] for term, option in self.choices.terms}
        return Lexicon(terms, facts_for(self.company, self.industry))

    @cached_property
    def tables(self) -> dict[str, SourceTable]:
        """Source tables by handle."""
        return {
            key: resolve_table(self.blueprint, key, self.table_keys, self.words) for key in self.table_keys
        }

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words, knowing the names of staging models and models too."""
        names = {f"stg.{key}": table.staging_model for key, table in self.tables.items()}
        names |= {f"model.{key}": self.words.name(spec.name) for key, spec in self.blueprint.models.items()}
        return self.words.with_names(names)

    @cached_property
    def mart_keys(self) -> list[str]:
        """Handles of the marts written in the blueprint, the event mart first."""
        extra = [mart for key in self.choices.extras for mart in self.blueprint.extras[key].marts]
        return [self.angle.event, *self.choices.marts, *extra]

    @cached_property
    def model_keys(self) -> list[str]:
        """Handles of all models written in the blueprint, each after those it reads; intermediates first."""
        found: dict[str, None] = {}
        for key in [self.angle.summary_of, *self.mart_keys]:
            found |= dict.fromkeys(self._upstream(key))
        return sorted(found, key=lambda key: self.blueprint.models[key].name.startswith("int_"), reverse=True)

    def _upstream(self, key: str, above: tuple[str, ...] = ()) -> Iterable[str]:
        if key not in self.blueprint.models:
            raise BlueprintError(f"There is no model {key}.")
        if key in above:
            raise BlueprintError(f"The models read each other in a circle: {' → '.join([*above, key])}.")
        for name in PLACEHOLDER.findall(self.blueprint.models[key].sql):
            if name.startswith("model."):
                yield from self._upstream(name.removeprefix("model."), (*above, key))
        yield key

    @cached_property
    def _resolved(self) -> dict[str, tuple[Model, ModelSql]]:
        upstream = {table.staging_model: table for table in self.tables.values()}
        resolved: dict[str, tuple[Model, ModelSql]] = {}
        for key in self.model_keys:
            models = {model.name: model for model, _ in resolved.values()}
            resolved[key] = resolve_model(self.blueprint.models[key], key, self.lexicon, upstream, models)
        return resolved

    @cached_property
    def summary(self) -> Summary:
        """The summary mart."""
        choices, upstream = self.choices, self._resolved[self.angle.summary_of][0]
        return summary_of(
            self.angle,
            choices.measure,
            choices.segment,
            choices.period,
            self.words,
            upstream.name,
            upstream.primary_key,
        )

    @cached_property
    def models(self) -> list[Model]:
        """Intermediates and marts; the event mart is incremental, the summary mart second of the marts."""
        resolved = {key: model for key, (model, _) in self._resolved.items()}
        event = resolved[self.angle.event]
        resolved[self.angle.event] = event.model_copy(update={"materialized": "incremental"})
        upstream = resolved[self.angle.summary_of]
        summary = summary_model(self.summary, {column.name: column.type for column in upstream.columns})
        others = [resolved[key] for key in self.model_keys if key != self.angle.event]
        intermediates = [model for model in others if model.layer == "intermediate"]
        marts = [model for model in others if model.layer == "marts"]
        return [*intermediates, resolved[self.angle.event], summary, *marts]

    @cached_property
    def statements(self) -> dict[str, ModelSql]:
        """Statements by model name."""
        written = [statement for _, statement in self._resolved.values()]
        return {statement.model: statement for statement in [*written, summary_sql(self.summary)]}

    @cached_property
    def incremental(self) -> Incremental:
        """How the event mart is kept up to date."""
        event = self._resolved[self.angle.event][0]
        why = (
            self.angle.why
            or "New rows arrive all day and change for some days; only those days are computed again."
        )
        return Incremental(
            model=event.name,
            unique_key=event.primary_key,
            cursor=self.words.name(self.angle.cursor),
            lookback_days=self.angle.lookback_days,
            why=self.words.text(why),
        )

    @cached_property
    def metrics(self) -> list[tuple[MetricIdea, Metric]]:
        """Metrics with their definitions: the blueprint's, then those of the summary mart."""
        names = {key: self.words.name(self.blueprint.metrics[key].name) for key in self.choices.metrics}
        written = [
            metric_pair(self.blueprint.metrics[key], self._unit(key), self.angle.event, names, self.lexicon)
            for key in self.choices.metrics
        ]
        return [*written, *summary_metrics(self.summary, self.choices.forms, self._summary_unit)]

    def _unit(self, key: str) -> str:
        return unit_of(self.blueprint, key, self.lexicon)

    @cached_property
    def _summary_unit(self) -> str:
        """The unit of the summary mart's measure: that of its column."""
        upstream = self._resolved[self.angle.summary_of][0]
        column = upstream.column(self.summary.measure_column)
        return said_unit(column.description) if column else ""

    @cached_property
    def semantic_times(self) -> dict[str, str]:
        """The date column by which the semantic layer sees a mart, by the mart's name."""
        times = {
            self.incremental.model: self.incremental.cursor,
            self.summary.name: self.summary.period_column,
        }
        for key, (model, _) in self._resolved.items():
            if (time := self.blueprint.models[key].time) and model.layer == "marts":
                times[model.name] = self.words.name(time)
        return times
