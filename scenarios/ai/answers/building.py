"""What all converters share: names that are known, pieces that are built, what is wrong with them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.plan.outline import Outline, Part
from scenarios.plan.parts import PartValue, Quality
from scenarios.plan.rules import check_part
from scenarios.plan.schema_words import schema_violations
from scenarios.plan.violations import Violation

P = TypeVar("P", bound=Part)


@dataclass
class Converted:
    """Parts by key as far as they could be converted, and what is wrong: a shape, or a rule."""

    values: dict[str, PartValue] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)

    def add(
        self,
        outline: Outline,
        key: str,
        kind: type[Part],
        data: dict[str, Any],
        *,
        title: str = "",
        quality: Quality | None = None,
    ) -> None:
        """Build a part and check it; `title` names it in places that do not name it themselves."""
        value, wrong = built(kind, data, key, title=title)
        self.violations += wrong
        if value is not None:
            self.values[key] = value  # type: ignore[assignment]  # the kinds of parts are those of PartValue
            self.violations += check_part(outline, key, value, quality=quality)  # type: ignore[arg-type]


def built(
    kind: type[P], data: dict[str, Any], part: str, *, title: str = ""
) -> tuple[P | None, list[Violation]]:
    """`data` as this piece of a plan, or what its schema refuses."""
    try:
        return kind.model_validate(data), []
    except ValidationError as error:
        found = schema_violations(error, part, data=data)
        return None, [placed(violation, title) for violation in found]


def placed(violation: Violation, title: str) -> Violation:
    """The violation with the thing's title before its place."""
    if not title:
        return violation
    place = (
        f"{title}, {violation.place[:1].lower()}{violation.place[1:]}" if violation.place != "Plan" else title
    )
    return Violation(violation.part, place, violation.sentence, violation.hint)


def known(name: str, choices: Iterable[str]) -> str:
    """The choice that `name` is, but for spaces around it and its case; else `name` without these spaces."""
    name = name.strip()
    choices = list(choices)
    if name in choices:
        return name
    same = {choice for choice in choices if choice.casefold() == name.casefold()}
    return same.pop() if len(same) == 1 else name


def some(text: str) -> str | None:
    """The text without spaces around it; None when nothing is left."""
    return text.strip() or None
