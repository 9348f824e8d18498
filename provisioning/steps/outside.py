"""What steps that reach GitHub or dbt Cloud share: how errors end a step, and how one thing is made once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils import timezone

from provisioning.clients.outcome import Conflict, Limited, NotThere, OutsideError, Unauthorized, Unclear
from provisioning.connections.secrets import Missing
from provisioning.models import Resource
from provisioning.steps.base import Act, Done, Needs, Outcome, StepContext, StepFailed, Wait

TRIES = 5  # calls in a row that may end unclear before a person has to look
MISSING_SECONDS = 30.0  # asks nobody outside, so often is cheap
LOOK_AGAIN_SECONDS, APPEARS_SECONDS = 2.0, 20.0  # new things are not always seen at once
REFUSED_SECONDS = 600.0  # GitHub blocks accounts that try a wrong token again and again

_NEEDS: dict[str, Needs] = {"GitHub": "github", "dbt Cloud": "dbt_cloud"}


def pause(seconds: float) -> float:
    """So many seconds, scaled as the settings say: tests wait a fraction of it."""
    return seconds * settings.OUTSIDE_RETRY_SECONDS


def outside(act: Act, *, settling: tuple[type[OutsideError], ...] = ()) -> Act:
    """Let a step's errors of GitHub and dbt Cloud become waits, or failures that a person understands.

    Missing or refused credentials are waited for; a call that ended unclear is repeated a few times; everything
    else fails. `settling` names errors that a new thing may answer with until it has spread on the far side.
    """

    @wraps(act)
    def careful(context: StepContext) -> Outcome:
        try:
            outcome = act(context)
        except Missing as missing:
            return Wait(pause(MISSING_SECONDS), _words(missing.sentence, missing.hint), missing.needs)
        except LookAgain as early:
            return Wait(pause(LOOK_AGAIN_SECONDS), str(early))
        except OutsideError as error:
            return _answer(context, error, settling)
        if context.checkpoint.get("tries"):
            context.remember(tries=0)
        return outcome

    return careful


def removal(act: Act) -> Act:
    """An undo whose errors become outcomes, too; one with nothing to remove needs neither credentials nor its turn.

    For steps whose every act has a row in the ledger before anything is created.
    """
    careful = outside(act)

    @wraps(act)
    def only_what_was_tried(context: StepContext) -> Outcome:
        remaining = context.ledger.remaining()
        if any(resource.tried_at or resource.external_id for resource in remaining):
            return careful(context)
        for resource in remaining:
            context.ledger.removed(resource)
        return Done("Nothing was created")

    return only_what_was_tried


def _answer(context: StepContext, error: OutsideError, settling: tuple[type[OutsideError], ...]) -> Outcome:
    if isinstance(error, Limited):
        return Wait(error.seconds, error.sentence)
    if isinstance(error, Unauthorized):
        note = _words(error.sentence, error.hint)
        return Wait(pause(REFUSED_SECONDS), note, _NEEDS[error.system])
    if isinstance(error, (Unclear, *settling)):
        tries = context.checkpoint.get("tries", 0) + 1
        context.remember(tries=tries % TRIES)
        if tries < TRIES:
            return Wait(pause(2.0 ** (tries - 1)), f"Trying again: {error.sentence}")
    raise StepFailed(error.sentence, error.hint or "Press Retry.") from error


def _words(sentence: str, hint: str) -> str:
    return f"{sentence} {hint}".strip()


class LookAgain(Exception):
    """Something whose creation was not answered is not there; it may still appear."""


class HasId(Protocol):
    """Something outside with a number."""

    @property
    def id(self) -> int: ...


Thing = TypeVar("Thing", bound=HasId)


def make_once(
    context: StepContext,
    resource: Resource,
    *,
    create: Callable[[], Thing],
    find: Callable[[], Thing | None],
    location: Callable[[Thing], str],
) -> Thing:
    """Create what `resource` stands for, or adopt what an earlier attempt has made.

    Nothing is looked up at a first attempt. After an attempt whose end is not known, and after a conflict, `find`
    looks for the thing by its marker, or by its name where the place is ours. Raises OutsideError.
    """
    first = resource.tried_at is None
    thing = None if first else find()
    if thing is None:
        context.ledger.trying(resource)
        context.remember()  # raises LeaseLost: whoever overslept must not create what its successor creates
        try:
            thing = _create(create, find)
        except OutsideError as error:
            if first and not isinstance(error, Unclear | Conflict):
                context.ledger.refused(resource)
            raise
    context.ledger.created(resource, external_id=str(thing.id), location=location(thing))
    return thing


def _create(create: Callable[[], Thing], find: Callable[[], Thing | None]) -> Thing:
    try:
        return create()
    except Conflict:
        thing = find()
        if thing is None:
            raise
        return thing


def first(things: Sequence[Thing]) -> Thing | None:
    """The one thing of its kind in a place that is ours, where things have no name; None while there is none."""
    return things[0] if things else None


def first_id(thing: HasId | None) -> int | None:
    """The number of a thing that was found; None when it was not."""
    return None if thing is None else thing.id


def remove_all(
    context: StepContext,
    *,
    delete: Callable[[int], object],
    find: Callable[[Resource], int | None],
) -> list[Resource]:
    """Delete what the step has made; returns what was removed. What is gone already is no error.

    A thing whose creation was asked for and whose number is not known is looked for first. Raises OutsideError.
    """
    removed = []
    for resource in context.ledger.remaining():
        number = _number(resource, find)
        if number is not None:
            with suppress(NotThere):
                delete(number)
        context.ledger.removed(resource)
        removed.append(resource)
    return removed


def _number(resource: Resource, find: Callable[[Resource], int | None]) -> int | None:
    if resource.external_id:
        return int(resource.external_id)
    if resource.tried_at is None:
        return None
    try:
        number = find(resource)
    except NotThere:  # where it would be is gone, so it is too
        return None
    if number is None:
        refuse_early(resource)
    return number


def refuse_early(resource: Resource) -> None:
    """Raise LookAgain while a thing that was not found may still appear."""
    if resource.tried_at and (timezone.now() - resource.tried_at).total_seconds() < pause(APPEARS_SECONDS):
        raise LookAgain(f"Looking whether {resource.name} was created after all")
