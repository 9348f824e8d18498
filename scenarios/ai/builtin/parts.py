"""Computes any part of any outline: from the blueprint where the outline agrees with it, else synthesised."""

from collections.abc import Callable, Mapping
from functools import cached_property

from scenarios.ai.builtin.adapting import adapted_statement
from scenarios.ai.builtin.choices import dice_for, evidence
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.daytwo import day_two
from scenarios.ai.builtin.features import Known, features_part
from scenarios.ai.builtin.fixing import with_fixes
from scenarios.ai.builtin.ideas import candidates, idea_of
from scenarios.ai.builtin.infer import composition_of
from scenarios.ai.builtin.matching import Matching
from scenarios.ai.builtin.moments import Findings
from scenarios.ai.builtin.planting import plant
from scenarios.ai.builtin.quality import quality_part
from scenarios.ai.builtin.readings import Readings
from scenarios.ai.builtin.schema import Defect
from scenarios.ai.builtin.semantic import semantic_part
from scenarios.ai.builtin.synthetic_rows import RowMaker, Table
from scenarios.ai.builtin.synthetic_sql import synthetic_statement
from scenarios.ai.builtin.talk import talk_track
from scenarios.ai.builtin.trial import TrialFailed, mart_rows
from scenarios.ai.builtin.worth import Bench, with_dimensions
from scenarios.plan.brief import Brief
from scenarios.plan.features import Features
from scenarios.plan.outline import Model, Outline, SourceTable
from scenarios.plan.parts import (
    DayTwo,
    ModelSql,
    PartValue,
    Quality,
    Semantic,
    SourceRows,
    TalkTrack,
    part_keys,
)
from scenarios.plan.rules import check_part


class PartMaker:
    """Makes parts of one outline; `done` are the parts that are known already."""

    def __init__(
        self,
        brief: Brief,
        outline: Outline,
        done: Mapping[str, PartValue],
        composition: Composition | None = None,
    ) -> None:
        self._outline = outline
        self._done = done
        self._dice = dice_for(brief)
        self._text = evidence(brief)
        self._quoting = brief.codename is None
        composition = composition or composition_of(brief, outline)
        self._matching = Matching(outline, composition) if composition else None
        self._rows = RowMaker(outline, self._matching, self._dice)

    def part(self, key: str) -> PartValue:
        """The part with this key. Raises KeyError for a key that the outline does not have."""
        if key not in part_keys(self._outline):
            raise KeyError(key)
        kind, _, name = key.partition(":")
        if kind == "rows":
            return SourceRows(table=name, rows=self._planted(self._source(name)))
        if kind == "sql":
            return self._statement(self._model(name))
        makers: dict[str, Callable[[], PartValue]] = {
            "quality": self._known_quality,
            "semantic": self._semantic,
            "features": self._features,
            "day_two": self._day_two,
            "talk_track": self._talk,
        }
        return makers[kind]()

    def _source(self, name: str) -> SourceTable:
        source = self._outline.source(name)
        if source is None:
            raise KeyError(name)
        return source

    def _model(self, name: str) -> Model:
        model = self._outline.model(name)
        if model is None:
            raise KeyError(name)
        return model

    @cached_property
    def _quality(self) -> Quality:
        known = self._done.get("quality")
        if isinstance(known, Quality):
            return known
        clean = {source.table: self._rows.seed(source) for source in self._outline.sources}
        words = self._matching.composition.lexicon if self._matching else None
        quality = quality_part(self._outline, clean, self._hints, words, self._dice)
        return with_fixes(self._outline, clean, self._statements, quality)

    @cached_property
    def _statements(self) -> dict[str, ModelSql]:
        return {model.name: self._statement(model) for model in self._outline.models}

    def _known_quality(self) -> Quality:
        return self._quality

    @cached_property
    def _hints(self) -> dict[str, Defect]:
        """The blueprint's defects by the name of their idea, as far as they fit the outline's tables."""
        if self._matching is None:
            return {}
        composition = self._matching.composition
        return {idea_of(defect, composition).name: defect for defect in candidates(composition)}

    def _planted(self, source: SourceTable) -> Table:
        return plant(self._outline, source, self._rows.seed(source), self._quality.scenarios)

    def _statement(self, model: Model) -> ModelSql:
        """The blueprint's statement if it gives what the outline declares, else that one adapted, else a new one."""
        composed = self._matching.statement(model.name) if self._matching else None
        if composed is not None and self._matching is not None:
            if self._matching.agrees(model) and self._sources_agree(model):
                return composed
            for statement in (composed, adapted_statement(composed, model)):
                if statement is not None and not check_part(self._outline, f"sql:{model.name}", statement):
                    return statement
        return synthetic_statement(self._outline, model)

    def _sources_agree(self, model: Model) -> bool:
        """Whether what the model reads has the columns that it was composed with."""
        for name in model.inputs:
            upstream = self._outline.model(name)
            if upstream is not None and not (self._matching and self._matching.agrees(upstream)):
                return False
            if upstream is None and not (self._matching and self._matching.keeps(name)):
                return False
        return True

    def _semantic(self) -> Semantic:
        part = semantic_part(self._outline, self._matching)
        bench = self._bench_of(part)
        return with_dimensions(part, bench) if bench else part

    @cached_property
    def _bench(self) -> Bench | None:
        """The metrics as they are defined, read on the rows; None without metrics."""
        known = self._done.get("semantic")
        if not self._outline.metrics:
            return None
        return self._bench_of(known if isinstance(known, Semantic) else self._semantic())

    def _bench_of(self, part: Semantic) -> Bench | None:
        """None as well when the models cannot be tried: then the Proof says what is wrong."""
        times = {model.model: model.time_dimension for model in part.models}
        try:
            rows = mart_rows(self._outline, self.seeds, self._statements, times)
        except TrialFailed:
            return None
        readings = Readings(part.metrics, rows, times, self._outline.as_of)
        return Bench(self._outline, {metric.name: metric for metric in part.metrics}, readings, self._text)

    def _features(self) -> Features:
        sources, semantic = self._outline.sources, self._done.get("semantic")
        written = {name: self._done.get(f"sql:{name}") for name in self._statements}
        statements = {
            name: given if isinstance(given := written[name], ModelSql) else ours
            for name, ours in self._statements.items()
        }
        known = Known(
            outline=self._outline,
            statements=statements,
            ours={name: ours for name, ours in self._statements.items() if statements[name] == ours},
            clean={source.table: self._rows.seed(source) for source in sources},
            seeds={source.table: self._seed(source) for source in sources},
            semantic=semantic if isinstance(semantic, Semantic) else None,
        )
        return features_part(known)

    def _day_two(self) -> DayTwo:
        return day_two(self._outline, self._matching, self._rows, self.seeds, self._statements)

    @cached_property
    def seeds(self) -> dict[str, Table]:
        """The rows of all source tables, defects among them."""
        return {source.table: self._seed(source) for source in self._outline.sources}

    def _seed(self, source: SourceTable) -> Table:
        """The seed's rows as they are in the plan, if they are known; else as this provider makes them."""
        known = self._done.get(f"rows:{source.table}")
        return known.rows if isinstance(known, SourceRows) else self._planted(source)

    def _talk(self) -> TalkTrack:
        known, shown = self._done.get("day_two"), self._done.get("features")
        findings = Findings(
            quality=self._quality,
            day_two=known if isinstance(known, DayTwo) else self._day_two(),
            seeds=self.seeds,
            bench=self._bench,
            features=shown if isinstance(shown, Features) else self._features(),
        )
        if self._matching is None:
            return talk_track(self._outline, findings, quoting=self._quoting)
        words, angle = self._matching.composition.lexicon, self._matching.composition.angle
        opening, close = words.text(angle.opening), words.text(angle.close)
        return talk_track(self._outline, findings, opening, close, quoting=self._quoting)
