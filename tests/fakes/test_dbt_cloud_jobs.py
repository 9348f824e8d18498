"""The dbt Cloud server of tests: jobs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.dbt_cloud_plain import INSTALLATION, MISSING, NO_TRIGGERS, SCHEDULE, Made, administered


@pytest.fixture
def api() -> Iterator[Made]:
    with administered() as api:
        yield api


@pytest.fixture
def server(api: Made) -> DbtCloudServer:
    return api.server


@pytest.mark.parametrize(
    "name",
    [
        "account_id",
        "project_id",
        "environment_id",
        "name",
        "state",
        "generate_docs",
        "run_generate_sources",
        "run_lint",
        "errors_on_lint_failure",
        "run_compare_changes",
        "execution",
        "settings",
        "triggers",
        "schedule",
    ],
)
def test_required_fields_of_jobs(api: Made, name: str) -> None:
    demo = api.demo()
    assert api.wrong("v2/jobs/", api.job_body(demo.project, demo.environment, **{name: None})) == {
        name: MISSING
    }


@pytest.mark.parametrize(
    ("schedule", "wrong"),
    [
        ({"time": {"type": "every_hour"}}, {"time": {"interval": MISSING}}),
        ({"time": {"type": "at_exact_hours"}}, {"time": {"hours": MISSING}}),
        ({"time": {"type": "at_exact_hours", "hours": [1], "interval": 1}}, {"time": {"interval": ...}}),
        ({"time": {"type": "every_hour", "hours": [1], "interval": 1}}, {"time": {"hours": ...}}),
        ({"date": {"type": "days_of_week"}}, {"date": {"days": MISSING}}),
        ({"date": {"type": "days_of_week", "days": [7]}}, {"date": {"days": ...}}),
        ({"date": {"type": "interval_cron"}}, {"date": {"cron": MISSING}}),
        ({"date": {"type": "days_of_week", "days": [0, 6]}}, None),
        ({"time": {"type": "at_exact_hours", "hours": [6]}}, None),
    ],
)
def test_schedules_of_jobs(api: Made, schedule: dict[str, Any], wrong: dict[str, Any] | None) -> None:
    demo = api.demo()
    body = api.job_body(demo.project, demo.environment, schedule={**SCHEDULE, **schedule})
    if wrong is None:
        assert api("POST", "v2/jobs/", body).status_code == 201
        return
    said = api.wrong("v2/jobs/", body)["schedule"]
    for part, fields in wrong.items():
        assert said[part].keys() == fields.keys()
        assert all(text in (..., said[part][name]) for name, text in fields.items())


@pytest.mark.parametrize(
    ("triggers", "wrong"),
    [
        (
            {"custom_branch_only": False},
            "Additional properties are not allowed ('custom_branch_only' was unexpected)",
        ),
        ({"on_merge": True, "schedule": True}, {"on_merge": "does not go together with schedule"}),
        ({"github_webhook": None}, {"github_webhook": MISSING}),
        ({"github_webhook": True}, "runs for pull requests need a native integration with the git provider"),
        ({"on_merge": True}, "runs for pull requests need a native integration with the git provider"),
    ],
)
def test_triggers_of_jobs(api: Made, triggers: dict[str, Any], wrong: Any) -> None:
    demo = api.demo()
    body = api.job_body(demo.project, demo.environment, triggers={**NO_TRIGGERS, **triggers})
    assert api.wrong("v2/jobs/", body) == {"triggers": wrong}
    api.server.violations.clear()  # the null


def test_ci_needs_the_github_app(api: Made) -> None:
    demo = api.demo()
    more = {"git_clone_strategy": "github_app", "github_installation_id": INSTALLATION}
    api.link({"id": demo.project, "name": "Demo"}, api.repository(demo.project, **more)["id"])
    triggers = {**NO_TRIGGERS, "github_webhook": True}
    made = api.job(demo.project, demo.environment, triggers=triggers, job_type="ci")
    assert made["job_type"] == "ci"
    body = api.job_body(
        demo.project, demo.environment, triggers=triggers, cost_optimization_features=["dbt_state"]
    )
    assert api("POST", "v2/jobs/", body).status_code == 405


def test_the_service_decides_between_scheduled_and_other(api: Made) -> None:
    demo = api.demo()
    made = api.job(
        demo.project, demo.environment, job_type="other", triggers={**NO_TRIGGERS, "schedule": True}
    )
    assert made["job_type"] == "scheduled"
    changed = api.data(
        "POST", f"v2/jobs/{made['id']}/", api.job_body(demo.project, demo.environment, name="New")
    )
    assert (changed["job_type"], changed["name"]) == ("other", "New")


def test_jobs_belong_to_deployment_environments_of_their_project(api: Made) -> None:
    demo, other = api.demo(), api.project()["id"]
    development = api.environment(demo.project, name="Dev", type="development", deployment_type=None)["id"]
    assert list(api.wrong("v2/jobs/", api.job_body(demo.project, development))) == ["environment_id"]
    assert list(api.wrong("v2/jobs/", api.job_body(other, demo.environment))) == ["environment_id"]
    assert api("POST", "v2/jobs/", api.job_body(12, demo.environment)).status_code == 404


def test_jobs_are_deleted_softly(server: DbtCloudServer, api: Made) -> None:
    demo = api.demo()
    assert api.data("DELETE", f"v2/jobs/{demo.job}/")["state"] == 2
    assert (len(server.jobs), server.alive("job")) == (1, [])
    assert api("POST", f"v2/jobs/{demo.job}/run/", {"cause": "x"}).status_code == 404
    assert api.data("GET", f"v2/jobs/?project_id={demo.project}") == []
