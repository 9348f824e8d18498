"""Projects that are built once and looked at by several tests."""

from pathlib import Path

import pytest

from scenarios.rendering import base_project, render_code
from tests.scenarios.rendering.projects import Dbt, example_files, rich_plan


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """The example project, not built yet."""
    return Dbt(example_files(), tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """A project with the other defects and all kinds of metrics, not built yet."""
    return Dbt(render_code(rich_plan(), template=base_project()), tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="session")
def golden() -> Path:
    """Where the expected files of the example lie."""
    return Path(__file__).parent / "golden"
