"""The headless road to GitHub and dbt Cloud: `manage.py forge --target dbt_cloud`, `--resume` and `--undo`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.github import GitHubServer
from tests.journeys.test_forge import RETAIL, forge

pytestmark = pytest.mark.slow

OWNER = "acme-demos"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[GitHubServer, DbtCloudServer]]:
    """A GitHub and a dbt Cloud that see each other."""

    def name_of(url: str) -> str:
        return url.rpartition(":")[2].removesuffix(".git")

    with GitHubServer() as github:

        def head(url: str) -> str | None:
            return github.history(name_of(url))[0].sha if github.code_at(name_of(url)) else None

        with DbtCloudServer(code_at=head, key_on=lambda url, key: github.has_key(name_of(url), key)) as cloud:
            github.add_token("t-github", login="acme-se", scopes=["repo", "delete_repo"])
            github.add_organization(OWNER, owners=["acme-se"])
            cloud.add_token("t-cloud", "account_admin")
            yield github, cloud


def environment(github: GitHubServer, cloud: DbtCloudServer) -> dict[str, str]:
    """The workspace's connections."""
    return {
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": "t-github",
        "GITHUB_OWNER": OWNER,
        "DBT_CLOUD_URL": cloud.url,
        "DBT_CLOUD_ACCOUNT_ID": str(cloud.account_id),
        "DBT_CLOUD_TOKEN": "t-cloud",
        "SNOWFLAKE_ACCOUNT": "xy12345",
        "SNOWFLAKE_DATABASE": "DEMO",
        "SNOWFLAKE_WAREHOUSE": "DEMO_WH",
        "SNOWFLAKE_USER": "DBT",
        "SNOWFLAKE_PASSWORD": "p-snowflake",
    }


@pytest.mark.long  # in one process: tests/provisioning/test_headless_builds.py
def test_forge_waits_resumes_and_undoes(servers: tuple[GitHubServer, DbtCloudServer], tmp_path: Path) -> None:
    github, cloud = servers
    given = environment(github, cloud)
    waits = forge(
        tmp_path, str(RETAIL), "--target", "dbt_cloud", "--json", **{**given, "SNOWFLAKE_PASSWORD": ""}
    )
    assert waits.returncode == 1, waits.stderr
    result = json.loads(waits.stdout.splitlines()[-1])
    build = str(result["build"])
    assert "the warehouse's credentials" in result["error"]
    assert f"--resume {build}" in result["error"]

    resumed = forge(tmp_path, "--resume", build, "--json", **given)
    assert resumed.returncode == 0, resumed.stderr
    result = json.loads(resumed.stdout.splitlines()[-1])
    assert result["status"] == "succeeded"
    (repository,) = github.repositories.values()
    assert result["repository"].endswith(repository.full_name)
    assert [one.status for one in cloud.alive("run")] == [10]

    undone = forge(tmp_path, "--undo", build, **given)
    assert undone.returncode == 0, undone.stderr
    assert "DROP SCHEMA" in undone.stdout
    assert github.repositories == {}
    assert cloud.leftovers() == []
    told = waits.stdout + waits.stderr + resumed.stdout + resumed.stderr + undone.stdout + undone.stderr
    told += (tmp_path / "log" / "demoforge.jsonl").read_text()
    assert not any(secret in told for secret in ("t-github", "t-cloud", "p-snowflake"))


@pytest.mark.long  # a start of the program for each sentence
def test_arguments_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    for arguments in ([], [str(RETAIL), "--undo", "1"]):
        done = forge(tmp_path, *arguments)
        assert done.returncode == 2
        assert "--resume or --undo" in done.stderr
    assert "no build 77" in forge(tmp_path, "--resume", "77").stderr
