"""Which of many like examples every run of the tests takes; `make test-long` takes them all."""

from collections.abc import Iterable
from typing import Any

import pytest


def few(values: Iterable[Any], *usual: Any) -> list[Any]:
    """All values as parameters; those that are not `usual` are long."""
    return [value if value in usual else pytest.param(value, marks=pytest.mark.long) for value in values]


def every(step: int, values: Iterable[Any], *, tuples: bool = False) -> list[Any]:
    """All values as parameters; but for every so many-th they are long. `tuples`: each is a value for every name."""
    return [
        value
        if number % step == 0
        else pytest.param(*(value if tuples else (value,)), marks=pytest.mark.long)
        for number, value in enumerate(values)
    ]
