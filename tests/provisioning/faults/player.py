"""A process that runs cells: a database, a proven revision and a settings of its own. Talks JSON, a line each.

{"record": "key"}  ->  the recording of that variant
{"cell": {...}}    ->  {"again": 0, "wrong": "", "seconds": 0.7}
"""

import json
import os
import sys
from dataclasses import asdict
from typing import Any

# First of all: nothing that this process does may touch this clone's var/ or its .env.
from tests import conftest

import django  # isort: skip

django.setup()

from django.core.management import call_command  # noqa: E402  # Django first

from tests.provisioning.faults.cells import run_cell  # noqa: E402
from tests.provisioning.faults.ground import record  # noqa: E402
from tests.provisioning.faults.matrix import Cell  # noqa: E402
from tests.provisioning.faults.mortals import Mortals  # noqa: E402


def answer(order: dict[str, Any], mortals: Mortals) -> dict[str, Any]:
    """Do what a line asks for."""
    if "record" in order:
        return asdict(record(order["record"]))
    result = run_cell(Cell.read(order["cell"]), mortals)
    return {"again": result.again, "wrong": result.wrong, "seconds": result.seconds}


def main() -> None:
    """Answer line by line until there are no more."""
    said, sys.stdout = sys.stdout, sys.stderr  # nothing else may stand among the answers
    call_command("migrate", verbosity=0)
    environment = {**os.environ, "DATABASE_URL": conftest.database_address()}
    with Mortals(environment) as mortals:
        for line in sys.stdin:
            said.write(json.dumps(answer(json.loads(line), mortals)) + "\n")
            said.flush()


if __name__ == "__main__":
    main()
