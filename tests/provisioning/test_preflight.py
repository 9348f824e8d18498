"""The pre-flight asks both sides, changes nothing, and lists exactly what a build then creates."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from demoforge.accounts import vault
from provisioning import names, services
from provisioning.connections.fields import BigQuery, Connections, Existing, GitHubFields
from provisioning.models import ApiCall, BuildRun, Resource, RunStatus, Target
from provisioning.preflight import Preflight, preflight
from provisioning.preflight.planned import MARK, THINGS, host_of
from provisioning.steps import CATALOGUE
from scenarios.models import RevisionStatus
from tests.provisioning.steps.stage import (
    APP,
    CLOUD_TOKEN,
    GITHUB_TOKEN,
    OWNER,
    SNOWFLAKE,
    Stage,
    run_out,
    staged,
)

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged() as ready:
        yield ready


def check(stage: Stage, target: Target = Target.DBT_CLOUD, **more: Any) -> Preflight:
    asked = {"connections": stage.connections, "by": stage.user} | more
    return services.check_build(stage.revision, target=target, **asked)


def section(told: Preflight, title: str, level: str = "") -> str:
    """What was found out about one side, with this level or at all, in one text."""
    (found,) = (one for one in told.sections if one.title == title)
    return "\n".join(f"{one.sentence} {one.hint}" for one in found.checks if level in ("", one.level))


def blockers(told: Preflight) -> str:
    return "\n".join(f"{one.sentence} {one.hint}" for one in told.blockers)


# --- asking -------------------------------------------------------------------------------------------------


def test_when_all_is_well_nothing_stands_against_it_and_nothing_was_written(stage: Stage) -> None:
    told = check(stage)
    assert told.ok, blockers(told)
    assert [one.title for one in told.sections] == ["The demo", "GitHub", "dbt Cloud", "Warehouse"]
    assert "The token is acme-se's." in section(told, "GitHub", "ok")
    assert f"The name {told.repository_name} is free." in section(told, "GitHub", "ok")
    assert "The account is Acme" in section(told, "dbt Cloud", "ok")
    assert "Everything that Snowflake needs is there." in section(told, "Warehouse", "ok")
    for server in (stage.github, stage.cloud):
        assert {call.method for call in server.calls} == {"GET"}
    assert len(stage.github.calls) <= 4
    assert len(stage.cloud.calls) <= 6
    assert not BuildRun.objects.exists()
    assert not ApiCall.objects.exists()
    assert not Resource.objects.exists()


def test_both_sides_are_asked_at_the_same_time(stage: Stage) -> None:
    stage.github.latency = stage.cloud.latency = 0.15
    assert check(stage).ok
    spans = [(min(c.at for c in server.calls), max(c.until for c in server.calls)) for server in
             (stage.github, stage.cloud)]  # fmt: skip
    assert spans[0][0] < spans[1][1]
    assert spans[1][0] < spans[0][1]


def test_without_asking_nobody_is_called(stage: Stage) -> None:
    told = check(stage, ask=False)
    assert not told.ok, "nobody was asked"
    assert not told.blockers
    assert told.groups
    assert stage.github.calls == stage.cloud.calls == []


def test_who_does_not_answer_in_time_is_a_blocker_and_the_others_are_told(stage: Stage) -> None:
    stage.cloud.faults.add("timeout_before", "GET")
    stage.cloud.patience = 5
    run = BuildRun(
        demo=stage.revision.demo, revision=stage.revision, target=Target.DBT_CLOUD, started_by=stage.user,
        connections=stage.connections.model_dump(mode="json"), repository_name="fjell-dbt-demo-20260601-093000",
    )  # fmt: skip
    told = preflight(run, objections=[], seconds=1.5)
    assert "dbt Cloud has not answered in time." in section(told, "dbt Cloud", "blocker")
    assert "is free" in section(told, "GitHub", "ok")


def test_the_local_target_needs_nobody(stage: Stage) -> None:
    told = check(stage, Target.LOCAL, connections=None)
    assert told.ok
    assert [one.title for one in told.sections] == ["The demo"]
    assert [thing.what for group in told.groups for thing in group.things] == ["Git repository", "Commit"]
    assert stage.github.calls == stage.cloud.calls == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda stage: stage.github.revoke(GITHUB_TOKEN), "token"),
        (lambda stage: stage.cloud.revoke(CLOUD_TOKEN), "access URL"),
        (lambda stage: vault.forget(stage.user, "github_token"), "needs the GitHub token of alice"),
        (lambda stage: vault.forget(stage.user, "dbt_cloud_token"), "needs the dbt Cloud token of alice"),
        (lambda stage: vault.forget(stage.user, "snowflake_password"), "the warehouse's credentials of alice"),
        (lambda stage: stage.github.faults.add("500", "GET", "/user"), "GitHub"),
        (lambda stage: stage.cloud.faults.add("malformed", "GET"), "dbt Cloud"),
    ],
)  # fmt: skip
def test_what_a_build_would_fail_at_or_wait_for_is_a_blocker(
    stage: Stage, spoil: Callable[[Stage], object], words: str
) -> None:
    spoil(stage)
    told = check(stage)
    assert not told.ok
    assert words in blockers(told)
    assert GITHUB_TOKEN not in repr(told)


def test_a_refused_token_is_tried_once(stage: Stage) -> None:
    stage.github.revoke(GITHUB_TOKEN)
    check(stage)
    assert len(stage.github.calls) == 1


def test_missing_scopes_owner_and_permission(stage: Stage) -> None:
    stage.github.add_token("t-poor", login="acme-se", scopes=["read:org"])
    vault.put(stage.user, "github_token", "t-poor", bound_to=stage.github.url)
    assert "lacks the scope repo" in section(check(stage), "GitHub", "blocker")
    stage.github.add_token("t-guest", login="guest", scopes=["repo", "read:org"])
    vault.put(stage.user, "github_token", "t-guest", bound_to=stage.github.url)
    told = check(stage)
    assert "may not make private repositories there" in section(told, "GitHub", "blocker")
    assert "lacks the scope delete_repo" in section(told, "GitHub", "warning")
    nobody = GitHubFields(api_url=stage.github.url, owner="nobody")
    told = check(stage, connections=stage.connections.model_copy(update={"github": nobody}))
    assert "no organisation nobody" in section(told, "GitHub", "blocker")


def test_a_repository_of_that_name_is_there_already(stage: Stage) -> None:
    company = stage.revision.demo.public_name
    taken = names.repository_name(company, MOMENT)
    stage.github.add_repository(f"{OWNER}/{taken}")
    told = check(stage, moment=MOMENT)
    assert told.repository_name == taken
    assert f"already has a repository called {taken}" in section(told, "GitHub", "blocker")
    assert check(stage, moment=MOMENT + timedelta(seconds=1)).ok


def test_a_small_plan_has_one_project(stage: Stage) -> None:
    stage.cloud.plan = "starter_2025"
    stage.cloud.add_pat("t-person")
    vault.put(stage.user, "dbt_cloud_token", "t-person", bound_to=stage.cloud.url)
    assert check(stage).ok
    stage.cloud.things.add("project", name="Taken", account_id=stage.cloud.account_id)
    assert "The plan allows one project, and there is one already: Taken." in blockers(check(stage))


def test_the_app_has_to_be_installed_at_the_owner(settings: Any) -> None:
    with staged(app=True) as stage:
        vault.put(stage.user, "dbt_cloud_user_token", "t-person", bound_to=stage.cloud.url)
        stage.cloud.add_pat("t-person")
        assert check(stage).ok
        elsewhere = GitHubFields(api_url=stage.github.url, owner="acme-se")
        told = check(stage, connections=stage.connections.model_copy(update={"github": elsewhere}))
        assert f"with the number {APP} is {OWNER}'s, and the repository will be acme-se's" in blockers(told)


def test_a_chosen_connection_has_to_be_there(stage: Stage) -> None:
    chosen = Existing(connection_id=5, adapter="snowflake", user="DBT", name="Snow")
    vault.put(stage.user, "snowflake_password", "p", bound_to=chosen.bound_to)
    where = stage.connections.model_copy(update={"warehouse": chosen})
    assert "no such connection" in section(check(stage, connections=where), "dbt Cloud", "blocker")
    made = stage.cloud.things.add(
        "connection",
        name="Snow",
        adapter_version="snowflake_v0",
        config={},
        account_id=stage.cloud.account_id,
    )
    chosen = chosen.model_copy(update={"connection_id": made.id})
    vault.put(stage.user, "snowflake_password", "p", bound_to=chosen.bound_to)
    told = check(stage, connections=where.model_copy(update={"warehouse": chosen}))
    assert told.ok, blockers(told)
    (used,) = (thing for group in told.groups for thing in group.things if not thing.created)
    assert (used.what, used.name) == ("Connection", "Snow")


def test_another_warehouse_than_the_demos_is_told_and_stops_nothing(stage: Stage) -> None:
    where = stage.connections.model_copy(update={"warehouse": BigQuery(project="acme-demos")})
    told = check(stage, connections=where)
    assert "needs the warehouse's credentials" in section(told, "Warehouse", "blocker")
    where = stage.connections.model_copy(
        update={"warehouse": Existing(connection_id=5, adapter="bigquery", name="Big")}
    )
    told = check(stage, connections=where)
    assert "made for Snowflake, and this connection is one to BigQuery" in section(
        told, "Warehouse", "warning"
    )


def test_what_the_semantic_layer_lacks_is_told_before(stage: Stage) -> None:
    bare = stage.connections.model_copy(update={"warehouse": SNOWFLAKE.model_copy(update={"role": ""})})
    assert not check(stage, connections=bare).warnings
    stage.revision.demo.include_semantic_layer = True
    assert not check(stage).warnings
    told = check(stage, connections=bare)
    assert told.ok
    assert "it needs a role of Snowflake" in section(told, "Warehouse", "warning")


# --- this side ----------------------------------------------------------------------------------------------


def test_connections_that_are_not_there_are_all_told_at_once(stage: Stage) -> None:
    told = check(stage, connections=Connections())
    for side, words in (("GitHub", "GitHub"), ("dbt Cloud", "dbt Cloud"), ("Warehouse", "warehouse")):
        assert f"There is no {words} connection yet." in section(told, side, "blocker")
    assert told.groups == []
    told = check(stage, connections=Connections(), workspace=True)
    assert "The workspace has no GitHub connection." in section(told, "GitHub", "blocker")


def test_what_a_start_would_refuse_is_told_before(stage: Stage) -> None:
    stage.start()
    assert "is not over yet" in section(check(stage), "The demo", "blocker")
    BuildRun.objects.update(status=RunStatus.CANCELLED)
    stage.revision.status = RevisionStatus.BROKEN
    assert "cannot be built" in section(check(stage), "The demo", "blocker")


def test_the_demos_own_owner_and_account_come_first(stage: Stage) -> None:
    demo = stage.revision.demo
    demo.github_owner, demo.dbt_account_id = "acme-se", str(stage.cloud.account_id + 1)
    told = check(stage)
    assert "in your own account, acme-se" in section(told, "GitHub", "ok")
    assert "not found" in section(told, "dbt Cloud", "blocker")


def test_a_target_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(services.BuildRefused):
        services.check_build(stage.revision, target="moon", by=stage.user)


# --- what will be created -----------------------------------------------------------------------------------


def listed(told: Preflight) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in told.groups:
        for thing in group.things:
            found.setdefault(f"{group.title}: {thing.what}", []).append(thing.name)
    return found


def test_the_list_is_what_the_build_then_creates(stage: Stage) -> None:
    stage.revision.demo.include_semantic_layer = True
    stage.revision.demo.save()
    told = check(stage, moment=timezone.now())
    run = run_out(
        services.start_build(
            stage.revision, target=Target.DBT_CLOUD, connections=stage.connections, by=stage.user,
            moment=datetime.strptime(told.repository_name[-15:], "%Y%m%d-%H%M%S").replace(tzinfo=UTC),
        )
    )  # fmt: skip
    assert run.status == RunStatus.SUCCEEDED
    plan = listed(told)
    (repository,) = stage.github.repositories.values()
    assert plan.pop("GitHub: Private repository") == [repository.name] == [run.repository_name]
    assert plan.pop("GitHub: Commit") == [
        stage.github.history(repository.full_name)[0].message.split("\n")[0]
    ]
    assert plan.pop("GitHub: Topics") == [", ".join(repository.topics)]
    assert plan.pop("GitHub: Branch", []) == sorted(set(repository.branches) - {"main"}, key=_order)
    assert plan.pop("GitHub: Pull request", []) == [pull.title for pull in repository.pulls]
    assert plan.pop("GitHub: Deploy key") == [_unmarked(key.title) for key in repository.keys]
    for what, kind in (
        ("Project", "project"), ("Connection", "connection"), ("Environment", "environment"), ("Job", "job"),
    ):  # fmt: skip
        assert plan.pop(f"dbt Cloud: {what}") == [_unmarked(one.name) for one in stage.cloud.alive(kind)], (
            what
        )
    assert plan.pop("dbt Cloud: Environment variable") == [one.name for one in stage.cloud.alive("variable")]
    assert plan.pop("dbt Cloud: Credentials") == [names.PRODUCTION]
    assert plan.pop("dbt Cloud: Repository") == [run.repository_name]
    schemas = run.resources.filter(kind=names.SCHEMA).values_list("name", flat=True)
    assert plan.pop("Warehouse: Schema") == list(schemas)
    assert plan.pop("dbt Cloud: Run") == ["First run"]
    kinds = ("semantic_layer", "sl_credentials", "service_token", "sl_mapping")
    assert len(plan) == run.resources.filter(kind__in=kinds, status=Resource.Status.CREATED).count() == 4


def _order(branch: str) -> int:
    return list(names.BRANCHES.values()).index(branch)


def _unmarked(name: str) -> str:
    return re.sub(r"demoforge-\d+-[0-9a-f]+", MARK, name)


def test_every_step_that_makes_something_outside_is_listed() -> None:
    makes_nothing_of_its_own = {"link_repository", "sl_project"}
    undoable = {step.key for step in CATALOGUE[Target.DBT_CLOUD] if step.undo} - makes_nothing_of_its_own
    known = {step.key for step in CATALOGUE[Target.DBT_CLOUD]}
    assert undoable <= set(THINGS) <= known


def test_what_is_left_out_is_told_with_its_reason(stage: Stage) -> None:
    (cloud,) = (group for group in check(stage, ask=False).groups if group.title == "dbt Cloud")
    assert ("Job CI", "it needs dbt's GitHub App") in cloud.left_out
    assert cloud.where.startswith(f"account {stage.cloud.account_id} at 127.0.0.1")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://api.github.com", "github.com"),
        ("https://api.acme.ghe.com", "acme.ghe.com"),
        ("https://git.acme.example/api/v3", "git.acme.example"),
        ("https://ab123.us1.dbt.com", "ab123.us1.dbt.com"),
    ],
)
def test_places_are_called_as_people_call_them(address: str, host: str) -> None:
    assert host_of(address) == host
