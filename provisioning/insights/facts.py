"""What is known about each demo of a period, in a row of plain values: six queries, however many demos there are.

The database hands out times as seconds: making a `datetime` of each would take longer than all the rest. What belongs
to a demo is younger than it, so it is chosen by its own time and no table is joined; what older demos got since is
read as well, and left out by `read_facts`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, Field, FloatField, Func, OuterRef, Q, Sum, When
from django.db.models.functions import Cast

from demoforge.accounts.models import Team, User
from provisioning.insights.periods import Period
from provisioning.models import BuildRun, RunKind
from scenarios.models import Demo, ModelCall, PlanRevision, RevisionStatus

_SETTLED = (RevisionStatus.READY, RevisionStatus.BROKEN, RevisionStatus.FAILED)


class Moment(Func):
    """A time as seconds since 1970, or None."""

    output_field = Field()  # of no kind: the kinds for numbers turn each value into a number once more
    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) AS double precision)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps times as text."""
        template = "((julianday(%(expressions)s) - 2440587.5) * 86400.0)"
        return self.as_sql(compiler, connection, template=template, **context)


class Fact(NamedTuple):
    """One demo. Times are seconds; those of the way to a working demo are None while there is none."""

    demo: int
    begun: float  # since 1970
    owner: int
    team: int | None
    industry: str
    copied: bool
    called: bool  # the day of the call has come
    rating: int | None
    outcome: str
    first_pass: bool | None  # revision 1 proven without a repair; None: a copy, or not settled yet
    cost: float  # US dollars, of the model calls whose price is known
    unpriced: int  # model calls without a known price
    whole: float | None = None  # from the brief to the working demo: the sum of the three that follow
    drafting: float | None = None  # plans drafted and proven
    waiting: float | None = None  # for the person
    building: float | None = None


_Road = tuple[float | None, float | None, float | None, float | None]  # the last four of a Fact
_NOWHERE: _Road = (None, None, None, None)
_Builds = Mapping[
    int, tuple[float, float]
]  # demo -> when the build that made it work was started and was through


def read_facts(period: Period, *, today: date) -> list[Fact]:
    """The demos begun in the period. Four queries."""
    builds, costs = _builds(period), _costs(period)
    drafting, first_passes = _revisions(period, builds)
    held = Case(When(call_on__lte=today, then=1), default=0, output_field=Field())
    rows = (
        Demo.objects.filter(created_at__gte=period.start)
        .order_by()
        .values_list(
            "pk",
            Moment("created_at"),
            "owner_id",
            "team_id",
            "industry",
            "template_id",
            held,
            "rating",
            "outcome",
        )
    )
    found = []
    for pk, begun, owner, team, industry, template, called, rating, outcome in rows:
        cost, unpriced = costs.get(pk, (0.0, 0))
        copied = template is not None
        road = _road(begun, builds[pk], drafting.get(pk, 0.0)) if pk in builds else _NOWHERE
        found.append(Fact(
            pk, begun, owner, team, industry, copied, bool(called), rating, outcome,
            None if copied else first_passes.get(pk), cost, unpriced, *road,
        ))  # fmt: skip
    return found


def _road(begun: float, build: tuple[float, float], drafting: float) -> _Road:
    """The way from brief to working demo. A build may start while the Proof runs: from then on it is building."""
    started, working = build
    return working - begun, drafting, max(0.0, started - begun - drafting), working - started


def _builds(period: Period) -> _Builds:
    """The build that first made a demo work, also when it is removed by now. The index `first_success` has it all."""
    rows = (
        BuildRun.objects.filter(kind=RunKind.BUILD, succeeded_at__isnull=False, created_at__gte=period.start)
        .order_by()
        .values_list("demo_id", Moment("created_at"), Moment("succeeded_at"))
    )
    found: dict[int, tuple[float, float]] = {}
    for demo, started, working in rows:
        if demo not in found or working < found[demo][1]:
            found[demo] = (started, working)
    return found


def _revisions(period: Period, builds: _Builds) -> tuple[dict[int, float], dict[int, bool]]:
    """Demo -> seconds of drafting and Proof before it was built, and demo -> whether revision 1 passed at once.

    The index `what_insights_read` has all of it, so no plan is read from the disk.
    """
    rows = (
        PlanRevision.objects.filter(created_at__gte=period.start)
        .order_by()
        .values_list("demo_id", "number", "status", Moment("created_at"), Moment("ready_at"), "repairs")
    )
    drafting: dict[int, float] = {}
    first_passes: dict[int, bool] = {}
    for demo, number, status, created, ready, repairs in rows:
        if number == 1 and status in _SETTLED:
            first_passes[demo] = status == RevisionStatus.READY and repairs == 0
        if ready is not None and demo in builds and created < (started := builds[demo][0]):
            drafting[demo] = drafting.get(demo, 0.0) + min(ready, started) - created
    return drafting, first_passes


def _costs(period: Period) -> dict[int, tuple[float, int]]:
    """Demo -> what its model calls cost, and how many have no known price."""
    rows = (
        ModelCall.objects.filter(revision__created_at__gte=period.start)
        .order_by()
        .values_list("revision__demo_id")
        .annotate(spent=Cast(Sum("price"), FloatField()), unpriced=Count("pk", filter=Q(price=None)))
    )
    return {demo: (price or 0.0, unpriced) for demo, price, unpriced in rows}


class Person(NamedTuple):
    """A person with an account."""

    name: str
    team: int | None
    counts: bool  # an account that is not deactivated


class People(NamedTuple):
    """Who there is, and who was active in the period: began a demo, wrote a revision or started a build."""

    persons: Mapping[int, Person]
    teams: Mapping[int, str]
    active: Collection[int]


def read_people(period: Period, owners: Collection[int]) -> People:
    """Everybody with an account, teams, and who was active; `owners` began demos. Two queries."""
    written = PlanRevision.objects.filter(author=OuterRef("pk"), created_at__gte=period.start)
    built = BuildRun.objects.filter(started_by=OuterRef("pk"), created_at__gte=period.start)
    rows = User.objects.order_by().values_list(
        "pk", "first_name", "last_name", "username", "team_id", "is_active", Exists(written), Exists(built)
    )
    persons, active = {}, set()
    for pk, first, last, login, team, counts, wrote, started in rows:
        persons[pk] = Person(f"{first} {last}".strip() or login, team, counts)
        if counts and (wrote or started or pk in owners):
            active.add(pk)
    return People(persons, dict(Team.objects.values_list("pk", "name")), active)
