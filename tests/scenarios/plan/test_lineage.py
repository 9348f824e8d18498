"""Lineage: nodes, edges, what is up- and downstream, and a picture that Graphviz draws with our classes."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scenarios.plan.lineage import LAYERS, Lineage, Node, dot, downstream, lineage, upstream
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_outline, example_plan

GRAPHVIZ = Path(sys.executable).with_name("graphviz-pure")


def _draw(text: str) -> ElementTree.Element:
    done = subprocess.run(
        [GRAPHVIZ, "-Tsvg"], input=text, capture_output=True, text=True, timeout=30, check=True
    )
    return ElementTree.fromstring(done.stdout)


def _groups(svg: ElementTree.Element, word: str) -> dict[str, set[str]]:
    """Title → classes of every group with this class."""
    groups = [
        group for group in svg.iter("{http://www.w3.org/2000/svg}g") if word in group.get("class", "").split()
    ]
    return {group.findtext("{http://www.w3.org/2000/svg}title", ""): set(group.get("class", "").split())
            for group in groups}  # fmt: skip


def test_every_layer_is_there() -> None:
    line = lineage(example_plan())
    counts = {layer: sum(node.layer == layer for node in line.nodes) for layer in LAYERS}
    assert counts == {"seed": 4, "source": 4, "staging": 4, "intermediate": 3, "marts": 3, "metric": 4}
    assert Node("fct_orders", "marts", "fct_orders", "incremental") in line.nodes
    assert Node("metric.revenue", "metric", "Revenue", "metric") in line.nodes


def test_edges_follow_inputs_and_metrics() -> None:
    edges = lineage(example_plan()).edges
    assert ("orders", "shop.orders") in edges
    assert ("shop.orders", "stg_shop__orders") in edges
    assert ("int_orders_totalled", "fct_orders") in edges
    assert ("fct_orders", "metric.revenue") in edges
    assert ("metric.orders_placed", "metric.average_order_value") in edges
    assert len(edges) == len(set(edges)) == 23


def test_outline_alone_has_no_metric_edges() -> None:
    line = lineage(example_outline())
    assert [edge for edge in line.edges if edge[1].startswith("metric.")] == []
    assert len(line.nodes) == 22


def test_no_metric_without_a_semantic_layer() -> None:
    line = lineage(changed({"outline/semantic_layer": False, "semantic": None}))
    assert {node.layer for node in line.nodes} == set(LAYERS) - {"metric"}


def test_upstream_and_downstream() -> None:
    line = lineage(example_plan())
    assert [node.name for node in upstream(line, "dim_customers") if node.layer == "seed"] == [
        "customers", "products", "orders", "order_items",
    ]  # fmt: skip
    assert [node.name for node in downstream(line, "stg_shop__customers")] == [
        "int_customers_profiled", "dim_customers",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        upstream(line, "fct_nowhere")


def test_unknown_inputs_have_no_edge() -> None:
    line = lineage(changed({"outline/models/fct_orders/inputs/1": "int_nowhere"}))
    assert not any("int_nowhere" in edge for edge in line.edges)


def test_picture_carries_names_and_classes() -> None:
    line = lineage(example_plan())
    nodes = _groups(_draw(dot(line)), "lineage-node")
    assert set(nodes) == {node.name for node in line.nodes}
    assert nodes["fct_orders"] >= {"layer-marts", "materialized-incremental"}
    assert len(_groups(_draw(dot(line)), "lineage-edge")) == len(line.edges)


def test_labels_cannot_leave_their_quotes() -> None:
    label = 'a" , class="evil \\" URL="javascript:x" <b>&\\'
    line = Lineage((Node("metric.x", "metric", label, "metric"),), ())
    svg = _draw(dot(line))
    assert _groups(svg, "evil") == {}
    assert label in [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "javascript" not in str(
        [element.attrib for element in svg.iter() if "href" in str(element.attrib)]
    )
