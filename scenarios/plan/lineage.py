"""The lineage of a plan, from seeds to metrics: what feeds what. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import Plan, SimpleMetric
from scenarios.plan.rules.metrics import metric_inputs

Layer = Literal["seed", "source", "staging", "intermediate", "marts", "metric"]
LAYERS: tuple[Layer, ...] = ("seed", "source", "staging", "intermediate", "marts", "metric")


@dataclass(frozen=True)
class Node:
    """One box. `name` is unique; a source is named `shop.orders`, a metric `metric.revenue`."""

    name: str
    layer: Layer
    label: str
    materialized: str


@dataclass(frozen=True)
class Lineage:
    """Boxes and arrows; an edge is (from, to). Names that are not in the plan have no edge."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


def lineage(plan: Plan | Outline) -> Lineage:
    """The lineage of a plan, or of an outline, whose metrics have no edges yet."""
    outline = plan.outline if isinstance(plan, Plan) else plan
    nodes = tuple(_nodes(outline))
    known = {node.name for node in nodes}
    edges = [*_table_edges(outline), *(_metric_edges(plan) if isinstance(plan, Plan) else ())]
    return Lineage(nodes, tuple(dict.fromkeys(edge for edge in edges if known.issuperset(edge))))


def upstream(line: Lineage, name: str) -> list[Node]:
    """Everything that feeds `name`, in the plan's order. Raises KeyError for an unknown name."""
    return _reached(line, name, nx.ancestors)


def downstream(line: Lineage, name: str) -> list[Node]:
    """Everything that `name` feeds, in the plan's order. Raises KeyError for an unknown name."""
    return _reached(line, name, nx.descendants)


def dot(line: Lineage) -> str:
    """Graphviz text, left to right. Boxes carry the classes `lineage-node layer-<layer> materialized-<kind>`.

    The SVG's `<title>` of a box is its name and its tooltip says what it is, so that a page can link it.
    """
    numbers = {node.name: number for number, node in enumerate(line.nodes)}
    lines = [
        "digraph lineage {",
        "  rankdir=LR; bgcolor=transparent; ranksep=0.6; nodesep=0.2;",
        '  node [shape=box, style=rounded, fontname=Helvetica, fontsize=11, height=0.35, margin="0.2,0.06"];',
        "  edge [arrowsize=0.6];",
        *(_dot_node(node, numbers[node.name]) for node in line.nodes),
        *(_dot_column(line, layer) for layer in LAYERS[:3]),
    ]
    for start, end in line.edges:
        lines.append(f'  {_quoted(start)} -> {_quoted(end)} [class="lineage-edge"];')
    return "\n".join([*lines, "}"]) + "\n"


def _nodes(outline: Outline) -> Iterator[Node]:
    for source in outline.sources:
        yield Node(source.table, "seed", source.table, "seed")
    for source in outline.sources:
        yield Node(_source_name(source), "source", _source_name(source), "source")
    for source in outline.sources:
        yield Node(source.staging_model, "staging", source.staging_model, "view")
    for model in (*outline.intermediates, *outline.marts):
        yield Node(model.name, model.layer, model.name, model.materialized)
    if outline.semantic_layer:
        for metric in outline.metrics:
            yield Node(_metric_name(metric.name), "metric", metric.label, "metric")


def _table_edges(outline: Outline) -> Iterator[tuple[str, str]]:
    for source in outline.sources:
        yield source.table, _source_name(source)
        yield _source_name(source), source.staging_model
    for model in outline.models:
        for name in model.inputs:
            yield name, model.name


def _metric_edges(plan: Plan) -> Iterator[tuple[str, str]]:
    for metric in plan.semantic.metrics if plan.semantic else ():
        if isinstance(metric, SimpleMetric):
            yield metric.model, _metric_name(metric.name)
        for name in metric_inputs(metric):
            yield _metric_name(name), _metric_name(metric.name)


def _source_name(source: SourceTable) -> str:
    return f"{source.system}.{source.table}"


def _metric_name(name: str) -> str:
    return f"metric.{name}"


def _reached(line: Lineage, name: str, search: Callable[[nx.DiGraph, str], set[str]]) -> list[Node]:
    graph = nx.DiGraph()
    graph.add_nodes_from(node.name for node in line.nodes)
    graph.add_edges_from(line.edges)
    if name not in graph:
        raise KeyError(name)
    names = search(graph, name)
    return [node for node in line.nodes if node.name in names]


def _dot_node(node: Node, number: int) -> str:
    classes = f"lineage-node layer-{node.layer} materialized-{node.materialized}"
    tooltip = f"{node.layer}: {node.label}"
    return (
        f'  {_quoted(node.name)} [id="lineage-{number}", class="{classes}", label={_quoted(node.label)}, '
        f"tooltip={_quoted(tooltip)}];"
    )


def _dot_column(line: Lineage, layer: Layer) -> str:
    """Nodes of one layer below each other, however short their way to a mart is."""
    names = " ".join(f"{_quoted(node.name)};" for node in line.nodes if node.layer == layer)
    return f"  {{rank=same; {names}}}"


def _quoted(text: str) -> str:
    """A DOT string: quotes and backslashes are escaped, so that no text can close it or add an attribute."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'
