"""Import blocks: each for a resource that the configuration has, with an id as the provider takes it."""

import pytest

from provisioning.terraform import configuration
from tests.provisioning.terraform import reader
from tests.provisioning.terraform.setups import EVERYTHING, JOBS, demo

PROJECT = "70403100000777"


def imported(files):
    """Address -> id."""
    blocks = reader.read(files["imports.tf"]).of_kind("import")
    return {str(block.attributes["to"]): block.attributes["id"] for block in blocks}


def resources(files):
    blocks = reader.read(files["main.tf"]).of_kind("resource")
    return {block.address: block.attributes for block in blocks}


def test_everything_that_exists_with_ids_of_the_right_form():
    files = configuration(demo(), imports=EVERYTHING)
    assert imported(files) == {
        "dbtcloud_project.demo": PROJECT,
        "dbtcloud_repository.demo": f"{PROJECT}:70403100000888",
        "dbtcloud_project_repository.demo": f"{PROJECT}:70403100000888",
        "dbtcloud_global_connection.demo": "70403100000555",
        "dbtcloud_snowflake_credential.production": f"{PROJECT}:70403100000666",
        "dbtcloud_environment.development": f"{PROJECT}:70403100000998",
        "dbtcloud_environment.production": f"{PROJECT}:70403100000999",
        "dbtcloud_environment_variable.dbt_demo_marker": f"{PROJECT}:DBT_DEMO_MARKER",
        "dbtcloud_job.production": "70403100000111",
        "dbtcloud_job.red": "70403100000112",
        "dbtcloud_job.ci": "70403100000113",
        "dbtcloud_semantic_layer_configuration.demo[0]": f"{PROJECT}:70403100000221",
        "dbtcloud_snowflake_semantic_layer_credential.demo[0]": "70403100000222",
    }
    assert "imports.tf" in files["README.md"]


@pytest.mark.parametrize("name", ["snowflake", "bigquery", "databricks", "redshift"])
def test_each_goes_to_a_resource_and_an_index_only_to_a_counted_one(name):
    files = configuration(demo(name), imports=EVERYTHING)
    found = resources(files)
    for address in imported(files):
        base, _, index = address.partition("[")
        assert base in found
        assert bool(index) == ("count" in found[base])


def test_a_half_made_demo_imports_what_there_is():
    ids = {"cloud_project": "7", "environment_development": 8}
    assert imported(configuration(demo(), imports=ids)) == {
        "dbtcloud_project.demo": "7",
        "dbtcloud_environment.development": "7:8",
    }


def test_nothing_exists():
    files = configuration(demo())
    assert imported(files) == {}
    assert files["imports.tf"].startswith("# Nothing exists yet")
    assert "imports.tf" not in files["README.md"]


def test_what_cannot_be_imported_is_said():
    files = configuration(demo("bigquery"), imports=EVERYTHING)
    assert "cannot be imported" in files["imports.tf"]
    assert not [address for address in imported(files) if "semantic_layer_credential" in address]


@pytest.mark.parametrize(
    ("imports", "words"),
    [
        ({"project": 1}, "has no project"),
        ({"cloud_project": 1, "job_ci": 2}, "has no job_ci"),
        ({"cloud_repository": 2}, "together with the project"),
        ({"environment_variables": "DBT_DEMO_MARKER"}, "together with the project"),
        ({"cloud_project": 1, "environment_variables": "DBT_OTHER"}, "has no environment variable DBT_OTHER"),
        ({"cloud_project": 0}, "positive number"),
        ({"cloud_project": "1:2"}, "positive number"),
        ({"cloud_project": '1"'}, "positive number"),
        ({"cloud_project": -1}, "positive number"),
        ({"cloud_project": "²"}, "positive number"),
    ],
)
def test_what_does_not_fit_is_refused(imports, words):
    with pytest.raises(ValueError, match=words):
        configuration(demo(jobs=JOBS[:1]), imports=imports)


def test_the_connection_of_somebody_else_is_never_imported():
    with pytest.raises(ValueError, match="has no cloud_connection"):
        configuration(demo("existing snowflake"), imports={"cloud_connection": 99})
