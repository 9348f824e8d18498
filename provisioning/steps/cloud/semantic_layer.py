"""The Semantic Layer, when it was asked for: five things, in the order that dbt Cloud needs.

Most of these endpoints are not in dbt Cloud's published description, and many tokens may not use them. A refusal is
told on the step and the build goes on: people can switch the Semantic Layer on by hand in a minute.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import TypeVar

from provisioning import names
from provisioning.clients.dbt_cloud.links import account_link, project_link
from provisioning.clients.dbt_cloud.tokens import Named, SemanticLayerCredentials
from provisioning.clients.outcome import Forbidden, Invalid, NotThere
from provisioning.connections import secrets
from provisioning.connections.payloads import (
    Unusable,
    semantic_layer_configuration_body,
    semantic_layer_credentials_body,
    semantic_layer_mapping_body,
    service_token_body,
)
from provisioning.models import BuildRun, Resource
from provisioning.steps.base import Act, Done, Outcome, Step, StepContext
from provisioning.steps.cloud.project import project_of
from provisioning.steps.cloud.warehouse import PRODUCTION
from provisioning.steps.hands import cloud_client, warehouse_fields
from provisioning.steps.outside import first, first_id, make_once, outside, removal, remove_all

Thing = TypeVar("Thing", Named, SemanticLayerCredentials)

CONFIGURATION, LINK = "sl_configuration", "sl_project"
BY_HAND = "Not set up"


def optional(*needs: str) -> Callable[[Act], Act]:
    """A step that a refusal does not fail, and that is passed over when what it `needs` was refused before."""

    def wrap(act: Act) -> Act:
        @wraps(act)
        def forgiving(context: StepContext) -> Outcome:
            if any(context.known(key, "id") is None for key in needs):
                return Done(f"{BY_HAND}: an earlier part was refused")
            try:
                return act(context)
            except (Forbidden, NotThere, Invalid, Unusable) as refusal:
                for resource in context.ledger.remaining():
                    if not resource.external_id:
                        context.ledger.removed(resource)
                return Done(f"{BY_HAND}, switch it on by hand in dbt Cloud. {refusal.sentence}")

        return forgiving

    return wrap


# --- configuration ------------------------------------------------------------------------------------------


def create_configuration(context: StepContext) -> Outcome:
    """Serve the project's metrics from the production environment, which has had a successful run."""
    project, environment = project_of(context), int(context.fact(PRODUCTION, "environment_id"))
    resource = context.ledger.intend(names.SEMANTIC_LAYER, "Semantic Layer")
    with cloud_client(context) as client:
        body = semantic_layer_configuration_body(
            account_id=client.account_id, project_id=project, environment_id=environment
        )
        made = make_once(
            context,
            resource,
            create=lambda: client.semantic_layer.create(project, body),
            find=lambda: first(client.semantic_layer.configurations(project)),
            location=lambda _made: project_link(client.host, client.account_id, project),
        )
    return Done("Metrics are served from the production environment", {"id": made.id})


def remove_configuration(context: StepContext) -> Outcome:
    """Delete the configuration."""
    project = project_of(context)
    with cloud_client(context) as client:
        layer = client.semantic_layer
        remove_all(
            context,
            delete=lambda number: layer.delete(project, number),
            find=lambda _resource: first_id(first(layer.configurations(project))),
        )
    return Done("The Semantic Layer was removed")


def use_configuration(context: StepContext) -> Outcome:
    """Make the project use the configuration: one that was only created is not used."""
    number = int(context.fact(CONFIGURATION, "id"))
    with cloud_client(context) as client:
        client.use_semantic_layer(project_of(context), number)
    return Done("The project uses the Semantic Layer", {"id": number})


def unuse_configuration(context: StepContext) -> Outcome:
    """Make the project use no configuration."""
    if context.known(LINK, "id") is not None:
        with cloud_client(context) as client, suppress(NotThere):
            client.use_semantic_layer(project_of(context), None)
    return Done("The project uses no Semantic Layer any more")


# --- credentials and token ----------------------------------------------------------------------------------


def create_credentials(context: StepContext) -> Outcome:
    """Save what metrics are queried with."""
    project = project_of(context)
    resource = context.ledger.intend(names.SL_CREDENTIALS, "Semantic Layer credentials")
    with cloud_client(context) as client:
        body = semantic_layer_credentials_body(
            warehouse_fields(context.run),
            secrets.warehouse_secrets(context.run),
            account_id=client.account_id,
            project_id=project,
            name=resource.marker,
        )
        made = make_once(
            context,
            resource,
            create=lambda: client.semantic_layer.create_credentials(body),
            find=lambda: _named(client.semantic_layer.credentials(project), resource.marker),
            location=lambda _made: project_link(client.host, client.account_id, project),
        )
    return Done("Credentials of the Semantic Layer", {"id": made.id})


def _named(found: Sequence[Thing], marker: str) -> Thing | None:
    return next((one for one in found if marker in one.name), None)


def remove_credentials(context: StepContext) -> Outcome:
    """Delete the credentials."""
    project = project_of(context)
    with cloud_client(context) as client:
        layer = client.semantic_layer

        def find(resource: Resource) -> int | None:
            return first_id(_named(layer.credentials(project), resource.marker))

        remove_all(context, delete=layer.delete_credentials, find=find)
    return Done("The credentials of the Semantic Layer were removed")


def create_token(context: StepContext) -> Outcome:
    """Make the service token that the credentials belong to. Its secret is shown once, and kept nowhere."""
    resource = context.ledger.intend(names.SERVICE_TOKEN, "Semantic Layer")
    name = names.service_token_name(context.run.demo.public_name, resource.marker)
    body = service_token_body(name=name, project_id=project_of(context))
    with cloud_client(context) as client:

        def create() -> Named:
            made = client.semantic_layer.create_service_token(body)
            return Named(made.id, made.name)

        made = make_once(
            context,
            resource,
            create=create,
            find=lambda: _named(client.semantic_layer.service_tokens(), resource.marker),
            location=lambda _made: account_link(client.host, client.account_id),
        )
    note = "A service token for queries; its secret was not kept, so make one of your own for other tools"
    return Done(note, {"id": made.id})


def remove_token(context: StepContext) -> Outcome:
    """Delete the service token."""
    with cloud_client(context) as client:
        layer = client.semantic_layer

        def find(resource: Resource) -> int | None:
            return first_id(_named(layer.service_tokens(), resource.marker))

        remove_all(context, delete=layer.delete_service_token, find=find)
    return Done("The service token was removed")


def join(context: StepContext) -> Outcome:
    """Let queries with the service token use the credentials."""
    credentials = int(context.fact(names.SL_CREDENTIALS, "id"))
    token = int(context.fact(names.SERVICE_TOKEN, "id"))
    project = project_of(context)
    with cloud_client(context) as client:
        layer, number = client.semantic_layer, ""
        location = project_link(client.host, client.account_id, project)
        # With its location at once: a mapping whose number is never told can only be listed.
        resource = context.ledger.intend(names.SL_MAPPING, "Semantic Layer", location=location)
        if resource.tried_at is None or not _joined(layer.credentials(project), credentials, token):
            context.ledger.trying(resource)
            context.remember()
            body = semantic_layer_mapping_body(
                account_id=client.account_id,
                project_id=project,
                credentials_id=credentials,
                service_token_id=token,
            )
            number = str(layer.join(body))
    context.ledger.created(resource, external_id=number, location=location)
    return Done("Queries with the service token use the credentials")


def _joined(found: list[SemanticLayerCredentials], credentials: int, token: int) -> bool:
    return any(one.id == credentials and token in one.service_tokens for one in found)


def part(context: StepContext) -> Outcome:
    """Take the credentials from the service token.

    dbt Cloud lists no mappings, so one whose number was never told cannot be deleted by itself. It is listed as
    left; without the two things that it joins, it does nothing.
    """
    for resource in context.ledger.remaining():
        if resource.tried_at and not resource.external_id:
            context.ledger.left(resource, location=resource.location)
            return Done(
                "dbt Cloud never told the mapping's number; it goes with its credentials and its token"
            )
    with cloud_client(context) as client:
        remove_all(context, delete=client.semantic_layer.part, find=lambda _resource: None)
    return Done("Credentials and service token were parted")


def _not_asked_for(run: BuildRun) -> str:
    return "" if run.demo.include_semantic_layer else "not asked for"


def _step(
    key: str, title: str, act: Act, undo: Act, after: tuple[str, ...], needs: tuple[str, ...] = ()
) -> Step:
    return Step(
        key,
        "first_run",
        title,
        outside(optional(*needs)(act)),
        after=after,
        undo=undo,
        skip=_not_asked_for,
        doing="Switching the Semantic Layer on",
    )


SEMANTIC_LAYER_STEPS = (
    _step(
        CONFIGURATION, "Semantic Layer", create_configuration, removal(remove_configuration), ("first_run",)
    ),
    _step(
        LINK, "Semantic Layer of the project", use_configuration, outside(unuse_configuration), (CONFIGURATION,),
        needs=(CONFIGURATION,),
    ),
    _step(
        names.SL_CREDENTIALS, "Semantic Layer credentials", create_credentials, removal(remove_credentials),
        (CONFIGURATION,), needs=(CONFIGURATION,),
    ),
    _step(
        names.SERVICE_TOKEN, "Semantic Layer service token", create_token, removal(remove_token),
        (CONFIGURATION,), needs=(CONFIGURATION,),
    ),
    _step(
        names.SL_MAPPING, "Semantic Layer mapping", join, removal(part),
        (names.SL_CREDENTIALS, names.SERVICE_TOKEN), needs=(names.SL_CREDENTIALS, names.SERVICE_TOKEN),
    ),
)  # fmt: skip
