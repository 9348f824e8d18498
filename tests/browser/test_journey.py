"""The main job in a real browser, on the product as `make run` starts it: from the log-in to a cloned repository."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.product import create, download, log_in, running_product, wait_for
from tests.sampling import few

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running product with a data directory of its own."""
    with running_product(tmp_path_factory.mktemp("var")) as address:
        yield address


@pytest.fixture(params=few(["with script", "without script"], "with script"))
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that runs scripts, and one that does not."""
    made = browser.new_context(java_script_enabled=request.param == "with script")
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, product: str) -> Page:
    """A page on which the sales engineer has logged in."""
    page = context.new_page()
    log_in(page, product)
    return page


def edit_context(page: Page, address: str) -> None:
    page.goto(f"{address}edit/context/")
    page.get_by_label("What we understood").fill("Who comes back, and through which channel?")
    page.get_by_role("button", name="Save as a new revision").click()
    expect(page.get_by_text("revision 2").first).to_be_visible()
    wait_for(page, "text=Proof passed")
    expect(page.get_by_text("Who comes back, and through which channel?").first).to_be_visible()


def regenerate(page: Page, address: str) -> None:
    page.goto(f"{address}regenerate/")
    page.get_by_role("textbox").first.fill("More about returns")
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.get_by_text("revision 3").first).to_be_visible()
    wait_for(page, "text=Proof passed")


def restore(page: Page, address: str) -> None:
    page.goto(f"{address}revisions/")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Revision 2", exact=True))
    row.get_by_text("Restore", exact=True).first.click()
    row.locator("form button[type=submit]").click()
    page.goto(address)
    expect(page.get_by_text("revision 4").first).to_be_visible()
    wait_for(page, "text=Proof passed")
    expect(page.get_by_text("Who comes back, and through which channel?").first).to_be_visible()


def build(page: Page, address: str) -> str:
    """Confirm; returns the address of the result."""
    page.goto(address)
    page.get_by_role("button", name="Confirm and build").first.click()
    expect(page).to_have_url(re.compile(r"/builds/\d+/$"))
    wait_for(page, "text=Show the result")
    page.get_by_role("link", name="Show the result").click()
    expect(page).to_have_url(re.compile(r"/builds/\d+/result/$"))
    return page.url


def clone(page: Page, folder: Path) -> Path:
    """Clone by the command that the page shows."""
    command = page.locator("text=/^git clone /").first.inner_text().split()
    subprocess.run([*command[:2], "--quiet", *command[2:], str(folder)], check=True)
    return folder


def test_from_log_in_to_a_cloned_repository(page: Page, product: str, tmp_path: Path) -> None:
    address = create(page, product)
    edit_context(page, address)
    regenerate(page, address)
    restore(page, address)
    result = build(page, address)
    cloned = clone(page, tmp_path / "clone")
    archive = zipfile.ZipFile(io.BytesIO(download(page, product, "whole project")))
    zipped = {name.partition("/")[2] or name: archive.read(name) for name in archive.namelist()}
    on_disk = {
        path.relative_to(cloned).as_posix(): path.read_bytes()
        for path in cloned.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(cloned).parts
    }
    assert "dbt_project.yml" in on_disk
    assert on_disk in ({name: archive.read(name) for name in archive.namelist()}, zipped)
    page.goto(f"{address}revisions/4/files/")
    page.get_by_role("link", name=re.compile("dbt_project.yml")).first.click()
    expect(page.get_by_text("fjell_field_outfitters_demo").first).to_be_visible()
    page.goto(result)
    assert b"Fjell" in download(page, product, "README")
