"""The demo's set-up as Terraform: what is in it, that all of it fits together, and that nothing evil gets in."""

import os
import re
import shutil
import subprocess

import pytest

from provisioning.terraform import Job, configuration
from tests.provisioning.terraform import provider, reader
from tests.provisioning.terraform.setups import EVERYTHING, JOBS, WAREHOUSES, by_deploy_key, demo
from tests.provisioning.terraform.test_hcl import HOSTILE, terraform

FILES = {"main.tf", "variables.tf", "imports.tf", "terraform.tfvars.example", "README.md"}
SECRETS = {
    "snowflake": {"snowflake_password"},
    "snowflake key": {"snowflake_private_key", "snowflake_passphrase"},
    "bigquery": {"bigquery_keyfile"},
    "databricks": {"databricks_token"},
    "redshift": {"redshift_password"},
}
_REFERENCE = re.compile(r"\b(var|local|dbtcloud_\w+)\.(\w+)(?:\.(\w+))?")


def everything(name):
    """All that can exist, for this warehouse."""
    return {
        key: value
        for key, value in EVERYTHING.items()
        if not (key == "cloud_connection" and name.startswith("existing"))
    }


def whole(files):
    """All .tf files as one block."""
    return reader.read("".join(text for name, text in sorted(files.items()) if name.endswith(".tf")))


def resources(files):
    return {block.address: block.attributes for block in whole(files).of_kind("resource")}


def expressions(value):
    """Every expression in attributes, at any depth."""
    if isinstance(value, reader.Expression):
        yield str(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from expressions(inner)


def undeclared(files):
    """References to what no file declares, or to what a resource does not have."""
    config = whole(files)
    variables = {block.labels[0] for block in config.of_kind("variable")}
    known = {block.address for block in config.of_kind("resource")}
    used = [text for block in config.blocks for text in expressions(block.attributes)]
    found = []
    for kind, name, attribute in (match.groups() for text in used for match in _REFERENCE.finditer(text)):
        declared = {
            "var": name in variables,
            "local": any(name in block.attributes for block in config.of_kind("locals")),
        }.get(kind, f"{kind}.{name}" in known)
        readable = kind in {"var", "local"} or not attribute or attribute in provider.READ_ONLY.get(kind, ())
        found += [] if declared and readable else [f"{kind}.{name}.{attribute}"]
    return found


@pytest.fixture(params=WAREHOUSES)
def name(request):
    return request.param


class TestItFitsTogether:
    def test_all_files_are_there_and_read(self, name):
        files = configuration(demo(name), imports=everything(name))
        assert files.keys() == FILES
        assert all(text.endswith("\n") and not text.endswith("\n\n") for text in files.values())
        assert whole(files).of_kind("provider")[0].labels == ("dbtcloud",)

    def test_every_reference_is_declared_and_every_variable_used(self, name):
        for setup in (demo(name), by_deploy_key(name), demo(name, semantic_layer="", variables={})):
            files = configuration(setup)
            assert undeclared(files) == []
            variables = [block.labels[0] for block in whole(files).of_kind("variable")]
            assert [one for one in variables if f"var.{one}" not in files["main.tf"]] == []

    def test_a_reference_without_a_declaration_is_found(self):
        files = configuration(demo())
        assert undeclared(files | {"variables.tf": ""})
        broken = files["main.tf"].replace("dbtcloud_project.demo.id", "dbtcloud_project.other.id")
        assert undeclared(files | {"main.tf": broken})
        broken = files["main.tf"].replace("production.environment_id", "production.number")
        assert undeclared(files | {"main.tf": broken})

    def test_the_provider_has_all_arguments_and_gets_those_it_needs(self, name):
        for setup in (demo(name), by_deploy_key(name)):
            for address, attributes in resources(configuration(setup)).items():
                assert provider.faults(address.split(".")[0], attributes) == []

    def test_an_argument_that_the_provider_does_not_have_is_found(self):
        project = {"name": "x"}
        assert provider.faults("dbtcloud_project", project) == []
        assert provider.faults("dbtcloud_project", project | {"nam": "x"}) == ["dbtcloud_project has no nam"]
        assert provider.faults("dbtcloud_project", {}) == ["dbtcloud_project needs name"]
        assert provider.faults("dbtcloud_job.triggers", {"schedule": True})
        assert provider.faults("dbtcloud_cloud_project", project) == ["no resource dbtcloud_cloud_project"]

    @terraform
    def test_terraform_would_not_change_a_character(self, name, tmp_path):
        for file, text in configuration(demo(name), imports=everything(name)).items():
            (tmp_path / file.replace(".example", "")).write_text(text)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
        command = [str(shutil.which("terraform")), "fmt", "-check", "-diff", "."]
        checked = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )
        assert (checked.stdout, checked.returncode) == ("", 0), checked.stderr


class TestWhatIsInIt:
    def test_a_demo_through_the_app(self):
        found = resources(configuration(demo()))
        assert sorted(found) == [
            "dbtcloud_environment.development",
            "dbtcloud_environment.production",
            "dbtcloud_environment_variable.dbt_demo_marker",
            "dbtcloud_global_connection.demo",
            "dbtcloud_job.ci",
            "dbtcloud_job.production",
            "dbtcloud_job.red",
            "dbtcloud_project.demo",
            "dbtcloud_project_repository.demo",
            "dbtcloud_repository.demo",
            "dbtcloud_semantic_layer_configuration.demo",
            "dbtcloud_snowflake_credential.production",
            "dbtcloud_snowflake_semantic_layer_credential.demo",
        ]
        assert found["dbtcloud_repository.demo"]["git_clone_strategy"] == "github_app"
        assert found["dbtcloud_repository.demo"]["github_installation_id"] == 12345678
        assert "credential_id" not in found["dbtcloud_environment.development"]
        assert found["dbtcloud_environment.production"]["credential_id"] == (
            "dbtcloud_snowflake_credential.production.credential_id"
        )
        assert found["dbtcloud_job.ci"]["triggers"]["github_webhook"] is True
        assert found["dbtcloud_job.production"]["execute_steps"] == ["dbt build"]
        assert list(found["dbtcloud_environment_variable.dbt_demo_marker"]["environment_values"]) == [
            "project",
            "My stage",
            "Production",
        ]

    def test_with_a_deploy_key_the_key_comes_out(self):
        files = configuration(by_deploy_key(jobs=JOBS[:1]))
        repository = resources(files)["dbtcloud_repository.demo"]
        assert repository["git_clone_strategy"] == "deploy_key"
        assert "github_installation_id" not in repository
        outputs = {block.labels[0]: block.attributes for block in whole(files).of_kind("output")}
        assert outputs["deploy_key"]["value"] == "dbtcloud_repository.demo.deploy_key"
        assert "terraform output -raw deploy_key" in files["README.md"]
        assert "deploy_key" not in configuration(demo())["main.tf"]

    def test_an_existing_connection_is_only_named(self):
        files = configuration(demo("existing bigquery"))
        found = resources(files)
        assert "dbtcloud_global_connection.demo" not in found
        assert found["dbtcloud_environment.production"]["connection_id"] == "var.connection_id"
        assert found["dbtcloud_bigquery_credential.production"]["connection_id"] == "var.connection_id"
        assert reader.read(files["terraform.tfvars.example"]).attributes["connection_id"] == 99

    def test_values_of_the_demo(self):
        files = configuration(demo())
        assert reader.read(files["terraform.tfvars.example"]).attributes == {
            "dbt_cloud_host": "https://ab123.us1.dbt.com",
            "dbt_cloud_account_id": 70403100000001,
        }
        settings = whole(files).of_kind("provider")[0].attributes
        assert settings["host_url"] == '"${var.dbt_cloud_host}/api"'

    @pytest.mark.parametrize("name", SECRETS)
    def test_every_secret_is_a_sensitive_variable_without_a_value(self, name):
        files = configuration(demo(name))
        blocks = {block.labels[0]: block.attributes for block in whole(files).of_kind("variable")}
        sensitive = {label for label, attributes in blocks.items() if attributes.get("sensitive")}
        assert sensitive == SECRETS[name] | {"dbt_cloud_token"}
        assert all(blocks[label].get("default", "null") == "null" for label in sensitive)
        for label in sensitive:
            assert f"#   TF_VAR_{label}\n" in files["terraform.tfvars.example"]
            assert f"TF_VAR_{label}" in files["README.md"]

    def test_the_semantic_layer_waits_for_a_run_unless_it_is_there(self):
        def default(imports):
            variables = whole(configuration(demo(), imports=imports)).of_kind("variable")
            return next(
                block.attributes["default"] for block in variables if block.labels == ("semantic_layer",)
            )

        assert default({}) is False
        assert default({"cloud_project": 1, "semantic_layer": 2}) is True
        without = configuration(demo(semantic_layer=""))
        assert "semantic_layer" not in "".join(without.values())

    def test_two_jobs_of_a_kind_and_secret_variables_are_refused(self):
        with pytest.raises(ValueError, match="one job of each kind"):
            demo(jobs=(Job("red", "a"), Job("red", "b")))
        for variable in ("DBT_ENV_SECRET_X", "DBT_x", 'DBT_"'):
            with pytest.raises(ValueError, match="cannot stand"):
                demo(variables={variable: {"project": "x"}})


class TestHostileText:
    @pytest.mark.parametrize("value", HOSTILE[1:])
    def test_it_comes_out_as_text_everywhere(self, value):
        setup = demo(
            title=value,
            project=value,
            description=value,
            connection=value,
            schema=value,
            jobs=(Job("red", value, value),),
            variables={"DBT_DEMO": {value: value}},
            development=value,
            production=value,
            semantic_layer=value,
        )
        files = configuration(setup)
        found = resources(files)
        assert len(found) == len(resources(configuration(demo(jobs=JOBS[1:2]))))
        assert undeclared(files) == []
        assert found["dbtcloud_project.demo"] == {"name": value, "description": value}
        assert found["dbtcloud_global_connection.demo"]["name"] == value
        assert found["dbtcloud_job.red"]["name"] == value
        assert found["dbtcloud_environment.production"]["name"] == value
        assert found["dbtcloud_snowflake_credential.production"]["schema"] == value
        assert found["dbtcloud_environment_variable.dbt_demo"]["environment_values"] == {value: value}

    def test_the_readme_shows_markup_as_text(self):
        readme = configuration(demo(title="<script>x</script> [a](b)", project="{{ x }}"))["README.md"]
        assert "<script>" not in readme
        assert "[a](b)" not in readme
        assert "{{" not in readme


class TestSameBytes:
    def test_the_order_of_what_is_given_does_not_matter(self):
        one = demo(variables={"DBT_A": {"project": "1", "X": "2", "Y": "3"}, "DBT_B": {"project": "4"}})
        other = demo(variables={"DBT_B": {"project": "4"}, "DBT_A": {"Y": "3", "X": "2", "project": "1"}})
        forth = dict(EVERYTHING, environment_variables="DBT_A DBT_B")
        back = dict(reversed(forth.items()), environment_variables="DBT_B DBT_A")
        assert configuration(one, imports=forth) == configuration(other, imports=back)
