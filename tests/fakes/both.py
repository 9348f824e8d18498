"""A GitHub and a dbt Cloud on loopback that see each other: runs find the code and the key at GitHub.

with both_servers() as far:
    ... far.environment() ...          # the workspace's connections, for a process of the product
    assert far.left() == []            # nothing of ours is on either side
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fakes.dbt_cloud import DbtCloudServer
from tests.fakes.github import GitHubServer

OWNER = "acme-demos"
GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD = "t-github-both", "t-cloud-both", "p-snowflake-both"
#: Snowflake's fields, as the environment names them.
SNOWFLAKE = {
    "SNOWFLAKE_ACCOUNT": "xy12345",
    "SNOWFLAKE_DATABASE": "DEMO",
    "SNOWFLAKE_WAREHOUSE": "DEMO_WH",
    "SNOWFLAKE_USER": "DBT",
}


@dataclass(frozen=True)
class Both:
    """The two servers."""

    github: GitHubServer
    cloud: DbtCloudServer

    def environment(self, **more: str) -> dict[str, str]:
        """The workspace's connections, as the environment has them; `more` comes first."""
        return {
            "GITHUB_API_URL": self.github.url,
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "GITHUB_OWNER": OWNER,
            "DBT_CLOUD_URL": self.cloud.url,
            "DBT_CLOUD_ACCOUNT_ID": str(self.cloud.account_id),
            "DBT_CLOUD_TOKEN": CLOUD_TOKEN,
            **SNOWFLAKE,
            "SNOWFLAKE_PASSWORD": PASSWORD,
            **more,
        }

    def left(self) -> list[str]:
        """What is there on either side, runs left out: they are history."""
        repositories = [one.full_name for one in self.github.repositories.values()]
        return [*repositories, *(f"{thing.kind} {thing.id}" for thing in self.cloud.leftovers())]

    def green_runs(self) -> int:
        """How many runs of dbt Cloud have succeeded."""
        return sum(run.status == 10 for run in self.cloud.all("run"))


@contextmanager
def both_servers(*, tokens: Mapping[str, str] | None = None) -> Iterator[Both]:
    """Both, with one token each that may do everything. `tokens`: others than the default for github, dbt_cloud."""
    given = {"github": GITHUB_TOKEN, "dbt_cloud": CLOUD_TOKEN, **(tokens or {})}
    with GitHubServer() as github:
        github.add_token(given["github"], login="acme-se", scopes=["repo", "delete_repo"])
        github.add_organization(OWNER, owners=["acme-se"])
        with DbtCloudServer(
            code_at=lambda url: _head(github, _name(url)),
            key_on=lambda url, key: github.has_key(_name(url), key),
        ) as cloud:
            cloud.add_token(given["dbt_cloud"], "account_admin")
            yield Both(github, cloud)


def _name(url: str) -> str:
    return url.rpartition(":")[2].removesuffix(".git")


def _head(github: GitHubServer, name: str) -> str | None:
    return github.history(name)[0].sha if github.code_at(name) else None
