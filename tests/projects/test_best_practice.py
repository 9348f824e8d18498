"""dbt's best-practice rules over the manifests of the example projects; and that each rule can say no."""

import copy
import itertools
from typing import Any

import pytest

from tests.projects.best_practice import Graph, violations
from tests.projects.conftest import NAMES, PARSED
from tests.sampling import few


@pytest.mark.parametrize("name", few(NAMES, *PARSED))
def test_no_violation(manifests: dict[str, dict[str, Any]], name: str) -> None:
    assert violations(manifests[name]) == []


@pytest.fixture
def manifest(manifests: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A copy of one manifest that a test may spoil."""
    return copy.deepcopy(manifests["retail"])


def _first(manifest: dict[str, Any], layer: str) -> str:
    graph = Graph(manifest)
    return next(key for key in graph.models if graph.layer(key) == layer)


def _link(manifest: dict[str, Any], parent: str, child: str) -> None:
    manifest["parent_map"][child].append(parent)
    manifest["child_map"][parent].append(child)


def _rules_broken(manifest: dict[str, Any]) -> set[str]:
    return {sentence.partition(":")[0] for sentence in violations(manifest)}


def test_mart_on_staging_is_found(manifest: dict[str, Any]) -> None:
    _link(manifest, _first(manifest, "staging"), _first(manifest, "marts"))
    assert "layers_read_the_layer_before" in _rules_broken(manifest)


def test_mart_on_source_is_found(manifest: dict[str, Any]) -> None:
    _link(manifest, next(iter(manifest["sources"])), _first(manifest, "marts"))
    assert {"layers_read_the_layer_before", "sources_are_staged_once"} <= _rules_broken(manifest)


def test_second_source_in_staging_is_found(manifest: dict[str, Any]) -> None:
    staging = [k for k in Graph(manifest).models if Graph(manifest).layer(k) == "staging"]
    foreign = manifest["parent_map"][staging[1]]
    _link(manifest, next(key for key in foreign if key.startswith("source.")), staging[0])
    assert "staging_reads_one_source" in _rules_broken(manifest)


def test_staging_on_staging_is_found(manifest: dict[str, Any]) -> None:
    staging = [k for k in Graph(manifest).models if Graph(manifest).layer(k) == "staging"]
    _link(manifest, staging[0], staging[1])
    assert "layers_read_the_layer_before" in _rules_broken(manifest)


def test_same_source_twice_is_found(manifest: dict[str, Any]) -> None:
    first, second = list(manifest["sources"].values())[:2]
    second["identifier"] = first["identifier"]
    assert "sources_are_not_duplicated" in _rules_broken(manifest)


def test_root_model_is_found(manifest: dict[str, Any]) -> None:
    manifest["parent_map"][_first(manifest, "marts")] = []
    assert "no_root_models" in _rules_broken(manifest)


def test_unused_model_is_found(manifest: dict[str, Any]) -> None:
    manifest["child_map"][_first(manifest, "intermediate")] = []
    assert "nothing_is_unused" in _rules_broken(manifest)


def test_fanout_is_found(manifest: dict[str, Any]) -> None:
    graph = Graph(manifest)
    parent = _first(manifest, "intermediate")
    leaves = [key for key in graph.models if not graph.children(key, "model")]
    for leaf in [*leaves, *(f"{leaves[0]}_{n}" for n in range(3))]:
        manifest["nodes"].setdefault(leaf, {**manifest["nodes"][leaves[0]], "unique_id": leaf})
        manifest["parent_map"].setdefault(leaf, [])
        manifest["child_map"].setdefault(leaf, [])
        _link(manifest, parent, leaf)
    assert "no_fanout" in _rules_broken(manifest)


def test_rejoining_is_found(manifest: dict[str, Any]) -> None:
    top, between, bottom = list(Graph(manifest).models)[:3]
    manifest["child_map"] |= {top: [between, bottom], between: [bottom], bottom: []}
    assert "no_rejoining" in _rules_broken(manifest)


def test_many_joins_are_found(manifest: dict[str, Any]) -> None:
    staging = [key for key in Graph(manifest).models if Graph(manifest).layer(key) == "staging"]
    manifest["parent_map"][_first(manifest, "marts")] = (staging * 7)[:7]
    assert "not_too_many_joins" in _rules_broken(manifest)


def test_long_chain_of_views_is_found(manifest: dict[str, Any]) -> None:
    chain = list(Graph(manifest).models)[:6]
    for parent, child in itertools.pairwise(chain):
        manifest["nodes"][child]["config"]["materialized"] = "view"
        manifest["parent_map"][child] = [parent]
    assert "no_long_view_chains" in _rules_broken(manifest)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("name", "orders", "names_follow_layers"),
        ("path", "marts/sales/fct_orders.sql", "folders_are_flat"),
        ("description", " ", "everything_is_described"),
        ("columns", {}, "everything_is_described"),
        ("raw_code", "select id\nfrom demo.orders\nselect * from x", "no_hard_coded_references"),
        ("raw_code", "select *\nfrom x", "no_star_but_from_the_last_cte"),
        ("config", {"materialized": "view"}, "materializations_fit_layers"),
    ],
)
def test_spoilt_mart_is_found(manifest: dict[str, Any], field: str, value: Any, rule: str) -> None:
    manifest["nodes"][_first(manifest, "marts")][field] = value
    assert rule in _rules_broken(manifest)


def test_missing_key_test_is_found(manifest: dict[str, Any]) -> None:
    mart = _first(manifest, "marts")
    for key, node in list(manifest["nodes"].items()):
        if node["resource_type"] == "test" and node.get("attached_node") == mart:
            del manifest["nodes"][key]
    assert "primary_keys_are_tested" in _rules_broken(manifest)


def test_seed_without_waiting_model_is_found(manifest: dict[str, Any]) -> None:
    seed = next(key for key in manifest["nodes"] if key.startswith("seed."))
    manifest["child_map"][seed] = []
    assert "seeds_have_sources" in _rules_broken(manifest)
