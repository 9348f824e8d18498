"""What a step holds in its hands outside: a client with the build's credentials, and its turn to write to GitHub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn

from django.conf import settings

from provisioning.calls import recorder
from provisioning.clients import lanes
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.github import GitHubClient
from provisioning.connections import secrets
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields, WarehouseFields
from provisioning.models import BuildRun
from provisioning.steps.base import Act, Outcome, StepContext, StepFailed, Wait


def connections_of(run: BuildRun) -> Connections:
    """Where the build goes, as it was frozen when it started."""
    return Connections.model_validate(run.connections)


def github_fields(run: BuildRun) -> GitHubFields:
    """The build's GitHub connection. Raises StepFailed."""
    return connections_of(run).github or _without("GitHub")


def cloud_fields(run: BuildRun) -> DbtCloudFields:
    """The build's dbt Cloud connection. Raises StepFailed."""
    return connections_of(run).dbt_cloud or _without("dbt Cloud")


def warehouse_fields(run: BuildRun) -> WarehouseFields:
    """The build's warehouse. Raises StepFailed."""
    return connections_of(run).warehouse or _without("warehouse")


def _without(what: str) -> NoReturn:
    raise StepFailed(
        f"This build was started without a {what} connection.",
        "Set it up on the Connections page, then start a new build.",
        retryable=False,
    )


def github_client(context: StepContext) -> GitHubClient:
    """A client of the build's GitHub that writes down every call. Raises secrets.Missing."""
    return GitHubClient(
        github_fields(context.run).api_url,
        secrets.github_token(context.run),
        record=recorder(context.run, context.row),
        pause=60 / settings.GITHUB_WRITES_A_MINUTE,
    )


@contextmanager
def cloud_client(context: StepContext) -> Iterator[DbtCloudClient]:
    """A client of the build's dbt Cloud account that writes down every call. Raises secrets.Missing."""
    fields = cloud_fields(context.run)
    with DbtCloudClient(
        fields.host,
        fields.account_id,
        secrets.dbt_cloud_token(context.run),
        record=recorder(context.run, context.row),
    ) as client:
        yield client


def in_turn(writes: int, *, urgent: bool = False) -> Callable[[Act], Act]:
    """Let a step make its so many writes of GitHub when it is its turn: one token writes one after the other.

    `urgent`: what the first run waits for goes before what nothing waits for.
    """

    def wrap(act: Act) -> Act:
        @wraps(act)
        def patient(context: StepContext) -> Outcome:
            where = github_fields(context.run).api_url
            token = secrets.github_token(context.run)
            holder = f"{context.run.pk}:{context.row.key}"
            seconds = lanes.take(where, token, holder=holder, writes=writes, urgent=urgent)
            if seconds is not None:
                return Wait(seconds, "Waiting for its turn to write to GitHub")
            try:
                return act(context)
            finally:
                lanes.give_back(where, token, holder=holder)

        return patient

    return wrap
