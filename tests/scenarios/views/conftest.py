"""Who most tests of the pages are about: Sam, and a demo of theirs with one revision."""

from collections.abc import Callable

import pytest

from demoforge.accounts.models import User
from scenarios.models import Demo
from tests.scenarios.views.rows import demo_of, revision_of


@pytest.fixture
def sam(make_user: Callable[..., User]) -> User:
    return make_user("sam")


@pytest.fixture
def demo(sam: User) -> Demo:
    made = demo_of(sam)
    revision_of(made)
    return made
