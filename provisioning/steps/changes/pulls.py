"""Pull requests after a change: open, and with the texts of the revision that the branches show."""

from provisioning.clients.github import GitHubClient, Repository
from provisioning.models import RunKind
from provisioning.steps.base import Done, Outcome, StepContext
from provisioning.steps.confirmed import refuse_leaking
from provisioning.steps.github import Work
from scenarios.proving import proven_facts
from scenarios.rendering import pull_request


def show_pull(branch: str) -> Work:
    """The step that leaves one open pull request of a branch: an update renews its texts, or it is opened anew."""

    def work(context: StepContext, client: GitHubClient, repository: Repository) -> Outcome:
        revision = context.run.revision
        request = pull_request(revision.read_plan(), proven_facts(revision.proof), branch)
        texts = {"title": request.title, "body": request.body}
        told = {f"{what} of the pull request of {branch}": words for what, words in texts.items()}
        refuse_leaking(context.run, told)
        still = [pull for pull in client.pulls(repository, branch) if pull.state == "open"]
        if not still:
            made = client.open_pull(repository, branch, repository.default_branch, **texts)
            note = "opened"
        elif context.run.kind == RunKind.UPDATE:
            made, note = client.edit_pull(repository, still[0].number, **texts), "renewed"
        else:
            made, note = still[0], "still open"
        return Done(f"#{made.number} {note}", {"number": made.number, "url": made.url})

    return work
