"""Take the pictures of the documents again: `.venv/bin/python docs/images/make.py`.

Starts the product on a scratch data directory, forges the retail example, fills the library with plausible work, and
photographs pages as the local accounts see them: 1280 pixels wide, light, each cut after the last thing that it is
about. Takes two minutes and needs Chromium, as the browser tests do. Every picture beside this file is written anew;
dates are those of today. Exit status 1 with a sentence when it cannot.
"""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "retail.yaml"
WIDTH, MARGIN = 1280, 20
LARGEST = 150_000  # bytes of one picture
START_SECONDS = 90
NOTE = "The call is on Thursday. Please look at the talk track, and at how we define repeat purchase rate."
REMARK = "Good story. Open with the duplicate orders: their CFO will be in the room."


def scratch() -> Path:
    """Where the product keeps its data meanwhile: always the same place, because the result page shows it."""
    return Path(tempfile.gettempdir()) / "demoforge-pictures"


def surroundings(var: Path) -> dict[str, str]:
    """The environment of the product: as delivered, whatever the settings of this clone and shell are."""
    settings = set(re.findall(r"^# ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    return {name: value for name, value in os.environ.items() if name not in settings} | {
        "DEMOFORGE_ENV_FILE": os.devnull,
        "DEMOFORGE_VAR_DIR": str(var),
    }


def manage(var: Path, *arguments: str) -> None:
    """Run a command of the product to its end."""
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=surroundings(var), check=True)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(var: Path) -> Iterator[str]:
    """The address of the running product; it is ended after the block."""
    address, printed = f"127.0.0.1:{free_port()}", var / "printed.txt"
    command = [sys.executable, "manage.py", "run", "--bind", address]
    with printed.open("wb") as output:
        product = subprocess.Popen(
            command, cwd=ROOT, env=surroundings(var), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        end = time.monotonic() + START_SECONDS
        while b"Ctrl-C" not in printed.read_bytes():
            if product.poll() is not None or time.monotonic() > end:
                sys.exit(f"DemoForge did not start:\n{printed.read_text()}")
            time.sleep(0.1)
        yield f"http://{address}"
    finally:
        product.terminate()
        product.wait(timeout=30)


@dataclass(frozen=True)
class Camera:
    """One person's browser."""

    page: Page

    def open(self, path: str) -> Page:
        """Go to a page and wait until everything of it is there, its parts that load later too."""
        answer = self.page.goto(path, wait_until="networkidle")
        if answer is None or not answer.ok:
            sys.exit(f"{path} could not be opened: {answer and answer.status}")
        return self.page

    def page_until(self, name: str, last: Locator) -> None:
        """The page from its top to the end of `last`."""
        self._settle()
        bottom = last.evaluate("item => item.getBoundingClientRect().bottom + window.scrollY")
        self.page.set_viewport_size({"width": WIDTH, "height": round(bottom) + MARGIN})
        keep(name, self.page.screenshot(animations="disabled"))

    def part(self, name: str, panel: Locator) -> None:
        """One panel alone."""
        self._settle()
        keep(name, panel.screenshot(animations="disabled"))

    def _settle(self) -> None:
        """Nothing is focused or hovered over, and the letters are there."""
        self.page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0); document.fonts.ready")


def squeezed(picture: bytes) -> bytes:
    """The same PNG, packed as tightly as zlib can: the browser packs for speed."""
    head, chunks, at, packed = picture[:8], [], 8, b""
    while at < len(picture):
        (size,) = struct.unpack(">I", picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            packed += picture[at + 8 : at + 8 + size]
        else:
            chunks.append(picture[at : at + 12 + size])
        at += 12 + size
    body = b"IDAT" + zlib.compress(zlib.decompress(packed), 9)
    pixels = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return head + b"".join([*chunks[:-1], pixels, chunks[-1]])  # the last chunk is the end


def keep(name: str, picture: bytes) -> None:
    """Write a picture and say how large it is."""
    small = squeezed(picture)
    (HERE / f"{name}.png").write_bytes(small)
    too_large = ", too large: cut it earlier" if len(small) > LARGEST else ""
    sys.stdout.write(f"{name}.png: {len(small):,} bytes{too_large}\n")


def camera(browser: Browser, address: str, user: str) -> Camera:
    """A browser in which the local account of this name has logged in."""
    context = browser.new_context(
        base_url=address,
        color_scheme="light",
        locale="en-GB",
        reduced_motion="reduce",
        viewport={"width": WIDTH, "height": 900},
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(user)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{address}/")
    return Camera(page)


def panel(page: Page, title: str) -> Locator:
    """The panel with this heading."""
    return page.locator("section.panel").filter(has=page.get_by_role("heading", name=title))


def shoot_setup(engineer: Camera) -> None:
    """The brief of the example, typed into the form."""
    brief, page = yaml.safe_load(EXAMPLE.read_text()), engineer.open("/demos/new/")
    page.get_by_label("Prospect company").fill(brief["company"])
    page.get_by_label("Industry").fill(brief["industry"])
    page.get_by_label("Discovery call notes").fill(brief["discovery_notes"].strip())
    page.get_by_label("Technical pain points").fill(brief["pain_points"].strip())
    page.get_by_label("Include the Semantic Layer").check()
    engineer.page_until("setup", panel(page, "What you heard"))


def shoot_demo(engineer: Camera, demo: str) -> None:
    """What the forged demo is: its plan, its Proof, its result."""
    page = engineer.open(demo)
    engineer.page_until("plan", panel(page, "Business context"))
    page = engineer.open(f"{demo}?tab=proof")
    engineer.page_until("proof", panel(page, "What was proven"))
    page = engineer.open(f"{demo}?tab=builds")
    build = page.locator("main a[href^='/builds/']").first.get_attribute("href") or ""
    build = re.sub(r"result/$", "", build)
    page = engineer.open(f"{build}result/")
    engineer.page_until("result", panel(page, "Repository"))


def shoot_review(engineer: Camera, manager: Camera, demo: str) -> None:
    """The engineer asks, the manager is about to approve, and does."""
    page = engineer.open(demo)
    page.locator("#review-panel summary", has_text="Ask for a review").click()
    page.get_by_label("Note for the reviewer").fill(NOTE)
    page.get_by_role("button", name="Ask for a review").click()
    page.get_by_text("Waiting for a manager").wait_for()
    page = manager.open(demo)
    page.get_by_label("Remark").fill(REMARK)
    manager.part("review", page.locator("#review-panel"))
    page.get_by_role("button", name="Approve revision 1").click()
    page.get_by_text("Revision 1 was approved").wait_for()


def shoot_team(engineer: Camera, manager: Camera, administrator: Camera, demo: str) -> None:
    """What a team has of it: the library, the demo as a template, the figures, what stands outside."""
    page = engineer.open("/")
    engineer.page_until("library", page.locator("tbody tr").nth(7))
    page = engineer.open(f"{demo}copy/")
    page.get_by_label("Company").fill("Harbour & Pine Sports")
    engineer.page_until("template", page.locator("form.panel"))
    page = manager.open("/insights/")
    manager.page_until("insights", panel(page, "Last 90 days"))
    page = administrator.open("/fleet/")
    administrator.page_until("fleet", page.locator("tbody tr").nth(5))


def shoot(address: str, chromium: str) -> None:
    """All pictures, in the order in which the demo lives."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        engineer, manager, administrator = (
            camera(browser, address, user) for user in ("se", "manager", "admin")
        )
        demo = "/demos/1/"
        shoot_setup(engineer)
        shoot_demo(engineer, demo)
        shoot_review(engineer, manager, demo)
        shoot_team(engineer, manager, administrator, demo)
        browser.close()


def main() -> None:
    """Make the scratch product, take the pictures, remove it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit(
            "No Chromium on this machine: install it (apt-get install --no-install-recommends chromium)."
        )
    var = scratch()
    try:
        var.mkdir(mode=0o700)
    except FileExistsError:
        sys.exit(
            f"{var} is left from an earlier run, or another one is under way: remove it, and run this again."
        )
    try:
        manage(var, "forge", str(EXAMPLE))  # makes the tables and the local accounts first
        manage(var, "fill", "--demos", "60", "--users", "12", "--yes")
        with running(var) as address:
            shoot(address, chromium)
    finally:
        shutil.rmtree(var)
    if any(picture.stat().st_size > LARGEST for picture in HERE.glob("*.png")):
        sys.exit("Not every picture is small enough.")


if __name__ == "__main__":
    main()
