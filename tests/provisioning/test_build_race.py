"""Several workers at one build: each step runs once, each thing is created once."""

import threading
import time

import pytest
from django.db import connection, transaction

from provisioning import services
from provisioning.engine import drive
from provisioning.models import BuildRun, Resource, RunStatus, Target
from provisioning.steps.base import Done, StepContext
from scenarios.models import PlanRevision
from tests.provisioning.scenery import bare_demo, chain, ready_revision, small_build, step

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: object) -> None:
    """Run these at once, each in a thread with a connection of its own; raises what they raise."""
    barrier, errors = threading.Barrier(len(works)), []

    def start(work: object) -> None:
        try:
            barrier.wait()
            work()  # type: ignore[operator]
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if errors:
        raise errors[0]


def test_two_workers_run_each_step_once_and_independent_ones_beside_each_other():
    ran: list[str] = []
    beside = threading.Barrier(2, timeout=20)

    def creating(name: str):
        def act(context: StepContext) -> Done:
            ran.append(name)
            context.ledger.created(context.ledger.intend("thing", name), external_id=name, location="")
            time.sleep(0.01)
            return Done()

        return act

    def meeting(context: StepContext) -> Done:
        beside.wait()  # breaks unless the two of them run at the same time
        return creating(f"meeting-{len(ran)}")(context)

    catalogue = chain(
        step("a", creating("a")), step("b", creating("b"), after=["a"]),
        step("left", meeting, after=["b"]), step("right", meeting, after=["b"]),
        step("z", creating("z"), after=["left", "right"]),
    )  # fmt: skip
    run = small_build(catalogue)
    worker = lambda: drive(run.pk, on_change=lambda: None, catalogue=catalogue)  # noqa: E731
    together(worker, worker)
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    assert sorted(name[0] for name in ran) == ["a", "b", "m", "m", "z"]
    assert Resource.objects.count() == 5
    assert set(run.steps.values_list("attempt", flat=True)) == {1}
    assert run.events.filter(text="Build succeeded.").count() == 1


def test_a_double_click_starts_one_build():
    revision = ready_revision()
    by = revision.demo.owner
    clicked: list[int] = []

    def click() -> None:
        same = PlanRevision.objects.get(pk=revision.pk)
        clicked.append(services.start_build(same, target=Target.LOCAL, by=by).pk)

    together(click, click, click)
    assert len(clicked) == 3
    assert len(set(clicked)) == 1
    assert BuildRun.objects.count() == 1


def test_a_name_taken_by_a_build_that_nobody_sees_yet_is_not_taken_again():
    """The first build is written and not committed while the second one, in the same second, wants its name."""
    demos = [bare_demo() for _ in range(2)]
    written = threading.Event()

    def slowly() -> None:
        time.sleep(1.01 - time.time() % 1)  # a second has just begun
        with transaction.atomic():
            services.start_build(demos[0].current, target=Target.LOCAL, by=demos[0].owner)
            written.set()
            time.sleep(0.6)

    def at_the_same_time() -> None:
        assert written.wait(10)
        services.start_build(demos[1].current, target=Target.LOCAL, by=demos[1].owner)

    together(slowly, at_the_same_time)
    names = set(BuildRun.objects.values_list("repository_name", flat=True))
    assert len(names) == 2


def test_builds_of_one_company_in_one_second_have_different_names():
    demos = [bare_demo() for _ in range(3)]
    for demo in demos:
        services.start_build(demo.current, target=Target.LOCAL, by=demo.owner)
    names = set(BuildRun.objects.values_list("repository_name", flat=True))
    assert len(names) == 3
