"""One run inside its confined process: parse, then fork one process for each dbt invocation and each look.

The parent of those forks never runs a build: it keeps the parsed project, has no threads, and so may fork.
"""

import os
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scenarios.proof import dbt_run
from scenarios.proof.confine import confine, confine_phase
from scenarios.proof.evidence import Looked, Ran
from scenarios.proof.look import look, open_database
from scenarios.proof.metrics import metric_values
from scenarios.proof.request import Job

Send = Callable[[dict[str, Any]], None]
SEMANTIC_MANIFEST = "semantic_manifest.json"
HALTING = {"error", "skipped", "runtime error"}  # node statuses after which looking further says nothing new
GO_ON, HALT, FAULT = 0, 3, 4


def run_job(job: Job, directory: Path, send: Send) -> None:
    """Confine this process, run the job below `directory` and send what is observed, phase by phase."""
    confine(directory, job.limits)
    project = directory / "project"
    dbt_run.write_project(job.files, project)
    dbt_run.write_profile(project, directory, job.limits)
    started = _start("parse", send)
    manifest, parsed = dbt_run.parse(project, directory)
    _finish("parse", started, parsed, send)
    if manifest is None:
        return

    def tell(node: str) -> None:
        send({"node": node})

    def build() -> Ran:
        return dbt_run.build(project, directory, manifest, tell)

    def look_again() -> Looked:
        with open_database(directory, job.limits) as database:
            return look(database, parsed.nodes, job.incremental, (), tell)

    def look_closely() -> Looked:
        with open_database(directory, job.limits) as database:
            looked = look(database, parsed.nodes, job.incremental, job.marts, tell)
            if job.metrics and manifest.metrics:
                path = _write_semantic_manifest(manifest, directory)
                looked.metrics = metric_values(database, path, job.metrics)
            return looked

    phases: list[tuple[str, Callable[[], Ran | Looked]]] = [("first_run", build)]
    if job.kind == "proof":
        phases += [("checks", look_closely), ("second_run", build), ("recheck", look_again)]
    for name, work in phases:
        code = _in_fork(name, directory, work, send)
        if code == FAULT or (code == HALT and name == "first_run"):
            return


def _write_semantic_manifest(manifest: dbt_run.DbtObject, directory: Path) -> Path:
    from dbt.contracts.graph.semantic_manifest import SemanticManifest  # noqa: PLC0415 - heavy

    path = directory / SEMANTIC_MANIFEST
    SemanticManifest(manifest).write_json_to_file(str(path))
    return path


def _in_fork(name: str, directory: Path, work: Callable[[], Ran | Looked], send: Send) -> int:
    """Run one phase in a process of its own; returns GO_ON, HALT (nodes failed) or FAULT (no result)."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os._exit(_phase(name, lambda: confine_phase(directory, parent), work, send))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        send({"ending": ending_of_signal(os.WTERMSIG(status))})
        return FAULT
    code = os.WEXITSTATUS(status)
    return code if code in (GO_ON, HALT) else FAULT


def _phase(name: str, enter: Callable[[], None], work: Callable[[], Ran | Looked], send: Send) -> int:
    """In the forked process: run the phase; returns its exit code."""
    try:
        started = _start(name, send)
        enter()
        result = work()
        _finish(name, started, result, send)
    except MemoryError:
        send({"ending": {"reason": "crash", "detail": "out of memory"}})
        return FAULT
    except BaseException:
        send({"ending": {"reason": "fault", "detail": traceback.format_exc()[-4000:]}})
        return FAULT
    halted = isinstance(result, Ran) and (
        result.error or any(node.status in HALTING for node in result.nodes)
    )
    return HALT if halted else GO_ON


def ending_of_signal(number: int) -> dict[str, str]:
    """How to call the end of a process that a signal ended."""
    if number == signal.SIGXCPU:
        return {"reason": "cpu"}
    if number == signal.SIGKILL:
        return {"reason": "killed"}
    return {"reason": "crash", "detail": signal.Signals(number).name}


def _start(name: str, send: Send) -> float:
    send({"phase": name})
    return time.monotonic()


def _finish(name: str, started: float, result: BaseModel, send: Send) -> None:
    seconds = round(time.monotonic() - started, 3)
    send({"done": name, "seconds": seconds, "result": result.model_dump(mode="json")})
