"""Rules about names: legal on every warehouse, unique in the dbt project, named by layer. Pure."""

import re
from collections.abc import Iterator

from scenarios.plan.outline import Model, Outline, SourceTable
from scenarios.plan.portable import is_keyword, is_reserved
from scenarios.plan.violations import Violation
from scenarios.plan.words import model_place, repeated, source_place

NAME_LIMIT = 63  # characters, the shortest limit of the warehouses

_MODEL_PREFIXES = {"intermediate": ("int_",), "marts": ("fct_", "dim_")}
_OURS = re.compile(r"^(stg|int|fct|dim|base)_|^(metricflow_)?time_spine")
_NEAR = {  # better names for the usual ones
    "email": "email_address",
    "region": "sales_region",
    "name": "full_name",
    "status": "order_status",
    "order": "order_id",
    "date": "order_date",
    "user": "user_name",
    "value": "amount",
    "type": "category",
}


def check_names(outline: Outline) -> Iterator[Violation]:
    """All rules about names that need only the outline."""
    for source in outline.sources:
        yield from _source_names(source)
    for model in outline.models:
        yield from _model_names(model)
    for metric in outline.metrics:
        yield from name_faults(metric.name, f"Metric {metric.name}", "outline")
    yield from _unique_names(outline)


def name_faults(name: str, place: str, part: str, *, alias: bool = False) -> Iterator[Violation]:
    """What makes `name` unusable as a name of a table, model, column or metric.

    With `alias`, for names that stand after `as` in the project's SQL: keywords are refused too, which are
    legal there but against the style that the project is checked with.
    """
    if refusing := is_keyword(name) if alias else is_reserved(name):
        yield Violation(
            part,
            place,
            f"“{name}” is a reserved word or keyword ({', '.join(refusing[:3])}).",
            f"Add a word to it, such as {_NEAR.get(name) or f'customer_{name}'}.",
        )
    if len(name) < 2 or len(name) > NAME_LIMIT:
        yield Violation(
            part, place, f"“{name}” has {len(name)} characters.", f"Use 2 to {NAME_LIMIT} characters."
        )
    if name.endswith("_") or "__" in name:
        yield Violation(
            part,
            place,
            f"“{name}” ends with an underscore or has two in a row.",
            "Use single underscores between words.",
        )


def project_names(outline: Outline) -> list[tuple[str, str]]:
    """(name, what it is) of every seed, model and metric of the project: they share one namespace."""
    names = [(source.table, f"Source {source.table}") for source in outline.sources]
    names += [(source.staging_model, f"Staging model {source.staging_model}") for source in outline.sources]
    names += [(model.name, model_place(model.name)) for model in outline.models]
    return names + [(metric.name, f"Metric {metric.name}") for metric in outline.metrics]


def _source_names(source: SourceTable) -> Iterator[Violation]:
    place = source_place(source.table)
    yield from name_faults(source.table, place, "outline")
    yield from name_faults(source.system, f"{place}, system", "outline")
    if _OURS.match(source.table):
        yield Violation(
            "outline",
            place,
            f"“{source.table}” looks like the name of a model.",
            "Name a source as the prospect's system calls it, such as orders.",
        )
    if len(source.staging_model) > NAME_LIMIT:
        yield Violation(
            "outline",
            place,
            f"Its staging model {source.staging_model} has a name that is too long.",
            f"Shorten the source's name: {NAME_LIMIT} characters are allowed.",
        )
    for column in source.columns:
        place_of_column = source_place(source.table, column.name)
        yield from name_faults(column.staged_name, place_of_column, "outline", alias=True)
        if column.rename:
            yield from name_faults(column.name, place_of_column, "outline")
    for name in repeated(column.name for column in source.columns):
        yield Violation("outline", place, f"Two columns are called {name}.", "Rename one of them.")
    renamed = [column.staged_name for column in source.columns if column.rename]
    kept = [column.name for column in source.columns if not column.rename]
    for name in repeated([*dict.fromkeys(kept), *renamed]):
        yield Violation(
            "outline",
            place,
            f"Two columns are called {name} after renaming.",
            "Rename one of them differently.",
        )


def _model_names(model: Model) -> Iterator[Violation]:
    place = model_place(model.name)
    yield from name_faults(model.name, place, "outline")
    prefixes = _MODEL_PREFIXES[model.layer]
    if not model.name.startswith(prefixes):
        yield Violation(
            "outline",
            place,
            f"The name of a model of the {model.layer} layer starts with {' or '.join(prefixes)}.",
            f"Call it {prefixes[0]}{model.name.partition('_')[2] or model.name}.",
        )
    for column in model.columns:
        yield from name_faults(column.name, model_place(model.name, column.name), "outline", alias=True)
    for name in repeated(column.name for column in model.columns):
        yield Violation("outline", place, f"Two columns are called {name}.", "Rename one of them.")


def _unique_names(outline: Outline) -> Iterator[Violation]:
    names = project_names(outline)
    for name in repeated(name for name, _ in names):
        what = [words for other, words in names if other == name]
        yield Violation(
            "outline",
            what[0],
            f"The name “{name}” is used {len(what)} times in the project.",
            "Sources, models and metrics need names of their own.",
        )
