"""Makes each feature of any outline, with the facts that its sentence needs; None where it would be empty."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scenarios.ai.builtin import library
from scenarios.ai.builtin.story import event_source, summary_mart
from scenarios.ai.builtin.unit_rows import Table, Tried, is_exact, try_model
from scenarios.ai.builtin.wording import folded, hits, shortened, weight
from scenarios.plan.faults import cell_fault
from scenarios.plan.features import (
    ColumnPlace,
    Contract,
    DocBlock,
    DocBlocks,
    Exposure,
    Feature,
    Freshness,
    GivenRows,
    Glossary,
    ModelUnitTest,
    Ownership,
    RatioMacro,
    RunTag,
    Term,
)
from scenarios.plan.names import Cell, ColumnType
from scenarios.plan.outline import Model, Outline, SourceTable
from scenarios.plan.parts import ModelSql, Semantic, SimpleMetric
from scenarios.plan.rules.features import ENOUGH_RATIOS, count_ratios_of
from scenarios.plan.rules.statements import input_columns

NAME = 60  # characters
_SLACK = 2  # days after the demo was made that a source still counts as fresh
_OLDEST = 21  # days: a source whose newest row is older has no freshness to show
_TERMS, _BLOCKS, _METRICS = 4, 3, 3
_SHORT, _LONG = 3, 5  # letters of a word that says little, and of one that says something alone
_SAY = "."  # replaced as soon as the facts of the sentence are known

Built = tuple[Feature, Mapping[str, str]]  # without its sentence, and the facts of that


@dataclass(frozen=True)
class Known:
    """What the features are made of: statements by model, and rows by source table, clean and as seeded.

    `ours` are the statements that this provider wrote: only these are tried out.
    """

    outline: Outline
    statements: Mapping[str, ModelSql]
    ours: Mapping[str, ModelSql]
    clean: Mapping[str, Table]
    seeds: Mapping[str, Table]
    semantic: Semantic | None = None


def role_for(outline: Outline) -> tuple[str, str]:
    """Who owns the demo's report, and the group of models behind it; never a person."""
    said = " ".join([*(pain.pain for pain in outline.pain_points), outline.context.use_case])
    roles = library.read("_features")["roles"]
    best = max(roles, key=lambda entry: weight(entry["words"], said))
    return best["role"], best["group"]


def _unit_test(known: Known, pain: int) -> Built | None:
    """The intermediate with the most columns of its own, among those whose inputs are all staging models."""
    staged = {source.staging_model: source for source in known.outline.sources}
    models = [
        model
        for model in known.outline.intermediates
        if model.materialized != "ephemeral" and model.name in known.ours and set(model.inputs) <= set(staged)
    ]
    own = {model.name: _own_columns(known.outline, model) for model in models}
    for model in sorted(models, key=lambda model: -len(own[model.name])):
        tried = try_model(
            known.ours[model.name].sql,
            inputs=input_columns(known.outline, model),
            rows={name: known.clean[staged[name].table] for name in model.inputs},
            keys={name: staged_key(staged[name]) for name in model.inputs},
            key=model.primary_key,
            own=own[model.name],
        )
        test = _written(model, tried, pain) if tried else None
        if test is not None:
            return test, {"model": model.name}
    return None


def staged_key(source: SourceTable) -> str:
    """The primary key of a source as its staging model calls it."""
    column = source.column(source.primary_key)
    return column.staged_name if column else source.primary_key


def _own_columns(outline: Outline, model: Model) -> list[str]:
    """Columns that no input has under this name: what the model works out itself."""
    known = {name for columns in input_columns(outline, model).values() for name in columns}
    return [column.name for column in model.columns if column.name not in known]


def _written(model: Model, tried: Tried, pain: int) -> ModelUnitTest | None:
    """The test of the key and of what the model works out; None when no such column can be compared."""
    kinds = {column.name: column.type for column in model.columns}
    compared = [model.primary_key]
    for at, name in enumerate(tried.columns):
        if name not in compared and all(_is_comparable(row[at], kinds[name]) for row in tried.rows):
            compared.append(name)
    if len(compared) == 1 or len(compared) > 16 or len(tried.rows) > 10:
        return None
    return ModelUnitTest(
        pain=pain,
        say=_SAY,
        name=f"{model.name.removeprefix('int_')[: NAME - 10].rstrip('_')}_as_agreed",
        model=model.name,
        description=f"For these rows, {model.name} gives exactly what was agreed.",
        given=[
            GivenRows(input=name, columns=columns, rows=rows) for name, (columns, rows) in tried.given.items()
        ],
        columns=compared,
        rows=[[row[tried.columns.index(name)] for name in compared] for row in tried.rows],
    )


def _is_comparable(value: Cell, kind: ColumnType) -> bool:
    return value is None or (is_exact(value) and cell_fault(value, kind) is None)


def _macro(known: Known, pain: int) -> Built | None:
    count = count_ratios_of(known.outline, list(known.statements.values()))
    return (RatioMacro(pain=pain, say=_SAY), {"count": str(count)}) if count >= ENOUGH_RATIOS else None


def _contract(known: Known, pain: int) -> Built:
    """A mart without metrics, which can carry versions too; else the one that the report reads."""
    measured = [model.model for model in known.semantic.models] if known.semantic else []
    free = [mart for mart in known.outline.marts if mart.name not in measured]
    plain = [mart for mart in free if mart.materialized != "incremental"]
    mart = (plain or free or [summary_mart(known.outline)])[0]
    facts = {"model": mart.name, "columns": str(len(mart.columns))}
    return Contract(pain=pain, say=_SAY, model=mart.name), facts


def _exposure(known: Known, pain: int) -> Built:
    outline = known.outline
    label, owner = report_label(outline), role_for(outline)[0]
    summary = summary_mart(outline)
    exposure = Exposure(
        pain=pain,
        say=_SAY,
        name=f"{_report(outline)[: NAME - 7].rstrip('_')}_report",
        label=label,
        description=shortened(f"{summary.purpose} The {owner} reads it.", 1500),
        owner=owner,
        models=_report_models(outline),
        metrics=[metric.name for metric in outline.metrics[:_METRICS]],
    )
    return exposure, {"label": label, "model": summary.name, "owner": owner}


def _report(outline: Outline) -> str:
    return summary_mart(outline).name.partition("_")[2]


def report_label(outline: Outline) -> str:
    """The report's title: the words of the mart that it shows."""
    return _report(outline).replace("_", " ").capitalize()


def _report_models(outline: Outline) -> list[str]:
    return list(dict.fromkeys([summary_mart(outline).name, outline.incremental.model]))


def _freshness(known: Known, pain: int) -> Built | None:
    """The feed of the incremental mart, else another one, whose newest row is recent; never a stale one."""
    outline, event = known.outline, event_source(known.outline)
    stale = {idea.table for idea in outline.quality if idea.kind == "stale"}
    for source in [event, *(source for source in outline.sources if source != event)]:
        ages = _ages(source, known.seeds[source.table], outline.as_of) if source.table not in stale else {}
        recent = [name for name in ages if 0 <= ages[name] <= _OLDEST]
        if recent:
            column = min(recent, key=lambda name: ages[name])
            days = ages[column] + _SLACK
            feature = Freshness(pain=pain, say=_SAY, table=source.table, column=column, warn_after_days=days)
            return feature, {"table": source.table, "days": str(days)}
    return None


def _ages(source: SourceTable, rows: Table, as_of: date) -> dict[str, int]:
    """Days between the newest value and the day of the demo, for each date that is always there."""
    ages = {}
    for at, column in enumerate(source.columns):
        values = [str(row[at])[:10] for row in rows if row[at] is not None]
        if column.type in ("date", "timestamp") and len(values) == len(rows):
            ages[column.name] = (as_of - max(date.fromisoformat(value) for value in values)).days
    return ages


def _ownership(known: Known, pain: int) -> Built:
    owner, group = role_for(known.outline)
    private = [model.name for model in known.outline.intermediates]
    ownership = Ownership(
        pain=pain,
        say=_SAY,
        group=group,
        description=shortened(f"The models behind the report “{report_label(known.outline)}”.", 200),
        owner=owner,
        models=[model.name for model in known.outline.models],
        private=private,
    )
    inner = "The steps in between are private: they may change without anybody else noticing."
    return ownership, {"group": group, "owner": owner, "private": inner if private else ""}


def _run_tag(known: Known, pain: int) -> Built:
    tag = f"{_report(known.outline)[: NAME - 7].rstrip('_')}_report"
    feature = RunTag(pain=pain, say=_SAY, tag=tag, models=_report_models(known.outline))
    return feature, {"label": report_label(known.outline), "tag": tag}


def _doc_blocks(known: Known, pain: int) -> Built | None:
    """Columns that are described in the same words in several models, the most frequent first."""
    places: dict[tuple[str, str], list[ColumnPlace]] = {}
    for model, column, text in _columns(known.outline):
        places.setdefault((column, text), []).append(ColumnPlace(model=model, column=column))
    often = sorted((key for key in places if len(places[key]) > 1), key=lambda key: -len(places[key]))
    chosen = {column: (text, places[column, text]) for column, text in reversed(often)}  # one text per name
    names = [column for column, text in often if chosen[column][0] == text][:_BLOCKS]
    if not names:
        return None
    blocks = [DocBlock(name=name, text=chosen[name][0], places=chosen[name][1]) for name in names]
    facts = {"column": names[0], "places": str(len(blocks[0].places))}
    return DocBlocks(pain=pain, say=_SAY, blocks=blocks), facts


def _columns(outline: Outline) -> list[tuple[str, str, str]]:
    """(model, column, description) of every staging, intermediate and mart column."""
    staged = [
        (source.staging_model, column.staged_name, column.description)
        for source in outline.sources
        for column in source.columns
    ]
    return staged + [
        (m.name, column.name, column.description) for m in outline.models for column in m.columns
    ]


def _glossary(known: Known, pain: int) -> Built | None:
    """Columns of marts that the prospect speaks of, and metrics by their label: at most one word for each."""
    outline = known.outline
    said = folded(" ".join([*(p.pain for p in outline.pain_points), outline.context.summary]))
    terms: dict[str, Term] = {}
    for mart, column, phrase, means in _sayable(known):
        if _is_said(phrase, said) and (mart, column) not in {(t.model, t.column) for t in terms.values()}:
            word = phrase.casefold()
            terms.setdefault(word, Term(word=word, means=shortened(means, 200), model=mart, column=column))
    chosen = list(terms.values())[:_TERMS]
    if not chosen:
        return None
    place = f"{chosen[0].column} in {chosen[0].model}"
    return Glossary(pain=pain, say=_SAY, terms=chosen), {"word": chosen[0].word, "place": place}


def _sayable(known: Known) -> Iterator[tuple[str, str, str, str]]:
    """(model, column, words, meaning) of the metrics' columns, then of the marts' other columns but keys."""
    ideas = {idea.name: idea for idea in known.outline.metrics}
    for metric in known.semantic.metrics if known.semantic else ():
        if isinstance(metric, SimpleMetric) and metric.name in ideas:
            idea = ideas[metric.name]
            yield metric.model, metric.column, idea.label, idea.description
    for mart in known.outline.marts:
        for column in mart.columns:
            if column.name != mart.primary_key and not column.name.endswith(("_id", "_key")):
                yield mart.name, column.name, column.name.replace("_", " "), column.description


def _is_said(phrase: str, said: str) -> bool:
    """Whether a text says all of several long words; one word alone must be a long one."""
    words = [word for word in folded(phrase).split() if len(word) > _SHORT]
    telling = len(words) > 1 or any(len(word) > _LONG for word in words)
    return telling and len(hits(words, said)) == len(words)


#: The makers by feature: what is known, and the number of the pain point served.
MAKERS: dict[str, Callable[[Known, int], Built | None]] = {
    "unit_test": _unit_test,
    "macro": _macro,
    "contract": _contract,
    "exposure": _exposure,
    "freshness": _freshness,
    "ownership": _ownership,
    "run_tag": _run_tag,
    "doc_blocks": _doc_blocks,
    "glossary": _glossary,
}
