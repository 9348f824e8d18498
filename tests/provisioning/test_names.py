"""Names of what builds make outside: bounded, recognisable, and never the same for two builds."""

from datetime import UTC, datetime

import pytest

from provisioning import names
from provisioning.connections.schemas import demo_schemas

NOON = datetime(2026, 6, 1, 12, 0, 5, tzinfo=UTC)
MARKER = "demoforge-123456-0123456789ab"
COMPANIES = [
    "Acme",
    "Å" * 120,
    "日本株式会社",
    "Evil\nCo\r\x1b[31m",
    "{{ env_var('X') }}",
    "W" * 120,
    "a b " * 40,
]


def test_a_repository_is_called_after_company_and_moment():
    assert names.repository_name("Fjell & Field AS", NOON) == "fjell-field-as-dbt-demo-20260601-120005"


@pytest.mark.parametrize("company", COMPANIES)
def test_every_name_is_one_bounded_line_with_the_whole_marker(company):
    repository = names.repository_name(company, NOON)
    assert len(repository) <= 100
    assert set(repository) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    described = [names.repository_description(company, MARKER), names.project_description(repository, MARKER)]
    named = [names.connection_name(company, MARKER), names.service_token_name(company, MARKER)]
    for text in described + named:
        assert text.endswith(f"({MARKER})")
        assert text.isprintable()
        assert "{{" not in text
    assert max(map(len, described)) <= names.DESCRIPTION_LIMIT
    assert max(map(len, [*named, names.project_name(company)])) <= names.NAME_LIMIT


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("environment", [names.DEVELOPMENT, names.PRODUCTION])
def test_a_schema_fits_every_warehouse_with_what_dbt_adds(company, environment):
    schema = names.schema_name(names.repository_name(company, NOON), environment)
    assert len(schema) <= 44
    assert all(len(one) <= 63 for one in demo_schemas(schema))
    assert schema[0].isalpha()


def test_schemas_of_two_builds_are_never_the_same():
    long = "International Outdoor Equipment Holding"
    repositories = [
        names.repository_name(company, moment)
        for company in (f"{long} East", f"{long} West", "Acme", "Acme 2")
        for moment in (NOON, NOON.replace(second=6))
    ]
    schemas = {
        names.schema_name(repository, environment)
        for repository in repositories
        for environment in (names.DEVELOPMENT, names.PRODUCTION)
    }
    assert len(schemas) == 2 * len(set(repositories))


def test_the_project_has_no_marker_in_its_name():
    assert names.project_name("Northwind Outdoor") == "Northwind Outdoor Demo"


def test_all_published_names_come_from_what_is_given():
    told = names.published("Project Bluebird", "project-bluebird-dbt-demo-20260601-120005")
    assert {"repository name", "project name", "connection name", "schema name"} <= told.keys()
    assert all("luebird" in text for text in told.values())
