"""Writes the golden files anew: `python -m tests.scenarios.rendering.write_golden`. Then read the diff."""

import shutil
from pathlib import Path

from scenarios.rendering import render_documents
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import FACTS, example_files, write

if __name__ == "__main__":
    folder = Path(__file__).parent / "golden"
    shutil.rmtree(folder, ignore_errors=True)
    write(example_files() | render_documents(example_plan(), FACTS), folder)
