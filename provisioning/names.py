"""What everything is called that a build makes outside: names, descriptions, topics, schemas. Pure.

All of it starts from the demo's public name (the codename, if there is one) and the repository's name, which is
unique among builds. A marker (see ledger) stands in a description or, where there is none, in the name.
"""

import hashlib
import re
from datetime import datetime

from scenarios.plan.names import DAY_TWO, FIX, slug
from scenarios.plan.neutral import one_line

# Kinds of resources.
REPOSITORY = "repository"
DEPLOY_KEY = "deploy_key"
PROJECT = "cloud_project"
CONNECTION = "cloud_connection"
CLOUD_REPOSITORY = "cloud_repository"
CREDENTIALS = "credentials"
ENVIRONMENT = "environment"
VARIABLE = "environment_variables"
JOB = "job"
RUN = "run"
SEMANTIC_LAYER = "semantic_layer"
SL_CREDENTIALS = "sl_credentials"
SERVICE_TOKEN = "service_token"  # noqa: S105  # a kind of thing, no secret
SL_MAPPING = "sl_mapping"
SCHEMA = "schema"

TOPIC = "demoforge"  # by which the orphan scan finds repositories
TOPICS = ("dbt", "dbt-demo", TOPIC)

DEVELOPMENT, PRODUCTION = "Development", "Production"  # environments
JOB_PRODUCTION, JOB_RED, JOB_CI = "Production build", "Data quality, red on demand", "CI"
MARKER_VARIABLE = "DBT_DEMO_MARKER"
BRANCHES = {"fix": FIX, "day_two": DAY_TWO}

DESCRIPTION_LIMIT = 350  # characters, GitHub's
NAME_LIMIT = 90  # characters, of names in dbt Cloud

#: The shortest limit of a schema's name is PostgreSQL's: 63 bytes, of which dbt takes a few for `_raw`.
_WORDS_LIMIT = 24


def repository_name(company: str, moment: datetime) -> str:
    """`{company}-dbt-demo-{timestamp}`: at most 66 characters, lower case letters, digits and hyphens."""
    words = slug(company, fallback="prospect").replace("_", "-")
    return f"{words}-dbt-demo-{moment:%Y%m%d-%H%M%S}"


def repository_description(company: str, marker: str) -> str:
    """One line of at most 350 characters that ends in the marker."""
    return _marked(f"dbt demo for {one_line(company)}, made by DemoForge", marker, DESCRIPTION_LIMIT)


def key_title(marker: str) -> str:
    """The title of dbt Cloud's deploy key on the repository."""
    return f"dbt Cloud ({marker})"


def project_name(company: str) -> str:
    """ "{Company} Demo"; not unique in an account, the marker in the description is."""
    return f"{one_line(company)[: NAME_LIMIT - 5].strip()} Demo"


def project_description(repository: str, marker: str) -> str:
    """Which repository the project shows, and the marker."""
    return _marked(f"Made by DemoForge from {repository}", marker, DESCRIPTION_LIMIT)


def connection_name(company: str, marker: str) -> str:
    """A connection has no description and belongs to the whole account, so its name tells all."""
    return _marked(project_name(company), marker, NAME_LIMIT)


def service_token_name(company: str, marker: str) -> str:
    """The service token of the demo's Semantic Layer."""
    return _marked(f"{project_name(company)}, Semantic Layer", marker, NAME_LIMIT)


def run_cause(marker: str, why: str = "First run") -> str:
    """Why a run was triggered, as dbt Cloud shows it."""
    return f"{why} by DemoForge ({marker})"


def schema_name(repository: str, environment: str = PRODUCTION) -> str:
    """The schema of an environment: letters, digits, underscores, at most 44 characters.

    `repository` is the build's repository name, whose end is its time stamp. Two of them never give the same
    schema: of words that are too long a digest stands for the rest.
    """
    words, _, stamp = repository.partition("-dbt-demo-")
    short = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "demo"
    if len(short) > _WORDS_LIMIT:
        digest = hashlib.sha256(words.encode()).hexdigest()[:6]
        short = f"{short[: _WORDS_LIMIT - 7].rstrip('_')}_{digest}"
    digits = "".join(re.findall(r"[0-9]+", stamp))
    return f"{short}_{digits}_{'prod' if environment == PRODUCTION else 'dev'}"


def published(company: str, repository: str) -> dict[str, str]:
    """Every name of a build that leaves us, by what it is called; markers have nothing of a company in them."""
    return {
        "repository name": repository,
        "repository description": repository_description(company, ""),
        "project name": project_name(company),
        "project description": project_description(repository, ""),
        "connection name": connection_name(company, ""),
        "service token name": service_token_name(company, ""),
        "schema name": schema_name(repository),
    }


def _marked(words: str, marker: str, limit: int) -> str:
    """`words (marker)`, the words cut so that the marker is always whole."""
    if not marker:
        return words[:limit]
    return f"{words[: limit - len(marker) - 3].rstrip()} ({marker})"
