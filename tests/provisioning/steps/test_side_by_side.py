"""Several workers at one build: what may run at the same time does, GitHub is written to one by one, nothing twice."""

import pytest

from provisioning.engine import drive
from provisioning.models import BuildStep, Target
from provisioning.steps import CATALOGUE
from tests.provisioning.steps.stage import assert_green, things
from tests.provisioning.test_build_race import together


@pytest.mark.django_db(transaction=True)
def test_three_workers_make_each_thing_once(stage):
    stage.github.latency = stage.cloud.latency = 0.05
    run = stage.start()
    together(*[lambda: drive(run.pk, on_change=lambda: None)] * 3)
    run.refresh_from_db()
    assert_green(stage, run)
    assert stage.github.most_writes_at_once() == 1
    spans = {
        row.key: (row.started_at, row.finished_at) for row in BuildStep.objects.filter(run=run, attempt__gt=0)
    }
    beside = [
        key
        for key in ("cloud_project", "cloud_connection")
        if spans[key][0] < spans["main_commit"][1] and spans["repository"][0] < spans[key][1]
    ]
    assert beside  # dbt Cloud does not wait for GitHub
    stage.github.latency = stage.cloud.latency = 0.0
    assert things(stage)
    stage.undo(run)
    assert things(stage) == []


@pytest.mark.parametrize("target", list(Target))
def test_every_catalogue_is_a_graph_that_ends(target):
    """Each step's prerequisites exist and come before it on the page, so that undo walks back over them."""
    seen: set[str] = set()
    for step in CATALOGUE[target]:
        missing = set(step.after) - {one.key for one in CATALOGUE[target]}
        assert missing == set(), step.key
        assert len(step.key) <= 40
        assert set(step.after) <= seen, step.key
        assert step.key not in seen
        seen.add(step.key)


def test_what_makes_something_outside_can_be_undone():
    """Commits, topics, branches and pull requests go with their repository; the rest makes nothing."""
    kept = {step.key for step in CATALOGUE[Target.DBT_CLOUD] if step.undo is None}
    project = {"template", "seeds", "staging", "intermediate", "marts", "schema", "semantic_layer", "proof"}
    with_repository = {
        "main_commit",
        "visible",
        "topics",
        "branch_fix",
        "pull_fix",
        "branch_day_two",
        "pull_day_two",
    }
    assert kept == project | with_repository | {"artifacts"}
