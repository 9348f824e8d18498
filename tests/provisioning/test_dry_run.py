"""A dry run of the command: it asks both sides, prints what would be created, and creates nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from provisioning import headless
from provisioning.models import BuildRun, Target
from tests.provisioning.connections.environment import SNOWFLAKE, set_up
from tests.provisioning.steps.stage import CLOUD_TOKEN, GITHUB_TOKEN, OWNER, Stage, staged, things

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """Both servers, known to the workspace by its environment."""
    with staged(entered=False) as ready:
        set_up(
            settings, SNOWFLAKE, GITHUB_API_URL=ready.github.url, GITHUB_TOKEN=GITHUB_TOKEN, GITHUB_OWNER=OWNER,
            DBT_CLOUD_URL=ready.cloud.url, DBT_CLOUD_ACCOUNT_ID=str(ready.cloud.account_id),
            DBT_CLOUD_TOKEN=CLOUD_TOKEN,
        )  # fmt: skip
        yield ready


def test_what_would_be_created_is_told_and_nothing_is(stage: Stage) -> None:
    said: list[str] = []
    told = headless.check_demo(stage.revision, target=Target.DBT_CLOUD, by=stage.user, tell=said.append)
    assert told.ok
    words = "\n".join(said)
    for expected in (
        "[GitHub: ok] The token is acme-se's.",
        f"Would be created, GitHub ({OWNER} at",
        f"- Private repository: {told.repository_name}",
        "- Environment: Production",
    ):
        assert expected in words, expected
    result = headless.checked(told)
    assert (result["status"], result["error"]) == ("succeeded", None)
    assert result["preflight"]["repository_name"] == told.repository_name
    assert things(stage) == []
    assert not BuildRun.objects.exists()
    assert GITHUB_TOKEN not in words + repr(result)


def test_what_stands_against_it_is_the_error(stage: Stage) -> None:
    stage.cloud.revoke(CLOUD_TOKEN)
    told = headless.check_demo(
        stage.revision, target=Target.DBT_CLOUD, by=stage.user, tell=lambda _words: None
    )
    result = headless.checked(told)
    assert result["status"] == "failed"
    assert "dbt Cloud does not accept the token." in result["error"]


def test_the_local_target_needs_no_connection(stage: Stage) -> None:
    told = headless.check_demo(stage.revision, target=Target.LOCAL, by=stage.user, tell=lambda _words: None)
    assert told.ok
    assert stage.github.calls == []
