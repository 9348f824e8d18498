"""The dbt Cloud project, and its connection to the repository at GitHub."""

from contextlib import suppress

from provisioning import names
from provisioning.clients.dbt_cloud.links import project_link
from provisioning.clients.dbt_cloud.shapes import Project
from provisioning.clients.github import GitHubClient, Key
from provisioning.clients.github import Repository as CodeRepository
from provisioning.clients.outcome import NotThere
from provisioning.connections.payloads import project_body, repository_body
from provisioning.models import BuildRun, Resource
from provisioning.steps.base import Done, Outcome, Step, StepContext, StepFailed
from provisioning.steps.github import YOUNG, in_repository, repository_of
from provisioning.steps.hands import cloud_client, cloud_fields, in_turn
from provisioning.steps.outside import first, first_id, make_once, outside, removal, remove_all

INSIDE = (  # what belongs to a project, and can be reached through it only
    names.CLOUD_REPOSITORY, names.CREDENTIALS, names.ENVIRONMENT, names.VARIABLE, names.JOB, names.SEMANTIC_LAYER,
    names.SL_CREDENTIALS,
)  # fmt: skip


def project_of(context: StepContext) -> int:
    """The number of the build's dbt Cloud project. Raises KeyError before it is made."""
    return int(context.fact(names.PROJECT, "project_id"))


def create_project(context: StepContext) -> Outcome:
    """Create the project; its name is not unique, so it is recognised by the marker in its description."""
    run = context.run
    name = names.project_name(run.demo.public_name)
    resource = context.ledger.intend(names.PROJECT, name)
    description = names.project_description(run.repository_name, resource.marker)
    with cloud_client(context) as client:
        project = make_once(
            context,
            resource,
            create=lambda: client.create_project(
                project_body(account_id=client.account_id, name=name, description=description)
            ),
            find=lambda: _marked(client.projects(name), resource.marker),
            location=lambda made: project_link(client.host, client.account_id, made.id),
        )
    return Done(name, {"project_id": project.id, "url": resource.location})


def _marked(projects: list[Project], marker: str) -> Project | None:
    return next((project for project in projects if marker in project.description), None)


def remove_project(context: StepContext) -> Outcome:
    """Delete the project, unless something in it could not be removed: afterwards nobody could reach that."""
    _refuse_full(context)
    with cloud_client(context) as client:

        def find(resource: Resource) -> int | None:
            return first_id(_marked(client.projects(resource.name), resource.marker))

        removed = remove_all(context, delete=client.delete_project, find=find)
    return Done("The project was removed" if removed else "There was no project to remove")


def _refuse_full(context: StepContext) -> None:
    left = context.run.resources.filter(kind__in=INSIDE, status=Resource.Status.LEFTOVER).first()
    if left is not None:
        raise StepFailed(
            f"The project was not removed: {left.name} is still in it.",
            "Mend what kept that from being removed, then press Undo again, or delete the project in dbt Cloud.",
        )


# --- repository ---------------------------------------------------------------------------------------------


def create_repository(context: StepContext) -> Outcome:
    """Tell dbt Cloud of the repository, spelled exactly as at GitHub."""
    project, code = project_of(context), repository_of(context)
    installation = cloud_fields(context.run).installation_id
    resource = context.ledger.intend(names.CLOUD_REPOSITORY, code.full_name)
    with cloud_client(context) as client:
        body = repository_body(
            account_id=client.account_id,
            project_id=project,
            remote_url=code.ssh_url,
            installation_id=installation,
        )
        repository = make_once(
            context,
            resource,
            create=lambda: client.create_repository(project, body),
            find=lambda: first(client.repositories(project, code.ssh_url)),
            location=lambda _made: project_link(client.host, client.account_id, project),
        )
        if not (installation or repository.public_key):  # a list may leave the key out
            repository = client.repository(project, repository.id)
    way = "dbt's GitHub App" if installation else "a deploy key"
    facts = {"repository_id": repository.id, "public_key": repository.public_key}
    return Done(f"{code.full_name}, by {way}", facts)


def remove_repository(context: StepContext) -> Outcome:
    """Let dbt Cloud forget the repository; the code stays at GitHub."""
    project = project_of(context)
    with cloud_client(context) as client:
        remove_all(
            context,
            delete=lambda number: client.delete_repository(project, number),
            find=lambda _resource: first_id(first(client.repositories(project))),
        )
    return Done("dbt Cloud does not know the repository any more")


def add_deploy_key(context: StepContext, client: GitHubClient, code: CodeRepository) -> Outcome:
    """Let dbt Cloud into the repository at GitHub by the key that it has made for it."""
    key = str(context.fact(names.CLOUD_REPOSITORY, "public_key"))
    resource = context.ledger.intend(names.DEPLOY_KEY, "dbt Cloud")
    title = names.key_title(resource.marker)
    make_once(
        context,
        resource,
        create=lambda: Key(client.add_key(code, title, key), title, key, read_only=False),
        find=lambda: next((one for one in client.keys(code) if _bare(one.key) == _bare(key)), None),
        location=lambda _made: f"{code.url}/settings/keys",
    )
    return Done("dbt Cloud's key was added to the repository")


def _bare(key: str) -> list[str]:
    """A public key without its comment, which GitHub drops."""
    return key.split()[:2]


def remove_deploy_key(context: StepContext, client: GitHubClient, code: CodeRepository) -> Outcome:
    """Take dbt Cloud's key from the repository."""

    def find(resource: Resource) -> int | None:
        return first_id(next((one for one in client.keys(code) if resource.marker in one.title), None))

    remove_all(context, delete=lambda number: client.delete_key(code, number), find=find)
    return Done("dbt Cloud's key was removed")


def link_repository(context: StepContext) -> Outcome:
    """Make the project use the repository: one that was only created is not used."""
    repository = int(context.fact(names.CLOUD_REPOSITORY, "repository_id"))
    with cloud_client(context) as client:
        client.link_repository(project_of(context), repository)
    return Done("The project uses the repository")


def unlink_repository(context: StepContext) -> Outcome:
    """Make the project use no repository."""
    with cloud_client(context) as client, suppress(NotThere):
        client.link_repository(project_of(context), None)
    return Done("The project uses no repository any more")


def _by_app(run: BuildRun) -> str:
    return "dbt's GitHub App needs no key" if cloud_fields(run).installation_id else ""


CLOUD_PROJECT = Step(
    names.PROJECT,
    "cloud_project",
    "Project",
    outside(create_project),
    after=("proof",),
    undo=removal(remove_project),
    doing="Creating the dbt Cloud project",
)

REPOSITORY_STEPS = (
    Step(
        names.CLOUD_REPOSITORY,
        "connect_repository",
        "Repository in dbt Cloud",
        outside(create_repository),
        after=(names.PROJECT, "visible"),
        undo=removal(remove_repository),
        doing="Telling dbt Cloud where the code is",
    ),
    Step(
        names.DEPLOY_KEY,
        "connect_repository",
        "Deploy key",
        outside(in_turn(1, urgent=True)(in_repository(add_deploy_key)), settling=YOUNG),
        after=(names.CLOUD_REPOSITORY,),
        undo=removal(in_turn(1)(in_repository(remove_deploy_key))),
        skip=_by_app,
        doing="Adding dbt Cloud's key to the repository",
    ),
    Step(
        "link_repository",
        "connect_repository",
        "Repository of the project",
        outside(link_repository),
        after=(names.CLOUD_REPOSITORY,),
        undo=outside(unlink_repository),
        doing="Connecting project and repository",
    ),
)
