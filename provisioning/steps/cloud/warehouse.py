"""The way into the warehouse: connection, credentials, environments and their variable."""

from collections.abc import Iterator
from contextlib import contextmanager

from provisioning import names
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.links import connection_link, environment_link, project_link
from provisioning.clients.dbt_cloud.shapes import Connection, Environment
from provisioning.connections import secrets
from provisioning.connections.fields import Existing
from provisioning.connections.payloads import (
    Unusable,
    connection_body,
    credentials_body,
    environment_body,
    environment_variables_body,
)
from provisioning.models import Resource
from provisioning.steps.base import Act, Done, Outcome, Step, StepContext, StepFailed
from provisioning.steps.cloud.project import project_of
from provisioning.steps.hands import cloud_client, warehouse_fields
from provisioning.steps.outside import first, first_id, make_once, outside, refuse_early, removal, remove_all

DEVELOPMENT, PRODUCTION = "environment_development", "environment_production"
PHASE = "warehouse"


@contextmanager
def usable() -> Iterator[None]:
    """What was entered on the Connections page can be sent. Raises StepFailed where it cannot."""
    try:
        yield
    except Unusable as error:
        raise StepFailed(error.sentence, f"{error.hint} Then press Retry.") from error


# --- connection ---------------------------------------------------------------------------------------------


def create_connection(context: StepContext) -> Outcome:
    """Create the account's connection to the warehouse, or use the one that was chosen."""
    fields = warehouse_fields(context.run)
    if isinstance(fields, Existing):
        note = f"The connection {fields.name or fields.connection_id} is used; nothing was created"
        return Done(note, {"connection_id": fields.connection_id})
    company = context.run.demo.public_name
    resource = context.ledger.intend(names.CONNECTION, names.project_name(company))
    name = names.connection_name(company, resource.marker)
    with usable(), cloud_client(context) as client:
        found = secrets.warehouse_secrets(context.run)
        body = connection_body(fields, found, account_id=client.account_id, name=name)
        connection = make_once(
            context,
            resource,
            create=lambda: client.create_connection(body),
            find=lambda: _marked(client.connections(resource.marker), resource.marker),
            location=lambda made: connection_link(client.host, client.account_id, made.id),
        )
    return Done(name, {"connection_id": connection.id})


def _marked(connections: list[Connection], marker: str) -> Connection | None:
    return next((connection for connection in connections if marker in connection.name), None)


def remove_connection(context: StepContext) -> Outcome:
    """Delete the connection if this build has made it and no environment uses it."""
    for resource in context.ledger.remaining():
        if resource.tried_at is not None:
            with cloud_client(context) as client:
                connection = _existing(client, resource)
                if connection is not None:
                    _refuse_used(connection)
                    client.delete_connection(connection.id)
        context.ledger.removed(resource)
    return Done("The connection was removed if this build had made one")


def _existing(client: DbtCloudClient, resource: Resource) -> Connection | None:
    """The connection as a list has it: only there it says how many environments use it."""
    if not resource.external_id:
        found = _marked(client.connections(resource.marker), resource.marker)
        if found is None:
            refuse_early(resource)
        return found
    number = int(resource.external_id)
    return next((connection for connection in client.connections() if connection.id == number), None)


def _refuse_used(connection: Connection) -> None:
    if connection.environments:
        used = "an environment uses" if connection.environments == 1 else "environments use"
        raise StepFailed(
            f"The connection {connection.name} was not removed: {used} it.",
            "Let them use another connection, then press Undo again, or delete it in dbt Cloud.",
        )


# --- credentials --------------------------------------------------------------------------------------------


def create_credentials(context: StepContext) -> Outcome:
    """Create the production environment's credentials, with this build's own schema."""
    project, schema = project_of(context), names.schema_name(context.run.repository_name)
    resource = context.ledger.intend(names.CREDENTIALS, schema)
    with usable(), cloud_client(context) as client:
        body = credentials_body(
            warehouse_fields(context.run),
            secrets.warehouse_secrets(context.run),
            account_id=client.account_id,
            project_id=project,
            schema=schema,
        )
        credentials = make_once(
            context,
            resource,
            create=lambda: client.create_credentials(project, body),
            find=lambda: first(client.credentials(project)),
            location=lambda _made: project_link(client.host, client.account_id, project),
        )
    return Done(f"Models go to the schema {schema}", {"credentials_id": credentials.id, "schema": schema})


def remove_credentials(context: StepContext) -> Outcome:
    """Delete the credentials."""
    project = project_of(context)
    with cloud_client(context) as client:
        remove_all(
            context,
            delete=lambda number: client.delete_credentials(project, number),
            find=lambda _resource: first_id(first(client.credentials(project))),
        )
    return Done("The credentials were removed")


# --- environments -------------------------------------------------------------------------------------------


def create_environment(name: str) -> Act:
    """The step that creates an environment; only production has credentials, each developer has their own."""
    production = name == names.PRODUCTION

    def act(context: StepContext) -> Outcome:
        project = project_of(context)
        resource = context.ledger.intend(names.ENVIRONMENT, name)
        with cloud_client(context) as client:
            body = environment_body(
                "production" if production else "development",
                account_id=client.account_id,
                project_id=project,
                name=name,
                connection_id=int(context.fact(names.CONNECTION, "connection_id")),
                credentials_id=int(context.fact(names.CREDENTIALS, "credentials_id")) if production else None,
            )
            made = make_once(
                context,
                resource,
                create=lambda: client.create_environment(project, body),
                find=lambda: _named(client.environments(project), name),
                location=lambda made: environment_link(client.host, client.account_id, project, made.id),
            )
        return Done(_about(context, name), {"environment_id": made.id, "url": resource.location})

    return act


def _about(context: StepContext, name: str) -> str:
    if name == names.PRODUCTION:
        return f"{name}, with credentials"
    schema = names.schema_name(context.run.repository_name, names.DEVELOPMENT)
    return f"{name}; each presenter enters their own credentials once, such as with the schema {schema}"


def _named(environments: list[Environment], name: str) -> Environment | None:
    return next((environment for environment in environments if environment.name == name), None)


def remove_environment(context: StepContext) -> Outcome:
    """Delete the environment."""
    project = project_of(context)
    with cloud_client(context) as client:

        def find(resource: Resource) -> int | None:
            return first_id(_named(client.environments(project), resource.name))

        remove_all(context, delete=lambda number: client.delete_environment(project, number), find=find)
    return Done("The environment was removed")


def create_variable(context: StepContext) -> Outcome:
    """Create the variable that names the build, to show how a project reads its environment."""
    project, name = project_of(context), names.MARKER_VARIABLE
    resource = context.ledger.intend(names.VARIABLE, name)
    with cloud_client(context) as client:
        there = resource.tried_at is not None and name in client.environment_variables(project)
        if not there:
            context.ledger.trying(resource)
            context.remember()
            client.create_environment_variable(
                project, environment_variables_body(name, project=resource.marker)
            )
        location = project_link(client.host, client.account_id, project)
    context.ledger.created(resource, external_id=name, location=location)
    return Done(name)


def remove_variable(context: StepContext) -> Outcome:
    """Delete the variable."""
    for resource in context.ledger.remaining():
        if resource.tried_at is not None:
            with cloud_client(context) as client:
                client.delete_environment_variable(project_of(context), resource.name)
        context.ledger.removed(resource)
    return Done("The variable was removed")


def _environment_step(key: str, name: str, after: tuple[str, ...]) -> Step:
    return Step(
        key,
        PHASE,
        f"{name} environment",
        outside(create_environment(name)),
        after=after,
        undo=removal(remove_environment),
        doing=f"Creating the environment {name}",
    )


CONNECTION = Step(
    names.CONNECTION,
    PHASE,
    "Connection",
    outside(create_connection),
    after=("proof",),
    undo=removal(remove_connection),
    doing="Creating the connection to the warehouse",
)

WAREHOUSE_STEPS = (
    Step(
        names.CREDENTIALS,
        PHASE,
        "Credentials",
        outside(create_credentials),
        after=(names.PROJECT,),
        undo=removal(remove_credentials),
        doing="Saving the warehouse's credentials",
    ),
    _environment_step(DEVELOPMENT, names.DEVELOPMENT, (names.PROJECT, names.CONNECTION)),
    _environment_step(PRODUCTION, names.PRODUCTION, (names.PROJECT, names.CONNECTION, names.CREDENTIALS)),
    Step(
        names.VARIABLE,
        PHASE,
        "Environment variable",
        outside(create_variable),
        after=(DEVELOPMENT, PRODUCTION),
        undo=removal(remove_variable),
        doing="Creating the environment variable",
    ),
)
