"""`manage.py smoke`: one small live check with the keys and accounts of the settings, for the day they are at hand.

`--provider NAME` asks a model one small question; it costs a few tokens and needs no database. `--target github` and
`--target dbt_cloud` say what they would create with the workspace's connections, and with `--yes` create it, look at
it as before a call, and remove it again.

Exit status: 0 all is well, 1 something failed and a sentence says what, 2 something is not set up.
"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from demoforge.accounts.models import User
from demoforge.errors import Explained
from demoforge.locks import hold_worker_lock
from provisioning.connections.fields import WarehouseFields
from provisioning.connections.workspace import WorkspaceWrong, workspace_connections
from provisioning.headless import acting_user, build_demo, check_demo, draft_demo, undo_build, waiting_for
from provisioning.live.readiness import check_readiness
from provisioning.models import BuildRun, Resource, RunStatus, Target
from provisioning.preflight import NEEDED, called
from scenarios.ai.registry import SERVERS
from scenarios.briefs import BadBrief
from scenarios.models import RevisionStatus
from scenarios.one_question import OneQuestion
from scenarios.plan.brief import Brief

WELL, FAILED, NOT_SET_UP = 0, 1, 2
COMPANY = "DemoForge smoke test"


class NotSetUp(Explained):
    """The environment lacks something that the check needs."""


class Command(BaseCommand):
    """Check a model, or GitHub and dbt Cloud, with the keys and accounts of the settings."""

    help = (
        "Ask a model one small question, or build a small demo on GitHub and dbt Cloud and remove it again."
    )
    requires_migrations_checks = False
    requires_system_checks = ()  # a question to a model needs neither pages nor database

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--provider", choices=list(SERVERS))
        which.add_argument("--target", choices=[Target.GITHUB.value, Target.DBT_CLOUD.value])
        parser.add_argument(
            "--model", default="", help="default: DEFAULT_AI_MODEL if it is of this provider, else the newest"
        )
        parser.add_argument(
            "--yes", action="store_true", help="create it, check it and remove it; else only say what that is"
        )
        parser.add_argument(
            "--as", dest="username", help="act as this user (default: the local sales engineer)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; ends the process with its exit status."""
        if options["provider"]:
            sys.exit(
                OneQuestion(options["provider"], say=self._say, complain=self._complain).run(options["model"])
            )
        try:
            code = self._check(Target(options["target"]), yes=options["yes"], username=options["username"])
        except (NotSetUp, WorkspaceWrong) as error:
            self._complain(f"{error.sentence} {error.hint}".strip())
            code = NOT_SET_UP
        except BadBrief as error:
            for fault in error.faults:
                self._complain(fault)
            code = NOT_SET_UP
        except Explained as error:
            self._complain(f"{error.sentence} {error.hint}".strip())
            code = FAILED
        sys.exit(code)

    def _check(self, target: Target, *, yes: bool, username: str | None) -> int:
        """Draft a small demo and ask both sides; with `yes` build it, look at it and remove it. Raises Explained."""
        settings.INLINE_WORK = True
        hold_worker_lock()
        warehouse = _require_connections(target)
        call_command("migrate", interactive=False, verbosity=0)
        user = acting_user(username)
        self._step("Draft a small demo and prove it")
        revision = draft_demo(_brief(warehouse), provider="builtin", by=user, tell=self._tell)
        if revision.status != RevisionStatus.READY:
            return FAILED
        self._step("Ask what the accounts allow")
        if not check_demo(revision, target=target, by=user, tell=self._tell).ok:
            return FAILED
        if not yes:
            self._step("Nothing was created. With --yes it is created, checked and removed again")
            return WELL
        self._step("Build it")
        run = build_demo(revision, target=target, by=user, tell=self._tell)
        well = run.status == RunStatus.SUCCEEDED and self._is_ready(run, user)
        return WELL if self._removed(run, user) and well else FAILED

    def _is_ready(self, run: BuildRun, user: User) -> bool:
        self._step("Look at it, as before a call")
        readiness = check_readiness(run, by=user)
        for check in readiness.checks:
            self._tell(f"[{check.state}] {check.title}: {check.sentence} {check.fix}".strip())
        return readiness.ready

    def _removed(self, run: BuildRun, user: User) -> bool:
        """Remove what was created, however far the build came; what stays is listed."""
        if run.status == RunStatus.FAILED:
            self._complain(_failure(run))
        self._step("Remove it")
        undone = undo_build(run, by=user, tell=self._tell)
        for left in undone.resources.filter(status=Resource.Status.LEFTOVER):
            self._tell(f"left: {left.kind} {left.name} {left.location}")
        if undone.status == RunStatus.UNDONE:
            return True
        again = waiting_for(undone) or f"Try again: manage.py forge --undo {undone.pk}"
        self._complain(f"Not everything could be removed. {again}")
        return False

    def _step(self, words: str) -> None:
        self.stdout.write(f"== {words}")

    def _tell(self, words: str) -> None:
        self.stdout.write(words)

    def _complain(self, words: str) -> None:
        self.stderr.write(words)

    def _say(self, name: str, value: str) -> None:
        self.stdout.write(f"{name + ':':<10}{value}")


def _require_connections(target: Target) -> WarehouseFields | None:
    """The workspace's warehouse, if there is one. Raises NotSetUp when a connection is missing, WorkspaceWrong."""
    there = workspace_connections()
    missing = [called(place) for place in NEEDED[target] if getattr(there, place) is None]
    if missing:
        raise NotSetUp(
            f"The environment has no connection to: {', '.join(missing)}.",
            "docs/connections.md lists the variables of each.",
        )
    return there.warehouse


def _brief(warehouse: WarehouseFields | None) -> Brief:
    return Brief(
        company=COMPANY,
        industry="Retail",
        warehouse=warehouse.adapter if warehouse else "snowflake",
        depth="essential",
        as_of=timezone.localdate(),
    )


def _failure(run: BuildRun) -> str:
    failed = run.steps.exclude(error="").first()
    return f"{failed.title}: {failed.error} {failed.hint}".strip() if failed else run.get_status_display()
