"""Bodies for projects and repositories, under `/api/v3/accounts/A/projects/`. Pure."""

import re

from provisioning.connections.payloads.body import ACTIVE, Body, only_set

_ORDINARY_PROJECT = 0  # `type`; 1 is a hybrid one, whose runs happen elsewhere

_REMOTE = re.compile(r"git@[\w.-]+:[^\s/]+/\S+|(?:ssh|git)://\S+")


def project_body(*, account_id: int, name: str, description: str = "", subdirectory: str = "") -> Body:
    """A new project. `subdirectory`: where the dbt project lies in its repository; "" is its root."""
    return only_set(
        name=name,
        account_id=account_id,
        state=ACTIVE,
        type=_ORDINARY_PROJECT,
        description=description,
        dbt_project_subdirectory=subdirectory.strip("/"),
    )


def repository_body(
    *, account_id: int, project_id: int, remote_url: str, installation_id: int | None = None
) -> Body:
    """A repository of a project; a project has it only once it is set there too.

    With the id of dbt's GitHub App at the owner the strategy is `github_app`, else `deploy_key`. `remote_url` as in
    `git@github.com:owner/name.git`, upper and lower case as at GitHub. Raises ValueError for any other form: dbt
    Cloud does not clone from GitHub by https.
    """
    if not _REMOTE.fullmatch(remote_url):
        raise ValueError("A repository's address begins with git@, ssh:// or git://.")
    return only_set(
        account_id=account_id,
        project_id=project_id,
        state=ACTIVE,
        remote_url=remote_url,
        git_clone_strategy="deploy_key" if installation_id is None else "github_app",
        github_installation_id=installation_id,
    )
