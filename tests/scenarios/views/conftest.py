"""Who most tests of the pages are about: Sam, and a demo of theirs with one revision."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Django is not loaded yet when a folder is named on the command line
    from demoforge.accounts.models import User
    from scenarios.models import Demo


@pytest.fixture
def sam(make_user: Callable[..., "User"]) -> "User":
    return make_user("sam")


@pytest.fixture
def demo(sam: "User") -> "Demo":
    from tests.scenarios.views.rows import demo_of, revision_of

    made = demo_of(sam)
    revision_of(made)
    return made
