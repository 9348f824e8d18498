"""Changed copies of the example plan, and what tests expect of the one rule they break."""

from collections.abc import Mapping
from typing import Any

from scenarios.plan.parts import Plan
from scenarios.plan.violations import Violation
from tests.scenarios.plan.example import example_plan

REMOVED = object()  # as a value: take the thing away

_KEYS = ("name", "table", "model", "column")


def changed(changes: Mapping[str, Any]) -> Plan:
    """The example plan with values replaced.

    A path such as `outline/sources/orders/columns/status/type` names list items by their name or by their
    number from 0; a number equal to the length adds an item. Raises ValidationError when it is no plan.
    """
    return Plan.model_validate(changed_data(changes))


def changed_data(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain data, not validated."""
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
    return data


def _key(holder: Any, step: str) -> Any:
    if not isinstance(holder, list):
        return step
    if step.isdigit():
        return int(step)
    return next(i for i, item in enumerate(holder) if step in [item.get(key) for key in _KEYS])


def assert_one_violation(found: list[Violation], part: str, place: str, words: str) -> None:
    """Exactly one violation, of this part and place; a full sentence with `words` in it, and a hint."""
    assert [(violation.part, violation.place) for violation in found] == [(part, place)], [
        str(v) for v in found
    ]
    assert words in found[0].sentence
    assert found[0].sentence.endswith(".")
    assert found[0].hint.endswith(".")
