"""Where things are in dbt Cloud's own pages. Pure: `host` is `https://HOST`, all ids are dbt Cloud's."""

from urllib.parse import urlsplit


def run_link(host: str, account: int, project: int, run: int, *, href: str = "") -> str:
    """A run. `href` is what dbt Cloud calls it; it counts if it is on the account's own host."""
    if href and urlsplit(href)[:2] == urlsplit(host)[:2]:
        return href
    return f"{_project(host, account, project)}/runs/{run}/"


def job_link(host: str, account: int, project: int, job: int) -> str:
    """A job with its runs."""
    return f"{_project(host, account, project)}/jobs/{job}"


def environment_link(host: str, account: int, project: int, environment: int) -> str:
    """An environment."""
    return f"{_project(host, account, project)}/environments/{environment}"


def project_link(host: str, account: int, project: int) -> str:
    """A project: the list of its environments, the page of a project whose address is certain."""
    return f"{_project(host, account, project)}/environments"


def account_link(host: str, account: int) -> str:
    """The account's settings."""
    return f"{host}/settings/accounts/{account}/"


def connection_link(host: str, account: int, connection: int) -> str:
    """A connection in the account's settings."""
    return f"{host}/settings/accounts/{account}/pages/connections/{connection}/"


def _project(host: str, account: int, project: int) -> str:
    return f"{host}/deploy/{account}/projects/{project}"
