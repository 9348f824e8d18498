"""A parsed project on its way through a run. Used only inside a confined process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scenarios.proof import dbt_run
from scenarios.proof.dbt_run import DbtObject
from scenarios.proof.evidence import ManifestNode, Parsed
from scenarios.proof.forks import Send, Work, finish, run_phase, start
from scenarios.proof.look import open_database
from scenarios.proof.place import Place, copy_database, make_place
from scenarios.proof.request import Job


def parse_phase(name: str, place: Place, send: Send) -> tuple[DbtObject, Parsed]:
    """Parse in this process, which keeps the manifest (None when it does not parse) for those it forks."""
    started = start(name, send)
    manifest, parsed = dbt_run.parse(place)
    finish(name, started, parsed, send)
    return manifest, parsed


@dataclass(frozen=True)
class Course:
    """The project in `place`. Its database keeps what its first run made: later runs work on copies."""

    job: Job
    directory: Path
    place: Place
    manifest: DbtObject
    parsed: Parsed
    send: Send

    def phase(self, name: str, work: Work) -> int:
        """Do `work` as a phase, in a process of its own; returns GO_ON, HALT or FAULT."""
        return run_phase(name, self.directory, work, self.send)

    def run(self, phase: str, command: Sequence[str], place: Place) -> int:
        """Run a dbt command with this manifest as a phase."""
        return self.phase(phase, lambda tell: dbt_run.run(command, place, self.manifest, tell))

    def build(self, phase: str) -> int:
        """`dbt build` in this place as a phase."""
        return self.run(phase, dbt_run.BUILD, self.place)

    def copy(self, name: str) -> Place:
        """A place with the same project and a copy of the database."""
        place = make_place(self.directory / name, self.place.project, self.job.limits)
        copy_database(self.place, place)
        return place

    def node(self, name: str) -> ManifestNode | None:
        """The node of this name, or None."""
        return next((node for node in self.parsed.nodes if node.name == name), None)

    def write_semantic_manifest(self) -> None:
        """Let MetricFlow find what it reads, if the project has metrics."""
        if self.manifest.metrics:
            dbt_run.write_semantic_manifest(self.manifest, self.place)

    @contextmanager
    def open(self, *places: Place) -> Iterator[list[duckdb.DuckDBPyConnection]]:
        """The databases of these places, to read; no place twice."""
        databases = [open_database(place, self.job.limits) for place in places]
        try:
            yield databases
        finally:
            for database in databases:
                database.close()
