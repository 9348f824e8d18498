"""Asking GitHub and dbt Cloud many things side by side, with the asker's own tokens, while a page waits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from demoforge.accounts.models import User
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.github import GitHubClient
from provisioning.clients.outcome import System, Unclear, unrecorded
from provisioning.connections import secrets
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields
from provisioning.models import BuildRun

CALL_SECONDS = 8  # for one call
ALL_SECONDS = 20.0  # for all of them together
AT_ONCE = 8  # calls
T = TypeVar("T")


def asker(run: BuildRun, by: User) -> BuildRun:
    """Who asks about a build: `by` with their own credentials, or the workspace's if the build uses these."""
    return BuildRun(connections=run.connections, workspace=run.workspace, started_by=by)


@dataclass(frozen=True)
class GitHubAccess:
    """How to ask GitHub."""

    fields: GitHubFields
    token: str = field(repr=False)

    @classmethod
    def of(cls, run: BuildRun) -> Self:
        """Raises secrets.Missing."""
        token = secrets.github_token(run)  # missing, too, where there is no connection
        return cls(cast(GitHubFields, Connections.model_validate(run.connections).github), token)

    def ask(self, question: Callable[[GitHubClient], T]) -> T:
        """Ask with a client of its own: they serve one thread each. Raises OutsideError."""
        client = GitHubClient(
            self.fields.api_url, self.token, record=unrecorded, seconds=CALL_SECONDS, pause=0.0
        )
        try:
            return question(client)
        finally:
            client.close()


@dataclass(frozen=True)
class CloudAccess:
    """How to ask dbt Cloud."""

    fields: DbtCloudFields
    token: str = field(repr=False)

    @classmethod
    def of(cls, run: BuildRun) -> Self:
        """Raises secrets.Missing."""
        token = secrets.dbt_cloud_token(run)  # missing, too, where there is no connection
        return cls(cast(DbtCloudFields, Connections.model_validate(run.connections).dbt_cloud), token)

    def ask(self, question: Callable[[DbtCloudClient], T]) -> T:
        """Ask with a client of its own. Raises OutsideError."""
        fields = self.fields
        with DbtCloudClient(
            fields.host, fields.account_id, self.token, record=unrecorded, seconds=CALL_SECONDS
        ) as client:
            return question(client)


@dataclass(frozen=True)
class Question(Generic[T]):
    """A question that was put, and its answer when it comes."""

    system: System
    future: "Future[T]"
    until: float

    def answer(self) -> T:
        """Wait for the answer, but not longer than all questions together may take. Raises OutsideError."""
        try:
            return self.future.result(timeout=max(0.0, self.until - monotonic()))
        except TooLate:
            raise Unclear(
                self.system, f"{self.system} did not answer in time.", "Try again in a minute."
            ) from None


class SideBySide:
    """Questions under way, at most eight at once; at the end of the block nobody waits for late ones."""

    def __init__(self, seconds: float = ALL_SECONDS) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask")
        self._until = monotonic() + seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def github(self, access: GitHubAccess, question: Callable[[GitHubClient], T]) -> Question[T]:
        """Ask GitHub."""
        return Question("GitHub", self._pool.submit(partial(access.ask, question)), self._until)

    def cloud(self, access: CloudAccess, question: Callable[[DbtCloudClient], T]) -> Question[T]:
        """Ask dbt Cloud."""
        return Question("dbt Cloud", self._pool.submit(partial(access.ask, question)), self._until)
