"""The commands that documents quote. Pure."""

from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR

BUILD = "dbt build"
ALL_QUALITY_TESTS = f"dbt test --select tag:{QUALITY_TAG}"
RED = f"{ALL_QUALITY_TESTS} --vars '{{{SEVERITY_VAR}: error}}'"

#: An incremental mart keeps old rows: only a full refresh shows a fix in all of them.
FIXED = f"git switch {FIX}\ndbt build --full-refresh"
SECOND_DAY = f"git switch {DAY_TWO}\ndbt build"
BACK = f"git switch {MAIN}\ndbt build --full-refresh"


def one_test(name: str, *, red: bool = False) -> str:
    """Run the test with this name; `red` makes its failures errors."""
    return f"dbt test --select {name}" + (f" --vars '{{{SEVERITY_VAR}: error}}'" if red else "")
