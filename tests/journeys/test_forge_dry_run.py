"""`manage.py forge --dry-run`: the whole road up to the pre-flight, as a person would call it."""

import json
from pathlib import Path

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.github import GitHubServer
from tests.journeys.test_forge import RETAIL, forge
from tests.journeys.test_forge_cloud import environment, servers  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
Servers = tuple[GitHubServer, DbtCloudServer]


@pytest.mark.long
def test_it_stops_before_the_first_thing_is_created(servers: Servers, tmp_path: Path) -> None:  # noqa: F811
    github, cloud = servers
    given = environment(github, cloud)
    done = forge(tmp_path, str(RETAIL), "--target", "dbt_cloud", "--dry-run", "--json", **given)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["status"], result["build"], result["repository"]) == ("succeeded", None, None)
    assert result["preflight"]["groups"][0]["things"][0]["name"] == result["preflight"]["repository_name"]
    assert "Would be created, GitHub" in done.stderr
    assert github.repositories == {}
    assert cloud.leftovers() == []
    assert {call.method for call in (*github.calls, *cloud.calls)} == {"GET"}

    refused = forge(
        tmp_path, str(RETAIL), "--target", "github", "--dry-run", **{**given, "GITHUB_TOKEN": "t-wrong"}
    )
    assert refused.returncode == 1, refused.stderr
    assert "GitHub does not accept" in refused.stdout


def test_it_needs_a_brief(tmp_path: Path) -> None:
    done = forge(tmp_path, "--undo", "1", "--dry-run")
    assert done.returncode == 2
    assert "--dry-run goes with the file of a brief" in done.stderr
