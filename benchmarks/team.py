"""Server time and queries of a team's pages with 10,000 demos and 200 people in the database.

The library (list, search, filters, orders), insights, reviews, audit, fleet and one demo, as a manager or an
administrator sees them. Prints per page the number of queries, and p50 and p95 of the server time over N requests
(default 100) through the whole stack of middleware and templates, in this process. Budgets: 15 queries, and 150 ms
at p95. Ends with 1 when one is missed. CPU is the mean of this process alone: far below p50, the machine was busy with
something else, or the time was the database server's.

Usage: .venv/bin/python benchmarks/team.py [N] [--demos 10000] [--users 200] [--postgres]
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from _product import ready
from django.db import connection
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from provisioning.filling import fill
from scenarios.models import Demo, LibraryWord, Policy

QUERIES, MILLISECONDS = 15, 150.0
WARM = 3  # requests that are not counted: templates are compiled by the first


@dataclass(frozen=True)
class Page:
    """A page that is measured, and who asks for it."""

    name: str
    address: str
    who: str
    query: Mapping[str, str]


def pages() -> list[Page]:
    """What is measured: URL name, query and role of each."""
    word = (
        LibraryWord.objects.filter(kind=LibraryWord.Kind.METRIC).values_list("word", flat=True).first() or ""
    )
    demo = Demo.objects.approved().order_by("pk").first()
    wanted: list[tuple[str, str, str, dict[str, str]]] = [
        ("library", "demo_list", "manager", {}),
        ("library, as cards", "demo_list", "manager", {"view": "cards"}),
        ("library, last page", "demo_list", "manager", {"page": "99999"}),
        ("library of an engineer", "demo_list", "engineer", {}),
        ("library of an executive", "demo_list", "executive", {}),
        ("search, a company", "demo_list", "manager", {"q": "granite"}),
        ("search, a common word", "demo_list", "manager", {"q": word}),
        ("search, a beginning", "demo_list", "manager", {"q": "re"}),
        ("search, three words", "demo_list", "engineer", {"q": f"alder {word} cust"}),
        ("search, nothing fits", "demo_list", "manager", {"q": "zzzz"}),
        ("filter, templates", "demo_list", "manager", {"show": "templates"}),
        ("filter, favourites", "demo_list", "engineer", {"show": "favourites"}),
        ("filter, mine", "demo_list", "engineer", {"show": "mine"}),
        (
            "filter, industry",
            "demo_list",
            "manager",
            {"industry": demo.industry if demo else "", "status": "ready"},
        ),
        ("order, copied most", "demo_list", "manager", {"sort": "used"}),
        ("order, company", "demo_list", "manager", {"sort": "company"}),
        ("insights by team", "insights", "manager", {}),
        ("insights by person", "insights", "manager", {"by": "person"}),
        ("insights, a year", "insights", "manager", {"period": "365", "by": "industry"}),
        ("insights, all time", "insights", "manager", {"period": "all"}),
        ("insights as CSV", "insights_download", "manager", {"by": "person"}),
        ("review queue", "review_queue", "manager", {}),
        ("audit", "audit_trail", "admin", {}),
        ("audit, searched", "audit_trail", "admin", {"who": "fill-0042"}),
        ("fleet", "fleet", "manager", {}),
    ]
    listed = [Page(name, reverse(url), who, query) for name, url, who, query in wanted]
    return (
        [*listed, Page("one demo", reverse("demo_detail", args=[demo.pk]), "manager", {})] if demo else listed
    )


def people() -> dict[str, User]:
    """Somebody of each role, who has work of their own."""
    roles = {"manager": Role.MANAGER, "admin": Role.ADMIN, "engineer": Role.SALES_ENGINEER,
             "executive": Role.ACCOUNT_EXECUTIVE}  # fmt: skip
    own = User.objects.filter(username__startswith="fill-", is_active=True).order_by("username")
    return {name: own.filter(role=role.value)[0] for name, role in roles.items()}


def counted(work: Callable[[], object]) -> int:
    """How many queries some work takes."""
    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        work()
    return len(queries)


def measure(page: Page, client: Client, rounds: int) -> bool:
    """Print the page's queries and times; whether it keeps within the budgets."""

    def ask() -> Any:
        return client.get(page.address, page.query)

    for _ in range(WARM):
        answer = ask()
        if answer.status_code != 200:
            raise SystemExit(f"{page.name}: {page.address} answered {answer.status_code}")
    queries, times, busy = counted(ask), [], time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    busy = (time.process_time() - busy) * 1000 / rounds
    times.sort()
    p50, p95 = times[len(times) // 2], times[min(int(len(times) * 0.95), len(times) - 1)]
    kept = queries <= QUERIES and p95 <= MILLISECONDS
    verdict = "" if kept else "   MISSED"
    print(
        f"{page.name:<24} {queries:>3} queries   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   CPU {busy:6.1f} ms   "
        f"{len(answer.content):>8,} bytes{verdict}",
        flush=True,
    )
    return kept


def main() -> int:
    """Fill the database and measure; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rounds", nargs="?", type=int, default=100)
    parser.add_argument("--demos", type=int, default=10_000)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    wanted = parser.parse_args()
    ready()
    started = time.perf_counter()
    fill(demos=wanted.demos, users=wanted.users)
    Policy.objects.get_or_create(pk=1)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself after a while
    print(
        f"{connection.vendor}: {Demo.objects.count():,} demos, {User.objects.count():,} people, "
        f"{LibraryWord.objects.count():,} words, filled in {time.perf_counter() - started:.0f} s; "
        f"{wanted.rounds} requests a page; budgets {QUERIES} queries, {MILLISECONDS:.0f} ms at p95"
    )
    clients = {}
    for name, user in people().items():
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(user)
    kept = [measure(page, clients[page.who], wanted.rounds) for page in pages()]
    print(f"{sum(kept)} of {len(kept)} pages keep within the budgets")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
