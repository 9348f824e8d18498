"""One run inside its confined process: read the project, run it, and then check it in lanes beside each other.

The job's own process never runs a build: it keeps the parsed project, has no threads, and so may fork.
"""

import gc
import os
from pathlib import Path

from scenarios.proof.confine import confine
from scenarios.proof.course import Course, parse_phase
from scenarios.proof.forks import GO_ON, Lanes, Send
from scenarios.proof.lanes import fix_lane, later_lanes
from scenarios.proof.place import make_place
from scenarios.proof.request import Job

AT_ONCE = 4  # lanes beside each other, on a machine with as many processors


def run_job(job: Job, directory: Path, send: Send) -> None:
    """Confine this process, run the job below `directory` and send what is observed, phase by phase."""
    confine(directory, job.limits)
    gc.disable()  # a process of a run ends before its garbage matters, and dbt makes much that looks like some
    lanes = Lanes(send, at_once=min(AT_ONCE, os.cpu_count() or 1))
    if job.fix is not None:
        lanes.start(fix_lane(job, directory, send))  # until main is built, a second processor would idle
    main = make_place(directory, job.files, job.limits)
    manifest, parsed = parse_phase("parse", main, send)
    if manifest is None:
        return
    course = Course(job, directory, main, manifest, parsed, send)
    if course.build("first_run") == GO_ON and job.kind == "proof":
        lanes.run(later_lanes(course))
