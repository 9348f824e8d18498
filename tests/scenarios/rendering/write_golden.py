"""Writes the golden files anew: `python -m tests.scenarios.rendering.write_golden`. Then read the diff."""

import shutil
from pathlib import Path

from tests.scenarios.rendering.projects import golden_files, write

if __name__ == "__main__":
    folder = Path(__file__).parent / "golden"
    shutil.rmtree(folder, ignore_errors=True)
    write(golden_files(), folder)
