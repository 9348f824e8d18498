"""The main job in a real browser, on the product as `make run` starts it: from the log-in to a cloned repository."""

import io
import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.processes import ended_after, wait_until
from tests.sampling import few

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
WORK_MS = 240_000  # a Proof or a build on a busy machine
NOTES = "Loyalty programme relaunched in spring; which channels bring repeat buyers?"
PAINS = "Duplicate orders are found by the CFO.\nNightly full reloads take four hours."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running product with a data directory of its own."""
    var = tmp_path_factory.mktemp("var")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DEMOFORGE_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": "",
    }
    printed = var / "printed.txt"
    command = [sys.executable, str(ROOT / "manage.py"), "run"]
    with (
        printed.open("wb") as output,
        ended_after(subprocess.Popen(command, env=environment, stdout=output, stderr=output)) as process,
    ):
        wait_until(lambda: b"Ctrl-C" in printed.read_bytes() or process.poll() is not None, 90)
        assert process.poll() is None, printed.read_text()
        yield f"http://127.0.0.1:{port}"


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
    page.goto(product)
    page.get_by_label("User name").fill("se")
    page.get_by_label("Password").fill("se")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(f"{product}/")
    return page


def wait_for(page: Page, selector: str) -> None:
    """Wait until a running page shows it; without scripts the page loads itself again."""
    page.locator(selector).first.wait_for(state="visible", timeout=WORK_MS)


def create(page: Page, product: str) -> str:
    """Describe the prospect; returns the address of the demo whose Proof has passed."""
    page.goto(f"{product}/demos/new/")
    page.get_by_label("Prospect company").fill("Fjell & Field Outfitters")
    page.get_by_label("Industry").fill("Retail")
    page.get_by_label("Discovery call notes").fill(NOTES)
    page.get_by_label("Technical pain points").fill(PAINS)
    page.get_by_role("button", name="Generate Demo Scenario").click()
    expect(page).to_have_url(re.compile(r"/demos/\d+/$"))
    wait_for(page, "text=Proof passed")
    return page.url


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


def download(page: Page, product: str, link: str) -> bytes:
    """What a link of the page gives."""
    href = page.get_by_role("link", name=re.compile(link)).first.get_attribute("href")
    return page.context.request.get(f"{product}{href}").body()


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
