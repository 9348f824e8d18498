"""Pull requests between branches of one repository."""

from tests.fakes.github import shapes
from tests.fakes.github.routing import Answer, Call, Refusal, invalid, not_found, route
from tests.fakes.github.world import Pull, Repository, now

WRITE = "pull_requests=write"


def follow(repository: Repository, branch: str) -> None:
    """After a branch has moved or gone: its open pull requests show the new commit, or are closed."""
    for pull in repository.pulls:
        if pull.state == "open" and pull.head == branch and branch in repository.branches:
            pull.head_sha = repository.branches[branch]
        elif pull.state == "open" and branch in (pull.head, pull.base) and branch not in repository.branches:
            pull.state, pull.closed_at = "closed", now()


@route("POST", "/repos/{owner}/{repo}/pulls", needs="write", permission=WRITE)
def create(call: Call) -> Answer:
    """A pull request. Raises Refusal (422): unknown branches, no news, no common history, there already."""
    repository = call.repository
    title, base = call.text("title", "PullRequest"), call.text("base", "PullRequest")
    head = call.text("head", "PullRequest").removeprefix(f"{repository.owner}:")
    for name, branch in (("head", head), ("base", base)):
        if branch not in repository.branches:
            raise invalid("PullRequest", name, f"{name} is no branch", code="invalid")
    _check_news(repository, head, base)
    if any((one.head, one.base, one.state) == (head, base, "open") for one in repository.pulls):
        raise _refused(f"A pull request already exists for {repository.owner}:{head}.")
    number = len(repository.pulls) + 1
    made = Pull(
        number,
        next(call.world.ids),
        title,
        str(call.body.get("body") or ""),
        head,
        base,
        call.me.login,
        now(),
    )
    made.head_sha = repository.branches[head]
    repository.pulls.append(made)
    return Answer(201, shapes.pull(call, made))


def _check_news(repository: Repository, head: str, base: str) -> None:
    objects = repository.objects
    ours = {one.sha for one in objects.ancestors(repository.branches[base])}
    theirs = {one.sha for one in objects.ancestors(repository.branches[head])}
    if not ours & theirs:
        raise _refused(f"The {head} branch has no history in common with {base}")
    if not theirs - ours:
        raise _refused(f"No commits between {base} and {head}")


def _refused(message: str) -> Refusal:
    entry = {"resource": "PullRequest", "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", errors=[entry])


@route("GET", "/repos/{owner}/{repo}/pulls", permission="pull_requests=read")
def listed(call: Call) -> Answer:
    """Pull requests, newest first: the open ones unless `state` is sent; of `head` (owner:branch) and to `base`."""
    query, owner = call.asked.query, call.repository.owner
    state = query.get("state", "open")
    found = [
        one
        for one in reversed(call.repository.pulls)
        if state in ("all", one.state)
        and query.get("head", f"{owner}:{one.head}").lower() == f"{owner}:{one.head}".lower()
        and query.get("base", one.base) == one.base
    ]
    return call.page([shapes.pull(call, one) for one in found])


@route("GET", "/repos/{owner}/{repo}/pulls/{number}", permission="pull_requests=read")
def get(call: Call) -> Answer:
    """One pull request."""
    return Answer(200, shapes.pull(call, _pull(call)))


@route("PATCH", "/repos/{owner}/{repo}/pulls/{number}", needs="write", permission=WRITE)
def change(call: Call) -> Answer:
    """Title, body, and open or closed."""
    pull, body = _pull(call), call.body
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    state = body.get("state", pull.state)
    if state not in ("open", "closed"):
        raise invalid("PullRequest", "state", "state is open or closed", code="invalid")
    if state == "open" and pull.head not in call.repository.branches:
        raise _refused(f"state cannot be changed. The {pull.head} branch has been deleted.")
    pull.state, pull.closed_at = state, (pull.closed_at or now()) if state == "closed" else None
    return Answer(200, shapes.pull(call, pull))


def _pull(call: Call) -> Pull:
    found = next((one for one in call.repository.pulls if str(one.number) == call.args["number"]), None)
    if found is None:
        raise not_found()
    return found
