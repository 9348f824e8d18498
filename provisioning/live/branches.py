"""What is on the branches of a live demo now, before somebody confirms a reset: what that would discard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from demoforge.accounts.models import User
from demoforge.errors import NotNow
from provisioning.live.asking import ALL_SECONDS, GitHubAccess, SideBySide, asker
from provisioning.models import BuildRun
from provisioning.standing import place_of, require_live, standing_run
from provisioning.steps.changes.compared import Found, look_at
from provisioning.steps.changes.look import commits_of


@dataclass(frozen=True)
class Before:
    """The branches as they are. `discarded`: those whose commits a reset would take away, with what differs."""

    untouched: Sequence[str] = ()
    gone: Sequence[str] = ()
    discarded: Sequence[Found] = ()
    to_confirm: Mapping[str, str] = field(default_factory=dict)  # branch -> the commit at its end


def look_before(live: BuildRun, *, by: User, seconds: float = ALL_SECONDS) -> Before:
    """Compare every branch with what we have left there. Reads only; the tokens are those of `by`.

    Raises NotNow, secrets.Missing, OutsideError.
    """
    require_live(live)
    standing, place = standing_run(live), place_of(live)
    commits, branches = commits_of(standing), standing.revision.branches()
    access = GitHubAccess.of(asker(live, by))
    repository = access.ask(lambda client: client.repository_by_id(place.repository.id))
    if repository is None:
        raise NotNow(
            "The repository is not there, or your token may not see it.", "Provision the demo again."
        )
    with SideBySide(seconds) as asking:
        questions = [
            asking.github(
                access, partial(look_at, repository=repository, branch=branch, files=branches[branch])
            )
            for branch in sorted(branches)
        ]
        found = [question.answer() for question in questions]
    discarded = [one for one in found if one.head not in (None, commits.get(one.branch))]
    return Before(
        untouched=[one.branch for one in found if one.head and one not in discarded],
        gone=[one.branch for one in found if one.head is None],
        discarded=discarded,
        to_confirm={one.branch: one.head for one in discarded if one.head},
    )
