"""The whole journey to GitHub and dbt Cloud in a real browser: connections, plan, pre-flight, build, result, undo.

The product runs as `make run` starts it; GitHub and dbt Cloud are servers on this machine that behave like them.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.product import WORK_MS, create, download, log_in, running_product, wait_for
from tests.fakes.both import CLOUD_TOKEN, GITHUB_TOKEN, OWNER, PASSWORD, Both, both_servers
from tests.sampling import few

pytestmark = pytest.mark.slow


@pytest.fixture
def far() -> Iterator[Both]:
    with both_servers() as servers:
        yield servers


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running product; the pause between GitHub's writes is short."""
    with running_product(tmp_path_factory.mktemp("var"), DEMOFORGE_GITHUB_WRITES_A_MINUTE="6000") as address:
        yield address


@pytest.fixture(params=few(["with script", "without script"], "with script"))
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return request.param == "with script"


@pytest.fixture
def context(scripted: bool, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that runs scripts, and one that does not."""
    made = browser.new_context(java_script_enabled=scripted)
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, product: str) -> Page:
    """A page on which the sales engineer has logged in."""
    page = context.new_page()
    log_in(page, product)
    return page


def enter(page: Page, address: str, found: str, **fields: str) -> None:
    """Fill in a connection, test it, see what was `found` out, and save it."""
    page.goto(address)
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text(found).first).to_be_visible()
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_text("is saved").first).to_be_visible()


def connect(page: Page, product: str, far: Both) -> None:
    """All three connections; what was typed is not shown again."""
    there = f"{product}/connections/?kind="
    enter(page, f"{there}github", "acme-se", Owner=OWNER, API_address=far.github.url, Token=GITHUB_TOKEN)
    cloud = {"Access_URL": far.cloud.url, "Account_ID": str(far.cloud.account_id)}
    enter(page, f"{there}dbt_cloud", "Acme", **cloud, Token=CLOUD_TOKEN)
    snowflake = {"Account": "xy12345", "Database": "DEMO", "Virtual_warehouse": "WH", "User": "DBT"}
    enter(page, f"{there}warehouse&type=snowflake", "Snowflake", **snowflake, Password=PASSWORD)
    assert not any(secret in page.content() for secret in (GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD))
    expect(page.locator(".choice .tag.tone-success")).to_have_count(3)


def check_first(page: Page, demo: str, far: Both, *, scripted: bool) -> str:
    """The pre-flight; returns the name that the repository will have. Nothing was created by it."""
    page.goto(demo)
    page.get_by_text("GitHub or dbt Cloud").first.click()
    if not scripted:
        page.get_by_role("link", name="Choose where to build").click()
    page.get_by_role("link", name=re.compile("GitHub and dbt Cloud")).first.click()
    expect(page.get_by_role("heading", name="Nothing stands against it")).to_be_visible()
    shown = page.locator(".name").filter(has_text=re.compile(r"^[a-z0-9-]+-dbt-demo-\d{8}-\d{6}$")).first
    assert far.left() == []
    return shown.inner_text()


def build(page: Page) -> None:
    """Confirm; the live page tells of the run, and leads to the result."""
    page.get_by_role("button", name="Confirm and build").click()
    expect(page).to_have_url(re.compile(r"/builds/\d+/$"))
    wait_for(page, "text=Show the result")
    expect(page.get_by_text("dbt build").first).to_be_attached()
    page.get_by_role("link", name="Show the result").click()
    expect(page).to_have_url(re.compile(r"/builds/\d+/result/$"))


def undo(page: Page) -> None:
    """Undo on the build's own page."""
    page.goto(page.url.removesuffix("result/"))
    page.get_by_text("Undo", exact=True).first.click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Everything this build created was removed").first.wait_for(timeout=WORK_MS)


def test_from_the_connections_to_a_green_run_and_back(
    page: Page, product: str, far: Both, scripted: bool
) -> None:
    connect(page, product, far)
    demo = create(page, product, "Fjord & Fell Outfitters")
    name = check_first(page, demo, far, scripted=scripted)
    build(page)
    assert [run.status for run in far.cloud.alive("run")] == [10]
    (repository,) = far.github.repositories.values()
    assert repository.full_name == f"{OWNER}/{name}"
    archive = zipfile.ZipFile(io.BytesIO(download(page, product, "whole project")))
    proven = {one.partition("/")[2]: archive.read(one).decode() for one in archive.namelist()}
    assert far.github.files(repository.full_name) == proven
    (project,) = far.cloud.alive("project")
    links = [link.get_attribute("href") or "" for link in page.locator("a.item-link[target=_blank]").all()]
    assert f"{far.github.origin}/{repository.full_name}" in links
    assert any(f"/projects/{project.id}" in link and link.startswith(far.cloud.url) for link in links)
    undo(page)
    assert far.left() == []
    expect(page.get_by_text(re.compile("DROP SCHEMA")).first).to_be_visible()
