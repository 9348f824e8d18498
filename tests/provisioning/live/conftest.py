"""A live demo on the servers for GitHub and dbt Cloud. Models are imported late: Django is not loaded yet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from provisioning.models import BuildRun
    from tests.provisioning.steps.stage import Stage


@pytest.fixture
def stage(settings, db: None) -> "Iterator[Stage]":
    """Both servers and who builds; GitHub's pauses are short."""
    from tests.provisioning.steps.stage import staged

    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged() as ready:
        yield ready


@pytest.fixture
def live(stage: "Stage") -> "BuildRun":
    """A demo at GitHub and dbt Cloud."""
    from tests.provisioning.live.lives import built

    return built(stage, "dbt_cloud")


@pytest.fixture
def at_github(stage: "Stage") -> "BuildRun":
    """A demo at GitHub only."""
    from tests.provisioning.live.lives import built

    return built(stage, "github")
