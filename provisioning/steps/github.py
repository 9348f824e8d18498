"""GitHub's steps: a private repository, the proven files in one commit, branches and their pull requests."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict

from provisioning import names
from provisioning.clients.github import GitHubClient, Moved, NotAsOrdered, Repository, RuleViolation
from provisioning.clients.outcome import Conflict, Forbidden, NotThere, OutsideError
from provisioning.models import BuildRun, Resource
from provisioning.steps.base import Act, Done, Outcome, SkipReason, Step, StepContext, StepFailed, Wait, never
from provisioning.steps.confirmed import confirmed_branches, refuse_leaking, refuse_voided
from provisioning.steps.hands import github_client, github_fields, in_turn
from provisioning.steps.outside import make_once, outside, pause, refuse_early, removal
from scenarios.proving import proven_facts
from scenarios.rendering import MAIN, branch_changes, commit_message, pull_request

AUTHOR = ("DemoForge", "demoforge@localhost")
LOOKS = 20  # so often we look whether the commit can be read
#: What GitHub may answer about a repository that it has only just made.
YOUNG = (NotThere, Conflict)

Work = Callable[[StepContext, GitHubClient, Repository], Outcome]


def repository_of(context: StepContext) -> Repository:
    """The build's repository as it was seen last: by this step, when it was read back, when it was created."""
    seen = context.checkpoint.get("repository") or context.known("visible", "repository")
    known = seen or context.fact(names.REPOSITORY, "repository")
    return Repository(**{**known, "topics": tuple(known["topics"])})


def in_repository(work: Work) -> Act:
    """A step that works in the build's repository, wherever somebody may have moved it meanwhile."""

    def act(context: StepContext) -> Outcome:
        client = github_client(context)
        try:
            return work(context, client, repository_of(context))
        except Moved:
            found = client.repository_by_id(repository_of(context).id)
            if found is None:
                raise
        context.remember(repository=asdict(found))
        return Wait(pause(1.0), f"The repository is called {found.full_name} now")

    return act


# --- repository ---------------------------------------------------------------------------------------------


def create_repository(context: StepContext) -> Outcome:
    """Create the private repository, or adopt the one that an earlier attempt made."""
    run = context.run
    refuse_voided(run)
    resource = context.ledger.intend(names.REPOSITORY, run.repository_name)
    client = github_client(context)
    owner = github_fields(run).owner
    try:
        repository = make_once(
            context,
            resource,
            create=lambda: _create(client, run, owner, resource.marker),
            find=lambda: _ours(client, owner, run.repository_name, resource.marker),
            location=lambda made: made.url,
        )
    except NotAsOrdered as error:
        raise _withdrawn(context, client, error, resource) from error
    return Done(repository.full_name, {"repository": asdict(repository)})


def _create(client: GitHubClient, run: BuildRun, owner: str, marker: str) -> Repository:
    return client.create_repository(
        owner,
        is_organization=client.who().login.casefold() != owner.casefold(),
        name=run.repository_name,
        description=names.repository_description(run.demo.public_name, marker),
    )


def _ours(client: GitHubClient, owner: str, name: str, marker: str) -> Repository | None:
    """The repository of that name, if there is one. Raises StepFailed when it is somebody else's."""
    found = client.repository(owner, name)
    if found is None:
        return None
    if marker not in found.description:
        raise StepFailed(
            f"{owner} already has a repository called {name}, and it is not this build's.",
            "Rename it on GitHub and press Retry, or undo this build and start another: it gets a new name.",
        )
    if not found.private:
        raise NotAsOrdered(
            f"{found.full_name} is public, although a private repository was asked for.",
            "Ask an owner of the organisation whether private repositories are allowed.",
            found,
        )
    return found


def _withdrawn(
    context: StepContext, client: GitHubClient, error: NotAsOrdered, resource: Resource
) -> StepFailed:
    """Nothing is pushed into a repository that others can read, or that is somebody else's: it goes again."""
    made = error.repository
    context.ledger.created(resource, external_id=str(made.id), location=made.url)
    _delete(client, made)
    context.ledger.removed(resource)
    return StepFailed(f"{error.sentence} It was removed before anything was pushed.", error.hint)


def remove_repository(context: StepContext) -> Outcome:
    """Delete the repository; where the token may not, archive it and say so."""
    removed = "There was no repository to remove"
    for resource in context.ledger.remaining():
        client = github_client(context)
        repository = _existing(client, context, resource)
        if repository is not None:
            context.ledger.created(resource, external_id=str(repository.id), location=repository.url)
            _delete(client, repository)
            removed = f"{repository.full_name} was removed"
        context.ledger.removed(resource)
    return Done(removed)


def _existing(client: GitHubClient, context: StepContext, resource: Resource) -> Repository | None:
    """The repository as it is now, by its number, or by name and marker while the number is not known."""
    if resource.external_id:
        return client.repository_by_id(int(resource.external_id))
    if resource.tried_at is None:
        return None
    found = client.repository(github_fields(context.run).owner, resource.name)
    if found is None:
        refuse_early(resource)
    return found if found and resource.marker in found.description else None


def _delete(client: GitHubClient, repository: Repository) -> None:
    """Delete and look whether it is gone. Raises StepFailed when it could only be archived, or not even that."""
    try:
        client.delete_repository(repository)
    except NotThere:
        pass  # gone, or hidden: the look below tells
    except Forbidden as refusal:
        done = "It was archived instead" if _archived(client, repository) else "It was left as it is"
        raise StepFailed(
            f"The token may not delete {repository.full_name}. {done}.",
            f"Delete it at {repository.url}, or enter a token that may delete repositories "
            "(classic: delete_repo) and press Undo again.",
        ) from refusal
    if client.repository_by_id(repository.id) is not None:
        raise StepFailed(f"{repository.full_name} is still there.", f"Delete it at {repository.url}.")


def _archived(client: GitHubClient, repository: Repository) -> bool:
    if repository.archived:
        return True
    try:
        client.archive(repository)
    except OutsideError:
        return False
    return True


# --- main ---------------------------------------------------------------------------------------------------


def push_main(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Put the proven files on main in one commit. Objects are called by their content: repeating is harmless."""
    run, branch = context.run, repository.default_branch
    files = confirmed_branches(run)[MAIN]
    message = _message(run, MAIN)
    if not context.checkpoint.get("on_top"):
        commit = _commit(client, run, repository, branch, files, None, message)
        try:
            client.set_branch(repository, branch, commit, force=True)
        except RuleViolation:
            context.remember(on_top=True)
    note = f"{_count(len(files), 'file')} in one commit"
    if context.checkpoint.get("on_top"):
        commit = _commit_on_top(client, run, repository, files, message)
        note += ", on top of GitHub's own: a rule forbids to replace it"
    return Done(note, {"commit": commit, "files": len(files)})


def _commit_on_top(
    client: GitHubClient, run: BuildRun, repository: Repository, files: Mapping[str, str], message: str
) -> str:
    """A commit on what is there, which is GitHub's own first commit; its files go unless they are ours."""
    head = client.branch(repository, repository.default_branch)
    there = client.files(repository, head) if head else {}
    if head and there == blobs(files):
        return head  # an earlier attempt got that far
    changes, branch = {**dict.fromkeys(there), **files}, repository.default_branch
    commit = _commit(client, run, repository, branch, changes, head, message)
    client.set_branch(repository, branch, commit, force=False)
    return commit


def _commit(
    client: GitHubClient,
    run: BuildRun,
    repository: Repository,
    branch: str,
    files: Mapping[str, str | None],
    base: str | None,
    message: str,
) -> str:
    """The same commit whenever it is asked for: its date is the build's."""
    return client.commit(
        repository,
        branch=branch,
        files=files,
        base=base,
        message=message,
        author=AUTHOR,
        when=run.created_at,
    )


def _message(run: BuildRun, branch: str) -> str:
    """The branch's commit message. Raises StepFailed when it would tell who the prospect is."""
    message = commit_message(run.revision.read_plan(), branch)
    refuse_leaking(run, {f"commit message of {branch}": message})
    return message


def blobs(files: Mapping[str, str]) -> dict[str, str]:
    """Path -> git's own id of each file's content."""
    return {path: _blob(text.encode()) for path, text in files.items()}


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


def set_topics(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Set the topics by which people and the orphan scan find the repository."""
    client.replace_topics(repository, list(names.TOPICS))
    return Done(", ".join(names.TOPICS))


# --- branches -----------------------------------------------------------------------------------------------


def push_branch(branch: str) -> Work:
    """The step that puts a branch with its one commit on top of main."""

    def work(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
        branches = confirmed_branches(context.run)
        changes, message = branch_changes(branches, branch), _message(context.run, branch)
        there = client.branch(repository, branch) if context.checkpoint.get("tried") else None
        if there is None:
            context.remember(tried=True)
            base = context.fact("main_commit", "commit")
            there = _commit(client, context.run, repository, branch, changes, base, message)
            client.create_branch(repository, branch, there)
        elif client.files(repository, there) != blobs(branches[branch]):
            raise _changed(repository, branch)
        facts = {"branch": branch, "commit": there, "files": len(changes)}
        return Done(f"{branch}: {_count(len(changes), 'file')} changed", facts)

    return work


def open_pull(branch: str) -> Work:
    """The step that opens a branch's pull request to main."""

    def work(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
        revision = context.run.revision
        request = pull_request(revision.read_plan(), proven_facts(revision.proof), branch)
        texts = {"title": request.title, "body": request.body}
        told = {f"{what} of the pull request of {branch}": words for what, words in texts.items()}
        refuse_leaking(context.run, told)
        made = client.pulls(repository, branch) if context.checkpoint.get("tried") else []
        if not made:
            context.remember(tried=True)
            made = [client.open_pull(repository, branch, repository.default_branch, **texts)]
        return Done(f"#{made[0].number} {request.title}", {"number": made[0].number, "url": made[0].url})

    return work


def _changed(repository: Repository, branch: str) -> StepFailed:
    return StepFailed(
        f"{repository.full_name} does not hold the proven files on {branch}.",
        "Somebody may have changed it. Undo this build, then build again.",
        retryable=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def wait_until_visible(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
    """Wait until the commit can be read, and look whether main holds exactly the proven files.

    The repository is read by its number: dbt Cloud wants its name exactly as it is now.
    """
    commit = context.fact("main_commit", "commit")
    found = client.repository_by_id(repository.id)
    if found is None:
        return _look_again(context, repository)
    repository = found
    if client.branch(repository, repository.default_branch) != commit:
        return _look_again(context, repository)
    if client.files(repository, commit) != blobs(confirmed_branches(context.run)[MAIN]):
        raise _changed(repository, MAIN)
    facts = {"repository": asdict(repository)}
    return Done("main can be read and holds exactly the proven files", facts)


def _look_again(context: StepContext, repository: Repository) -> Wait:
    looks = context.checkpoint.get("looks", 0) + 1
    context.remember(looks=looks % LOOKS)
    if looks >= LOOKS:
        raise _changed(repository, MAIN)
    return Wait(pause(min(looks, 5)), "Waiting until GitHub shows the commit")


# --- the steps ----------------------------------------------------------------------------------------------


def _writing(work: Work, writes: int) -> Act:
    return outside(in_turn(writes)(in_repository(work)), settling=YOUNG)


def _step(key: str, title: str, act: Act, after: str, doing: str, skip: SkipReason = never) -> Step:
    return Step(key, names.REPOSITORY, title, act, after=(after,), doing=doing, skip=skip)


def _branch_steps(word: str, title: str) -> tuple[Step, Step]:
    branch = names.BRANCHES[word]

    def skip(run: BuildRun) -> str:
        return "" if run.revision.files.filter(branch=branch).exists() else "the plan has no such branch"

    push, pull = _writing(push_branch(branch), 3), _writing(open_pull(branch), 1)
    return (
        _step(f"branch_{word}", f"Branch {title}", push, "main_commit", f"Pushing {branch}", skip),
        _step(f"pull_{word}", f"Pull request {title}", pull, f"branch_{word}", f"Asking to merge {branch}", skip),
    )  # fmt: skip


GITHUB_STEPS = (
    Step(
        names.REPOSITORY,
        names.REPOSITORY,
        "Create the repository",
        outside(in_turn(1)(create_repository), settling=YOUNG),
        after=("proof",),
        undo=removal(in_turn(2)(remove_repository)),
        doing="Creating a private repository",
    ),
    _step("main_commit", "Commit the project", _writing(push_main, 3), names.REPOSITORY, "Pushing the files"),
    _step(
        "visible",
        "Read the commit back",
        outside(in_repository(wait_until_visible), settling=YOUNG),
        "main_commit",
        "Looking whether GitHub shows the commit",
    ),
    _step("topics", "Topics", _writing(set_topics, 1), names.REPOSITORY, "Setting the topics"),
    *_branch_steps("fix", "with the data-quality fix"),
    *_branch_steps("day_two", "of the second day"),
)
