"""One dbt invocation in this process, and its answers as evidence. Runs only inside a confined process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from scenarios.proof.duckdb_lock import limits_at_start
from scenarios.proof.evidence import ManifestNode, Parsed, Ran, RanNode, UnorderedSource, Warned
from scenarios.proof.spec import Limits

DATABASE = "warehouse.duckdb"  # not named like the schema: DuckDB would find demo.x ambiguous
SCHEMA = "demo"
TARGET = "dev"

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
OnNode = Callable[[str], None]
OnEvent = Callable[[DbtObject], None]


def write_project(files: dict[str, str], project: Path) -> None:
    """Write the files below `project`. A name that leaves the folder raises ValueError."""
    root = project.resolve()
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.resolve().is_relative_to(root):
            raise ValueError(f"{name} lies outside the project")
        path.write_text(text, encoding="utf-8", newline="")


def write_profile(project: Path, directory: Path, limits: Limits) -> None:
    """Write the only profile there is, under the name that dbt_project.yml asks for, beside the project."""
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    name = settings.get("profile") if isinstance(settings, dict) else None
    lock = {"directories": _seed_directories(project), "memory_mb": limits.query_memory_mb}
    target = {
        "type": "duckdb",
        "path": str(directory / DATABASE),
        "schema": SCHEMA,
        "threads": 1,
        "config_options": limits_at_start(limits.query_memory_mb),
        "plugins": [{"module": "scenarios.proof.duckdb_lock", "config": lock}],
    }
    profile = {str(name or "demo"): {"target": TARGET, "outputs": {TARGET: target}}}
    (directory / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")


def _seed_directories(project: Path) -> list[str]:
    """The folders DuckDB may read: those with CSV files."""
    return sorted({str(path.parent) for path in project.rglob("*.csv")}) or [str(project / "seeds")]


def parse(project: Path, directory: Path) -> tuple[DbtObject, Parsed]:
    """Parse the project; returns dbt's manifest (None when it does not parse) and the evidence."""
    warnings: list[Warned] = []

    def on_event(event: DbtObject) -> None:
        if event.info.level == "warn":
            warnings.append(Warned(name=event.info.name, message=_clean(event.info.msg, directory)))

    answer = _invoke("parse", project, directory, None, on_event)
    if answer.exception is not None or answer.result is None:
        return None, Parsed(error=_clean(_reason(answer), directory))
    manifest = answer.result
    nodes = [_manifest_node(node) for node in (*manifest.nodes.values(), *manifest.unit_tests.values())]
    metrics = sorted(metric.name for metric in manifest.metrics.values())
    unordered = list(_unordered(manifest))
    return manifest, Parsed(nodes=nodes, metrics=metrics, warnings=warnings, unordered=unordered)


def build(project: Path, directory: Path, manifest: DbtObject, on_node: OnNode) -> Ran:
    """Run `dbt build` with a manifest that was parsed in this process or its parent."""

    def on_event(event: DbtObject) -> None:
        if event.info.name == "NodeStart":
            on_node(event.data.node_info.unique_id)

    answer = _invoke("build", project, directory, manifest, on_event)
    if answer.exception is not None or answer.result is None:
        return Ran(error=_clean(_reason(answer), directory))
    return Ran(nodes=[_ran_node(result, directory) for result in answer.result.results])


def _invoke(
    command: str, project: Path, directory: Path, manifest: DbtObject, on_event: OnEvent
) -> DbtObject:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - heavy

    folders = [
        f"--project-dir={project}",
        f"--profiles-dir={directory}",
        f"--log-path={directory / 'logs'}",
        f"--target-path={directory / 'target'}",
    ]
    return dbtRunner(manifest=manifest, callbacks=[on_event]).invoke([command, *OPTIONS, *folders])


def _reason(answer: DbtObject) -> str:
    """Why dbt stopped: an exception's text, or at least its kind."""
    error = answer.exception
    return "dbt gave no result." if error is None else str(error) or type(error).__name__


def _manifest_node(node: DbtObject) -> ManifestNode:
    column = getattr(node, "column_name", None)
    attached = str(getattr(node, "attached_node", None) or "").rpartition(".")[2]
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
        tested=f"{attached}.{column}" if attached and column else attached,
    )


def _key(unique_key: DbtObject) -> str:
    return ", ".join(unique_key) if isinstance(unique_key, list) else str(unique_key or "")


def _ran_node(result: DbtObject, directory: Path) -> RanNode:
    return RanNode(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=round(float(result.execution_time), 3),
        failures=result.failures,
        message=_clean(str(result.message or ""), directory),
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


def _clean(message: str, directory: Path) -> str:
    """A message without the run's own folder, which means nothing to a reader."""
    text = message.replace(f"{directory}/project/", "").replace(f"{directory}/", "")
    return text.strip()[:4000]
