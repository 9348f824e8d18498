"""Choices that look random and are not: the same seed and label give the same answer, on any machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A deterministic chooser. Each choice has a label of its own, so one more choice never changes the others."""

    def __init__(self, *seed: str) -> None:
        self._seed = "\x1f".join(seed)

    def child(self, *labels: str) -> "Dice":
        """Dice of their own for one part of the work."""
        return Dice(self._seed, *labels)

    def fraction(self, label: str) -> float:
        """A number from 0 to below 1."""
        digest = hashlib.sha256(f"{self._seed}\x1e{label}".encode()).digest()
        return int.from_bytes(digest[:7], "big") / float(1 << 56)

    def integer(self, label: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.fraction(label) * (high - low + 1))

    def pick(self, label: str, options: Sequence[T]) -> T:
        """One of the options. Raises IndexError when there are none."""
        return options[self.integer(label, 0, len(options) - 1)]

    def shuffled(self, label: str, items: Sequence[T]) -> list[T]:
        """All items in another order."""
        order = sorted(range(len(items)), key=lambda index: self.fraction(f"{label}\x1d{index}"))
        return [items[index] for index in order]
