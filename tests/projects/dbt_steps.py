"""Run dbt in one process, step after step, and read the marts after each: a script, started by `postgres`.

The job comes from standard input, the answer goes to the file that the job names; both JSON. dbt is imported
once, which saves seconds.
"""

import json
import math
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

OPTIONS = ["--no-version-check", "--no-send-anonymous-usage-stats", "--quiet", "--log-level-file=none"]


def comparable(value: Any) -> Any:
    """Numbers to six digits, dates as ISO text, midnights as their date."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        number = float(value)
        return float(f"{number:.6g}") + 0.0 if math.isfinite(number) else str(number)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def run(arguments: list[str], project: str, profiles: str) -> dict[str, Any]:
    """One invocation of dbt: seconds, and the status and failures of every node."""
    folders = ["--project-dir", project, "--profiles-dir", profiles, "--log-path", f"{profiles}/logs"]
    started = time.monotonic()
    answer = dbtRunner().invoke([*arguments, *OPTIONS, *folders])
    seconds = round(time.monotonic() - started, 2)
    if answer.result is None:
        return {"seconds": seconds, "error": str(answer.exception), "nodes": {}, "messages": {}}
    results = answer.result.results
    return {
        "seconds": seconds,
        "error": "",
        "nodes": {result.node.name: [str(result.status), result.failures or 0] for result in results},
        "messages": {
            result.node.name: str(result.message)
            for result in results
            if str(result.status) not in ("success", "pass", "warn", "no-op")  # an exposure is nothing to run
        },
    }


def connect(warehouse: dict[str, str]) -> Any:
    """A connection of Python's own kind, when dbt has closed its own."""
    if warehouse["type"] == "duckdb":
        import duckdb
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()
        return duckdb.connect(warehouse["path"], read_only=True)
    import psycopg

    return psycopg.connect(warehouse["address"])


def marts(warehouse: dict[str, str], schema: str, names: list[str]) -> dict[str, Any]:
    """Every mart: its columns in order, and its rows, sorted."""
    found: dict[str, Any] = {}
    with connect(warehouse) as connection:
        for name in names:
            cursor = connection.execute(f'select * from "{schema}"."{name}"')
            columns = [column[0] for column in cursor.description]
            rows = [[comparable(value) for value in row] for row in cursor.fetchall()]
            found[name] = {"columns": columns, "rows": sorted(rows, key=repr)}
    return found


def main() -> None:
    """Run the job. A step that fails does not stop the others: the tests say what is wrong."""
    job = json.load(sys.stdin)
    found = {}
    for step in job["steps"]:
        outcome = run(step["arguments"], step["project"], step["profiles"])
        if step["read"] and not outcome["error"]:
            try:
                outcome["marts"] = marts(job["warehouse"], step["schema"], job["marts"])
            except Exception as error:  # a mart that was not built
                outcome["error"] = str(error)
        found[step["name"]] = outcome
    Path(job["answer"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
