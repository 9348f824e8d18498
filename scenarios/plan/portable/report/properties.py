"""Types that stand in YAML: of seed columns, and of models under a contract. Pure."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.report.expand import Unreadable, expand
from scenarios.plan.portable.report.found import LABELS, Found
from scenarios.plan.portable.report.words import type_problem
from scenarios.plan.portable.reserved import is_reserved

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TYPE = re.compile(r"\s*([a-z_0-9 ]+?)\s*(\([\d\s,]+\))?\s*", re.IGNORECASE)

Item = dict[str, yaml.Node]


def check_seeds(text: str, warehouse: Warehouse) -> dict[str, list[Found]]:
    """Seed → what is wrong with the types of its columns, by line of the file `text` (a `schema.yml`)."""
    found: dict[str, list[Found]] = {}
    for seed in _entries(text, "seeds"):
        types = _mapping(_mapping(seed.get("config")).get("column_types"))
        found[_scalar(seed.get("name"))] = [
            problem for column, node in types.items() for problem in _typed(column, node, warehouse)
        ]
    return found


def check_contracts(text: str, warehouse: Warehouse) -> dict[str, list[Found]]:
    """Model → what is wrong with the data types of its contract, for the models that have one."""
    found: dict[str, list[Found]] = {}
    for model in _entries(text, "models") if "contract" in text else []:
        contract = _mapping(_mapping(model.get("config")).get("contract"))
        if _scalar(contract.get("enforced")) != "true":
            continue
        columns = model.get("columns")
        items = [_mapping(node) for node in columns.value] if isinstance(columns, yaml.SequenceNode) else []
        found[_scalar(model.get("name"))] = [
            problem
            for item in items
            if "data_type" in item
            for problem in _typed(_scalar(item.get("name")), item["data_type"], warehouse)
        ]
    return found


def _typed(column: str, node: yaml.Node, warehouse: Warehouse) -> Iterator[Found]:
    line = node.start_mark.line + 1
    if warehouse in is_reserved(column):
        yield Found(line, f"The name `{column}` is a reserved word of {LABELS[warehouse]}.")
    try:
        written = expand(_scalar(node), warehouse, macros={}, model="", incremental=False).sql
    except Unreadable as error:
        yield Found(line, error.why)
        return
    match = _TYPE.fullmatch(written)
    name = match[1].lower().replace(" ", "_") if match else written
    problem = type_problem(name, bool(match and match[2]), warehouse)
    if problem:
        yield Found(line, problem)


def _entries(text: str, section: str) -> list[Item]:
    """The entries of a section as they stand in the file. YAML that cannot be read has none: dbt says so."""
    try:
        document = _mapping(yaml.compose(text, Loader=_LOADER))
    except (yaml.YAMLError, RecursionError):
        return []
    entries = document.get(section)
    return [_mapping(node) for node in entries.value] if isinstance(entries, yaml.SequenceNode) else []


def _mapping(node: object) -> Item:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _scalar(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
