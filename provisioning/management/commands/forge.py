"""`manage.py forge BRIEF.yaml`: from a brief to a built demo without web server, queue or browser.

Takes the same road through the same services as the pages. Progress goes to standard error; with `--json` the
last line of standard output is the result. Exit status: 0 built, 1 failed, 2 bad brief or arguments.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from demoforge.accounts.local import ensure_local_accounts
from demoforge.accounts.models import User
from demoforge.errors import Explained
from demoforge.locks import hold_worker_lock
from provisioning.access import may_build
from provisioning.headless import build_demo, draft_demo, summary, write_files
from provisioning.models import BuildRun, RunStatus, Target
from scenarios.access import may_create
from scenarios.ai.registry import PROVIDER_CHOICES
from scenarios.briefs import BadBrief, read_brief
from scenarios.models import PlanRevision, RevisionStatus

BUILT, FAILED, BAD_BRIEF = 0, 1, 2


class Command(BaseCommand):
    """Forge a demo from a brief."""

    help = "Draft, prove and build a demo from a brief file, in this process."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "brief", help="YAML file: company, industry, discovery_notes, pain_points, depth, codename, …"
        )
        parser.add_argument(
            "--provider", default=settings.DEFAULT_AI_PROVIDER, choices=dict(PROVIDER_CHOICES)
        )
        parser.add_argument(
            "--model",
            default="",
            help="the model to ask, as its server calls it (default: DEFAULT_AI_MODEL for DEFAULT_AI_PROVIDER)",
        )
        parser.add_argument("--target", default=Target.LOCAL.value, choices=Target.values)
        parser.add_argument(
            "--out", help="write the committed files into this folder, which must be new or empty"
        )
        parser.add_argument("--as-of", help="reference date of the demo's data, YYYY-MM-DD (default: today)")
        parser.add_argument(
            "--as", dest="username", help="act as this user (default: the local sales engineer)"
        )
        parser.add_argument("--json", action="store_true", help="print the result as one line of JSON, last")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; ends the process with its exit status."""
        settings.INLINE_WORK = True
        hold_worker_lock()
        forging = Forging(self._tell)
        try:
            code = forging.run(options)
        except BadBrief as error:
            for fault in error.faults:
                self._tell(fault)
            sys.exit(BAD_BRIEF)
        except Explained as error:
            forging.error = f"{error.sentence} {error.hint}".strip()
            self._tell(forging.error)
            code = FAILED
        self._report(forging, as_json=options["json"])
        sys.exit(code)

    def _report(self, forging: "Forging", *, as_json: bool) -> None:
        result = summary(forging.revision, forging.build, error=forging.error)
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(f"{result['status']}: {forging.revision or 'no demo'}")
        if result["repository"]:
            self.stdout.write(f"git clone {result['repository']}")

    def _tell(self, words: str) -> None:
        self.stderr.write(words)


class Forging:
    """One run of the command: how far it came."""

    def __init__(self, tell: Any) -> None:
        self.tell = tell
        self.revision: PlanRevision | None = None
        self.build: BuildRun | None = None
        self.error: str | None = None

    def run(self, options: dict[str, Any]) -> int:
        """Draft, prove, build, write. Raises BadBrief before anything is done, Explained when it cannot go on."""
        brief = read_brief(Path(options["brief"]), as_of=options["as_of"])
        out = _out_folder(options["out"])
        call_command("migrate", interactive=False, verbosity=0)
        user = _acting_user(options["username"])
        self.revision = draft_demo(
            brief, provider=options["provider"], model=options["model"], by=user, tell=self.tell
        )
        if self.revision.status != RevisionStatus.READY:
            return FAILED
        if not may_build(user, self.revision.demo):
            raise Explained(f"{user.username} may not build demos.", "Choose another user with --as.")
        self.build = build_demo(self.revision, target=Target(options["target"]), by=user, tell=self.tell)
        if self.build.status != RunStatus.SUCCEEDED:
            return FAILED
        if out:
            _write(self.revision, out)
        return BUILT


def _write(revision: PlanRevision, out: Path) -> None:
    try:
        write_files(revision, out)
    except OSError as error:
        raise Explained(
            f"The demo is built, but its files could not be written to {out}: {error.strerror}.",
            "Clone the repository instead.",
        ) from error


def _acting_user(username: str | None) -> User:
    if username is None:
        ensure_local_accounts()
    user = User.objects.filter(username=username or "se", is_active=True).first()
    if user is None or (user.is_local and settings.MODE != "local"):
        raise BadBrief([f"There is no active user called {username or 'se'}: choose another with --as."])
    if not may_create(user):
        raise BadBrief([f"{user.username} may not create demos: choose another user with --as."])
    return user


def _out_folder(name: str | None) -> Path | None:
    if name is None:
        return None
    folder = Path(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadBrief([f"--out {name}: the folder must be new or empty."])
    return folder
