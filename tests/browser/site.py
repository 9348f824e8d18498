"""A site with one demo in each state, and a browser that is logged in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from demoforge.accounts.models import User
from provisioning.models import BuildRun, BuildStep, Resource, RunStatus, StepStatus
from provisioning.steps.phases import PHASES
from scenarios.library.indexing import index_brief
from scenarios.models import Demo, RevisionStatus
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_outline, example_plan
from tests.scenarios.views.rows import demo_of, revision_of


@dataclass
class Site:
    """Demos by the state they are in, and builds by theirs."""

    owner: User
    demos: dict[str, Demo] = field(default_factory=dict)
    builds: dict[str, BuildRun] = field(default_factory=dict)

    @property
    def addresses(self) -> list[str]:
        """Every page that a person can open."""
        ready, edit = f"/demos/{self.demos['ready'].pk}/", f"/demos/{self.demos['ready'].pk}/edit/"
        return [
            "/", "/?q=nothing", "/accounts/me/", "/demos/new/", "/nothing/here/", "/ai/guidance/",
            *(f"/ai/?provider={name}" for name in ("builtin", "anthropic", "openai", "compatible")),
            *(f"/connections/?kind={kind}" for kind in ("github", "dbt_cloud", "warehouse&type=snowflake&auth=keypair",
              "warehouse&type=bigquery", "warehouse&type=existing",
              "warehouse&type=existing&adapter=redshift&connection_id=70403100000001")),
            *(f"/demos/{demo.pk}/" for demo in self.demos.values()),
            *(f"{ready}?tab={tab}" for tab in ("lineage", "proof", "talk", "builds")),
            *(f"{ready}{page}" for page in ("brief/", "regenerate/", "revisions/", "revisions/1/", "revisions/1/files/",
              "revisions/1/files/?path=models/marts/fct_orders.sql", "revisions/1/files/?branch=fix/data-quality",
              "revisions/1/files/?branch=demo/day-2&path=seeds/orders.csv", "revisions/1/rehearse/",
              "revisions/1/run-of-show/", "revisions/compare/?old=1&new=2", "builds/")),
            *(f"{edit}{place}" for place in ("context/", "sources/", "sources/?item=orders", "models/?item=fct_orders",
              "semantic/", "pain_points/", "quality/", "day_two/", "talk_track/")),
            *(f"/builds/{build.pk}/" for build in self.builds.values()),
            f"/builds/{self.builds['succeeded'].pk}/result/",
        ]  # fmt: skip


def build_site(owner: User) -> Site:
    """One demo in each state of a revision, one build in each state that matters."""
    site = Site(owner)
    for number, status in enumerate(RevisionStatus):
        demo = demo_of(
            owner, company=f"Prospect {number} with quite a long name, Incorporated & Sons", industry="Retail"
        )
        outline = example_outline().model_dump(mode="json") if status == RevisionStatus.DRAFTING else None
        error = "The plan broke its own rules." if status == RevisionStatus.FAILED else ""
        revision_of(demo, status=status, plan=other_plan(status.value), outline=outline, error=error)
        site.demos[status.value] = demo
        index_brief(demo)
    revision_of(site.demos["ready"], plan=other_plan("second"))
    site.builds["succeeded"] = build_of(site.demos["ready"], RunStatus.SUCCEEDED)
    site.builds["failed"] = build_of(site.demos["ready"], RunStatus.FAILED)
    site.builds["running"] = build_of(site.demos["rendered"], RunStatus.RUNNING)
    return site


def other_plan(words: str) -> Plan:
    """The example plan with another code digest."""
    data = example_plan().model_dump(mode="json")
    data["statements"][0]["header"] = words
    long = "a_name_as_long_as_a_name_of_a_model_or_a_test_can_be_anywhere_xy"
    data["outline"]["pain_points"][0]["where"] = data["talk_track"]["beats"][0]["click"] = long
    data["outline"]["sources"][0]["label"] = data["outline"]["metrics"][0]["label"] = long
    data["outline"]["context"]["summary"] = f"{long} {long}"
    return Plan.model_validate(data)


def build_of(demo: Demo, status: RunStatus) -> BuildRun:
    """A build in its thirteen phases, stopped at the repository unless it succeeded."""
    now = timezone.now()
    run = BuildRun.objects.create(
        demo=demo, revision=demo.current, status=status, code_digest="x", repository_name=f"r-{demo.pk}-{status}",
        started_by=demo.owner, started_at=now - timedelta(seconds=9),
        finished_at=None if status == RunStatus.RUNNING else now,
    )  # fmt: skip
    stop = len(PHASES) if status == RunStatus.SUCCEEDED else 8
    here = {RunStatus.FAILED: StepStatus.FAILED, RunStatus.RUNNING: StepStatus.RUNNING}
    for number, phase in enumerate(PHASES):
        state = (
            StepStatus.SUCCEEDED
            if number < stop
            else here.get(status)
            if number == stop
            else StepStatus.PENDING
        )
        BuildStep.objects.create(
            run=run, key=phase.key, phase=phase.key, position=number, title=phase.title, status=state,
            attempt=number <= stop,
            started_at=now if number <= stop else None, finished_at=now if state == StepStatus.SUCCEEDED else None,
            error="The folder cannot be written." if state == StepStatus.FAILED else "",
            lease_until=now + timedelta(hours=1) if state == StepStatus.RUNNING else None,
        )  # fmt: skip
    step = run.steps.get(key="repository")
    place = f"/srv/demoforge/repositories/a/rather/long/path/to/{run.repository_name}.git"
    Resource.objects.create(run=run, step=step, kind="repository", name=run.repository_name, marker=f"m-{run.pk}",
                            location=place, status=Resource.Status.CREATED)  # fmt: skip
    return run


@contextmanager
def logged_in(browser: Browser, address: str, user: User, **options: Any) -> Iterator[BrowserContext]:
    """A browser context in which this person has logged in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=address, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    yield context
    context.close()


def complaints_of(page: Page) -> list[str]:
    """What the browser complains about from now on: errors, refused styles and scripts."""
    found: list[str] = []
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
