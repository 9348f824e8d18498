"""What a Proof does after the first run, in lanes beside each other. Used only inside a confined process."""

from pathlib import Path

from scenarios.proof import dbt_run
from scenarios.proof.answers import answer, dimension_faults
from scenarios.proof.branch_look import compare
from scenarios.proof.course import Course, parse_phase
from scenarios.proof.day_two import day_two
from scenarios.proof.evidence import Compared, Looked
from scenarios.proof.forks import FAULT, HALT, Lane, OnNode, Send
from scenarios.proof.look import look
from scenarios.proof.metrics import MetricReader
from scenarios.proof.place import Place, make_place
from scenarios.proof.request import Job, files_of
from scenarios.proof.spec import RedSpec

FIX = "fix"  # the folder of the fix branch


def fix_lane(job: Job, directory: Path, send: Send) -> Lane:
    """Read the fix branch and build it on an empty database. It needs nothing of main."""
    return Lane("fix_parse", lambda: _build_fix(job, directory, send))


def _build_fix(job: Job, directory: Path, send: Send) -> int:
    place = make_place(directory / FIX, files_of(job.files, job.fix or {}), job.limits)
    manifest, parsed = parse_phase("fix_parse", place, send)
    if manifest is None:
        return HALT
    course = Course(job, directory, place, manifest, parsed, send)
    course.write_semantic_manifest()
    return course.build("fix_run")


def later_lanes(course: Course) -> list[Lane]:
    """What follows main's first run, the longest first."""
    job, red = course.job, course.job.red
    lanes = []
    if job.day_two is not None:
        lanes.append(Lane("day_two_run", lambda: day_two(course)))
    lanes.append(Lane("second_run", lambda: _again(course)))
    if red is not None:
        lanes.append(Lane("red_run", lambda: _red(course, red)))
    lanes.append(Lane("checks", lambda: course.phase("checks", lambda tell: _check(course, tell))))
    if job.fix is not None:
        lanes.append(Lane("fix_look", lambda: _compare_fix(course), after=["fix_parse"]))
    return lanes


def _again(course: Course) -> int:
    """The same build once more, and whether it changed anything."""
    place = course.copy("again")
    if course.run("second_run", dbt_run.BUILD, place) == FAULT:
        return FAULT

    def recheck(tell: OnNode) -> Looked:
        with course.open(place) as (database,):
            return look(database, course.parsed.nodes, course.job.incremental, (), tell)

    return course.phase("recheck", recheck)


def _red(course: Course, red: RedSpec) -> int:
    """The documented command. It reads the project itself, because its variables change what the tests are."""
    place = course.copy("red")
    return course.phase("red_run", lambda tell: dbt_run.run(dbt_run.red(red), place, None, tell))


def _check(course: Course, tell: OnNode) -> Looked:
    """Everything about what the first run made."""
    job = course.job
    course.write_semantic_manifest()
    with course.open(course.place) as (database,):
        looked = look(database, course.parsed.nodes, job.incremental, job.marts, tell)
        if course.place.semantic_manifest.exists():
            reader = MetricReader(database, course.place.semantic_manifest, job.complete_before)
            looked.metrics = reader.values(job.metrics)
            asked = [question for question in job.questions if question.metric in reader.names]
            looked.answers = {question.metric: answer(reader, question) for question in asked}
            looked.dimensions = dimension_faults(reader, job.dimensions)
    return looked


def _compare_fix(course: Course) -> int:
    fix = Place(course.directory / FIX, course.directory / FIX / "project")

    def fix_look(tell: OnNode) -> Compared:
        with course.open(course.place, fix) as (main, branch):
            return compare(main, branch, course.parsed.nodes, fix, course.job, tell)

    return course.phase("fix_look", fix_look)
