"""The last rung: the built-in provider writes a part that the model could not."""

from scenarios.ai.builtin import BuiltinProvider
from scenarios.ai.writing.draft import Draft
from scenarios.plan.day_mending import mend_day_two
from scenarios.plan.parts import DayTwo, PartValue


def stand_in(draft: Draft, key: str) -> PartValue:
    """The part as the built-in provider computes it beside the parts that are known.

    Raises ProviderError when the packaged blueprint is wrong.
    """
    others = {other: value for other, value in draft.parts.items() if other != key}
    part = BuiltinProvider().part(draft.brief.disguised(), draft.outline, key, done=others)
    return mend_day_two(draft.outline, part, draft.rows()) if isinstance(part, DayTwo) else part


def replace(draft: Draft, key: str, reason: str) -> None:
    """Put the built-in provider's part in the place of the model's, and say why."""
    draft.put(key, stand_in(draft, key))
    draft.notes.replaced(key, reason)
