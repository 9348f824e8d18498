"""How a branch at GitHub differs from files that were proven: by git's own ids, nothing is downloaded."""

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.clients.github import GitHubClient, Repository
from provisioning.steps.github import blobs
from scenarios.rendering import MAIN

TOLD = 3  # paths in a sentence


@dataclass(frozen=True)
class Found:
    """A branch as it is. `head` None: there is no such branch. `paths` are those that differ, sorted."""

    branch: str
    head: str | None
    paths: tuple[str, ...] = ()

    @property
    def is_untouched(self) -> bool:
        """Whether it holds exactly the proven files."""
        return self.head is not None and not self.paths

    @property
    def sentence(self) -> str:
        """What is different, in words."""
        if self.head is None:
            return f"The branch {self.branch} is not there."
        if not self.paths:
            return f"{self.branch} holds exactly the proven files."
        more = f" and {len(self.paths) - TOLD} more" if len(self.paths) > TOLD else ""
        verb = "differs" if len(self.paths) == 1 else "differ"
        told = ", ".join(self.paths[:TOLD])
        return f"Somebody has changed {self.branch}: {told}{more} {verb} from the proven files."


def remote_name(repository: Repository, branch: str) -> str:
    """What a branch of the project is called at GitHub: settings may give `main` another name."""
    return repository.default_branch if branch == MAIN else branch


def look_at(client: GitHubClient, repository: Repository, branch: str, files: Mapping[str, str]) -> Found:
    """Compare a branch with the files that it should have. Two reads. Raises OutsideError."""
    head = client.branch(repository, remote_name(repository, branch))
    if head is None:
        return Found(branch, None)
    return Found(branch, head, different(blobs(files), client.files(repository, head)))


def different(wanted: Mapping[str, str], there: Mapping[str, str]) -> tuple[str, ...]:
    """The paths that are changed, missing or more than wanted, of path -> git's id of the content."""
    return tuple(path for path in sorted({*wanted, *there}) if wanted.get(path) != there.get(path))
