"""The commands that documents quote. Pure."""

from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR

BUILD = "dbt build"
ALL_QUALITY_TESTS = f"dbt test --select tag:{QUALITY_TAG}"
RED = f"{ALL_QUALITY_TESTS} --vars '{{{SEVERITY_VAR}: error}}'"


def one_test(name: str, *, red: bool = False) -> str:
    """Run the test with this name; `red` makes its failures errors."""
    return f"dbt test --select {name}" + (f" --vars '{{{SEVERITY_VAR}: error}}'" if red else "")
