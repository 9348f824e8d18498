"""The Terraform files of a build say what the build has made, and import exactly that."""

import re
from typing import Any

import pytest

from provisioning import names
from provisioning.models import BuildRun, Resource, Target
from provisioning.terraform_files import has_terraform, terraform_files
from tests.provisioning.steps.stage import CLOUD_TOKEN, GITHUB_TOKEN, PASSWORD, Stage, staged
from tests.provisioning.terraform.reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["deploy key", "app"])
def stage(request: pytest.FixtureRequest, settings: Any):
    settings.GITHUB_WRITES_A_MINUTE = 6000
    with staged(app=request.param) as ready:
        yield ready


def test_everything_of_the_project_is_there_and_imported(stage: Stage) -> None:
    stage.revision.demo.include_semantic_layer = True
    stage.revision.demo.save()
    run = stage.build()
    files = terraform_files(run)
    assert set(files) == {"main.tf", "variables.tf", "imports.tf", "terraform.tfvars.example", "README.md"}
    main, imports = files["main.tf"], files["imports.tf"]
    (project,) = stage.cloud.alive("project")
    for words in (project.name, project.description, names.schema_name(run.repository_name),
                  f":{stage.repository(run)}.git"):  # fmt: skip
        assert words in main, words
    assert len(read(imports).of_kind("import")) == len(read(main).of_kind("resource"))
    ids = set(re.findall(r"\d{6,}", imports))
    for kind in ("project", "connection", "repository", "credentials", "environment", "job"):
        for thing in stage.cloud.alive(kind):
            assert str(thing.id) in ids, kind
    (variable,) = stage.cloud.alive("variable")
    assert variable.name in imports
    jobs = {one.name for one in stage.cloud.alive("job")}
    assert all(
        (f'"{name}"' in main) == (name in jobs)
        for name in (names.JOB_PRODUCTION, names.JOB_RED, names.JOB_CI)
    )
    for secret in (GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD):
        assert secret not in "".join(files.values())
    assert terraform_files(run) == files, "the same bytes"


def test_what_a_stopped_build_has_not_made_is_created_by_terraform(stage: Stage) -> None:
    run = stage.build()
    run.resources.filter(kind__in=[names.JOB, names.RUN]).update(status=Resource.Status.REMOVED)
    imports = terraform_files(run)["imports.tf"]
    assert "dbtcloud_project.demo" in imports
    assert "dbtcloud_job" not in imports
    assert names.JOB_PRODUCTION in terraform_files(run)["main.tf"]


def test_after_undo_and_on_other_targets_there_is_nothing_to_take_away(stage: Stage) -> None:
    run = stage.undo(stage.build())
    assert not has_terraform(run, run.steps.all())
    with pytest.raises(LookupError):
        terraform_files(run)
    other = stage.build(Target.GITHUB)
    assert isinstance(other, BuildRun)
    assert not has_terraform(other, other.steps.all())
