"""Before anything is changed: what is on the branches, and whether it is ours to replace."""

from collections.abc import Iterator, Mapping

from provisioning.clients.github import GitHubClient, Repository
from provisioning.models import BuildRun
from provisioning.standing import is_live, standing_run
from provisioning.steps.base import Done, Outcome, StepContext, StepFailed
from provisioning.steps.changes.compared import different, remote_name
from provisioning.steps.github import blobs
from scenarios.rendering import MAIN

Branches = Mapping[str, Mapping[str, str]]
AGAIN = "Start the reset again: its page shows what is there now, and asks before it discards that."


def live_of(run: BuildRun) -> BuildRun:
    """The live demo that a change is about. Raises StepFailed when it was taken down meanwhile."""
    live = run.live
    if live is None or not is_live(live):
        raise StepFailed("The demo is not live any more.", "Provision it again.", retryable=False)
    return live


def look_before_update(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Find every branch exactly as a build or a change of ours has left it, or refuse. Facts: heads."""
    ours = list(_ours(context.run))
    heads = {}
    for branch in sorted({name for branches in ours for name in branches}):
        head = client.branch(repository, remote_name(repository, branch))
        there = client.files(repository, head) if head else None
        if not _is_known(branch, there, ours):
            raise _touched(branch, there is None)
        heads[branch] = head
    return Done("Nobody has changed anything", {"heads": heads})


def _ours(run: BuildRun) -> Iterator[Branches]:
    """What we may have left: the files that stand, then those of changes that stopped half way, this one's too."""
    standing = standing_run(live_of(run))
    yield standing.revision.branches()
    for change in live_of(run).changes.filter(pk__gt=standing.pk, pk__lte=run.pk).select_related("revision"):
        yield change.revision.branches()


def _is_known(branch: str, there: Mapping[str, str] | None, ours: list[Branches]) -> bool:
    """Whether a branch is as one of ours, or is missing and need not be there yet."""
    if there is None:
        return branch not in ours[0]
    return any(branch in one and not different(blobs(one[branch]), there) for one in ours)


def _touched(branch: str, gone: bool) -> StepFailed:
    what = "is not there any more" if gone else "was changed by somebody"
    return StepFailed(
        f"{branch} {what}, so the update would mix with it. Nothing was changed.",
        "Reset the demo first: that says what it discards, and asks. Then update it.",
        retryable=False,
    )


def look_before_reset(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Find what the person has seen and agreed to discard, and nothing newer. Facts: heads, commits."""
    standing = standing_run(live_of(context.run))
    commits = commits_of(standing)
    confirmed = context.checkpoint.get("confirmed", {})
    heads = {}
    for branch in sorted(context.run.revision.branches()):
        head = client.branch(repository, remote_name(repository, branch))
        if head not in (None, commits.get(branch), confirmed.get(branch)):
            raise StepFailed(
                f"{branch} has changes that nobody has agreed to discard. Nothing was changed.",
                AGAIN,
                retryable=False,
            )
        heads[branch] = head
    count = sum(head != commits.get(branch) for branch, head in heads.items())
    note = f"{count} of {len(heads)} branches to put back" if count else "The branches are as they were made"
    return Done(note, {"heads": heads, "commits": commits})


def commits_of(run: BuildRun) -> dict[str, str]:
    """Branch -> the commit with which a build or a change has left it."""
    found = {}
    for checkpoint in run.steps.filter(key__startswith="branch_").values_list("checkpoint", flat=True):
        if checkpoint.get("commit"):
            found[checkpoint["branch"]] = checkpoint["commit"]
    main = run.steps.filter(key="main_commit").values_list("checkpoint", flat=True).first()
    if main and main.get("commit"):
        found[MAIN] = main["commit"]
    return found
