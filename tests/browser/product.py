"""The product as `make run` starts it, for a browser, and what every journey through it begins with."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.processes import ended_after, wait_until

ROOT = Path(__file__).resolve().parents[2]
WORK_MS = 240_000  # a Proof or a build on a busy machine
NOTES = "Loyalty programme relaunched in spring; which channels bring repeat buyers?"
PAINS = "Duplicate orders are found by the CFO.\nNightly full reloads take four hours."


@contextmanager
def running_product(var: Path, **more: str) -> Iterator[str]:
    """The address of a running product with this data directory; `more` goes into its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DEMOFORGE_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": "",
        **more,
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


def log_in(page: Page, product: str) -> None:
    """Log in as the local sales engineer."""
    page.goto(product)
    page.get_by_label("User name").fill("se")
    page.get_by_label("Password").fill("se")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(f"{product}/")


def wait_for(page: Page, selector: str) -> None:
    """Wait until a running page shows it; without scripts the page loads itself again."""
    page.locator(selector).first.wait_for(state="visible", timeout=WORK_MS)


def create(page: Page, product: str, company: str = "Fjell & Field Outfitters") -> str:
    """Describe the prospect; returns the address of the demo whose Proof has passed."""
    page.goto(f"{product}/demos/new/")
    page.get_by_label("Prospect company").fill(company)
    page.get_by_label("Industry").fill("Retail")
    page.get_by_label("Discovery call notes").fill(NOTES)
    page.get_by_label("Technical pain points").fill(PAINS)
    page.get_by_role("button", name="Generate Demo Scenario").click()
    expect(page).to_have_url(re.compile(r"/demos/\d+/$"))
    wait_for(page, "text=Proof passed")
    return page.url


def download(page: Page, product: str, link: str) -> bytes:
    """What a link of the page gives."""
    href = page.get_by_role("link", name=re.compile(link)).first.get_attribute("href")
    return page.context.request.get(f"{product}{href}").body()
