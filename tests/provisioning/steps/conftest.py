"""The stage that most tests of outside steps play on. Models are imported late: Django is not loaded yet."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.provisioning.steps.stage import Stage


@pytest.fixture
def stages(settings) -> Iterator[Callable[..., "Stage"]]:
    """stages(app=True): a stage with options."""
    from tests.provisioning.steps.stage import staged

    settings.GITHUB_WRITES_A_MINUTE = 6000
    settings.OUTSIDE_CALL_SECONDS = 1
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(staged(**options))


@pytest.fixture
def stage(stages: Callable[..., "Stage"]) -> "Stage":
    """Both servers, a proven revision, and tokens that may do everything."""
    return stages()
