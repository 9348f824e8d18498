"""`manage.py forge BRIEF.yaml`: from a brief to a built demo without web server, queue or browser.

`--dry-run` stops after the pre-flight: both sides were asked, nothing was created, and what would be is printed.
`--resume BUILD` goes on with a build that stopped or waits for credentials, `--undo BUILD` removes what it made.
GitHub, dbt Cloud and the warehouse are the workspace's, from the environment.

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

from demoforge.accounts.models import User
from demoforge.errors import Explained
from demoforge.locks import hold_worker_lock
from provisioning.access import may_build
from provisioning.headless import (
    acting_user,
    build_demo,
    check_demo,
    checked,
    draft_demo,
    resume_build,
    summary,
    undo_build,
    write_files,
)
from provisioning.models import BuildRun, RunStatus, Target
from provisioning.preflight import Preflight
from scenarios.ai.registry import PROVIDER_CHOICES
from scenarios.briefs import BadBrief, read_brief
from scenarios.models import Demo, PlanRevision, RevisionStatus

BUILT, FAILED, BAD_BRIEF = 0, 1, 2


class Command(BaseCommand):
    """Forge a demo from a brief."""

    help = "Draft, prove and build a demo from a brief file, in this process."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "brief",
            nargs="?",
            help="YAML file: company, industry, discovery_notes, pain_points, depth, codename, …",
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--resume", type=int, metavar="BUILD", help="go on with this build instead of starting one"
        )
        which.add_argument("--undo", type=int, metavar="BUILD", help="remove what this build created")
        parser.add_argument(
            "--provider", default=settings.DEFAULT_AI_PROVIDER, choices=dict(PROVIDER_CHOICES)
        )
        parser.add_argument(
            "--model",
            default="",
            help="the model to ask, as its server calls it (default: DEFAULT_AI_MODEL for DEFAULT_AI_PROVIDER)",
        )
        parser.add_argument(
            "--target",
            default=Target.LOCAL.value,
            choices=Target.values,
            help="github and dbt_cloud need the workspace's connections (docs/configuration.md)",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="draft and prove, ask GitHub and dbt Cloud, say what would be created, and create nothing",
        )
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
        if forging.preflight:
            result |= checked(forging.preflight)
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(f"{result['status']}: {forging.revision or 'no demo'}")
        if result["repository"]:
            self.stdout.write(f"git clone {result['repository']}")
        for left in [one for one in result["resources"] if one["status"] == "leftover"]:
            self.stdout.write(f"left: {left['kind']} {left['name']} {left['location']}")
        if result["error"]:
            self.stdout.write(result["error"])

    def _tell(self, words: str) -> None:
        self.stderr.write(words)


class Forging:
    """One run of the command: how far it came."""

    def __init__(self, tell: Any) -> None:
        self.tell = tell
        self.revision: PlanRevision | None = None
        self.build: BuildRun | None = None
        self.preflight: Preflight | None = None
        self.error: str | None = None

    def run(self, options: dict[str, Any]) -> int:
        """Do what was asked for. Raises BadBrief before anything is done, Explained when it cannot go on."""
        earlier = options["resume"] or options["undo"]
        if bool(options["brief"]) == bool(earlier):
            raise BadBrief(["Give the file of a brief, or --resume or --undo with the number of a build."])
        if options["dry_run"] and earlier:
            raise BadBrief(["--dry-run goes with the file of a brief."])
        return self._steer(options, earlier) if earlier else self._forge(options)

    def _steer(self, options: dict[str, Any], number: int) -> int:
        """Go on with a build, or undo it."""
        call_command("migrate", interactive=False, verbosity=0)
        user = acting_user(options["username"])
        self.build = BuildRun.objects.visible_to(user).filter(pk=number).first()
        if self.build is None:
            raise BadBrief([f"There is no build {number} that {user.username} may see."])
        self.revision = self.build.revision
        _require_may_build(user, self.build.demo)
        if options["undo"]:
            self.build = undo_build(self.build, by=user, tell=self.tell)
            return BUILT if self.build.status == RunStatus.UNDONE else FAILED
        self.build = resume_build(self.build, by=user, tell=self.tell)
        return BUILT if self.build.status == RunStatus.SUCCEEDED else FAILED

    def _forge(self, options: dict[str, Any]) -> int:
        """Draft, prove, build, write."""
        brief = read_brief(Path(options["brief"]), as_of=options["as_of"])
        out = _out_folder(options["out"])
        call_command("migrate", interactive=False, verbosity=0)
        user = acting_user(options["username"])
        self.revision = draft_demo(
            brief, provider=options["provider"], model=options["model"], by=user, tell=self.tell
        )
        if self.revision.status != RevisionStatus.READY:
            return FAILED
        _require_may_build(user, self.revision.demo)
        target = Target(options["target"])
        if options["dry_run"]:
            self.preflight = check_demo(self.revision, target=target, by=user, tell=self.tell)
            return BUILT if self.preflight.ok else FAILED
        self.build = build_demo(self.revision, target=target, by=user, tell=self.tell)
        if self.build.status != RunStatus.SUCCEEDED:
            return FAILED
        if out:
            _write(self.revision, out)
        return BUILT


def _require_may_build(user: User, demo: Demo) -> None:
    if not may_build(user, demo):
        raise Explained(f"{user.username} may not build this demo.", "Choose another user with --as.")


def _write(revision: PlanRevision, out: Path) -> None:
    try:
        write_files(revision, out)
    except OSError as error:
        raise Explained(
            f"The demo is built, but its files could not be written to {out}: {error.strerror}.",
            "Clone the repository instead.",
        ) from error


def _out_folder(name: str | None) -> Path | None:
    if name is None:
        return None
    folder = Path(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadBrief([f"--out {name}: the folder must be new or empty."])
    return folder
