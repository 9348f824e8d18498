"""The process of test_outside_secrets: builds with every kind of credentials, some of which fail, and their pages.

    python -m tests.architecture.outside_program FOLDER

The environment says where the servers are and has the workspace's connections; `TYPED` is what somebody enters on the
page Connections, as JSON. Whatever the pages and downloads show goes into FOLDER. Prints a line for each build that
failed.
"""

import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django first
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from demoforge.accounts.models import User  # noqa: E402
from demoforge.static_files import collect_if_changed  # noqa: E402
from provisioning import services  # noqa: E402
from provisioning.connections import store  # noqa: E402
from provisioning.connections.fields import Connections  # noqa: E402
from provisioning.engine import drive  # noqa: E402
from provisioning.headless import summary  # noqa: E402
from provisioning.models import BuildRun, RunStatus, Target  # noqa: E402
from scenarios.models import Demo, PlanRevision  # noqa: E402
from tests.provisioning.scenery import ready_revision  # noqa: E402

ADAPTERS = ("snowflake", "bigquery", "databricks", "redshift")
PASSWORD = "pass-alice"


class Pages:
    """What somebody who has logged in gets to see, kept as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = Client(raise_request_exception=False)
        self.log_in()

    def log_in(self) -> None:
        """As alice. Secrets are entered after that: a log-in forgets those of before."""
        self.client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})

    def keep(self, address: str) -> None:
        """Save the answer; archives are unpacked."""
        answer = self.client.get(address)
        content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200, (address, answer.status_code)
        name = address.strip("/").replace("/", "_").replace("?", "_")
        if answer["Content-Type"] == "application/zip":
            zipfile.ZipFile(io.BytesIO(content)).extractall(self.folder / name)
        else:
            (self.folder / f"{name}-{len(list(self.folder.iterdir()))}").write_bytes(content)

    def of_build(self, run: BuildRun) -> None:
        """Every page of a build as it is now."""
        here = f"/builds/{run.pk}/"
        for address in (here, f"{here}calls/", f"{here}calls.csv", f"{here}calls.jsonl"):
            self.keep(address)
        if run.status == RunStatus.SUCCEEDED:
            for address in (f"{here}result/", f"{here}terraform/"):
                self.keep(address)
        result = json.dumps(summary(run.revision, run))
        (self.folder / f"summary-{run.pk}-{run.status}").write_text(result)


def cases(alice: User) -> Iterator[tuple[str, Connections, bool]]:
    """A warehouse's adapter, the connections of a build to it, and whether they are the workspace's."""
    for typed in json.loads(os.environ["TYPED"]):
        fields = Connections.model_validate(typed["fields"])
        for kind in store.KINDS:
            store.save(alice, kind, getattr(fields, kind), secrets=typed["secrets"][kind], by=alice)
        yield fields.warehouse.adapter, store.remembered(alice), False  # type: ignore[union-attr]
    for adapter in ADAPTERS:
        yield adapter, store.connections_for(alice, workspace=True, warehouse=adapter), True


def revision_for(adapter: str, alice: User, number: int) -> PlanRevision:
    """A proven revision of a demo on this warehouse; one is on the Semantic Layer, too."""
    revision = ready_revision(f"Zorgvliet {number}", alice)
    Demo.objects.filter(pk=revision.demo_id).update(warehouse=adapter, include_semantic_layer=number == 1)
    return PlanRevision.objects.get(pk=revision.pk)


def build(revision: PlanRevision, where: Connections, workspace: bool, alice: User, pages: Pages) -> BuildRun:
    """Build, press Retry as long as it fails, and keep the pages of each state."""
    run = services.start_build(
        revision, target=Target.DBT_CLOUD, connections=where, workspace=workspace, by=alice
    )
    follow(run)
    for _ in range(5):
        pages.of_build(run)
        if run.status != RunStatus.FAILED:
            break
        print("a build failed")  # noqa: T201  # to the test
        services.retry_build(run, by=alice)
        follow(run)
    assert run.status == RunStatus.SUCCEEDED, list(run.steps.values_list("key", "status", "note", "error"))
    return run


def follow(run: BuildRun) -> None:
    """Bring the build as far as it gets."""
    drive(run.pk, on_change=lambda: None, leave_when_starved=True)
    run.refresh_from_db()


def main(folder: Path) -> None:
    """Build with everything, look at everything, undo one."""
    call_command("migrate", verbosity=0)
    collect_if_changed()
    setup_test_environment()
    settings.ALLOWED_HOSTS = ["*"]
    alice = User.objects.create_user("alice", password=PASSWORD, role="sales_engineer")
    pages = Pages(folder)
    alice.refresh_from_db()
    for number, (adapter, where, workspace) in enumerate(cases(alice)):
        revision = revision_for(adapter, alice, number)
        way = f"target=dbt_cloud&workspace={int(workspace)}&ask=1"
        pages.keep(f"/demos/{revision.demo_id}/preflight/?{way}")
        run = build(revision, where, workspace, alice, pages)
        if number == 0:
            services.undo_build(run, by=alice)
            follow(run)
            assert run.status == RunStatus.UNDONE
            pages.of_build(run)
    for kind in store.KINDS:
        pages.keep(f"/connections/?kind={kind}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
