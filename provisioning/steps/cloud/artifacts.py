"""What the first run left behind, compared with the Proof: the same nodes with the same results."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.outcome import NotThere
from provisioning.steps.base import Done, Outcome, Step, StepContext, StepFailed
from provisioning.steps.cloud.runs import facts_of
from provisioning.steps.hands import cloud_client
from provisioning.steps.outside import outside
from scenarios.proof import ProofReport
from scenarios.proving import read_report

BAD = ("error", "fail", "runtime error")
TOLD = 3  # differences in a sentence


def compare_artifacts(context: StepContext) -> Outcome:
    """Fetch results and manifest of the build's own step, and compare them node by node with the Proof."""
    about = facts_of(context)
    with cloud_client(context) as client:
        results = _results(_artifact(client, about, "run_results.json"))
        manifest = _artifact(client, about, "manifest.json")
    if not results:
        return Done("dbt Cloud keeps no results of this run, so they were not compared")
    if failed := sorted(name for name, status in results.items() if status in BAD):
        raise StepFailed(
            f"The run was green, but {failed[0]} ended with {results[failed[0]]}.",
            f"Look at {about['url']}, then press Retry.",
        )
    report = read_report(context.run.revision.proof)
    difference = differences(proven_results(report), results) if report else []
    return Done(_note(results, difference), _facts(results, manifest) | {"differences": difference})


def _artifact(client: DbtCloudClient, about: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A JSON artifact of the build's step; empty when the run has none, or it is not what it should be."""
    try:
        content = client.artifact(about["run_id"], path, step=about["build_step"])
        found = json.loads(content)
    except (NotThere, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _results(artifact: Mapping[str, Any]) -> dict[str, str]:
    """Kind and name -> status of everything that ran."""
    entries = artifact.get("results")
    return {
        short_name(str(entry.get("unique_id", ""))): str(entry.get("status", ""))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    }


def short_name(unique_id: str) -> str:
    """`model.project.orders` as "model orders"; without the digest that dbt puts behind tests' names."""
    kind, *rest = unique_id.split(".")
    named = rest[1:] or rest
    return " ".join([kind, ".".join(named[:1] if kind == "test" else named)]).strip()


def proven_results(report: ProofReport) -> dict[str, str]:
    """Kind and name -> status of everything that ran in the Proof."""
    return {short_name(node.unique_id): node.status for node in report.nodes}


def differences(proven: Mapping[str, str], ran: Mapping[str, str]) -> list[str]:
    """What is different, in words, sorted by name; nothing when both are the same."""
    found = []
    for name in sorted({*proven, *ran}):
        if name not in ran:
            found.append(f"{name} did not run")
        elif name not in proven:
            found.append(f"{name} was not in the Proof")
        elif proven[name] != ran[name]:
            found.append(f"{name}: {ran[name]}, proven with {proven[name]}")
    return found


def _facts(results: Mapping[str, str], manifest: Mapping[str, Any]) -> dict[str, Any]:
    kinds = Counter(name.partition(" ")[0] for name in results)
    statuses = Counter(status for name, status in results.items() if "test" in name.partition(" ")[0])
    metadata = manifest.get("metadata")
    about = metadata if isinstance(metadata, dict) else {}
    return {
        "nodes": len(results),
        "seeds": kinds["seed"],
        "models": kinds["model"],
        "tests_passed": statuses["pass"],
        "tests_warned": statuses["warn"],
        "dbt_version": str(about.get("dbt_version", ""))[:40],
        "adapter": str(about.get("adapter_type", ""))[:40],
    }


def _note(results: Mapping[str, str], difference: list[str]) -> str:
    counted = f"{len(results)} nodes"
    if not difference:
        return f"{counted}, each with the proven result"
    more = f" and {len(difference) - TOLD} more" if len(difference) > TOLD else ""
    return f"{counted}; not as in the Proof: {'; '.join(difference[:TOLD])}{more}"


ARTIFACTS = Step(
    "artifacts",
    "first_run",
    "Compare with the Proof",
    outside(compare_artifacts),
    after=("first_run",),
    doing="Comparing the run's results with the Proof",
)
