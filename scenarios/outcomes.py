"""What came of a demo: when the call is, how it was, and what followed. None of it touches the plan."""

from datetime import date
from typing import Any

from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from scenarios.models import Demo, Outcome

RATINGS = range(1, 6)  # 1 is poor, 5 is great


def plan_call(demo: Demo, *, call_on: date | None, by: User) -> None:
    """Say when the call with the prospect is; None takes the date away. Said twice, it changes nothing."""
    _tell(demo, "demo.call_planned", by=by, call_on=call_on)


def rate_demo(demo: Demo, *, rating: int | None, by: User) -> None:
    """Say how the demo did in the call, 1 to 5; None takes the rating away. Raises ValueError for another number."""
    if rating is not None and rating not in RATINGS:
        raise ValueError(f"a rating is a number from {RATINGS[0]} to {RATINGS[-1]}")
    _tell(demo, "demo.rated", by=by, rating=rating)


def set_outcome(demo: Demo, *, outcome: str, by: User) -> None:
    """Say what followed with the prospect, by a value of Outcome. Raises ValueError for another one."""
    _tell(demo, "demo.outcome_set", by=by, outcome=Outcome(outcome).value)


@transaction.atomic
def _tell(demo: Demo, action: str, *, by: User, **field: Any) -> None:
    """Write one field, without moving the demo to the top of the lists: its plan is as it was."""
    ((name, value),) = field.items()
    if not Demo.objects.filter(pk=demo.pk).exclude(**_same(name, value)).update(**field):
        return
    setattr(demo, name, value)
    audit.record(action, demo, by=by, **{name: value.isoformat() if isinstance(value, date) else value})


def _same(name: str, value: Any) -> dict[str, Any]:
    return {f"{name}__isnull": True} if value is None else {name: value}
