"""What makes the zygote warm: heavy imports, and one parse of a small project for dbt's macros."""

import threading
from pathlib import Path

from scenarios.proof import dbt_run
from scenarios.proof.place import make_place
from scenarios.proof.spec import Limits

WARM_PROJECT = Path(__file__).parent / "warm_project"


def warm_up(directory: Path) -> None:
    """Import dbt and its DuckDB adapter, and parse the warm project. No threads are left. RuntimeError: a bug."""
    import dbt.mp_context  # noqa: PLC0415 - heavy, as are the next

    # dbt takes nothing but locks from here. Those of `multiprocessing` are named semaphores, which need a
    # helper process and stay behind when a run is killed; dbt's workers are threads, so thread locks do.
    dbt.mp_context._MP_CONTEXT = threading  # type: ignore[assignment]
    import dbt.adapters.duckdb.impl  # noqa: PLC0415
    import dbt.task.build  # noqa: PLC0415
    import dbt_common.tests  # noqa: PLC0415

    # Two thirds of parsing a small project is parsing dbt's own macros, whose text is always the same. dbt has a
    # cache from a template's text to its tree, made for its own tests; the forks of this process inherit it.
    dbt_common.tests.enable_test_caching()

    files = {str(path.relative_to(WARM_PROJECT)): path.read_text() for path in WARM_PROJECT.rglob("*.*")}
    manifest, parsed = dbt_run.parse(make_place(directory, files, Limits()))
    if manifest is None:
        raise RuntimeError(f"dbt cannot parse the project it is warmed up with: {parsed.error}")
