"""Server time and queries of the pages with 10,000 demos in the database: list, review, build, and a running poll.

Prints per page the number of queries, and p50 and p95 of the server time over N requests (default 200) through the
whole stack of middleware and templates, in this process. Budgets: 12 queries and 100 ms at p95 (a poll: 4 queries).

Usage: .venv/bin/python benchmarks/pages.py [N]
"""

import sys
import time
from typing import Any

from _product import ROOT, ready
from django.db import connection
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import User
from provisioning import engine, services
from provisioning.models import BuildRun, RunStatus, StepStatus, Target
from scenarios import services as scenario_services
from scenarios.briefs import read_brief
from scenarios.drafting import drive_revision
from scenarios.models import Demo, PlanRevision
from scenarios.proof import shutdown

DEMOS = 10_000
HEADERS = {"HTTP_HX_REQUEST": "true"}


def quiet(*_: object) -> None:
    """Nobody listens."""


def built_demo(user: User) -> tuple[Demo, BuildRun]:
    """One demo that is really drafted, proven and built."""
    brief = read_brief(ROOT / "docs" / "examples" / "retail.yaml", as_of="2026-11-20")
    demo = scenario_services.create_demo(brief, provider="builtin", by=user)
    revision = drive_revision(demo.current_id, on_change=quiet)
    run = services.start_build(revision, target=Target.LOCAL, by=user)
    engine.drive(run.pk, on_change=quiet)
    return demo, BuildRun.objects.get(pk=run.pk)


def fill(demo: Demo, run: BuildRun) -> None:
    """9,999 further demos with a revision and a build each, as copies of the real one."""
    model = PlanRevision.objects.get(pk=run.revision_id)
    demos = Demo.objects.bulk_create(
        [
            Demo(
                owner=demo.owner,
                company=f"Prospect {n}",
                industry=demo.industry,
                warehouse="snowflake",
                as_of=demo.as_of,
                discovery_notes="Notes",
                pain_points="Pains",
            )
            for n in range(DEMOS - 1)
        ],
        batch_size=500,
    )
    copied = {
        f.name: getattr(model, f.name) for f in model._meta.concrete_fields if f.name not in ("id", "demo")
    }
    revisions = PlanRevision.objects.bulk_create(
        [PlanRevision(demo=other, **copied) for other in demos], batch_size=100
    )
    for other, revision in zip(demos, revisions, strict=True):
        other.current = revision
    Demo.objects.bulk_update(demos, ["current"], batch_size=500)
    BuildRun.objects.bulk_create(
        [
            BuildRun(
                demo=revision.demo,
                revision=revision,
                status=RunStatus.SUCCEEDED,
                code_digest=run.code_digest,
                project_digest=run.project_digest,
                repository_name=f"copy-{n}",
                started_by=run.started_by,
            )
            for n, revision in enumerate(revisions)
        ],
        batch_size=500,
    )


def measure(client: Client, name: str, url: str, rounds: int, **headers: str) -> None:
    """Print queries and times of one page."""
    response = client.get(url, **headers)
    if response.status_code != 200:
        raise SystemExit(f"{name}: {url} answered {response.status_code}")
    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        client.get(url, **headers)
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        client.get(url, **headers)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    line = f"{name:<24} {len(queries):>3} queries   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms"
    print(f"{line}   {len(response.content):>8,} bytes")


def main(rounds: int) -> None:
    """Fill the database and measure."""
    user = ready()
    demo, run = built_demo(user)
    shutdown()
    fill(demo, run)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    print(f"{Demo.objects.count():,} demos, {rounds} requests a page")
    measure(client, "list", reverse("demo_list"), rounds)
    measure(client, "list, searched", reverse("demo_list") + "?q=prospect+77", rounds)
    measure(client, "list, last page", reverse("demo_list") + "?page=400", rounds)
    measure(client, "review", reverse("demo_detail", args=[demo.pk]), rounds)
    measure(client, "build", reverse("build_detail", args=[run.pk]), rounds)
    measure(client, "result", reverse("build_result", args=[run.pk]), rounds)
    BuildRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, finished_at=None)
    run.steps.filter(key="first_run").update(status=StepStatus.RUNNING, finished_at=None)
    measure(client, "poll of a running build", reverse("build_detail", args=[run.pk]), rounds, **HEADERS)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
