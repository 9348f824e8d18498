"""Insights over real rows: what is read, how often the database is asked, the page, the file."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import Team, User
from demoforge.accounts.roles import Role
from provisioning.engine import advance
from provisioning.insights import Share, period_of, read_insights
from provisioning.models import BuildRun, RunKind, RunStatus
from scenarios.models import Demo, ModelCall, Origin, PlanRevision, RevisionStatus
from tests.provisioning.scenery import bare_demo, chain, person, run_out, small_build, step

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def noon() -> datetime:
    return timezone.now() - timedelta(days=3)


def begun_at(moment: datetime, **fields: Any) -> Demo:
    """A demo that was begun then, whose first revision passed its Proof five minutes later."""
    demo = bare_demo(fields.pop("owner", None))
    Demo.objects.filter(pk=demo.pk).update(created_at=moment, **fields)
    PlanRevision.objects.filter(demo=demo).update(created_at=moment, ready_at=moment + 5 * MINUTE)
    demo.refresh_from_db()
    return demo


def built(demo: Demo, start: datetime, end: datetime, **fields: Any) -> BuildRun:
    values: dict[str, Any] = {"status": RunStatus.SUCCEEDED, "kind": RunKind.BUILD, "succeeded_at": end}
    run = BuildRun.objects.create(
        demo=demo, revision=demo.current, repository_name=f"r{BuildRun.objects.count()}", started_by=demo.owner,
        **(values | fields),
    )  # fmt: skip
    BuildRun.objects.filter(pk=run.pk).update(created_at=start)
    return run


def read(cut: str = "team", period: str = "90") -> Any:
    return read_insights(period_of(period), cut=cut)


def test_the_way_to_a_working_demo_is_drafting_waiting_and_building(noon: datetime) -> None:
    demo = begun_at(noon)
    second = PlanRevision.objects.create(demo=demo, number=2, origin=Origin.EDITED, provider="builtin",
                                         status=RevisionStatus.READY, author=demo.owner)  # fmt: skip
    PlanRevision.objects.filter(pk=second.pk).update(
        created_at=noon + 30 * MINUTE, ready_at=noon + 32 * MINUTE
    )
    built(demo, noon + 60 * MINUTE, noon + 64 * MINUTE)
    built(demo, noon + 600 * MINUTE, noon + 700 * MINUTE)  # once more: the first one counts
    total = read().total
    assert total.whole.p50 == pytest.approx(64 * 60, abs=0.1)
    assert total.drafting.p50 == pytest.approx(7 * 60, abs=0.1)
    assert total.waiting.p50 == pytest.approx(53 * 60, abs=0.1)
    assert total.building.p50 == pytest.approx(4 * 60, abs=0.1)


def test_a_build_confirmed_during_the_proof_is_building_from_then_on(noon: datetime) -> None:
    built(begun_at(noon), noon + 3 * MINUTE, noon + 9 * MINUTE)
    total = read().total
    parts = [total.drafting.p50, total.waiting.p50, total.building.p50]
    assert parts == pytest.approx([180, 0, 360], abs=0.1)
    assert total.whole.p50 == pytest.approx(sum(parts), abs=0.1)


def test_updates_and_builds_that_failed_make_no_demo_work(noon: datetime) -> None:
    first = built(begun_at(noon), noon, noon + MINUTE, succeeded_at=None, status=RunStatus.FAILED)
    built(first.demo, noon, noon + MINUTE, kind=RunKind.UPDATE, live=first)
    assert read().total.working == 0


def test_a_demo_that_was_taken_down_has_worked_all_the_same() -> None:
    catalogue = chain(step("repository", undo=step("nothing").act))
    run = run_out(small_build(catalogue), catalogue)
    assert run.status == RunStatus.SUCCEEDED
    worked = run.succeeded_at
    assert worked is not None
    BuildRun.objects.filter(pk=run.pk).update(status=RunStatus.UNDOING)
    run.steps.update(status="to_undo")
    while advance(run.pk, catalogue=catalogue) == 0:
        pass
    run.refresh_from_db()
    assert (run.status, run.succeeded_at) == (RunStatus.UNDONE, worked)
    assert read().total.working == 1


def test_first_pass_is_of_first_revisions_that_are_settled(noon: datetime) -> None:
    begun_at(noon)
    for change in ({"repairs": 1}, {"status": RevisionStatus.BROKEN}, {"status": RevisionStatus.DRAFTING}):
        PlanRevision.objects.filter(demo=begun_at(noon)).update(**change)
    template = begun_at(noon).current
    begun_at(noon, template=template)  # a copy passes because its template did
    total = read().total
    assert total.first_pass == Share(2, 4)
    assert total.copies == Share(1, 6)


def test_costs_are_of_the_demos_of_the_period(noon: datetime) -> None:
    old = begun_at(timezone.now() - timedelta(days=200))
    for demo, prices in ((begun_at(noon), ("0.10", "0.05", None)), (old, ("7",))):
        for number, price in enumerate(prices, start=1):
            ModelCall.objects.create(revision=demo.current, number=number, purpose="outline", provider="openai",
                                     model="m", outcome="ok", price=Decimal(price) if price else None)  # fmt: skip
    assert (read().total.cost, read().total.unpriced) == (Decimal("0.15"), 1)
    assert read(period="all").total.cost == Decimal("7.15")
    assert [week.cost for week in read().weeks if week.begun] == [Decimal("0.15")]


def test_active_is_who_began_wrote_or_built_and_still_has_an_account(noon: datetime) -> None:
    owner, writer, builder = (person(name) for name in ("owner", "writer", "builder"))
    gone = User.objects.create_user("gone", is_active=False)
    person("idle")
    long_ago = timezone.now() - timedelta(days=120)
    begun_at(noon, owner=owner)
    begun_at(noon, owner=gone)
    other = begun_at(long_ago, owner=person("once"))
    PlanRevision.objects.create(demo=other, number=2, origin=Origin.EDITED, provider="builtin", author=writer)
    BuildRun.objects.create(demo=other, revision=other.current, repository_name="x", started_by=builder)
    assert read().adoption == Share(3, 5)


def test_the_number_of_queries_does_not_grow(client_of: ClientOf, make_user: Any, noon: datetime) -> None:
    client = client_of(make_user("mia", role=Role.MANAGER))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("insights"), {"by": "person"}).status_code == 200
        return len(queries)

    built(begun_at(noon), noon, noon + MINUTE)
    few = asked()
    for number in range(12):
        built(begun_at(noon, owner=person(f"p{number}")), noon, noon + MINUTE)
    assert asked() == few
    assert few <= 15


def test_the_page_draws_charts_with_tables(client_of: ClientOf, make_user: Any, noon: datetime) -> None:
    team = Team.objects.create(name="<North> & Co")
    built(begun_at(noon, team=team, rating=4, outcome="won"), noon + 10 * MINUTE, noon + 20 * MINUTE)
    client = client_of(make_user("mia", role=Role.MANAGER))
    page = client.get(reverse("insights")).content.decode()
    assert page.count('<svg class="chart"') == page.count("As a table") == 6
    for words in (
        "&lt;North&gt; &amp; Co",
        "20 min",
        "100 %",
        "in US dollars",
        "p90",
        "By team",
        "Last 90 days",
    ):
        assert words in page, words
    assert "<North>" not in page
    part = client.get(
        reverse("insights"), {"by": "industry"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert part.lstrip().startswith('<div id="insights"')
    assert "By industry" in part


def test_a_period_without_demos_says_so(client_of: ClientOf, make_user: Any) -> None:
    begun_at(timezone.now() - timedelta(days=40))
    client = client_of(make_user("mia", role=Role.MANAGER))
    page = client.get(reverse("insights"), {"period": "30"}).content.decode()
    assert "Nothing to count yet" in page
    assert '<svg class="chart"' not in page
    assert "Nothing to count yet" not in client.get(reverse("insights")).content.decode()


def test_the_file_has_numbers_and_no_formulas(client_of: ClientOf, make_user: Any, noon: datetime) -> None:
    begun_at(noon, team=Team.objects.create(name='=HYPERLINK("http://x")'), rating=3)
    client = client_of(make_user("mia", role=Role.MANAGER))
    answer = client.get(reverse("insights_download"))
    assert answer["Content-Disposition"] == 'attachment; filename="insights-90-by-team.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["team"] for row in rows] == ["All", '\'=HYPERLINK("http://x")', "No team"]
    assert (rows[0]["demos"], rows[0]["rating_average"], rows[0]["outcome_unknown"]) == ("1", "3.0", "1")
    assert rows[0]["brief_to_demo_p50_seconds"] == ""


@pytest.mark.parametrize("role", [Role.SALES_ENGINEER, Role.ACCOUNT_EXECUTIVE])
def test_others_see_no_insights(client_of: ClientOf, make_user: Any, role: Role) -> None:
    client = client_of(make_user("sam", role=role))
    assert client.get(reverse("insights")).status_code == 403
    assert client.get(reverse("insights_download")).status_code == 403
    assert reverse("insights") not in client.get("/").content.decode()
