"""Every example brief, the whole road: drafted, proven on all branches, run on PostgreSQL, read by dbt's next engine.

Prints a line per brief, and in the end how many passed at the first try. Ends with 1 if one did not.
  proof   seconds from the brief to the passing Proof: green run, red run, fix, second day, metrics, on DuckDB
  postgres  seconds of dbt on PostgreSQL for main twice, red, fix, second day and full refresh; marts equal DuckDB's
  next    adapter types for which dbt's next engine parses the project without error or warning

Usage: .venv/bin/python benchmarks/demos.py [NAME ...]      # all examples without names
"""

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from _product import ROOT, ready

from demoforge.accounts.models import User
from scenarios import services
from scenarios.briefs import read_brief
from scenarios.drafting import drive_revision
from scenarios.expectations import marts_of
from scenarios.models import PlanRevision, RevisionStatus
from scenarios.plan.names import WAREHOUSES
from scenarios.plan.parts import Plan
from scenarios.proof import ProofReport, shutdown, warm_up
from scenarios.proving import read_report
from scenarios.rendering import MAIN, expected_tests
from scenarios.rendering.readme import TALK_TRACK_PATH
from tests.projects import next_engine, postgres, talk_figures

AS_OF = "2026-11-20"
EXAMPLES = ROOT / "docs" / "examples"


@dataclass
class Line:
    """The figures of one brief, and what is wrong with them."""

    name: str
    cells: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def proven(line: Line, user: User) -> PlanRevision | None:
    """The revision of the brief, drafted and proven; None when it did not pass."""
    brief = read_brief(EXAMPLES / f"{line.name}.yaml", as_of=AS_OF)
    started = time.perf_counter()
    demo = services.create_demo(brief, provider="builtin", by=user)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    line.cells["proof"] = f"{time.perf_counter() - started:.1f} s"
    report = read_report(revision.proof)
    if revision.status != RevisionStatus.READY or report is None:
        findings = [finding.sentence for finding in report.findings] if report else [revision.error]
        line.wrong += [f"not proven: {sentence}" for sentence in findings]
        return None
    _describe(line, revision.read_plan(), report)
    line.wrong += talk_figures.faults(revision.files_of()[TALK_TRACK_PATH], revision.read_plan(), report)
    return revision


def _describe(line: Line, plan: Plan, report: ProofReport) -> None:
    line.cells["nodes"] = str(len(report.nodes))
    line.cells["warn"] = str(report.tests_warned)
    line.cells["red"] = str(sum(report.red.failed.values())) if report.red else "-"
    line.cells["fix"] = f"{report.fix.tests_passed}/0" if report.fix else "-"
    kinds = [row.kind for row in report.day_two.arrivals] if report.day_two else []
    counts = [kinds.count(kind) for kind in ("inserted", "updated", "late")]
    line.cells["day 2"] = "+".join(map(str, counts))
    line.cells["metrics"] = str(sum(value is not None for value in report.metrics.values()))
    failed = report.red.failed if report.red else {}
    if failed != expected_tests(plan, MAIN):
        line.wrong.append(f"red: {failed}")


def on_postgres(line: Line, revision: PlanRevision, address: str, folder: Path) -> None:
    """Run all branches on PostgreSQL, and compare every mart with DuckDB's."""
    plan, branches = revision.read_plan(), revision.branches(is_document=False)
    marts = marts_of(plan)
    theirs = postgres.run_on_postgres(
        branches, marts=marts, address=address, folder=_made(folder / f"p_{line.name}")
    )
    ours = postgres.run_on_duckdb(branches, marts=marts, folder=_made(folder / f"d_{line.name}"))
    line.cells["postgres"] = f"{theirs.seconds:.1f} s"
    for name, step in theirs.steps.items():
        broken = {} if name == "red" else step.messages
        if step.error or broken:
            line.wrong.append(f"PostgreSQL, {name}: {step.error or broken}")
        like = {"second": "first", "refresh": "day_two"}.get(name, name)
        if like in ours.steps and step.marts != ours.steps[like].marts:
            line.wrong.append(f"PostgreSQL, {name}: rows differ from DuckDB's")


def in_next_engine(line: Line, revision: PlanRevision, folder: Path) -> None:
    """Let the next engine parse `main` for each adapter type."""
    project = _made(folder / f"n_{line.name}")
    for path, text in revision.files_of(MAIN).items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    quiet = 0
    for warehouse in WAREHOUSES:
        said = next_engine.complaints(project, warehouse, folder / f"n_{line.name}_{warehouse}")
        quiet += not said
        line.wrong += [f"next engine, {warehouse}: {said}"] if said else []
    line.cells["next"] = f"{quiet}/{len(WAREHOUSES)}"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main(names: list[str]) -> int:
    """Run them all; returns the exit code."""
    user = ready()
    warm_up()
    address = postgres.start_server() if postgres.has_postgres_adapter() else ""
    lines = []
    with tempfile.TemporaryDirectory(prefix="demoforge-demos-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        for name in names or sorted(path.stem for path in EXAMPLES.glob("*.yaml")):
            line = Line(name)
            lines.append(line)
            if revision := proven(line, user):
                if address:
                    on_postgres(line, revision, address, Path(place))
                if next_engine.DBT.exists():
                    in_next_engine(line, revision, Path(place))
            cells = "  ".join(f"{key} {value:<6}" for key, value in line.cells.items())
            print(f"{name:<14} {cells} {'ok' if not line.wrong else 'WRONG'}", flush=True)
            for sentence in line.wrong:
                print(f"    {sentence}")
    shutdown()
    passed = sum(not line.wrong for line in lines)
    print(f"{passed} of {len(lines)} at the first try")
    if not address:
        print(f"PostgreSQL was left out: {postgres.MISSING}")
    if not next_engine.DBT.exists():
        print(f"The next engine was left out: {next_engine.MISSING}")
    return 0 if passed == len(lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
