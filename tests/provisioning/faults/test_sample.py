"""A fixed sample of the matrix: each fault on both systems, both roads on each, and three killed workers.

`make faults` runs all of it.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.fakes.faults import FAULTS
from tests.provisioning.faults.cells import run_cell
from tests.provisioning.faults.ground import record
from tests.provisioning.faults.matrix import Call, Cell, Recording, cells
from tests.provisioning.faults.mortals import Mortals

pytestmark = pytest.mark.slow  # all of it together

SEED = 5
KILLS = [("app", "retry"), ("key", "undo"), ("app", "undoing")]
#: Fault and system, with variants and roads in turn.
PLACES = [
    (fault, system, ("key", "app")[number % 2], ("retry", "undo")[(number + shift) % 2])
    for shift, system in enumerate(("github", "cloud"))
    for number, fault in enumerate(FAULTS)
]

ACCOUNT = "/api/v3/accounts/:id"
PROJECTS = f"{ACCOUNT}/projects/:id"
MAPPING = "semantic-layer-credential-to-service-token-mapping"
#: Cells that have failed once.
FOUND = [
    # The CI job was created before the project used the repository.
    Cell("app", "retry", Call("github", "POST", "/orgs/:org/repos", 1), "429"),
    # The project was deleted around what could not be deleted, and nobody could reach that any more.
    Cell("key", "undoing", Call("cloud", "DELETE", f"{PROJECTS}/environment-variables/bulk/", 1), "403"),
    # A mapping whose number was never told was listed without a link.
    Cell("app", "undo", Call("cloud", "POST", f"{ACCOUNT}/{MAPPING}/", 1), "malformed"),
]


@cache
def recorded(variant: str) -> Recording:
    """What a build of this variant asks and does; plain data, so that it outlives the test that asks first."""
    return record(variant)


def one_of(found: Iterator[Cell], *about: object) -> Cell:
    """The same one of these in every run."""
    return random.Random(f"{SEED} {about}").choice(list(found))


@pytest.fixture
def mortals(child_environment: Callable[..., dict[str, str]]) -> Iterator[Mortals]:
    """Workers that share the test's database."""
    with Mortals(child_environment()) as workers:
        yield workers


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "system", "variant", "road"), PLACES)
def test_a_call_that_goes_wrong_once(fault, system, variant, road):
    here = (
        cell
        for cell in cells(variant, recorded(variant))
        if cell.call and (cell.call.system, cell.fault, cell.road) == (system, fault, road)
    )
    result = run_cell(one_of(here, fault, system), Mortals({}))
    assert not result.wrong, f"{result.cell.name}: {result.wrong}"


@pytest.mark.django_db
@pytest.mark.parametrize("cell", FOUND, ids=lambda cell: cell.name)
def test_what_the_matrix_has_found_stays_mended(cell):
    result = run_cell(cell, Mortals({}))
    assert not result.wrong, result.wrong


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed(mortals):
    for variant, road in KILLS:
        here = (cell for cell in cells(variant, recorded(variant)) if cell.step and cell.road == road)
        result = run_cell(one_of(here, variant, road), mortals)
        assert not result.wrong, f"{result.cell.name}: {result.wrong}"
