"""Builds of a demo with a codename: they carry the alias, and do not begin while anything leaks."""

import pytest

from demoforge.accounts.models import AuditEntry
from provisioning import services
from provisioning.models import BuildRun, Target
from scenarios.leaks import Leaking
from scenarios.models import Demo, PlanRevision, ProjectFile
from tests.provisioning.scenery import bare_demo, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision() -> PlanRevision:
    """A revision without files, of a demo with a codename."""
    demo = bare_demo(company="Zephyr Outfitters Ltd")
    Demo.objects.filter(pk=demo.pk).update(codename="Project Bluebird")
    return PlanRevision.objects.select_related("demo").get(demo=demo)


def test_what_a_build_is_called_and_records_has_only_the_codename(revision: PlanRevision) -> None:
    run = services.start_build(revision, target=Target.LOCAL, by=person())
    assert run.repository_name.startswith("project-bluebird-dbt-demo-")
    told = [str(run), *run.events.values_list("text", flat=True), *run.steps.values_list("title", flat=True)]
    told += [f"{entry.subject} {entry.detail}" for entry in AuditEntry.objects.all()]
    assert "Project Bluebird" in "".join(told)
    assert "zephyr" not in "".join(told).lower()


def test_a_leak_keeps_a_build_from_beginning(revision: PlanRevision) -> None:
    ProjectFile.objects.create(
        revision=revision, path="seeds/shops.csv", text="id,name\n1,Zephyr Outfitters\n"
    )
    with pytest.raises(Leaking, match=r"seeds/shops\.csv, line 2"):
        services.start_build(revision, target=Target.LOCAL, by=person())
    assert not BuildRun.objects.exists()
    assert not AuditEntry.objects.filter(action="build.started").exists()


def test_the_page_says_why_it_refuses(revision: PlanRevision, client_of: object) -> None:
    ProjectFile.objects.create(revision=revision, path="README.md", text="# Zephyr Outfitters\n")
    answer = client_of(revision.demo.owner).post(
        f"/demos/{revision.demo_id}/build/", {"revision": "1", "target": "local"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The codename does not hold" in page
    assert "README.md, line 1" in page
    assert "Zephyr" not in page
