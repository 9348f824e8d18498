"""Run a Project and judge it: the door to this package."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scenarios.proof import reports
from scenarios.proof.client import Message, ProofUnavailable, Runner
from scenarios.proof.evidence import Evidence
from scenarios.proof.judging import judge_build, judge_proof
from scenarios.proof.refusals import MAX_FILE_BYTES, refuse
from scenarios.proof.report import BuildReport, Finding, ProofReport
from scenarios.proof.request import Job, files_of, proof_job
from scenarios.proof.spec import Limits, ProofSpec
from scenarios.proof.words import PHASES

Progress = Callable[[str], None]
DEFAULT_LIMITS = Limits()
_runner = Runner()


def run_proof(spec: ProofSpec, *, progress: Progress, limits: Limits = DEFAULT_LIMITS) -> ProofReport:
    """Really run the project and its branches, and check everything `spec` says.

    A project that fails is a report with findings. Raises ProofUnavailable when the runner itself broke.
    `progress` gets a sentence at every phase and every seed or model; if it raises, the run is stopped.
    """
    started = time.monotonic()
    refused = _refuse(spec)
    if refused:
        return ProofReport(passed=False, seconds=0.0, findings=refused, **_versions())
    seen = _observe(proof_job(spec, limits), progress)
    findings = judge_proof(spec, seen, limits)
    if not findings and not _is_complete(spec, seen):
        raise ProofUnavailable("The run of the project ended before everything was checked.")
    return ProofReport(
        **_common(seen, findings, started),
        previews=reports.previews(seen),
        row_counts=reports.row_counts(seen),
        metrics=reports.values(seen.checks.metrics) if seen.checks else {},
        metric_periods=reports.periods(seen.checks.metrics) if seen.checks else {},
        red=reports.red_run(seen),
        fix=reports.fix_report(spec.fix, seen),
        day_two=reports.day_two_report(spec.day_two, seen),
        answers=reports.answers(spec, seen),
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
            for sentence in _sentences(message):
                progress(sentence)
    _must_be_usable(seen)
    return seen


def _sentences(message: Message) -> Iterator[str]:
    if "phase" in message:
        yield f"{PHASES.get(message['phase'], 'Running')} ..."
    kind, _, rest = str(message.get("node", "")).partition(".")
    phase = str(message.get("at", ""))
    if kind in {"seed", "model"} and phase.endswith(("_run", "refresh")):
        yield f"{PHASES.get(phase, 'Running')}: {kind} {rest.partition('.')[2]}"


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


def _refuse(spec: ProofSpec) -> list[Finding]:
    """What may not run, on main or on a branch."""
    findings = refuse(spec.files)
    for branch in (spec.fix, spec.day_two):
        if branch is not None and not findings:
            found = refuse(files_of(spec.files, branch.changed))
            name = branch.name or "a branch"
            findings = [
                finding.model_copy(update={"sentence": f"On {name}: {finding.sentence}"}) for finding in found
            ]
    return findings


def _is_complete(spec: ProofSpec, seen: Evidence) -> bool:
    """Whether everything that was asked for was looked at; what has no findings must have been seen."""
    asked = [
        (True, seen.checks),
        (True, seen.recheck),
        (spec.red, seen.red_run),
        (spec.fix, seen.fix_look),
        (spec.day_two, seen.day_two_look),
    ]
    return all(look is not None for wanted, look in asked if wanted)


def _versions() -> dict[str, Any]:
    return {"dbt_version": dbt_version(), "adapter": f"duckdb {version('duckdb')}"}


def _common(seen: Evidence, findings: list[Finding], started: float) -> dict[str, Any]:
    """The fields every report has. Without findings, the run must really have happened."""
    nodes = reports.node_results(seen.parsed, seen.first_run)
    if not findings and not nodes:
        findings = [Finding(sentence="The project has nothing to run: no seed, no model, no test.")]
    passed, warned = reports.count_tests(nodes)
    return {
        "passed": not findings,
        "seconds": round(time.monotonic() - started, 3),
        "phases": seen.phases,
        "nodes": nodes,
        "tests_passed": passed,
        "tests_warned": warned,
        "findings": findings,
        **_versions(),
    }
