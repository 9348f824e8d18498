"""Wall time from "Confirm and build" to "succeeded" on the local target, beside plain dbt on the same project.

Three figures in one run, in turn, median of N:
  unproven  a build of a revision whose project was never proven (Proof + first run + everything of ours)
  plain     `dbt build && dbt build` of the same project with the dbt command line, on an empty database
  proven    a build of a revision whose Proof has passed; `own` is its time without the dbt process of the first run

Usage: .venv/bin/python benchmarks/build_time.py [N]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from _product import ROOT, ready

from demoforge.accounts.models import User
from provisioning import engine, services
from provisioning.models import BuildRun, RunStatus, Target
from scenarios import drafting
from scenarios import services as scenario_services
from scenarios.briefs import read_brief
from scenarios.models import PlanRevision, RevisionStatus
from scenarios.proof import shutdown, warm_up


def drafted(number: int) -> PlanRevision:
    """A rendered revision that no Proof knows: the company's name differs each time."""
    brief = read_brief(ROOT / "docs" / "examples" / "retail.yaml", as_of="2026-11-20")
    brief = brief.model_copy(update={"company": f"{brief.company} {number}"})
    demo = scenario_services.create_demo(brief, provider="builtin", by=User.objects.get(username="se"))
    revision = PlanRevision.objects.get(pk=demo.current_id)
    while revision.status in (RevisionStatus.QUEUED, RevisionStatus.DRAFTING):
        drafting.advance_revision(revision.pk)
        revision.refresh_from_db()
    return revision


def build(revision: PlanRevision) -> tuple[float, BuildRun]:
    """Seconds of wall time of one build, and the build."""
    started = time.perf_counter()
    run = services.start_build(revision, target=Target.LOCAL, by=User.objects.get(username="se"))
    engine.drive(run.pk, on_change=lambda: None)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    if run.status != RunStatus.SUCCEEDED:
        raise SystemExit(f"the build ended as {run.status}")
    return seconds, run


def plain_dbt(revision: PlanRevision) -> float:
    """Seconds of wall time of `dbt build && dbt build` with the command line."""
    with tempfile.TemporaryDirectory(prefix="demoforge-plain-") as folder:
        files = dict(revision.files.filter(branch="main", is_document=False).values_list("path", "text"))
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text)
        profile = yaml.safe_load(files["dbt_project.yml"])["profile"]
        output = {"type": "duckdb", "path": f"{folder}/plain.duckdb", "schema": "demo", "threads": 1}
        text = yaml.safe_dump({profile: {"target": "dev", "outputs": {"dev": output}}})
        (Path(folder) / "profiles.yml").write_text(text)
        dbt = str(Path(sys.executable).parent / "dbt")
        environment = os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        started = time.perf_counter()
        for _ in range(2):
            subprocess.run([dbt, "build"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


def first_run_seconds(run: BuildRun) -> float:
    """Seconds that the dbt process of the first run took."""
    return float(run.steps.get(key="first_run").checkpoint["dbt_seconds"])


def main(rounds: int) -> None:
    """Run the rounds and print the medians."""
    ready()
    warm_up()  # as a worker does at its start
    unproven, plain, proven, own = [], [], [], []
    for number in range(rounds + 1):
        revision = drafted(number)
        seconds, _ = build(revision)
        beside = plain_dbt(revision)
        again, run = build(PlanRevision.objects.get(pk=revision.pk))
        if number == 0:
            continue  # the first round warms everything up
        unproven.append(seconds)
        plain.append(beside)
        proven.append(again)
        own.append(again - first_run_seconds(run))
        print(
            f"round {number}: unproven {seconds:.2f}  plain {beside:.2f}  proven {again:.2f}  own {own[-1]:.2f}"
        )
    shutdown()
    ratio = statistics.median(a / b for a, b in zip(unproven, plain, strict=True))
    print(
        f"median of {rounds}: unproven {statistics.median(unproven):.2f} s, plain {statistics.median(plain):.2f} s,"
    )
    print(
        f"  ratio {ratio:.2f} (at most 1.5); own time of a proven build {statistics.median(own):.2f} s (at most 1)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
