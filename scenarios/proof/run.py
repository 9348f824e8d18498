"""Run a Project and judge it: the door to this package."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scenarios.proof.client import Message, ProofUnavailable, Runner
from scenarios.proof.evidence import Evidence
from scenarios.proof.judge import PHASES, judge_build, judge_proof, node_results
from scenarios.proof.refusals import MAX_FILE_BYTES, refuse
from scenarios.proof.report import BuildReport, Finding, Preview, ProofReport
from scenarios.proof.request import Job
from scenarios.proof.spec import Limits, ProofSpec

Progress = Callable[[str], None]
DEFAULT_LIMITS = Limits()
_runner = Runner()


def run_proof(spec: ProofSpec, *, progress: Progress, limits: Limits = DEFAULT_LIMITS) -> ProofReport:
    """Really run the project, twice, and check everything `spec` says.

    A project that fails is a report with findings. Raises ProofUnavailable when the runner itself broke.
    `progress` gets a sentence at every phase and every seed or model; if it raises, the run is stopped.
    """
    started = time.monotonic()
    refused = refuse(spec.files)
    if refused:
        return ProofReport(passed=False, seconds=0.0, findings=refused, **_versions())
    job = Job(
        kind="proof",
        files=dict(spec.files),
        marts=list(spec.marts),
        metrics=list(spec.metrics),
        incremental=spec.incremental,
        limits=limits,
    )
    seen = _observe(job, progress)
    findings = judge_proof(spec, seen, limits)
    if not findings and seen.recheck is None:
        raise ProofUnavailable("The run of the project ended before everything was checked.")
    return ProofReport(
        **_common(seen, findings, started),
        previews=_previews(seen),
        row_counts=_row_counts(seen),
        metrics={name: look.value for name, look in seen.checks.metrics.items()} if seen.checks else {},
    )


def run_build(
    project: Mapping[str, str] | Path, *, progress: Progress, limits: Limits = DEFAULT_LIMITS
) -> BuildReport:
    """Run one plain `dbt build` on an empty database; `project` is its files, or the folder they are in.

    Tests that warn are counted and are no findings. Raises ProofUnavailable when the runner itself broke.
    """
    started = time.monotonic()
    files = read_folder(project) if isinstance(project, Path) else dict(project)
    refused = refuse(files)
    if refused:
        return BuildReport(passed=False, seconds=0.0, findings=refused, **_versions())
    seen = _observe(Job(kind="build", files=files, limits=limits), progress)
    return BuildReport(**_common(seen, judge_build(seen, limits), started))


def warm_up() -> None:
    """Start the warm process now, so that the next run need not wait for it. Raises ProofUnavailable."""
    _runner.warm_up()


def shutdown() -> None:
    """Stop the warm process of this process, and whatever it runs."""
    _runner.shutdown()


def dbt_version() -> str:
    """The installed dbt-core's version, without importing dbt."""
    return version("dbt-core")


def read_folder(folder: Path) -> dict[str, str]:
    """The text files of a project folder. Hidden and target folders, links and other files are left out."""
    files = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts) or parts[0] in {"target", "logs", "dbt_packages"}
        if hidden or path.is_symlink() or not path.is_file() or path.stat().st_size > 2 * MAX_FILE_BYTES:
            continue
        data = path.read_bytes()
        if b"\0" not in data:
            files["/".join(parts)] = data.decode(errors="replace")
    return files


def _observe(job: Job, progress: Progress) -> Evidence:
    """Collect the evidence of one job from the warm process."""
    seen = Evidence()
    with contextlib.closing(_runner.run(job)) as messages:
        for message in messages:
            try:
                seen.take(message)
            except (ValueError, KeyError, TypeError) as error:
                raise ProofUnavailable("The run of the project gave a senseless answer.") from error
            for sentence in _sentences(message, seen.phase):
                progress(sentence)
    _must_be_usable(seen)
    return seen


def _sentences(message: Message, phase: str) -> Iterator[str]:
    at = PHASES.get(phase, "Running")
    if "phase" in message:
        yield f"{at} ..."
    kind, _, rest = str(message.get("node", "")).partition(".")
    if kind in {"seed", "model"} and phase.endswith("_run"):
        yield f"{at}: {kind} {rest.partition('.')[2]}"


def _must_be_usable(seen: Evidence) -> None:
    """An end that says nothing about the project is the runner's fault, not the project's."""
    ending = seen.ending
    if ending.reason == "killed":
        sentence = "The run of the project was killed from outside."
        raise ProofUnavailable(sentence, "The machine may be short of memory. Try again.")
    if ending.reason == "fault":
        last_line = ending.detail.strip().rpartition("\n")[2]
        raise ProofUnavailable(f"The run of the project broke: {last_line}")
    unread = seen.parsed is None
    unrun = seen.parsed is not None and not seen.parsed.error and seen.first_run is None
    if ending.reason == "done" and (unread or unrun):
        raise ProofUnavailable("The run of the project ended without an answer.")


def _versions() -> dict[str, Any]:
    return {"dbt_version": dbt_version(), "adapter": f"duckdb {version('duckdb')}"}


def _common(seen: Evidence, findings: list[Finding], started: float) -> dict[str, Any]:
    """The fields every report has. Without findings, the run must really have happened."""
    nodes = node_results(seen)
    if not findings and not nodes:
        findings = [Finding(sentence="The project has nothing to run: no seed, no model, no test.")]
    tests = [node.status for node in nodes if node.resource_type == "test"]
    return {
        "passed": not findings,
        "seconds": round(time.monotonic() - started, 3),
        "phases": seen.phases,
        "nodes": nodes,
        "tests_passed": tests.count("pass"),
        "tests_warned": tests.count("warn"),
        "findings": findings,
        **_versions(),
    }


def _previews(seen: Evidence) -> dict[str, Preview]:
    marts = seen.checks.marts if seen.checks else {}
    return {
        name: Preview(columns=mart.columns, rows=mart.preview)
        for name, mart in marts.items()
        if not mart.error
    }


def _row_counts(seen: Evidence) -> dict[str, tuple[int | None, int | None]]:
    first = seen.checks.counts if seen.checks else {}
    second = seen.recheck.counts if seen.recheck else {}
    return {name: (count, second.get(name)) for name, count in first.items()}
