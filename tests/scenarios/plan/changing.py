"""Changed copies of the example plan, for tests that break one rule at a time."""

from collections.abc import Mapping
from typing import Any

from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_plan

REMOVED = object()  # as a value: take the thing away

_KEYS = ("name", "table", "model", "column")


def changed(changes: Mapping[str, Any]) -> Plan:
    """The example plan with values replaced.

    A path such as `outline/sources/orders/columns/status/type` names list items by their name or by their
    number from 0; a number equal to the length adds an item.
    """
    data = example_plan().model_dump(mode="json")
    for path, value in changes.items():
        *steps, last = path.split("/")
        holder: Any = data
        for step in steps:
            holder = holder[_key(holder, step)]
        key = _key(holder, last)
        if value is REMOVED:
            del holder[key]
        elif isinstance(holder, list) and key == len(holder):
            holder.append(value)
        else:
            holder[key] = value
    return Plan.model_validate(data)


def _key(holder: Any, step: str) -> Any:
    if not isinstance(holder, list):
        return step
    if step.isdigit():
        return int(step)
    return next(i for i, item in enumerate(holder) if step in [item.get(key) for key in _KEYS])
