"""Slips that language models make, planted in correct answers by a seeded generator."""

from collections.abc import Callable
from random import Random
from typing import Any

Data = dict[str, Any]
Spoiler = Callable[[Data, Random], None]


def spoilt(data: Data, spoilers: list[Spoiler], dice: Random, count: int) -> list[str]:
    """Plant `count` slips in place; names of the spoilers."""
    chosen = [dice.choice(spoilers) for _ in range(count)]
    for spoil in chosen:
        spoil(data, dice)
    return [spoil.__name__ for spoil in chosen]


def misspelt(name: str, dice: Random) -> str:
    """A name as a model remembers it: a letter lost, a plural, a word more, capitals."""
    return dice.choice([name[:-1], name + "s", name.replace("_", "", 1) + "_", name.title(), f"{name}_2"])


def a_model(data: Data, dice: Random) -> Data:
    """One of the answer's models."""
    return dice.choice(data["models"])
