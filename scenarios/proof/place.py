"""Where a dbt invocation works: a project, and a folder with a profile, a database and dbt's own files."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from scenarios.proof.duckdb_lock import limits_at_start
from scenarios.proof.spec import Limits

DATABASE = "warehouse.duckdb"  # not named like the schema: DuckDB would find demo.x ambiguous
SCHEMA = "demo"
TARGET = "dev"
SEMANTIC_MANIFEST = "semantic_manifest.json"


@dataclass(frozen=True)
class Place:
    """`root` holds the profile and the database, `project` the files that dbt reads.

    DuckDB lets one process write or several read, so each invocation that writes has a place of its own.
    The database's file has the same name everywhere: the manifest of one place is good in all of them.
    """

    root: Path
    project: Path

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.root / DATABASE

    @property
    def semantic_manifest(self) -> Path:
        """What MetricFlow reads, once it is written."""
        return self.root / SEMANTIC_MANIFEST

    def clean(self, message: str) -> str:
        """A message without the run's own folders, which mean nothing to a reader."""
        for folder in (self.project, self.root, self.root.parent):
            message = message.replace(f"{folder}/", "")
        return message.strip()[:4000]


def make_place(root: Path, files: Mapping[str, str] | Path, limits: Limits) -> Place:
    """Make the folder and its profile; `files` is a project to write there, or the folder of one that exists.

    Raises ValueError for a file name that leaves the folder.
    """
    root.mkdir(parents=True, exist_ok=True)
    project = files if isinstance(files, Path) else root / "project"
    if not isinstance(files, Path):
        write_project(files, project)
    _write_profile(project, root, limits)
    return Place(root, project)


def copy_database(source: Place, target: Place) -> None:
    """Copy the database of one place, which nobody writes now, to another."""
    for suffix in ("", ".wal"):  # what a process that ended had not yet merged lies beside the file
        path = Path(f"{source.database}{suffix}")
        if path.exists():
            shutil.copyfile(path, f"{target.database}{suffix}")


def write_project(files: Mapping[str, str], project: Path) -> None:
    """Write the files below `project`. A name that leaves the folder raises ValueError."""
    root = project.resolve()
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.resolve().is_relative_to(root):
            raise ValueError(f"{name} lies outside the project")
        path.write_text(text, encoding="utf-8", newline="")


def _write_profile(project: Path, root: Path, limits: Limits) -> None:
    """Write the only profile there is, under the name that dbt_project.yml asks for."""
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    name = settings.get("profile") if isinstance(settings, dict) else None
    lock = {"directories": _seed_directories(project), "memory_mb": limits.query_memory_mb}
    target = {
        "type": "duckdb",
        "path": str(root / DATABASE),
        "schema": SCHEMA,
        "threads": 1,
        "config_options": limits_at_start(limits.query_memory_mb),
        "plugins": [{"module": "scenarios.proof.duckdb_lock", "config": lock}],
    }
    profile = {str(name or "demo"): {"target": TARGET, "outputs": {TARGET: target}}}
    (root / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")


def _seed_directories(project: Path) -> list[str]:
    """The folders DuckDB may read: those with CSV files."""
    return sorted({str(path.parent) for path in project.rglob("*.csv")}) or [str(project / "seeds")]
