"""Mends the semantic layer that a model wrote: names, entities, dimensions, metrics. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.ai.answers.details import SemanticAnswer
from scenarios.ai.mending.metrics import mend_metrics
from scenarios.ai.mending.names import legal_name, snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import LINE, bounded
from scenarios.plan.outline import Model, ModelColumn, Outline
from scenarios.plan.rules.semantic import CATEGORICAL_TYPES, METRICFLOW_NAMES

Data = dict[str, Any]

_MOST_MODELS, _MOST_ENTITIES, _MOST_DIMENSIONS = 4, 6, 10
_GRAINS = ("day", "week", "month")
_DATED = ("date", "timestamp")


def mend_semantic(outline: Outline, answer: SemanticAnswer) -> tuple[SemanticAnswer, list[str]]:
    """The answer with all that can be mended, and a sentence for each thing. No metric is invented."""
    said = Said()
    data = bounded(answer.model_dump(), said)
    data["models"] = _models(outline, data["models"], said)
    for model in data["models"]:
        mart = outline.model(model["model"])
        if mart is not None:
            _entities(mart, model, said.at(f"Semantic model {mart.name}"))
            _dimensions(mart, model, said.at(f"Semantic model {mart.name}"))
    _names(outline, data["models"], said)
    mend_metrics(outline, data, said)
    return SemanticAnswer.model_validate(data), said.sentences


def _models(outline: Outline, models: Sequence[Data], said: Said) -> list[Data]:
    """Each mart once, by its name or the nearest."""
    marts = [mart.name for mart in outline.marts]
    kept: dict[str, Data] = {}
    for model in models:
        written = model["model"]
        found = written if written in marts else nearest(snake(written), [m for m in marts if m not in kept])
        if found is None or found in kept or len(kept) == _MOST_MODELS:
            said.at(f"Semantic model {written[:63]}").add(
                "it is left out: it is no further mart of this plan."
            )
            continue
        if found != written:
            said.at(f"Semantic model {found}").add(f"“{written[:63]}” means this mart.")
        kept[found] = {**model, "model": found}
    return list(kept.values())


def _column(
    mart: Model, written: str, said: Said, *, among: Sequence[str] | None = None
) -> ModelColumn | None:
    """The mart's column that is meant."""
    names = [column.name for column in mart.columns]
    if written in names:
        return mart.column(written)
    found = nearest(snake(written), among if among is not None else names)
    if found is not None:
        said.add(f"column {written[:63]} does not exist; {found} is meant.")
    return mart.column(found) if found else None


def _entities(mart: Model, model: Data, said: Said) -> None:
    """Existing columns, each once; the primary key is the one primary entity."""
    kept: dict[str, Data] = {}
    for entity in model["entities"]:
        column = _column(mart, entity["column"], said)
        if column is None or column.name in kept or len(kept) == _MOST_ENTITIES:
            said.add(f"the entity {entity['name'][:63]} is left out: there is no further column for it.")
            continue
        other = "foreign" if entity["type"] == "primary" else entity["type"]
        wanted = "primary" if column.name == mart.primary_key else other
        if wanted != entity["type"]:
            said.add(f"the entity {entity['name'][:63]} is {wanted}.")
        kept[column.name] = {**entity, "column": column.name, "type": wanted}
    if mart.primary_key not in kept:
        name = mart.primary_key.removesuffix("_id") or mart.primary_key
        primary = {"column": mart.primary_key, "name": name, "type": "primary"}
        said.add(f"the primary key {mart.primary_key} is added as its primary entity.")
        kept = {mart.primary_key: primary, **dict(list(kept.items())[: _MOST_ENTITIES - 1])}
    model["entities"] = list(kept.values())


def _dimensions(mart: Model, model: Data, said: Said) -> None:
    """Columns to group by, each once and of its own type; the main date is among them."""
    used = {entity["column"] for entity in model["entities"]}
    kept: dict[str, Data] = {}
    for dimension in model["dimensions"]:
        free = [c.name for c in mart.columns if c.name not in used | kept.keys()]
        column = _column(mart, dimension["column"], said, among=free)
        made = _dimension(column, dimension) if column is not None else None
        if (
            column is None
            or made is None
            or column.name in used | kept.keys()
            or column.name in METRICFLOW_NAMES
        ):
            said.add(
                f"the dimension {dimension['column'][:63]} is left out: it is no further column to group by."
            )
            continue
        if (made["type"], made["granularity"]) != (dimension["type"], dimension["granularity"]):
            said.add(f"the dimension {column.name} is {made['type']} {made['granularity']}".strip() + ".")
        kept[column.name] = made
    _time(mart, model, kept, used, said)
    if len(kept) > _MOST_DIMENSIONS:
        said.add(f"the first {_MOST_DIMENSIONS} dimensions are kept.")
        times = [name for name in kept if name == model["time"]]
        kept = {name: kept[name] for name in list(dict.fromkeys([*times, *kept]))[:_MOST_DIMENSIONS]}
    model["dimensions"] = list(kept.values())
    _labels(model, said)


def _dimension(column: ModelColumn, given: Data) -> Data | None:
    """The dimension as its column's type wants it; None for a number."""
    if column.type in _DATED:
        grain = given["granularity"].strip().lower()
        grain = {"daily": "day", "weekly": "week", "monthly": "month"}.get(grain, grain)
        return {
            **given,
            "column": column.name,
            "type": "time",
            "granularity": grain if grain in _GRAINS or not given["granularity"].strip() else "day",
        }
    if column.type not in CATEGORICAL_TYPES:
        return None
    return {**given, "column": column.name, "type": "categorical", "granularity": ""}


def _time(mart: Model, model: Data, kept: dict[str, Data], used: set[str], said: Said) -> None:
    """The main date: the one that is named, else the mart's first."""
    dates = [c.name for c in mart.columns if c.type in _DATED and c.name not in used]
    if not dates:
        return
    written = model["time"]
    time = written if written in dates else nearest(snake(written), dates) or dates[0]
    if time != written:
        said.add(f"its time is {time}, a date of the mart.")
        model["time"] = time
    if time not in kept:
        said.add(f"{time} is added as its time dimension.")
        kept[time] = {"column": time, "type": "time", "granularity": "day", "label": ""}


def _labels(model: Data, said: Said) -> None:
    seen: set[str] = set()
    for dimension in model["dimensions"]:
        label = dimension["label"].strip()
        if label and (label in seen or len(label) > LINE):
            said.add(
                f"the dimension {dimension['column']} has no label: another one had it, or it was too long."
            )
            dimension["label"] = ""
        seen.add(label)


def _names(outline: Outline, models: Sequence[Data], said: Said) -> None:
    """Names of entities: legal, none that a dimension or metric has, one type of column for each."""
    taken = {dimension["column"] for model in models for dimension in model["dimensions"]}
    taken |= {metric.name for metric in outline.metrics} | METRICFLOW_NAMES
    types: dict[str, str] = {}
    for model in models:
        own: set[str] = set()
        for entity in model["entities"]:
            column = next(c for c in _mart(outline, model).columns if c.name == entity["column"])
            wrong = {name for name, kind in types.items() if kind != column.type}
            name = legal_name(entity["name"], word="key", taken=taken | own | wrong, alias=False)
            if name != entity["name"]:
                said.at(f"Semantic model {model['model']}").add(
                    f"the entity {entity['name'][:63]} is called {name}."
                )
                entity["name"] = name
            own.add(name)
            types.setdefault(name, column.type)
    _same_kinds(models, said)


def _mart(outline: Outline, model: Data) -> Model:
    found = outline.model(model["model"])
    assert found is not None  # noqa: S101  `_models` keeps marts only
    return found


def _same_kinds(models: Sequence[Data], said: Said) -> None:
    """A dimension of one name is of one kind in all models: the first counts."""
    kinds: dict[str, str] = {}
    for model in models:
        kept = []
        for dimension in model["dimensions"]:
            same = kinds.setdefault(dimension["column"], dimension["type"]) == dimension["type"]
            if same or dimension["column"] == model["time"]:
                kept.append(dimension)
                continue
            said.at(f"Semantic model {model['model']}").add(
                f"the dimension {dimension['column']} is left out: it is of another type in another model."
            )
        model["dimensions"] = kept
