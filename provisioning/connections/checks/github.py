"""“Test” for GitHub: who the token is, whether the owner is there, what the token may do there."""

from collections.abc import Iterator

from provisioning.clients.github import GitHubClient, Identity, Owner
from provisioning.clients.outcome import unrecorded
from provisioning.connections.checks.report import CALL_SECONDS, Asking, Line, Report
from provisioning.connections.fields import GitHubFields


def check_github(fields: GitHubFields, token: str, *, seconds: int = CALL_SECONDS) -> Report:
    """Who the token is, whether the owner is there, what the token may do there. At most four calls."""
    asking = Asking()

    def ask() -> None:
        client = GitHubClient(fields.api_url, token, record=unrecorded, seconds=seconds)
        me = client.who()
        asking.say("success", f"The token is {me.login}'s.")
        asking.lines += _scopes(me)
        asking.lines += _owner(client.owner(fields.owner, me=me), me)

    return asking.report(ask)


def _scopes(me: Identity) -> Iterator[Line]:
    """What a classic token may do, scope by scope; a fine-grained one cannot be asked."""
    if me.scopes is None:
        yield Line(
            "info",
            "This is a fine-grained token: GitHub does not say what it may do.",
            "It needs the owner's “All repositories” with Administration, Contents and Pull requests: read and write. "
            "With Administration it can also delete, when a build is undone.",
        )
        return
    if me.has("repo"):
        yield Line("success", "It has the scope repo: it may make private repositories and write into them.")
    else:
        yield Line(
            "error",
            "It lacks the scope repo, without which it cannot make private repositories.",
            "Make a classic token with the scopes repo and delete_repo.",
        )
    if me.has("delete_repo"):
        yield Line("success", "It has the scope delete_repo: undo deletes what a build has made.")
    else:
        yield Line(
            "warning",
            "It lacks the scope delete_repo: undo archives repositories instead of deleting them.",
            "Give the token that scope, too, if nothing is to stay behind.",
        )


def _owner(owner: Owner, me: Identity) -> Iterator[Line]:
    if owner.is_me:
        yield Line("success", f"Repositories will be made in your own account, {owner.login}.")
        return
    role = {"admin": "an owner", "member": "a member", "": "no member"}.get(owner.role or "-", "")
    yield Line(
        "success", f"{owner.login} is an organisation." + (f" {me.login} is {role} of it." if role else "")
    )
    if owner.may_create:
        yield Line("success", f"{me.login} may make private repositories there.")
    elif owner.may_create is None:
        yield Line(
            "info",
            f"GitHub does not say whether {me.login} may make private repositories there.",
            "The first build will tell; an owner of the organisation sees it under Member privileges.",
        )
    else:
        yield Line(
            "error",
            f"{me.login} may not make private repositories there.",
            "Ask an owner of the organisation for it, or choose another owner.",
        )
