"""Plans and projects that the renderer's tests share, and dbt as a command."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scenarios.plan.parts import Plan
from scenarios.rendering import (
    DAY_TWO,
    FIX,
    MAIN,
    ProvenFacts,
    base_project,
    branch_changes,
    commit_message,
    pull_request,
    render_branches,
    render_code,
    render_documents,
)
from scenarios.rendering.facts import ArrivalFacts, ChangeFacts
from tests.scenarios.plan.example import example_plan

BIN = Path(sys.executable).parent

#: What a Proof of the example finds.
FACTS = ProvenFacts(
    dbt_version="1.12.0",
    adapter="duckdb",
    nodes=68,
    tests_passed=52,
    tests_warned=2,
    failures={"orders_customer_exists": 1, "orders_status_is_known": 2},
    row_counts={"dim_date": 761, "fct_orders": 10, "fct_order_items": 10, "dim_customers": 10},
    metrics={
        "revenue": 2148.62,
        "orders_placed": 10.0,
        "average_order_value": 214.862,
        "revenue_to_date": 2148.62,
    },
    red={"orders_customer_exists": 1, "orders_status_is_known": 2},
    fix_tests_passed=58,
    fix_changes={
        "stg_shop__orders": ChangeFacts(before=10, after=9, added=0, removed=1, changed=2),
        "fct_orders": ChangeFacts(before=10, after=9, added=0, removed=1, changed=2),
    },
    fix_metrics={
        "revenue": 2148.62,
        "orders_placed": 9.0,
        "average_order_value": 238.7355,
        "revenue_to_date": 2148.62,
    },
    arrivals=[
        ArrivalFacts(5011, "inserted", {"order_id": 5011, "order_status": "placed"}),
        ArrivalFacts(5012, "late", {"order_id": 5012, "order_status": "placed"}),
        ArrivalFacts(
            5010,
            "updated",
            {"order_id": 5010, "order_status": "delivered", "days_to_deliver": 1},
            {"order_id": 5010, "order_status": "placed", "days_to_deliver": None},
        ),
    ],
    untouched=9,
)

DUMMY_TARGETS: dict[str, dict[str, Any]] = {
    "snowflake": {
        "account": "a",
        "user": "u",
        "password": "p",
        "database": "d",
        "warehouse": "w",
        "schema": "s",
    },
    "bigquery": {"method": "oauth", "project": "p", "dataset": "d"},
    "databricks": {"host": "h.cloud.databricks.com", "http_path": "/sql/1.0", "token": "t", "schema": "s"},
    "redshift": {"host": "h", "user": "u", "password": "p", "port": 5439, "dbname": "d", "schema": "s"},
}


def example_files() -> dict[str, str]:
    """The example plan on the template that ships."""
    return render_code(example_plan(), template=base_project())


def golden_files() -> dict[str, str]:
    """All that is rendered of the example: `main` with its documents, what other branches change, their texts."""
    plan = example_plan()
    branches = render_branches(plan, template=base_project())
    files = branches[MAIN] | render_documents(plan, FACTS)
    for branch in (FIX, DAY_TWO):
        changes = branch_changes(branches, branch).items()
        files |= {f"branches/{branch}/{path}": text or "" for path, text in changes}
        files[f"branches/{branch}/pull_request.md"] = pull_request(plan, FACTS, branch).body
    for branch in branches:
        files[f"branches/{branch}/commit_message.txt"] = commit_message(plan, branch)
    return files


def changed(plan: Plan, **updates: Any) -> Plan:
    """The plan with other values at dotted places, such as `outline__company`; validated again."""
    data = plan.model_dump(mode="json")
    for place, value in updates.items():
        *path, last = place.split("__")
        target = data
        for step in path:
            target = target[step]
        target[last] = value
    return Plan.model_validate(data)


def _scenario(
    name: str, kind: str, place: str, rows: list[int], failures: int, **more: Any
) -> dict[str, Any]:
    table, column = place.split(".")
    words = {"cost": "Money.", "fix": "In staging.", "talking_points": ["It is caught"]}
    where = {"table": table, "column": column, "row_numbers": rows, "failing_rows": failures}
    return {"name": name, "kind": kind, "test_name": f"{name}_test", **where, **words, **more}


def rich_plan() -> Plan:
    """The example with other defects, really planted (`projects.DEFECTS`), and metrics of every type."""
    data = example_plan().model_dump(mode="json")
    rows = {entry["table"]: entry["rows"] for entry in data["rows"]}
    rows["customers"][8][2] = None  # no e-mail address
    rows["orders"][7][2] = rows["orders"][6][2]  # one invoice number twice
    rows["orders"][1][4] = "2026-01-02"  # delivered before it was ordered
    rows["order_items"][3][3] = -5
    rows["order_items"][4][3] = 500
    for source in data["outline"][
        "sources"
    ]:  # the example's own two defects stay in the rows, without their tests
        for column in source["columns"]:
            if (source["table"], column["name"]) in (("orders", "customer_id"), ("orders", "status")):
                column["references"], column["accepted_values"] = None, []
    data["quality"]["scenarios"] = DEFECTS
    data["outline"]["quality"] = [
        {"name": defect["name"], "title": "A defect", "kind": defect["kind"], "table": defect["table"],
         "column": defect["column"], "story": "It happened."}
        for defect in DEFECTS
    ]  # fmt: skip
    data["semantic"]["metrics"] += METRICS
    data["outline"]["metrics"] += [
        {"name": metric["name"], "label": metric["name"].replace("_", " "), "description": "One more."}
        for metric in METRICS
    ]
    return Plan.model_validate(data)


def soft_plan() -> Plan:
    """The example with columns that may be empty, so that defects are fixed in the other ways; breaks no rule."""
    data = example_plan().model_dump(mode="json")
    rows = {entry["table"]: entry["rows"] for entry in data["rows"]}
    columns = {
        (source["table"], column["name"]): column
        for source in data["outline"]["sources"]
        for column in source["columns"]
    }
    for place in (("orders", "customer_id"), ("order_items", "quantity"), ("customers", "email")):
        columns[place]["required"] = False
    mart = next(model for model in data["outline"]["models"] if model["name"] == "fct_orders")
    next(column for column in mart["columns"] if column["name"] == "customer_id")["required"] = False
    customers = next(source for source in data["outline"]["sources"] if source["table"] == "customers")
    customers["columns"].append(
        {
            "name": "verified_on",
            "type": "date",
            "description": "Day the address was proven.",
            "required": True,
        }
    )
    for row in rows["customers"]:
        row.append(row[5])
    rows["customers"][5][1] = None  # no name
    rows["customers"][8][2] = rows["customers"][5][2]  # an account opened twice
    rows["customers"][9][6] = "2026-01-02"  # verified before it was opened
    rows["order_items"][3][3] = -5
    rows["order_items"][4][3] = 500
    data["quality"]["scenarios"] = [data["quality"]["scenarios"][0], *SOFT_DEFECTS]
    data["outline"]["quality"] = [
        data["outline"]["quality"][0],
        *(
            {"name": defect["name"], "title": f"A defect of {defect['table']}", "kind": defect["kind"],
             "table": defect["table"], "column": defect["column"], "story": "It happened."}
            for defect in SOFT_DEFECTS
        ),
    ]  # fmt: skip
    columns["orders", "status"]["accepted_values"] = []  # the odd spellings stay, without their test
    return Plan.model_validate(data)


SOFT_DEFECTS = [
    _scenario("nameless", "null", "customers.full_name", [6], 1),
    _scenario("opened_twice", "duplicate", "customers.email", [6, 9], 1),
    _scenario("odd_quantities", "out_of_range", "order_items.quantity", [4, 5], 2, minimum=0, maximum=99),
    _scenario("verified_early", "impossible_dates", "customers.signed_up_on", [10], 1,
              later_column="verified_on"),
]  # fmt: skip

#: The kinds that the example does not have.
DEFECTS = [
    _scenario("lost_addresses", "null", "customers.email", [9], 1),
    _scenario("invoiced_twice", "duplicate", "orders.invoice_number", [7, 8], 1),
    _scenario("odd_quantities", "out_of_range", "order_items.quantity", [4, 5], 2, minimum=0, maximum=99.5),
    _scenario("early_parcels", "impossible_dates", "orders.order_ts", [2], 1, later_column="delivered_on"),
    _scenario("no_new_customers", "stale", "customers.signed_up_on", [10], 1, max_age_days=30),
]

METRICS = [
    {"type": "simple", "name": "known_customers", "model": "dim_customers", "agg": "count_distinct",
     "column": "customer_id"},
    {"type": "derived", "name": "revenue_growth", "left": "revenue", "operation": "growth",
     "right": "revenue", "right_offset_months": 1},
    {"type": "derived", "name": "orders_and_customers", "left": "orders_placed", "operation": "plus",
     "right": "known_customers"},
    {"type": "cumulative", "name": "revenue_of_a_week", "input": "revenue", "window_days": 7},
]  # fmt: skip


def write(files: Mapping[str, str], folder: Path) -> Path:
    """Write a project into `folder`."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return folder


class Dbt:
    """A project on disk with DuckDB beside it; commands run as typed. `more` goes into their environment."""

    def __init__(
        self, files: Mapping[str, str], folder: Path, *, program: Path = BIN / "dbt", **more: str
    ) -> None:
        self.folder = write(files, folder / "project")
        self.database = folder / "demo.duckdb"
        self._profiles, self._program, self._more = folder / "profiles", program, more
        profile = yaml.safe_load((self.folder / "dbt_project.yml").read_text())["profile"]
        duckdb = {"type": "duckdb", "path": str(self.database), "threads": 8, "schema": "main"}
        outputs = {"duckdb": duckdb} | {
            kind: {"type": kind, "threads": 8, **fields} for kind, fields in DUMMY_TARGETS.items()
        }
        write(
            {"profiles.yml": yaml.safe_dump({profile: {"target": "duckdb", "outputs": outputs}})},
            self._profiles,
        )

    def __call__(self, *words: str, program: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command, such as `dbt("build")`; its output is in `stdout`."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._profiles),
            "DBT_PROFILES_DIR": str(self._profiles),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "NO_COLOR": "1",
        } | self._more
        command = [str(BIN / program) if program else str(self._program), *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def artifact(self, name: str) -> dict[str, Any]:
        """A JSON file that dbt left in `target/`."""
        return json.loads((self.folder / "target" / name).read_text())

    def results(self) -> dict[str, tuple[str, int | None]]:
        """Status and failures of each node of the last command, by the node's name."""
        nodes = self.artifact("manifest.json")["nodes"]
        return {
            nodes[result["unique_id"]]["name"]: (result["status"], result["failures"])
            for result in self.artifact("run_results.json")["results"]
        }
