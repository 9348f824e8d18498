"""Putting main and the branches in place: forward by a commit on top, or for a reset back to our own commit.

An update never forces anything: each commit has what is there as its parent, so a commit that somebody pushes in
the same moment makes GitHub refuse, and is not lost. A reset forces, to the commits that it was confirmed to
replace; where a rule forbids that, it puts the proven files on top.
"""

from collections.abc import Mapping

from provisioning.clients.github import GitHubClient, NotReady, Repository, RuleViolation
from provisioning.clients.outcome import Conflict
from provisioning.models import RunKind
from provisioning.steps.base import Done, Outcome, StepContext, StepFailed
from provisioning.steps.changes.compared import different, remote_name
from provisioning.steps.changes.look import live_of
from provisioning.steps.confirmed import confirmed_branches, refuse_voided
from provisioning.steps.github import AUTHOR, Work, blobs
from scenarios.rendering import MAIN

Files = Mapping[str, str]


def put_main(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Bring main to the proven files. Facts: commit, files, and `on_top` when a reset could not force."""
    live_of(context.run)
    if "commit" not in context.checkpoint:  # nothing has been put there yet
        refuse_voided(context.run)
    files = confirmed_branches(context.run)[MAIN]
    commit, note = _put(context, client, repository, MAIN, files, merging=None)
    facts = {"commit": commit, "files": len(files), "on_top": bool(context.checkpoint.get("on_top"))}
    return Done(note, facts)


def put_branch(branch: str) -> Work:
    """The step that brings a branch to the proven files, on top of the new main."""

    def work(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
        files = confirmed_branches(context.run)[branch]
        main = str(context.fact("main_commit", "commit"))
        commit, note = _put(context, client, repository, branch, files, merging=main)
        return Done(f"{branch}: {note}", {"branch": branch, "commit": commit})

    return work


def _put(
    context: StepContext,
    client: GitHubClient,
    repository: Repository,
    branch: str,
    files: Files,
    *,
    merging: str | None,
) -> tuple[str, str]:
    """The branch's new commit, and what was done in words. Repeating is harmless: what was aimed at is remembered."""
    name, seen = remote_name(repository, branch), context.fact("look", "heads").get(branch)
    head = client.branch(repository, name)
    if head is not None and head == context.checkpoint.get("commit"):
        return head, "in place"
    if head != seen:
        raise _meanwhile(branch)
    if (ours := _back(context, client, repository, branch, head)) is not None:
        return ours
    if head is None:
        commit = _commit(context, client, repository, branch, files, base=str(merging), merging=None)
        client.create_branch(repository, name, commit)
        return commit, "made"
    before = (context.known("look", "commits") or context.fact("look", "heads")).get(MAIN)
    main_moved = merging is not None and merging != before
    if not main_moved and not different(blobs(files), client.files(repository, head)):
        return head, "the files are there already"
    commit = _commit(context, client, repository, branch, files, base=head, merging=merging)
    try:
        client.set_branch(repository, name, commit, force=False)
    except Conflict as refusal:
        raise _meanwhile(branch) from refusal
    return commit, "the files are in place, in one commit on top"


def _back(
    context: StepContext, client: GitHubClient, repository: Repository, branch: str, head: str | None
) -> tuple[str, str] | None:
    """For a reset: back to the commit with which we have left the branch. None when that cannot be done."""
    goal = context.known("look", "commits") or {}
    commit = goal.get(branch)
    if context.run.kind != RunKind.RESET or commit is None or context.checkpoint.get("on_top"):
        return None
    if branch != MAIN and context.known("main_commit", "on_top"):
        return None  # main has gone forward, so the branch does
    if head == commit:
        return commit, "as it was made"
    name = remote_name(repository, branch)
    context.remember(commit=commit)
    try:
        if head is None:
            client.create_branch(repository, name, commit)
        else:
            client.set_branch(repository, name, commit, force=True)
    except (RuleViolation, NotReady):  # forbidden, or GitHub has forgotten the commit
        context.remember(on_top=True, commit=None)
        return None
    return commit, "put back to where it was made"


def _commit(
    context: StepContext,
    client: GitHubClient,
    repository: Repository,
    branch: str,
    files: Files,
    *,
    base: str,
    merging: str | None,
) -> str:
    """A commit on `base` that holds exactly these files. Asked for again it is the same: its date is the run's."""
    wanted, there = blobs(files), client.files(repository, base)
    changed = different(wanted, there) or tuple(sorted(files)[:1])  # GitHub takes no empty list
    commit = client.commit(
        repository,
        branch=branch,
        files={path: files.get(path) for path in changed},
        base=base,
        merging=merging,
        message=_message(context),
        author=AUTHOR,
        when=context.run.created_at,
    )
    context.remember(commit=commit)
    return commit


def _message(context: StepContext) -> str:
    run = context.run
    what = "Update the demo to" if run.kind == RunKind.UPDATE else "Put the demo back to"
    return f"{what} revision {run.revision.number}\n"


def _meanwhile(branch: str) -> StepFailed:
    return StepFailed(
        f"Somebody has changed {branch} just now. Nothing of it was lost or replaced.",
        "Look at it on GitHub, then reset the demo: that says what it discards, and asks.",
        retryable=False,
    )
