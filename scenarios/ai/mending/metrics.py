"""Mends the definitions of metrics. What the outline plans and nobody has defined stays undefined. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.plan.outline import Outline

Data = dict[str, Any]

_AGGREGATIONS = {
    "avg": "average", "mean": "average", "total": "sum", "minimum": "min", "maximum": "max",
    "countdistinct": "count_distinct", "distinct_count": "count_distinct", "count_unique": "count_distinct",
    "distinct": "count_distinct", "nunique": "count_distinct", "count_all": "count",
}  # fmt: skip
_OPERATIONS = {
    "+": "plus", "add": "plus", "addition": "plus", "sum": "plus", "-": "minus", "subtract": "minus",
    "subtraction": "minus", "difference": "minus", "*": "times", "multiply": "times", "product": "times",
    "change": "growth", "percent_change": "growth", "growth_rate": "growth", "/": "growth",
}  # fmt: skip
_KNOWN_AGGREGATIONS = ("sum", "average", "min", "max", "count", "count_distinct")
_KNOWN_OPERATIONS = ("plus", "minus", "times", "growth")
_NUMBERS = ("integer", "number")
_MOST_METRICS = 10


def mend_metrics(outline: Outline, data: Data, said: Said) -> None:
    """Change the metrics of a semantic answer in place."""
    data["metrics"] = _planned(outline, data["metrics"], said)
    for metric in data["metrics"]:
        own = said.at(f"Metric {metric['name']}")
        if metric["type"] == "simple":
            _simple(outline, data["models"], metric, own)
        else:
            _inputs(data["metrics"], metric, own)
        _numbers(metric, own)
    for metric in data["metrics"]:
        _by(data, metric, said.at(f"Metric {metric['name']}"))


def _planned(outline: Outline, metrics: Sequence[Data], said: Said) -> list[Data]:
    """The metrics that the outline plans, each once; another name means the nearest that is missing."""
    planned = [idea.name for idea in outline.metrics]
    given = [metric["name"] for metric in metrics]
    missing = [name for name in planned if name not in given]
    kept: dict[str, Data] = {}
    for metric in metrics:
        written = metric["name"]
        found = written if written in planned else nearest(snake(written), missing)
        if found is None or found in kept or len(kept) == _MOST_METRICS:
            said.at(f"Metric {written[:63]}").add(
                "it is left out: the outline plans no further metric like it."
            )
            continue
        if found != written:
            said.at(f"Metric {found}").add(f"“{written[:63]}” means this metric.")
            missing.remove(found)
            for other in metrics:
                for field in ("first", "second"):
                    other[field] = found if other[field] == written else other[field]
        kept[found] = {**metric, "name": found}
    return list(kept.values())


def _simple(outline: Outline, models: Sequence[Data], metric: Data, said: Said) -> None:
    """A mart of the semantic layer, a column of it, and an aggregation that fits the column."""
    names = [model["model"] for model in models]
    if metric["model"] not in names:
        found = nearest(snake(metric["model"]), names) or _with_column(outline, names, metric["column"])
        if found is None:
            return
        said.add(f"its model is {found}, not “{metric['model'][:63]}”.")
        metric["model"] = found
    mart = outline.model(metric["model"])
    if mart is None:
        return
    columns = [column.name for column in mart.columns]
    if metric["column"] not in columns:
        word = snake(metric["column"]) if metric["column"].strip(" *1") else mart.primary_key
        column_name = word if word in columns else nearest(word, columns)
        column_name = column_name or (mart.primary_key if metric["agg"].startswith("count") else None)
        if column_name is None:
            return
        said.add(f"column {metric['column'][:63]} does not exist in {mart.name}; {column_name} is meant.")
        metric["column"] = column_name
    _aggregation(metric, next(c.type for c in mart.columns if c.name == metric["column"]), said)


def _with_column(outline: Outline, marts: Sequence[str], column: str) -> str | None:
    return next((name for name in marts if (mart := outline.model(name)) and mart.column(column)), None)


def _aggregation(metric: Data, kind: str, said: Said) -> None:
    word = snake(metric["agg"]) if metric["agg"].strip() else "count"
    agg = (
        word if word in _KNOWN_AGGREGATIONS else _AGGREGATIONS.get(word) or nearest(word, _KNOWN_AGGREGATIONS)
    )
    agg = agg or "count"
    if agg not in ("count", "count_distinct") and kind not in _NUMBERS:
        agg = "count"
    if agg != metric["agg"]:
        said.add(f"it is the {agg} of {metric['column']}.")
        metric["agg"] = agg


def _inputs(metrics: Sequence[Data], metric: Data, said: Said) -> None:
    """Metrics that exist; a running total needs a simple one."""
    others = [m for m in metrics if m["name"] != metric["name"]]
    fields = ("first",) if metric["type"] == "cumulative" else ("first", "second")
    for field in fields:
        allowed = [m["name"] for m in others if metric["type"] != "cumulative" or m["type"] == "simple"]
        itself = field == "second" and metric["type"] == "derived" and metric["months_before"] > 0
        written = metric[field]
        if written in allowed:
            continue
        free = [name for name in allowed if field == "first" or itself or name != metric["first"]]
        found = metric["first"] if itself and not written.strip() else nearest(snake(written), free)
        if found is None and len(free) == 1:
            found = free[0]
        if found is not None:
            said.add(f"it is computed from {found}; “{written[:63]}” is no such metric.")
            metric[field] = found
    if metric["type"] == "derived":
        word = metric["operation"].strip().lower().replace(" ", "_")
        made = (
            word if word in _KNOWN_OPERATIONS else _OPERATIONS.get(word) or nearest(word, _KNOWN_OPERATIONS)
        )
        if made is not None and made != metric["operation"]:
            said.add(f"its operation is {made}.")
            metric["operation"] = made


def _numbers(metric: Data, said: Said) -> None:
    months, window = metric["months_before"], metric["window_days"]
    limits = {"months_before": min(max(months, 0), 12), "window_days": min(window, 365) if window > 1 else 0}
    if metric["type"] == "derived" and metric["first"] == metric["second"] and not limits["months_before"]:
        limits["months_before"] = 1
    relevant = {"derived": "months_before", "cumulative": "window_days"}.get(metric["type"])
    if relevant and limits[relevant] != metric[relevant]:
        said.add(f"its {relevant.replace('_', ' ')} is {limits[relevant]}.")
        metric[relevant] = limits[relevant]


def _by(data: Data, metric: Data, said: Said) -> None:
    """The main dimension is a category of the marts behind the metric, or nothing."""
    written = metric["by"].strip()
    if not written:
        return
    marts = _marts(data["metrics"], metric)
    categories = [
        dimension["column"]
        for model in data["models"]
        if model["model"] in marts
        for dimension in model["dimensions"]
        if dimension["type"] == "categorical"
    ]
    if written in categories:
        return
    found = nearest(snake(written), categories) or ""
    said.add(f"its main dimension is {found}." if found else "it has no main dimension of its own.")
    metric["by"] = found


def _marts(metrics: Sequence[Data], metric: Data) -> set[str]:
    known = {other["name"]: other for other in metrics}
    marts, todo, seen = set(), [metric], {metric["name"]}
    while todo:
        current = todo.pop()
        if current["type"] == "simple":
            marts.add(current["model"])
            continue
        names = [current["first"]] + ([current["second"]] if current["type"] != "cumulative" else [])
        todo += [known[name] for name in names if name in known and name not in seen]
        seen.update(names)
    return marts
