"""The parts that the models of any outline play in a demo, as words for texts: the incremental mart, a metric …"""

from scenarios.ai.builtin.facts import facts_for
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.wording import shortened
from scenarios.plan.outline import Model, Outline, QualityIdea, SourceTable


def event_source(outline: Outline) -> SourceTable:
    """The source table whose rows the incremental mart holds, as far as names and keys tell."""
    mart = outline.model(outline.incremental.model)
    keys = {outline.incremental.unique_key, mart.primary_key if mart else ""}
    upstream = upstream_of(outline, outline.incremental.model)
    near = [source for source in outline.sources if source.staging_model in upstream] or list(outline.sources)

    def rank(source: SourceTable) -> tuple[bool, bool]:
        key = source.column(source.primary_key)
        staged = {column.staged_name for column in source.columns}
        return (key is not None and key.staged_name in keys, outline.incremental.cursor in staged)

    return max(near, key=rank)


def upstream_of(outline: Outline, name: str) -> set[str]:
    """Names of everything that a model reads, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        model = outline.model(waiting.pop())
        fresh = set(model.inputs) - found if model else set()
        found |= fresh
        waiting += fresh
    return found


def summary_mart(outline: Outline) -> Model:
    """A mart to answer a business question with: not the incremental one, with its questions said if possible."""
    others = [mart for mart in outline.marts if mart.name != outline.incremental.model]
    asked = [mart for mart in others if mart.business_questions]
    return (asked or others or outline.marts)[0]


def name_of_test(idea: QualityIdea) -> str:
    """The dbt name of the test of a scenario: `orders_receipt_no_is_unique`."""
    said = {
        "null": "is_present", "duplicate": "is_unique", "orphan": "is_known", "inconsistent_code": "is_agreed",
        "out_of_range": "is_in_range", "impossible_dates": "is_in_order", "stale": "is_recent",
    }[idea.kind]  # fmt: skip
    return f"{idea.table[:26].rstrip('_')}_{idea.column[:22].rstrip('_')}_{said}"


def story_words(outline: Outline) -> Lexicon:
    """Placeholders of `_pains.yaml`, `_talk.yaml` and `_quality.yaml` for this outline."""
    source, summary = event_source(outline), summary_mart(outline)
    metric = outline.metrics[0] if outline.metrics else None
    middle = next((model.name for model in outline.intermediates), source.staging_model)
    questions = summary.business_questions or ["What changed?"]
    idea = outline.quality[0] if outline.quality else None
    facts = facts_for(outline.company, outline.industry) | {
        "incremental": outline.incremental.model,
        "key": outline.incremental.unique_key,
        "cursor": outline.incremental.cursor,
        "lookback": str(outline.incremental.lookback_days),
        "why": outline.incremental.why,
        "event_table": source.table,
        "table": idea.table if idea else source.table,
        "staging": _staging(outline, idea) if idea else source.staging_model,
        "test": name_of_test(idea) if idea else f"{source.staging_model}.{source.primary_key}",
        "defect_story": idea.story if idea else "",
        "tables": capital_list([table.table for table in outline.sources]),
        "intermediate": middle,
        "summary": summary.name,
        "summary_purpose": summary.purpose,
        "question": questions[0],
        "metric": metric.name if metric else "",
        "metric_label": metric.label if metric else "",
        "metric_text": metric.description if metric else "",
    }
    return Lexicon({}, facts)


def _staging(outline: Outline, idea: QualityIdea) -> str:
    source = outline.source(idea.table)
    return source.staging_model if source else idea.table


def capital_list(names: list[str]) -> str:
    """ "Orders, stores and customers"."""
    text = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    return shortened(text[:1].upper() + text[1:], 200)
