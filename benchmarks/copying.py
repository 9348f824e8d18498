"""Wall time of "Use as template": from the form to a proven copy, and to its local build, without a model.

For each of some examples: a demo is drafted, proven and approved; then copied N times, each time for another prospect,
warehouse and day. A copy must be proven and built within 20 seconds, have the approval, and no finding of the leak
scan. Ends with 1 when one is not.

Usage: .venv/bin/python benchmarks/copying.py [N]
"""

import sys
import time
from datetime import date, timedelta

from _product import ROOT, ready

from demoforge.accounts.models import User
from provisioning import engine, services
from provisioning.models import RunStatus, Target
from scenarios import reviewing
from scenarios import services as scenario_services
from scenarios.briefs import read_brief
from scenarios.drafting import drive_revision
from scenarios.leaks import leaks_of
from scenarios.library.copying import Wish, use_template
from scenarios.models import Demo, ModelCall, PlanRevision, RevisionStatus
from scenarios.proof import shutdown, warm_up

EXAMPLES = ("retail", "telecom", "banking")
SECONDS = 20.0
TARGETS = (("Aurelia Verlag GmbH", "Publishing", "bigquery"), ("Nordlys Kraft AS", "Energy", "databricks"))


def proven(revision: PlanRevision) -> PlanRevision:
    """The revision after drafting and Proof, which must have passed."""
    done = drive_revision(revision.pk, on_change=lambda _: None)
    if done.status != RevisionStatus.READY:
        raise SystemExit(f"{done.demo}: {done.status} {done.error}")
    return done


def template(name: str, by: User) -> Demo:
    """An approved demo of an example brief."""
    brief = read_brief(ROOT / "docs" / "examples" / f"{name}.yaml", as_of="2026-11-20")
    demo = scenario_services.create_demo(brief, provider="builtin", by=by)
    revision = proven(PlanRevision.objects.get(pk=demo.current_id))
    reviewing.ask_review(revision, note="", by=by)
    reviewing.approve(revision.reviews.get(), by=User.objects.get(username="manager"))
    return Demo.objects.select_related("current__approval").get(pk=demo.pk)


def measure(name: str, demo: Demo, number: int, by: User) -> bool:
    """Copy it once and print the times; whether all is as it must be."""
    company, industry, warehouse = TARGETS[number % len(TARGETS)]
    wish = Wish(f"{company} {number}", industry, warehouse, date(2026, 11, 23) + timedelta(days=number))
    started = time.perf_counter()
    copy = use_template(demo, wish, by=by)
    revision = proven(PlanRevision.objects.get(pk=copy.current_id))
    passed = time.perf_counter() - started
    run = services.start_build(revision, target=Target.LOCAL, by=by)
    engine.drive(run.pk, on_change=lambda: None)
    built = time.perf_counter() - started
    run.refresh_from_db()
    good = run.status == RunStatus.SUCCEEDED and revision.is_approved and not leaks_of(revision)
    print(
        f"{name:<10} for {wish.company:<22} proven {passed:5.2f} s   built {built:5.2f} s   "
        f"{'approved, no leak' if good else 'NOT AS IT MUST BE'}",
        flush=True,
    )
    return good and built <= SECONDS


def main(rounds: int) -> int:
    """Measure all; the exit code."""
    by = ready()
    warm_up()
    kept = [
        measure(name, demo, number, by)
        for name in EXAMPLES
        for demo in [template(name, by)]
        for number in range(rounds)
    ]
    shutdown()
    if ModelCall.objects.exists():
        raise SystemExit("a model was called")
    print(f"{sum(kept)} of {len(kept)} copies were built within {SECONDS:.0f} s")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
