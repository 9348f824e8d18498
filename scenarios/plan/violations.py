"""What is wrong with a plan, in sentences. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """One broken rule: which part (`outline` or a part key), where in it, what is wrong, what to do."""

    part: str
    place: str
    sentence: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence} {self.hint}".strip()


class PlanRefused(Exception):
    """A plan, or a part of one, breaks rules; `violations` says which."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(str(violation) for violation in violations))
        self.violations = violations
