"""A demo moves from one installation to another, empty one, by the commands: the same project comes out."""

import os
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios import services
from scenarios.drafting import drive_revision
from scenarios.models import Demo, PlanRevision
from scenarios.plan.brief import Brief
from tests.scenarios.exporting.packages import manifest_of
from tests.scenarios.views.rows import demo_of, person, revision_of

ROOT = Path(__file__).resolve().parents[3]


def run_there(var: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command in another installation, whose data is in `var`."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=os.environ | {"DEMOFORGE_VAR_DIR": str(var), "DATABASE_URL": ""},
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def proven(owner: User) -> PlanRevision:
    brief = Brief.model_validate(
        {
            "company": "Northwind Outfitters", "industry": "Retail", "as_of": "2026-03-31", "depth": "essential",
            "discovery_notes": "CONFIDENTIAL: they want to know who comes back.", "pain_points": "Duplicate orders.",
        }
    )  # fmt: skip
    demo = services.create_demo(brief, provider="builtin", by=owner)
    assert demo.current_id
    return drive_revision(demo.current_id, on_change=lambda _: None)


@pytest.mark.slow
@pytest.mark.long  # two Proofs in two installations; beside it: test_moving.py
@pytest.mark.django_db(transaction=True)
def test_an_empty_installation_makes_the_same_project_of_it(tmp_path: Path) -> None:
    revision = proven(person("sam"))
    assert revision.project_digest
    file = tmp_path / "northwind.demoforge.zip"
    call_command("export_demo", revision.demo_id, output=str(file), stdout=StringIO())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"CONFIDENTIAL" not in file.read_bytes()
    done = run_there(tmp_path / "elsewhere", "import_demo", str(file), "--user", "se")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Demo 1: Northwind Outfitters (Retail)",
        f"the same project, byte for byte: {revision.project_digest}",
    ]


@pytest.fixture
def sam(db: None) -> User:
    return person("sam")


def refused(*arguments: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*arguments, **options)
    return str(error.value)


def test_who_may_export_and_where_to(sam: User, tmp_path: Path) -> None:
    eve = person("eve")
    demo = demo_of(sam)
    revision = revision_of(demo)
    PlanRevision.objects.filter(pk=revision.pk).update(project_digest=f"sha256:{'b' * 64}")
    file = str(tmp_path / "demo.zip")
    assert "There is no demo 9999" in refused("export_demo", 9999, output=file)
    assert "or not for eve" in refused("export_demo", demo.pk, output=file, user=eve.username)
    assert "no active user called bob" in refused("export_demo", demo.pk, output=file, user="bob")
    assert "Only the owner" in refused("export_demo", demo.pk, output=file, with_notes=True)
    assert not Path(file).exists()
    call_command("export_demo", demo.pk, output=file, user="sam", with_notes=True, stdout=StringIO())
    assert manifest_of(Path(file).read_bytes())["confidential"]
    assert "cannot be written" in refused("export_demo", demo.pk, output=file)


def test_import_says_what_is_wrong(sam: User, settings: Any, tmp_path: Path) -> None:
    settings.INLINE_WORK = settings.INLINE_WORK  # the command sets it, and here it is put back
    person("alex", Role.ACCOUNT_EXECUTIVE)
    file = tmp_path / "demo.zip"
    assert "cannot be read: No such file" in refused("import_demo", str(file), user="sam")
    file.write_bytes(b"no archive")
    assert "damaged" in refused("import_demo", str(file), user="sam")
    assert "alex may not create demos" in refused("import_demo", str(file), user="alex")
    assert "no active user called bob" in refused("import_demo", str(file), user="bob")
    assert not Demo.objects.exists()
