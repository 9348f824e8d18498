"""axe-core over every page of the product, light and dark: nothing serious shuts anybody out."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.architecture.routes import PEOPLE, Row, make_world, table
from tests.browser.site import build_site, logged_in

VIEW = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}  # colours change at once
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
SERIOUS = {"serious", "critical"}
SHOWN = [row for row in table() if row.method == "GET" and "ok" in row.cells.values()]


def faults_at(page: Page, address: str) -> list[str]:
    """What axe-core calls serious or critical: all its rules in light, what changes with the colours in dark."""
    found = []
    for scheme, options in (("light", {"resultTypes": ["violations"]}), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        for violation in Axe().run(page, options=options).response["violations"]:
            if violation["impact"] in SERIOUS:
                places = [(node["html"][:160], node["failureSummary"]) for node in violation["nodes"][:3]]
                found.append(f"{scheme}: {violation['id']} at {places}")
    return found


def who_sees(row: Row) -> str:
    """Whom the page offers most: the owner, or whoever else may open it."""
    return next(name for name in ("owner", "admin", *PEOPLE) if row.cells[name] == "ok")


def test_every_page_of_the_table(browser: Browser, live_server: Any, transactional_db: None) -> None:
    world = make_world()
    wrong, looked_at = [], 0
    for who in PEOPLE[1:]:
        mine = [row for row in SHOWN if who_sees(row) == who]
        with logged_in(browser, live_server.url, world.people[who], **VIEW) as context:
            page = context.new_page()
            for row in mine:
                address = world.address(row)
                if not page.request.get(address).headers.get("content-type", "").startswith("text/html"):
                    continue  # a file
                wrong += [f"{row}: {fault}" for fault in faults_at(page, address)]
                looked_at += 1
    assert not wrong, "\n".join(wrong)
    assert looked_at > 40


def test_what_somebody_sees_who_has_not_logged_in(
    browser: Browser, live_server: Any, transactional_db: None
) -> None:
    page = browser.new_page(base_url=live_server.url, **VIEW)
    assert faults_at(page, "/accounts/login/") == []
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(2))
def test_every_state_of_a_demo_and_a_build(
    part: int, browser: Browser, live_server: Any, make_user: Any, transactional_db: None
) -> None:
    site = build_site(make_user("sam"))
    wrong = []
    with logged_in(browser, live_server.url, site.owner, **VIEW) as context:
        page = context.new_page()
        for address in site.addresses[part::2]:
            wrong += [f"{address}: {fault}" for fault in faults_at(page, address)]
    assert not wrong, "\n".join(wrong)
