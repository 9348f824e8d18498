"""The day-2 branch on a copy of main's database, and a full refresh on a copy of that."""

from dataclasses import replace

import duckdb

from scenarios.proof import dbt_run
from scenarios.proof.arrived import MAX_ROWS, arrived
from scenarios.proof.branch_look import compare
from scenarios.proof.course import Course, parse_phase
from scenarios.proof.evidence import Arrived, SecondDay
from scenarios.proof.forks import GO_ON, HALT, OnNode
from scenarios.proof.place import Place, copy_database, make_place
from scenarios.proof.request import files_of
from scenarios.proof.rows import TooLongError


def day_two(main: Course) -> int:
    """Run the phases of the second day; returns GO_ON, HALT or FAULT."""
    branch = _branch(main)
    if branch is None:
        return HALT
    branch.write_semantic_manifest()
    code, refreshed = branch.build("day_two_run"), None
    incremental = main.job.incremental
    if code == GO_ON and incremental is not None and main.node(incremental.model) is not None:
        refreshed = branch.copy("refresh")
        code = branch.run("refresh", dbt_run.refresh(incremental.model), refreshed)
    if code != GO_ON:
        return code
    return main.phase("day_two_look", lambda tell: _look(main, branch.place, refreshed, tell))


def _branch(main: Course) -> Course | None:
    """The branch's project; None when it cannot be read. It is read anew only if more than seeds differ.

    dbt reads a seed's file when it runs; all that the manifest keeps of it is where it lies.
    """
    changed = main.job.day_two or {}
    place = make_place(main.directory / "day_two", files_of(main.job.files, changed), main.job.limits)
    copy_database(main.place, place)
    seeds = set(dbt_run.seed_files(main.manifest))
    if all(path in seeds and text is not None for path, text in changed.items()):
        dbt_run.move_seeds(main.manifest, place)  # in this process only: whoever forked it has its own
        return replace(main, place=place)
    manifest, parsed = parse_phase("day_two_parse", place, main.send)
    return None if manifest is None else replace(main, place=place, manifest=manifest, parsed=parsed)


def _look(main: Course, second: Place, refreshed: Place | None, tell: OnNode) -> SecondDay:
    with main.open(main.place, second) as (first, branch):
        compared = compare(first, branch, main.parsed.nodes, second, main.job, tell)
        day = SecondDay.model_validate(compared.model_dump())
        if refreshed is not None:
            try:
                day.arrived = _arrived(main, first, branch, refreshed)
            except TooLongError:
                day.error = f"it has more than {MAX_ROWS} rows, too many to list for a demo"
            except duckdb.Error as error:
                day.error = str(error)[:2000]
    return day


def _arrived(
    main: Course, first: duckdb.DuckDBPyConnection, branch: duckdb.DuckDBPyConnection, refreshed: Place
) -> Arrived | None:
    incremental = main.job.incremental
    node = main.node(incremental.model) if incremental is not None else None
    if incremental is None or node is None:
        return None
    with main.open(refreshed) as (anew,):
        return arrived(first, branch, anew, node.relation, incremental)
