"""dbt's best-practice rules over a manifest, in the terms of dbt Labs' project evaluator.

Each rule takes a `Graph` and yields one sentence per violation. Thresholds are that package's defaults.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

FANOUT, JOINS, CHAINED_VIEWS = 3, 7, 5
#: Base models are for staging models that must join before anything else: dbt's own way, in a folder of theirs.
BASE = "staging/base/"
LAYER_PREFIXES = {
    "base": ("base_",),
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("fct_", "dim_"),
}


@dataclass(frozen=True)
class Graph:
    """A manifest's models, seeds, sources and tests, with who depends on whom."""

    manifest: dict[str, Any]

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        return {k: n for k, n in self.manifest["nodes"].items() if n["resource_type"] == "model"}

    @property
    def tests(self) -> list[dict[str, Any]]:
        return [n for n in self.manifest["nodes"].values() if n["resource_type"] == "test"]

    def parents(self, key: str, kind: str) -> list[str]:
        return [p for p in self.manifest["parent_map"].get(key, []) if p.startswith(f"{kind}.")]

    def children(self, key: str, kind: str) -> list[str]:
        return [c for c in self.manifest["child_map"].get(key, []) if c.startswith(f"{kind}.")]

    def layer(self, key: str) -> str:
        path = self.models[key]["path"]
        return "base" if path.startswith(BASE) else path.split("/")[0]


def name(key: str) -> str:
    return key.rpartition(".")[2]


def sources_are_staged_once(graph: Graph) -> Iterator[str]:
    for key in graph.manifest["sources"]:
        children = graph.children(key, "model")
        if len(children) != 1 or graph.layer(children[0]) not in ("base", "staging"):
            yield f"source {name(key)} feeds {[name(child) for child in children]}"


def sources_are_not_duplicated(graph: Graph) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for source in graph.manifest["sources"].values():
        place = (source["schema"], source["identifier"])
        if place in seen:
            yield f"source {source['name']} stands twice"
        seen.add(place)


def layers_read_the_layer_before(graph: Graph) -> Iterator[str]:
    allowed = {
        "base": set(),
        "staging": {"base"},
        "intermediate": {"staging", "intermediate"},
        "marts": {"intermediate", "marts"},
    }
    for key in graph.models:
        layer = graph.layer(key)
        if layer not in ("base", "staging") and graph.parents(key, "source"):
            yield f"{name(key)} reads a source"
        for parent in graph.parents(key, "model"):
            if graph.layer(parent) not in allowed[layer]:
                yield f"{name(key)} in {layer} reads {name(parent)}"


def staging_reads_one_source(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        wanted = 0 if any(graph.layer(parent) == "base" for parent in graph.parents(key, "model")) else 1
        if graph.layer(key) in ("base", "staging") and len(graph.parents(key, "source")) != wanted:
            yield f"{name(key)} reads {len(graph.parents(key, 'source'))} sources"


def no_root_models(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        if not graph.parents(key, "model") and not graph.parents(key, "source"):
            yield f"{name(key)} has no parent"


def nothing_is_unused(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        if graph.layer(key) != "marts" and not graph.children(key, "model"):
            yield f"{name(key)} is used by no model"


def no_fanout(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        leaves = [child for child in graph.children(key, "model") if not graph.children(child, "model")]
        if len(leaves) >= FANOUT:
            yield f"{name(key)} has {len(leaves)} leaf children"


def no_rejoining(graph: Graph) -> Iterator[str]:
    for parent in graph.models:
        direct = graph.children(parent, "model")
        for between in direct:
            onward = graph.children(between, "model")
            if len(onward) == 1 and onward[0] in direct:
                yield f"{name(onward[0])} rejoins {name(parent)} around {name(between)}"


def not_too_many_joins(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        if len(graph.parents(key, "model")) >= JOINS:
            yield f"{name(key)} joins {len(graph.parents(key, 'model'))} models"


def no_long_view_chains(graph: Graph) -> Iterator[str]:
    def length(key: str) -> int:
        if graph.models[key]["config"]["materialized"] not in ("view", "ephemeral"):
            return 0
        return 1 + max((length(parent) for parent in graph.parents(key, "model")), default=0)

    for key in graph.models:
        if length(key) >= CHAINED_VIEWS:
            yield f"{name(key)} ends a chain of {length(key)} views"


def names_follow_layers(graph: Graph) -> Iterator[str]:
    for key, model in graph.models.items():
        if not model["name"].startswith(LAYER_PREFIXES[graph.layer(key)]):
            yield f"{model['name']} stands in {graph.layer(key)}"


def folders_are_flat(graph: Graph) -> Iterator[str]:
    for model in graph.models.values():
        if model["path"].replace(BASE, "staging/", 1).count("/") != 1:
            yield f"{model['path']} is not directly in its layer's folder"


def primary_keys_are_tested(graph: Graph) -> Iterator[str]:
    for key in graph.models:
        tested: dict[str, set[str]] = {}
        for test in graph.tests:
            if test.get("attached_node") == key and test.get("column_name"):
                tested.setdefault(test["column_name"], set()).add(test["test_metadata"]["name"])
        if not any({"unique", "not_null"} <= kinds for kinds in tested.values()):
            yield f"{name(key)} has no tested primary key"


def everything_is_described(graph: Graph) -> Iterator[str]:
    for node in [*graph.models.values(), *graph.manifest["sources"].values()]:
        if not node["description"].strip():
            yield f"{node['name']} has no description"
        if not node["columns"]:
            yield f"{node['name']} lists no columns"
        for column in node["columns"].values():
            if not column["description"].strip():
                yield f"{node['name']}.{column['name']} has no description"
    for source in graph.manifest["sources"].values():
        if not source["source_description"].strip():
            yield f"source {source['source_name']} has no description"


_HARD_CODED = re.compile(r"(?im)^\s*(?:from|(?:\w+\s+)*join)\s+([a-z_][\w\"`]*\.[\w\"`.]+)")


def no_hard_coded_references(graph: Graph) -> Iterator[str]:
    for model in graph.models.values():
        for found in _HARD_CODED.findall(model["raw_code"]):
            yield f"{model['name']} names {found}"


def no_star_but_from_the_last_cte(graph: Graph) -> Iterator[str]:
    for model in graph.models.values():
        stars = re.findall(r"(?im)^\s*select\s+\*\s*(?:from\s+(\w+))?", model["raw_code"])
        last = model["raw_code"].rstrip().splitlines()[-1]
        if len(stars) != 1 or not re.fullmatch(r"select \* from \w+", last):
            yield f"{model['name']} has {len(stars)} stars and ends with {last!r}"


def materializations_fit_layers(graph: Graph) -> Iterator[str]:
    views = {"base": {"view"}, "staging": {"view"}, "intermediate": {"view", "ephemeral"}}
    allowed = views | {"marts": {"table", "incremental"}}
    for key, model in graph.models.items():
        if model["config"]["materialized"] not in allowed[graph.layer(key)]:
            yield f"{model['name']} is a {model['config']['materialized']}"
    incremental = [m for m in graph.models.values() if m["config"]["materialized"] == "incremental"]
    if len(incremental) != 1 or not incremental[0]["config"].get("unique_key"):
        yield f"{len(incremental)} incremental models, one with a unique key is wanted"


def seeds_have_sources(graph: Graph) -> Iterator[str]:
    seeds = [n for n in graph.manifest["nodes"].values() if n["resource_type"] == "seed"]
    if not 3 <= len(seeds) <= 5:
        yield f"{len(seeds)} seeds"
    identifiers = {source["identifier"] for source in graph.manifest["sources"].values()}
    for seed in seeds:
        if seed["name"] not in identifiers:
            yield f"seed {seed['name']} has no source"
        if not graph.children(seed["unique_id"], "model"):
            yield f"no model waits for seed {seed['name']}"


RULES: list[Callable[[Graph], Iterator[str]]] = [
    sources_are_staged_once, sources_are_not_duplicated, layers_read_the_layer_before, staging_reads_one_source,
    no_root_models, nothing_is_unused, no_fanout, no_rejoining, not_too_many_joins, no_long_view_chains,
    names_follow_layers, folders_are_flat, primary_keys_are_tested, everything_is_described,
    no_hard_coded_references, no_star_but_from_the_last_cte, materializations_fit_layers, seeds_have_sources,
]  # fmt: skip


def violations(manifest: dict[str, Any]) -> list[str]:
    """Every violation of every rule, prefixed by the rule's name."""
    graph = Graph(manifest)
    return [f"{rule.__name__}: {sentence}" for rule in RULES for sentence in rule(graph)]
