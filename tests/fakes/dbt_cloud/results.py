"""What runs of a command leave behind: nodes with a status, their log, and the artifacts made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BAD = frozenset({"error", "fail", "runtime error"})
WORDS = {"success": "OK", "pass": "PASS", "warn": "WARN", "skipped": "SKIP"}


@dataclass(frozen=True)
class Node:
    """One node that dbt ran: "success", "error", "skipped" for models and seeds; "pass", "warn", "fail" for tests."""

    unique_id: str
    status: str = "success"
    message: str | None = None
    failures: int | None = None
    seconds: float = 0.1


TWO_MODELS = (Node("model.demo.stg_orders"), Node("model.demo.orders"))
Files = dict[str, Any]  # file name -> what becomes JSON


def files_of(nodes: Sequence[Node], *, which: str = "build") -> Files:
    """run_results.json and manifest.json, as much of them as these nodes tell."""
    results: list[dict[str, Any]] = [
        {
            "unique_id": node.unique_id,
            "status": node.status,
            "message": node.message,
            "failures": node.failures,
            "execution_time": node.seconds,
            "adapter_response": {},
            "timing": [],
            "thread_id": "Thread-1",
        }
        for node in nodes
    ]
    listed = {
        node.unique_id: {
            "unique_id": node.unique_id,
            "resource_type": node.unique_id.split(".")[0],
            "name": node.unique_id.split(".")[2],
            "depends_on": {"nodes": []},
        }
        for node in nodes
    }
    schema = "https://schemas.getdbt.com/dbt/{}.json"
    return {
        "run_results.json": {
            "metadata": {"dbt_schema_version": schema.format("run-results/v6")},
            "args": {"which": which},
            "elapsed_time": sum(node.seconds for node in nodes),
            "results": results,
        },
        "manifest.json": {
            "metadata": {"dbt_schema_version": schema.format("manifest/v12")},
            "nodes": listed,
            "sources": {},
            "metrics": {},
        },
    }


def nodes_of(files: Files) -> list[Node]:
    """The nodes of a run_results.json, if there is one."""
    results = files.get("run_results.json", {}).get("results", [])
    return [
        Node(
            result["unique_id"],
            str(result["status"]),
            result.get("message"),
            result.get("failures"),
            result.get("execution_time") or 0.0,
        )
        for result in results
    ]


def files_of_docs(build: Files) -> Files:
    """What `dbt docs generate` leaves: everything compiled and well, plus a catalog. It hides what the build said."""
    nodes = [Node(node.unique_id) for node in nodes_of(build)]
    catalog: Files = {"metadata": {}, "nodes": {node.unique_id: {} for node in nodes}, "sources": {}}
    made = files_of(nodes, which="generate")
    return {**build, "run_results.json": made["run_results.json"], "catalog.json": catalog}


def failed(nodes: Sequence[Node]) -> bool:
    """Does dbt end with an error?"""
    return any(node.status in BAD for node in nodes)


def log_of(command: str, nodes: Sequence[Node], *, until: int | None = None) -> str:
    """The log of a command; `until`: of its first so many nodes, while it runs."""
    lines = [f"Running with dbt: {command}", f"Found {len(nodes)} nodes"]
    for place, node in enumerate(nodes[:until], start=1):
        word = WORDS.get(node.status, "ERROR" if node.status != "fail" else f"FAIL {node.failures or 1}")
        lines.append(f"{place} of {len(nodes)} {word} {node.unique_id} [in {node.seconds:.2f}s]")
        if node.message:
            lines.append(f"  {node.message}")
    if until is None:
        counts = [
            sum(node.status in group for node in nodes) for group in ({"success", "pass"}, {"warn"}, BAD)
        ]
        skipped = sum(node.status == "skipped" for node in nodes)
        done = "PASS={} WARN={} ERROR={}".format(*counts)
        lines.append(f"Done. {done} SKIP={skipped} TOTAL={len(nodes)}")
    return "\n".join(lines)
