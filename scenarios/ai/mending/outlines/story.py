"""The story of an outline: its texts, metrics, pains and quality ideas. Pure."""

import re
from collections.abc import Callable

from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.outlines.columns import date_columns
from scenarios.ai.mending.outlines.draft import Data, Draft, column_of, names_of, staged
from scenarios.ai.mending.texts import LINE, TEXT, UNIT, Texts, sentence_of, title_of
from scenarios.plan.words import model_place, source_place

_MODEL_WORD = re.compile(r"\b(?:stg|int|fct|dim)_[a-z0-9_]+\b")
_METRIC_WORD = re.compile(r"\b(metrics?) ([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b")
_MOST_METRICS = _MOST_PAINS = 10
_MOST_IDEAS = 5
_DATED = ("date", "timestamp")


def mend_texts(draft: Draft, texts: Texts) -> None:
    """Every text of the outline within its limits, in place."""
    data = draft.data
    texts.mend(
        data, {"summary": TEXT, "use_case": TEXT}, _each(data, "summary", "use_case"), "Business context"
    )
    lines = texts.lines(data["objectives"], 6, "Business context", "objectives")
    data["objectives"] = lines or [
        texts.text(data["use_case"], LINE, "Show dbt.", "Business context", "objective")
    ]
    for source in draft.sources:
        _owner_texts(
            source, source_place(source["table"]), texts,
            {"label": LINE, "about": TEXT, "staging": TEXT}, {"label": title_of(source["table"])},
        )  # fmt: skip
    for model in draft.models:
        _owner_texts(model, model_place(model["name"]), texts, {"purpose": TEXT, "grain": LINE}, {})
        model["questions"] = texts.lines(model["questions"], 5, model_place(model["name"]), "questions")
    texts.mend(data["incremental"], {"why": TEXT}, {"why": _WHY}, "Incremental model")
    for metric in data["metrics"]:
        fallbacks = {"label": title_of(metric["name"]), "about": sentence_of(metric["name"])}
        texts.mend(
            metric, {"label": LINE, "about": TEXT, "unit": UNIT}, fallbacks, f"Metric {metric['name']}"
        )
    for number, pain in enumerate(data["pains"], start=1):
        limits = {"pain": TEXT, "feature": LINE, "where": LINE, "show": TEXT}
        fallbacks = {"pain": "What hurts today.", "feature": "dbt", "where": data["incremental"]["model"]}
        texts.mend(pain, limits, {**fallbacks, "show": pain["feature"] or "dbt"}, f"Pain point {number}")
    for idea in data["defects"]:
        fallbacks = {"title": title_of(idea["name"]), "story": sentence_of(idea["name"])}
        texts.mend(idea, {"title": LINE, "story": TEXT}, fallbacks, f"Quality scenario {idea['name']}")


_WHY = "New rows arrive all the time: only the last days are computed again."


def _each(data: Data, *fields: str) -> dict[str, str]:
    """Fields that can stand for each other."""
    said = next((data[field] for field in fields if data[field].strip()), "A demo of dbt.")
    return dict.fromkeys(fields, said)


def _owner_texts(
    owner: Data, place: str, texts: Texts, limits: dict[str, int], fallbacks: dict[str, str]
) -> None:
    name = owner.get("table") or owner["name"]
    texts.mend(owner, limits, {**dict.fromkeys(limits, sentence_of(name)), **fallbacks}, place)
    for column in owner["columns"]:
        where = f"{place}, column {column['name']}"
        texts.mend(column, {"about": TEXT}, {"about": sentence_of(column["name"])}, where)


def mend_metrics(draft: Draft, semantic_layer: bool) -> None:
    """Metrics with the semantic layer only, at most ten, each with a label of its own, in place."""
    metrics, said = draft.data["metrics"], draft.said.at("Semantic layer")
    if metrics and not semantic_layer:
        said.add("no semantic layer is wanted: the metrics are left out.")
        draft.data["metrics"] = []
        return
    if len(metrics) > _MOST_METRICS:
        said.add(f"the first {_MOST_METRICS} metrics are kept.")
        del metrics[_MOST_METRICS:]
    used: set[str] = set()
    for metric in metrics:
        label, number = metric["label"].strip(), 2
        while label in used:
            label = title_of(metric["name"]) if number == 2 else f"{title_of(metric['name'])} {number}"
            number += 1
        if label != metric["label"].strip():
            said.add(f"the metric {metric['name']} has the label “{label}”: another one had its.")
            metric["label"] = label
        used.add(label)


def mend_pains(draft: Draft, sentences: int) -> None:
    """Minutes, places and numbers of sentences that exist, in place."""
    pains = draft.data["pains"]
    if len(pains) > _MOST_PAINS:
        draft.said.at("Pain points").add(f"the first {_MOST_PAINS} are kept.")
        del pains[_MOST_PAINS:]
    for number, pain in enumerate(pains, start=1):
        said = draft.said.at(f"Pain point {number}")
        minute = min(max(pain["minute"], 0), 60)
        if minute != pain["minute"]:
            said.add(f"its minute is {minute}.")
            pain["minute"] = minute
        answers = [n for n in dict.fromkeys(pain["answers"]) if 0 < n <= sentences]
        if answers != pain["answers"]:
            said.add("it names only sentences that the pain points have, each once.")
            pain["answers"] = answers
        where = known_words(draft.data, pain["where"], draft.meant)[:LINE]
        if where != pain["where"]:
            said.add(f"it points to {where}, which is in the project.")
            pain["where"] = where


def known_words(data: Data, text: str, meant: Callable[..., str | None]) -> str:
    """The text with names of models and metrics that exist in place of those that do not."""
    names = [f"stg_{s['system']}__{s['table']}" for s in data["sources"]] + [
        m["name"] for m in data["models"]
    ]
    metrics = [metric["name"] for metric in data["metrics"]]
    known = {*names, *metrics, *(source["table"] for source in data["sources"])}

    def model(found: re.Match[str]) -> str:
        word = found[0]
        if word in known or any(word.startswith(f"{name}_") for name in known):
            return word
        return meant("inputs", word, names) or str(data["incremental"]["model"])

    def metric(found: re.Match[str]) -> str:
        if found[2] in metrics:
            return found[0]
        nearby = meant("metrics", found[2], metrics)
        return f"{found[1]} {nearby}" if nearby else found[2].replace("_", " ")

    return _METRIC_WORD.sub(metric, _MODEL_WORD.sub(model, text))


def mend_ideas(draft: Draft) -> None:
    """Quality ideas stand where a test can catch them: moved, or said of the column, or left out, in place."""
    ideas: list[Data] = []
    used: set[tuple[str, str, str]] = set()
    for idea in draft.data["defects"]:
        said = draft.said.at(f"Quality scenario {idea['name']}")
        place = _place_of(draft, idea, used)
        if place is None or len(ideas) == _MOST_IDEAS:
            said.add("it is left out: no test could catch it, or there are enough.")
            continue
        source, column = place
        if (idea["table"], idea["column"]) != (source["table"], column["name"]):
            said.add(f"its place is {source['table']}.{column['name']}.")
            idea["table"], idea["column"] = source["table"], column["name"]
        _declare(draft, idea, source, column)
        used.add((idea["kind"], source["table"], column["name"]))
        ideas.append(idea)
    draft.data["defects"] = ideas


def _place_of(draft: Draft, idea: Data, used: set[tuple[str, str, str]]) -> tuple[Data, Data] | None:
    """The idea's own column if it fits, else the nearest that does: in its table first, then in others."""
    tables = [source["table"] for source in draft.sources]
    table = draft.meant("tables", idea["table"], tables)
    source = draft.source(table or "")
    written = idea["column"]
    if source is not None:
        found = draft.meant(f"columns of {source['table']}", written, names_of(source))
        found = found or next((c["name"] for c in source["columns"] if staged(c) == written), None)
        column = column_of(source, found or "")
        if column is not None and _fits(idea["kind"], source, column, used, is_own=True):
            return source, column
    for other in [s for s in (source, *draft.sources) if s is not None]:
        fit = [c["name"] for c in other["columns"] if _fits(idea["kind"], other, c, used, is_own=False)]
        best = nearest(written, fit, cutoff=0.0)
        column = column_of(other, best or "")
        if column is not None:
            return other, column
    return None


def _fits(kind: str, source: Data, column: Data, used: set[tuple[str, str, str]], *, is_own: bool) -> bool:
    """Whether a test can catch this kind here. In its own place, more may be said of a column than elsewhere."""
    if column["name"] == source["key"] or (kind, source["table"], column["name"]) in used:
        return False
    match kind:
        case "null":
            return bool(column["required"]) or is_own
        case "duplicate":
            free = column["type"] == "string" and not column["values"] and not column["refers_to"]
            return bool(column["unique"]) or (is_own and free)
        case "orphan":
            return bool(column["refers_to"])
        case "inconsistent_code":
            return bool(column["values"])
        case "out_of_range":
            return column["type"] in ("number", "integer") and (is_own or not column["refers_to"])
        case "impossible_dates":
            same = [c for c in source["columns"] if c["type"] == column["type"]]
            return column["type"] in _DATED and len(same) > 1
    return column["name"] in date_columns(source)


def _declare(draft: Draft, idea: Data, source: Data, column: Data) -> None:
    """Say of a column what the defect breaks."""
    field = {"null": "required", "duplicate": "unique"}.get(idea["kind"])
    if field and not column[field]:
        column[field] = True
        draft.said.at(source_place(source["table"], column["name"])).add(
            f"it is {field}, so that a test can catch “{idea['title']}”."
        )
