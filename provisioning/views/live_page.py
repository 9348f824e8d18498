"""What the pages of a live demo need, as data: what it shows, what can be done with it, and building it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from pydantic import ValidationError

from demoforge.accounts.models import User
from demoforge.errors import Explained
from provisioning import services
from provisioning.access import may_build
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields
from provisioning.connections.policy import workspace_allowed
from provisioning.live.changes import newer_revisions
from provisioning.models import BuildRun, RunKind, Target
from provisioning.preflight import Preflight
from provisioning.standing import is_live, standing_run
from provisioning.views.preflight_page import OUTSIDE, connections_of
from scenarios.approving import approval_holds, needs_approval
from scenarios.lifecycle import expires_on
from scenarios.models import PlanRevision

CHANGES_SHOWN = 5


@dataclass(frozen=True)
class LivePage:
    """A build that stands outside, or stood there. `standing`: the build or change whose revision it shows.

    `newer`: the revisions to which this person may update it. `unapproved`: there are others, without an approval.
    """

    run: BuildRun
    standing: BuildRun
    newer: Sequence[PlanRevision]
    unapproved: bool
    changes: Sequence[BuildRun]
    live: bool
    busy: BuildRun | None
    may_build: bool
    expires_on: date | None  # of a live one

    @property
    def at_cloud(self) -> bool:
        """Whether there is a dbt Cloud project."""
        return self.run.target == Target.DBT_CLOUD

    @property
    def may_change(self) -> bool:
        """Whether an update, a reset or the removal can be started now."""
        return self.live and self.may_build and self.busy is None

    @property
    def may_again(self) -> bool:
        """Whether the same files can be built once more."""
        return self.may_build and self.busy is None and bool(self.run.project_digest)


def live_page(run: BuildRun, user: User) -> LivePage:
    """Everything about a live demo; an update or a reset leads to the build that it has changed."""
    live = run.live if run.kind != RunKind.BUILD and run.live else run
    standing = is_live(live)
    newer = newer_revisions(live) if standing else []
    allowed = [one for one in newer if approval_holds(one)] if newer and needs_approval(user) else newer
    return LivePage(
        run=live,
        standing=standing_run(live),
        newer=allowed,
        unapproved=len(allowed) < len(newer),
        changes=list(live.changes.select_related("revision", "started_by").order_by("-pk")[:CHANGES_SHOWN]),
        live=standing,
        busy=BuildRun.objects.busy().filter(demo_id=live.demo_id).first(),
        may_build=may_build(user, live.demo),
        expires_on=expires_on(live.demo) if standing else None,
    )


# --- again --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgainPage:
    """Building the files of a past build once more: where to, and what both sides say about it.

    `told` is there once they were asked. `asked` is the form's query, for the button that confirms.
    """

    run: BuildRun
    standing: BuildRun
    target: Target
    workspace: bool
    owner: str
    account: str
    may_workspace: bool
    targets: Sequence[Target] = OUTSIDE
    told: Preflight | None = None

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form."""
        fields = {"target": self.target.value, "owner": self.owner, "account": self.account}
        return fields | ({"workspace": "1"} if self.workspace else {})

    @property
    def query(self) -> str:
        """The address at which the far sides are asked."""
        return urlencode(self.form | {"look": "now"})


@dataclass(frozen=True)
class Order:
    """What the form says."""

    target: Target
    workspace: bool
    connections: Connections


def order_of(run: BuildRun, sent: QueryDict, user: User) -> Order:
    """Read the form. Raises Explained, WorkspaceRefused, WorkspaceWrong."""
    target = Target.GITHUB if sent.get("target") == Target.GITHUB else Target.DBT_CLOUD
    workspace = sent.get("workspace") == "1"
    given = connections_of(run.demo, user, workspace=workspace)
    try:
        github, cloud = _github(given.github, sent), _cloud(given.dbt_cloud, sent)
    except (ValidationError, ValueError):
        raise Explained(
            "The owner or the account cannot be read.",
            "An owner has letters, digits and hyphens; an account is a number.",
        ) from None
    return Order(target, workspace, Connections(github=github, dbt_cloud=cloud, warehouse=given.warehouse))


def _github(fields: GitHubFields | None, sent: QueryDict) -> GitHubFields | None:
    owner = sent.get("owner", "").strip()
    return GitHubFields.model_validate(fields.model_dump() | {"owner": owner}) if fields and owner else fields


def _cloud(fields: DbtCloudFields | None, sent: QueryDict) -> DbtCloudFields | None:
    """Another account has another installation of dbt's GitHub App, or none: then a deploy key is used."""
    account = sent.get("account", "").strip()
    if fields is None or not account or int(account) == fields.account_id:
        return fields
    return DbtCloudFields(host=fields.host, account_id=int(account))


def again_page(run: BuildRun, sent: QueryDict, user: User, *, ask: bool) -> AgainPage:
    """The form with what was entered, else with what the connections say; with `ask`, also what both sides say."""
    order = order_of(run, sent, user)
    github, cloud, standing = order.connections.github, order.connections.dbt_cloud, standing_run(run)
    told = None
    if ask:
        told = services.check_build(
            standing.revision,
            target=order.target,
            connections=order.connections,
            workspace=order.workspace,
            as_given=True,
            by=user,
        )
    return AgainPage(
        run=run,
        standing=standing,
        target=order.target,
        workspace=order.workspace,
        owner=github.owner if github else "",
        account=str(cloud.account_id) if cloud else "",
        may_workspace=workspace_allowed(),
        told=told,
    )
