"""One dbt invocation in this process, and its answers as evidence. Runs only inside a confined process."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from scenarios.proof.evidence import ManifestNode, Parsed, Ran, RanNode, UnorderedSource, Warned
from scenarios.proof.forks import OnNode
from scenarios.proof.place import Place
from scenarios.proof.spec import RedSpec

BUILD = ("build",)
OPTIONS = (
    "--no-static-parser",  # it starts threads, and a process with threads must not fork
    "--no-partial-parse",
    "--no-write-json",  # nobody reads the artifacts; the results are taken from memory
    "--no-version-check",
    "--no-send-anonymous-usage-stats",
    "--no-use-colors",
    "--no-print",
    "--log-level=none",
    "--log-level-file=none",
)

DbtObject: TypeAlias = Any  # dbt's own objects: their classes tell a type checker little
OnEvent = Callable[[DbtObject], None]


def refresh(model: str) -> tuple[str, ...]:
    """The command that builds one model anew."""
    return ("run", "--full-refresh", "--select", model)


def red(spec: RedSpec) -> tuple[str, ...]:
    """The command that runs the tagged tests as errors."""
    return ("test", "--select", f"tag:{spec.tag}", "--vars", json.dumps({spec.variable: spec.value}))


def parse(place: Place) -> tuple[DbtObject, Parsed]:
    """Parse the project; returns dbt's manifest (None when it does not parse) and the evidence."""
    warnings: list[Warned] = []

    def on_event(event: DbtObject) -> None:
        if event.info.level == "warn":
            warnings.append(Warned(name=event.info.name, message=place.clean(event.info.msg)))

    answer = _invoke(("parse",), place, None, on_event)
    if answer.exception is not None or answer.result is None:
        return None, Parsed(error=place.clean(_reason(answer)))
    manifest = answer.result
    nodes = [_manifest_node(node) for node in (*manifest.nodes.values(), *manifest.unit_tests.values())]
    metrics = sorted(metric.name for metric in manifest.metrics.values())
    unordered = list(_unordered(manifest))
    return manifest, Parsed(nodes=nodes, metrics=metrics, warnings=warnings, unordered=unordered)


def run(command: Sequence[str], place: Place, manifest: DbtObject, on_node: OnNode) -> Ran:
    """Run a dbt command that runs nodes.

    `manifest` was parsed in this process or its parent; without one, dbt parses the project first.
    """

    def on_event(event: DbtObject) -> None:
        if event.info.name == "NodeStart":
            on_node(event.data.node_info.unique_id)

    answer = _invoke(command, place, manifest, on_event)
    if answer.exception is not None or answer.result is None:
        return Ran(error=place.clean(_reason(answer)))
    return Ran(nodes=[_ran_node(result, place) for result in answer.result.results])


def move_seeds(manifest: DbtObject, place: Place) -> None:
    """Let seeds be loaded from this place's project: dbt reads their files when it runs, not when it parses."""
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            node.root_path = str(place.project)


def seed_files(manifest: DbtObject) -> Iterable[str]:
    """The files of all seeds, as paths inside the project."""
    return [node.original_file_path for node in manifest.nodes.values() if node.resource_type == "seed"]


def write_semantic_manifest(manifest: DbtObject, place: Place) -> None:
    """Write what MetricFlow reads."""
    from dbt.contracts.graph.semantic_manifest import SemanticManifest  # noqa: PLC0415 - heavy

    SemanticManifest(manifest).write_json_to_file(str(place.semantic_manifest))


def _invoke(command: Sequence[str], place: Place, manifest: DbtObject, on_event: OnEvent) -> DbtObject:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - heavy

    folders = [
        f"--project-dir={place.project}",
        f"--profiles-dir={place.root}",
        f"--log-path={place.root / 'logs'}",
        f"--target-path={place.root / 'target'}",
    ]
    return dbtRunner(manifest=manifest, callbacks=[on_event]).invoke([*command, *OPTIONS, *folders])


def _reason(answer: DbtObject) -> str:
    """Why dbt stopped: an exception's text, or at least its kind."""
    error = answer.exception
    return "dbt gave no result." if error is None else str(error) or type(error).__name__


def _manifest_node(node: DbtObject) -> ManifestNode:
    column = getattr(node, "column_name", None)
    attached = str(getattr(node, "attached_node", None) or "")
    model = ".".join(attached.split(".")[2:3])
    is_test = str(node.resource_type) == "test"
    return ManifestNode(
        unique_id=node.unique_id,
        name=node.name,
        resource_type=str(node.resource_type),
        path=node.original_file_path,
        materialized=str(getattr(node.config, "materialized", None) or ""),
        unique_key=_key(getattr(node.config, "unique_key", None)),
        relation="" if is_test else str(getattr(node, "relation_name", None) or ""),
        severity=str(node.config.severity).lower() if is_test else "",
        tested=f"{model}.{column}" if model and column else model,
        attached=attached,
        column=str(column or ""),
        kind=_test_kind(node) if is_test else "",
    )


def _test_kind(node: DbtObject) -> str:
    """What a generic test checks, such as unique; empty for a test that is a statement of its own."""
    metadata = getattr(node, "test_metadata", None)
    return str(metadata.name) if metadata is not None else ""


def _key(unique_key: DbtObject) -> str:
    return ", ".join(unique_key) if isinstance(unique_key, list) else str(unique_key or "")


def _ran_node(result: DbtObject, place: Place) -> RanNode:
    return RanNode(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=round(float(result.execution_time), 3),
        failures=result.failures,
        message=place.clean(str(result.message or "")),
    )


def _unordered(manifest: DbtObject) -> list[UnorderedSource]:
    """Models that read a seed's table as a source without an edge to the seed.

    dbt may start such a model before its seed is loaded. With one thread the order can hide it, so it is
    looked for in the graph.
    """
    nodes = manifest.nodes.values()
    seeds = {(node.schema, node.alias): node for node in nodes if node.resource_type == "seed"}
    found = []
    for model in (node for node in nodes if node.resource_type == "model"):
        upstream = set(model.depends_on.nodes)
        for source in (manifest.sources[name] for name in upstream if name in manifest.sources):
            seed = seeds.get((source.schema, source.identifier))
            if seed is not None and seed.unique_id not in upstream:
                label = f"{source.source_name}.{source.name}"
                place = model.original_file_path
                found.append(UnorderedSource(model=model.name, path=place, source=label, seed=seed.name))
    return found
