"""A double click, and two workers at the build and at its undo: one build, each thing once, then nothing left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from provisioning import services
from provisioning.engine import drive
from provisioning.models import BuildRun
from tests.provisioning.faults.ground import ground, start
from tests.provisioning.faults.matrix import VARIANTS
from tests.provisioning.faults.verdicts import not_gone, not_green

pytestmark = pytest.mark.django_db(transaction=True)


def twice(work: Callable[[], object]) -> list[object]:
    """Do it in two threads at once, each with a connection of its own; what came out. Raises what they raise."""
    barrier = Barrier(2, timeout=20)

    def apart() -> object:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(apart) for _ in range(2)]
        return [one.result() for one in both]


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_clicks_and_two_workers_make_each_thing_once_and_remove_it(variant):
    with ground(variant, call_seconds=30) as stage:
        first, second = twice(lambda: start(stage).pk)
        assert first == second
        twice(lambda: drive(first, on_change=lambda: None))
        run = BuildRun.objects.get()
        assert not_green(stage, run) == []
        assert len(stage.cloud.all("run")) == 1
        assert stage.github.most_writes_at_once() == 1
        assert set(run.steps.values_list("failures", flat=True)) == {0}

        services.undo_build(run, by=stage.user)
        twice(lambda: drive(first, on_change=lambda: None))
        run.refresh_from_db()
        assert not_gone(stage, run) == []
        assert run.events.filter(text="Undo started.").count() == 1
