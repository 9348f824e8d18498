"""Builds on GitHub and dbt Cloud, beside the shortest time their calls need. Servers on loopback, 100 ms a call.

Real workers (two of Celery's, two processes each), the embedded queue server, the settings of the product: GitHub's
pause between writes is kept. A run of dbt Cloud takes RUN_SECONDS by itself.

  one     wall time of one build, from "Confirm and build" to green and compared, at most 1.25 of its critical path;
          no write and no call more than the reference's order needs
  twenty  20 builds at once with one token: all end green within 1.3 of what their writes take at 80 a minute, and none
          waits longer for its turn than all that may stand before it takes
  brief   from the brief to the first green run, drafted by a model that thinks three seconds an answer, and proven

Usage: .venv/bin/python benchmarks/builds.py [one] [twenty] [brief]        (all three: about six minutes)
"""

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import _running  # the product must be ready before its parts are imported
from _critical import FIRST_RUN, WRITES, critical_path, lane_seconds, weights_of
from django.conf import settings

from demoforge.accounts import vault
from demoforge.accounts.models import User
from provisioning import services
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields, Snowflake
from provisioning.models import ApiCall, BuildRun, RunStatus, Target
from scenarios import services as scenario_services
from scenarios.models import BUSY, PlanRevision, RevisionStatus
from tests.fakes.both import CLOUD_TOKEN, GITHUB_TOKEN, OWNER, PASSWORD, Both, both_servers
from tests.fakes.model_server import Answer, AskedOf, ModelServer
from tests.provisioning.scenery import ready_revision
from tests.provisioning.steps.stage import shape
from tests.provisioning.steps.test_dbt_cloud_target import CALLS
from tests.scenarios.ai.writing.played import BRIEF, Played

LATENCY, RUN_SECONDS, THINKING = 0.1, 2.0, 3.0
PAUSE = 60 / settings.GITHUB_WRITES_A_MINUTE
ONE, TWENTY, ROUNDS = 1.25, 1.3, 3
BUILDS, MOST_WRITES = 20, 3  # most writes of one step: the longest that one turn takes
MOST_WAITING = 7  # writes of one build that stand in the queue at once: topics, two branches
MAY_WRITE = {
    **{"repository": 1, "main_commit": 3, "topics": 1, "deploy_key": 1},
    **{"branch_fix": 3, "branch_day_two": 3, "pull_fix": 1, "pull_day_two": 1},
}
ARTIFACTS = [("GET", f"v2/runs/N/artifacts/{name}.json") for name in ("run_results", "manifest")]
PATIENCE = 900.0
BRIEF_SECONDS = 120.0


def main(wanted: list[str]) -> int:
    """Run what is wanted; 1 when a bound is missed."""
    parts = {"one": one_build, "twenty": many_builds, "brief": from_brief}
    user = _running.ready()
    with both_servers() as far, ModelServer(answer=thinking) as models:
        os.environ["ANTHROPIC_BASE_URL"] = settings.ANTHROPIC_BASE_URL = models.address("anthropic")
        os.environ["ANTHROPIC_API_KEY"] = settings.ANTHROPIC_API_KEY = "any"
        far.github.latency = far.cloud.latency = LATENCY
        far.cloud.run_seconds, far.cloud.run_slots = RUN_SECONDS, BUILDS
        where = connections_at(far, user)
        with _running.workers(2, 2):
            kept = [parts[name](far, where, user) for name in wanted or parts]
    return 0 if all(kept) else 1


def thinking(call: AskedOf) -> Any:
    """What the played model answers, after a while."""
    said = Played()(call)
    return Answer(said if isinstance(said, str) else json.dumps(said), seconds=THINKING)


def connections_at(far: Both, user: User) -> Connections:
    """The connections of the sales engineer, whose secrets are in memory as if they had been entered."""
    where = Connections(
        github=GitHubFields(api_url=far.github.url, owner=OWNER),
        dbt_cloud=DbtCloudFields(host=far.cloud.url, account_id=far.cloud.account_id),
        warehouse=Snowflake(account="xy12345", database="DEMO", warehouse="WH", user="DBT"),
    )
    for name, secret, fields in (
        ("github_token", GITHUB_TOKEN, where.github),
        ("dbt_cloud_token", CLOUD_TOKEN, where.dbt_cloud),
        ("snowflake_password", PASSWORD, where.warehouse),
    ):
        vault.put(user, name, secret, bound_to=fields.bound_to)
    return where


def confirm(revision: PlanRevision, where: Connections, user: User) -> BuildRun:
    """What “Confirm and build” does."""
    return services.start_build(revision, target=Target.DBT_CLOUD, connections=where, by=user)


def wait_for(runs: Iterable[BuildRun]) -> None:
    """Wait until the builds are over; all must be green."""
    waiting = {run.pk: run for run in runs}
    end = time.monotonic() + PATIENCE
    while BuildRun.objects.busy().filter(pk__in=waiting).exists() and time.monotonic() < end:
        time.sleep(0.2)
    for run in waiting.values():
        run.refresh_from_db()
        if run.status != RunStatus.SUCCEEDED:
            rows = run.steps.exclude(status__in=["succeeded", "skipped"])
            said = [(row.key, row.status, row.error or row.note) for row in rows]
            raise SystemExit(f"build {run.pk} is {run.status}: {said}")


def seconds_of(run: BuildRun) -> float:
    """From “Confirm and build” to the end."""
    return (run.finished_at - run.created_at).total_seconds()  # type: ignore[operator]  # it is over


# --- one ----------------------------------------------------------------------------------------------------


def one_build(far: Both, where: Connections, user: User) -> bool:
    """One build on idle workers, again and again after one that warms up; its median against its critical path."""
    ratios = []
    for number in range(ROUNDS + 1):
        run = confirm(ready_revision(f"Single {number}", user), where, user)
        wait_for([run])
        if number == 0:
            continue
        path, way = critical_path(
            run.target, weights_of(run, run_seconds=RUN_SECONDS), latency=LATENCY, pause=PAUSE
        )
        ratios.append(seconds_of(run) / path)
        print(
            f"one: {seconds_of(run):6.2f} s, critical path {path:.2f} s, ratio {ratios[-1]:.2f} ({' > '.join(way)})"
        )
    tell_steps(run)
    counts = tell_calls(run)
    ratio = statistics.median(ratios)
    print(f"one: median ratio {ratio:.2f} (at most {ONE})")
    return counts and ratio <= ONE


def tell_calls(run: BuildRun) -> bool:
    """The calls of a build beside what they may be; looks at the run apart, for their number depends on its length."""
    calls = list(ApiCall.objects.filter(run=run).select_related("step"))
    github = [call for call in calls if call.system == "GitHub"]
    writes = Counter(call.step.key for call in github if call.method in WRITES)
    looks = [call for call in calls if call.step.key == FIRST_RUN and call.method == "GET"]
    made = [(call.method, shape(call.path)) for call in calls if call not in github and call not in looks]
    needless = Counter(made) - Counter([*CALLS, *ARTIFACTS])
    told = ", ".join(f"{key} {number} of {MAY_WRITE[key]}" for key, number in writes.items())
    print(f"  GitHub: {writes.total()} writes ({told}), {len(github) - writes.total()} reads")
    print(
        f"  dbt Cloud: {len(made)} calls and {len(looks)} looks at the run; the reference's order needs ",
        end="",
    )
    print(f"{len(CALLS) + len(ARTIFACTS)} calls; needless: {dict(needless) or 'none'}")
    for number, (method, path) in enumerate(made, start=1):
        print(f"    {number:2} {method:5} {path}")
    return not needless and all(number <= MAY_WRITE[key] for key, number in writes.items())


def tell_steps(run: BuildRun) -> None:
    """When each step began and ended, in seconds after the click: where time is lost."""
    for row in run.steps.exclude(status="skipped").order_by("finished_at"):
        begun, ended = ((at - run.created_at).total_seconds() for at in (row.started_at, row.finished_at))
        print(f"  {begun:6.2f} {ended:6.2f}  {row.key} (attempts {row.attempt})")


# --- twenty -------------------------------------------------------------------------------------------------


def many_builds(far: Both, where: Connections, user: User) -> bool:
    """Builds that start at once, on four processes with one token."""
    revisions = [ready_revision(f"Crowd {number}", user) for number in range(BUILDS)]
    began = time.monotonic()
    runs = [confirm(revision, where, user) for revision in revisions]
    wait_for(runs)
    seconds = time.monotonic() - began
    weights = [weights_of(run, run_seconds=RUN_SECONDS) for run in runs]
    path = max(critical_path(Target.DBT_CLOUD, one, latency=LATENCY, pause=PAUSE)[0] for one in weights)
    lane = lane_seconds((weight for one in weights for weight in one.values()), pause=PAUSE)
    ratio, gap = seconds / max(path, lane), max(longest_gap(run) for run in runs)
    a_round = BUILDS * MOST_WAITING * PAUSE
    ends = sorted(seconds_of(run) for run in runs)
    print(
        f"twenty: {seconds:.1f} s; critical path {path:.1f} s, writes at {settings.GITHUB_WRITES_A_MINUTE} a minute "
        f"{lane:.1f} s; ratio {ratio:.2f} (at most {TWENTY})"
    )
    print(f"  ends after {ends[0]:.1f}, median {statistics.median(ends):.1f}, {ends[-1]:.1f} s")
    print(
        f"  longest wait of a build between two writes {gap:.1f} s (all that may stand before it: {a_round:.1f})"
    )
    most, at_once = far.github.most_writes_in(60.0), far.github.most_writes_at_once()
    allowed = settings.GITHUB_WRITES_A_MINUTE + MOST_WRITES
    print(f"  most writes within a minute {most} (at most {allowed}), at once {at_once} (at most 1)")
    return ratio <= TWENTY and gap <= a_round and most <= allowed and at_once == 1


def longest_gap(run: BuildRun) -> float:
    """The longest time from the start of a build, or a write to GitHub, to its next write, in seconds."""
    writes = ApiCall.objects.filter(run=run, system="GitHub", method__in=WRITES).order_by("at")
    times = [run.created_at, *writes.values_list("at", flat=True)]
    return max((later - sooner).total_seconds() for sooner, later in pairwise(times))


# --- brief --------------------------------------------------------------------------------------------------


def from_brief(far: Both, where: Connections, user: User) -> bool:
    """Drafted, proven, confirmed without anybody reading the plan, and built: far below ten minutes."""
    began = time.monotonic()
    demo = scenario_services.create_demo(BRIEF, provider="anthropic", ai_model="played-model", by=user)
    revision = PlanRevision.objects.get(pk=demo.current_id)
    while revision.status in BUSY:
        time.sleep(0.1)
        revision.refresh_from_db()
    ready = time.monotonic() - began
    if revision.status != RevisionStatus.READY:
        raise SystemExit(f"the draft is {revision.status}: {revision.error}")
    run = confirm(revision, where, user)
    wait_for([run])
    seconds = time.monotonic() - began
    print(
        f"brief: drafted and proven {ready:.1f} s, built and green {seconds_of(run):.1f} s, together {seconds:.1f} s "
        f"(at most {BRIEF_SECONDS:.0f})"
    )
    return seconds <= BRIEF_SECONDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
