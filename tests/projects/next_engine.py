"""dbt's next engine, which must read every project without a word, for each warehouse's adapter."""

import json
import os
import subprocess
from pathlib import Path

import yaml

DBT = Path(__file__).resolve().parents[2] / ".venv-next" / "bin" / "dbt"
MISSING = "dbt's next engine is not installed: run `make setup-next`"
_OUTPUTS = {
    "snowflake": {"type": "snowflake", "account": "a", "user": "u", "password": "p", "database": "d",
                  "schema": "s", "warehouse": "w"},
    "bigquery": {"type": "bigquery", "method": "oauth", "project": "p", "dataset": "d"},
    "databricks": {"type": "databricks", "host": "h.invalid", "http_path": "/x", "token": "t", "schema": "s",
                   "catalog": "c"},
    "redshift": {"type": "redshift", "host": "h.invalid", "user": "u", "password": "p", "port": 5439,
                 "dbname": "d", "schema": "s"},
}  # fmt: skip


def complaints(project: Path, warehouse: str, place: Path) -> str:
    """What `dbt parse` prints about errors and warnings in the project's folder; empty when there are none.

    Profile, log and target are written below `place`.
    """
    name = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
    place.mkdir(parents=True, exist_ok=True)
    outputs = {name: {"target": "dev", "outputs": {"dev": _OUTPUTS[warehouse]}}}
    (place / "profiles.yml").write_text(json.dumps(outputs))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_ENGINE_NO_WARN_SEMANTIC_MANIFEST_VALIDATION": "true",
    }
    command = [str(DBT), "parse", "--project-dir", str(project), "--profiles-dir", str(place),
               "--target-path", str(place / "target"), "--log-path", str(place / "logs")]  # fmt: skip
    done = subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, timeout=60)
    printed = done.stdout + done.stderr
    loud = done.returncode != 0 or "warning" in printed.lower() or "error" in printed.lower()
    return (printed or "it failed without a word") if loud else ""
