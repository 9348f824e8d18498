"""Is the repository of a live demo as it should be? Read only, without downloading a file."""

from collections.abc import Callable, Mapping
from functools import partial

from django.urls import reverse

from provisioning.clients.github import GitHubClient, Pull, Repository
from provisioning.clients.outcome import OutsideError, Unauthorized
from provisioning.live.asking import GitHubAccess, Question, SideBySide
from provisioning.live.checks import Check, refused
from provisioning.steps.changes.compared import Found, look_at
from scenarios.rendering import MAIN

Branches = Mapping[str, Mapping[str, str]]
RESET = "Press “Reset” on the result page: it puts the proven files back and says before what it discards."


def ask_for_repository(asking: SideBySide, access: GitHubAccess, number: int) -> Question[Repository | None]:
    """Begin to look for the repository by its number, whatever it is called now."""
    return asking.github(access, lambda client: client.repository_by_id(number))


def check_repository(
    asking: SideBySide,
    access: GitHubAccess,
    question: Question[Repository | None],
    *,
    known: Repository,
    branches: Branches,
) -> list[Check]:
    """The repository, each branch, each pull request. When the token is refused, only that is told."""
    try:
        repository = question.answer()
    except Unauthorized as error:
        return [Check("GitHub token", "fail", error.sentence, error.hint, reverse("connections"))]
    except OutsideError as error:
        return [refused("Repository", error)]
    token = Check("GitHub token", "pass", "GitHub accepts your token.")
    if repository is None:
        sentence = f"{known.full_name} is not there, or your token may not see it."
        fix = "Enter the token that the demo was built with, or provision the demo again."
        return [token, Check("Repository", "fail", sentence, fix, known.url)]
    return [token, _repository(repository, known), *_inside(asking, access, repository, branches)]


def _repository(now: Repository, known: Repository) -> Check:
    if not now.private:
        fix = "Make it private in its settings: it is about a prospect."
        return Check("Repository", "fail", f"{now.full_name} is public.", fix, f"{now.url}/settings")
    if now.archived:
        fix = "Unarchive it in its settings."
        return Check("Repository", "fail", f"{now.full_name} is archived.", fix, f"{now.url}/settings")
    renamed = now.full_name.casefold() != known.full_name.casefold()
    words = f", renamed from {known.full_name}" if renamed else ""
    return Check("Repository", "pass", f"{now.full_name} is there and private{words}.", link=now.url)


def _inside(
    asking: SideBySide, access: GitHubAccess, repository: Repository, branches: Branches
) -> list[Check]:
    names = sorted(branches, key=lambda name: (name != MAIN, name))
    found = [
        asking.github(access, partial(look_at, repository=repository, branch=name, files=branches[name]))
        for name in names
    ]
    pulls = [asking.github(access, _pulls_of(repository, name)) for name in names if name != MAIN]
    return [
        *(_branch(name, question) for name, question in zip(names, found, strict=True)),
        *(_pull(name, question, repository) for name, question in zip(names[1:], pulls, strict=True)),
    ]


def _pulls_of(repository: Repository, branch: str) -> Callable[[GitHubClient], list[Pull]]:
    return lambda client: client.pulls(repository, branch)


def _branch(name: str, question: Question[Found]) -> Check:
    title = f"Branch {name}"
    try:
        found = question.answer()
    except OutsideError as error:
        return refused(title, error)
    if found.is_untouched:
        return Check(title, "pass", found.sentence)
    return Check(title, "fail", found.sentence, RESET)


def _pull(branch: str, question: Question[list[Pull]], repository: Repository) -> Check:
    title = f"Pull request of {branch}"
    try:
        pulls = question.answer()
    except OutsideError as error:
        return refused(title, error)
    still = next((pull for pull in pulls if pull.state == "open"), None)
    if still:
        return Check(title, "pass", f"#{still.number} is open.", link=still.url)
    words = "was closed or merged" if pulls else "is not there"
    sentence = f"The pull request from {branch} to {repository.default_branch} {words}."
    return Check(title, "fail", sentence, f"{RESET} It opens a pull request, too.")
