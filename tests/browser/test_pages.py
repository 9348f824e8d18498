"""Every page in a real browser: nothing refused, nothing sticks out, everything by keyboard, also without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from scenarios.models import PlanRevision
from tests.browser.site import Site, build_site, complaints_of, logged_in
from tests.scenarios.plan.example_parts import ROWS

DESKTOP, TABLET, PHONE = ({"width": width, "height": 900} for width in (1440, 1024, 390))
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Visitor = Callable[..., Page]


@pytest.fixture
def site(make_user: Any, transactional_db: None) -> Site:
    return build_site(make_user("sam"))


@pytest.fixture
def visit(browser: Browser, live_server: Any, site: Site) -> Any:
    """visit("/path", viewport=…): a page of the site, as its owner sees it."""
    opened: list[Any] = []

    def open_page(path: str, **options: Any) -> Page:
        manager = logged_in(browser, live_server.url, site.owner, **options)
        context = manager.__enter__()
        opened.append(manager)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for manager in opened:
        manager.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [
        pytest.param(DESKTOP, "light", marks=pytest.mark.long),
        pytest.param(TABLET, "dark", marks=pytest.mark.long),
        pytest.param(PHONE, "light", marks=pytest.mark.long),
        (PHONE, "dark"),
    ],
    ids=["desktop-light", "tablet-dark", "phone-light", "phone-dark"],
)  # fmt: skip
def test_no_page_breaks_the_policy_or_sticks_out(
    site: Site, visit: Visitor, viewport: Any, scheme: str
) -> None:
    page = visit("/", viewport=viewport, color_scheme=scheme)
    complaints = complaints_of(page)
    wrong = []
    for address in site.addresses:
        complaints.clear()
        page.goto(address)
        page.wait_for_load_state("networkidle") if "tab=builds" in address else None
        serious = [text for text in complaints if "404" not in text or "/nothing/" not in address]
        if serious or page.evaluate(STICKS_OUT) > 0:
            wrong.append((address, page.evaluate(STICKS_OUT), serious))
    assert wrong == []


def test_every_control_has_a_name_and_every_page_one_heading_and_one_main(site: Site, visit: Visitor) -> None:
    page = visit("/", viewport=DESKTOP)
    nameless = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a, summary")]
        .filter(item => !(item.labels && item.labels.length) && !item.getAttribute("aria-label")
            && !item.textContent.trim() && !item.querySelector("[aria-label]"))
        .map(item => item.outerHTML.slice(0, 120))"""
    for address in site.addresses:
        page.goto(address)
        assert page.evaluate(nameless) == [], address
        assert page.locator("h1").count() == 1, address
        assert page.locator("main").count() == 1, address
        doubles = page.evaluate("""() => { const ids = [...document.querySelectorAll("[id]")].map(item => item.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at); }""")
        assert doubles == [], address


def test_the_theme_is_chosen_by_button_and_remembered(visit: Visitor) -> None:
    page = visit("/", viewport=DESKTOP, color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    bright = page.evaluate(background)
    button = page.get_by_role("button", name=re.compile("Theme"))
    for theme in ("light", "dark"):
        button.click()
        expect(button).to_have_text(re.compile(f"Theme: {theme}"))
    dark = page.evaluate(background)
    assert dark != bright
    page.reload()
    assert page.evaluate(background) == dark
    button.click()
    page.reload()
    assert page.evaluate(background) == bright


def test_the_keyboard_reaches_everything(site: Site, visit: Visitor) -> None:
    page = visit(f"/demos/{site.demos['ready'].pk}/", viewport=DESKTOP)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.innerText || document.activeElement.ariaLabel || ''"
            ).strip()
        )
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", seen[-1]
    for words in ("Confirm and build", "Regenerate with modifications", "Proof", "Files", "History"):
        assert words in seen, (words, seen)


def test_tooltips_and_questions_open_and_close_by_keyboard(site: Site, visit: Visitor) -> None:
    page = visit("/demos/new/", viewport=PHONE)
    page.get_by_text("Technical", exact=True).click()
    tip = page.get_by_label("What is “Target warehouse”?")
    tip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("runs unchanged on all four")).to_be_visible()
    assert page.evaluate(STICKS_OUT) == 0
    page.keyboard.press("Escape")
    expect(page.get_by_text("runs unchanged on all four")).to_be_hidden()
    page.goto(f"/demos/{site.demos['ready'].pk}/revisions/")
    page.get_by_role("button", name="Restore").first.press("Enter")
    expect(page.get_by_text("Its plan becomes a new revision.")).to_be_visible()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Its plan becomes a new revision.")).to_be_hidden()


def test_an_open_question_survives_polling(site: Site, visit: Visitor) -> None:
    page = visit(f"/builds/{site.builds['running'].pk}/", viewport=DESKTOP)
    page.get_by_role("button", name="Cancel the build").click()
    question = page.get_by_text("The running step is finished first")
    with page.expect_response(re.compile(r"/builds/")):
        expect(question).to_be_visible()
    page.wait_for_timeout(300)
    expect(question).to_be_visible()


def test_the_page_follows_the_work_and_keeps_what_is_open(site: Site, visit: Visitor) -> None:
    demo = site.demos["drafting"]
    page = visit(f"/demos/{demo.pk}/", viewport=DESKTOP)
    page.get_by_text("customers.csv").click()
    page.get_by_text("orders.csv", exact=True).click()
    rows = PlanRevision.objects.filter(demo=demo)
    rows.update(progress="Writing the rows of orders")
    expect(page.locator("#review-status")).to_contain_text("Writing the rows of orders")
    expect(page.locator("#announcer")).to_contain_text("Writing the rows of orders")
    expect(page.get_by_text("Everyone who has an account")).to_be_visible()
    orders = {"rows:orders": {"table": "orders", "rows": ROWS["orders"]}}
    rows.update(parts=orders)
    expect(page.get_by_text("INV-26-0007")).to_be_visible()
    expect(page.get_by_text("Everyone who has an account")).to_be_visible()
    rows.update(status="failed", error="The model gave up.")
    expect(page.get_by_text("The model gave up.")).to_be_visible()


def test_what_is_missing_is_said_before_and_after_the_button_is_pressed(visit: Visitor) -> None:
    page = visit("/demos/new/", viewport=DESKTOP)
    needed = page.locator(".still-needed")
    expect(needed).to_have_text("Still needed: prospect company, industry", use_inner_text=True)
    page.get_by_label("Prospect company").fill("Acme")
    expect(needed).to_have_text("Still needed: industry", use_inner_text=True)
    page.get_by_label("Industry").fill("  ")
    expect(page.get_by_text("All there.")).to_be_visible()
    page.get_by_role("button", name="Generate Demo Scenario").click()
    expect(page.get_by_text("One thing is missing or wrong")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("link", name="Industry").click()
    assert page.evaluate("document.activeElement.id") == "id_industry"


def test_search_narrows_while_one_types(site: Site, visit: Visitor) -> None:
    page = visit("/", viewport=DESKTOP)
    page.get_by_label("Search").fill("Prospect 3")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=Prospect"))


def test_without_a_script_everything_still_works(site: Site, visit: Visitor) -> None:
    demo = site.demos["ready"]
    page = visit("/?q=Prospect+3", viewport=DESKTOP, java_script_enabled=False)
    page.get_by_role("link", name="Prospect 3").click()
    for tab in ("Lineage", "Proof", "Talk track", "Files", "History", "Plan"):
        page.get_by_role("navigation", name="Parts of this demo").get_by_role("link", name=tab).click()
        expect(page.get_by_role("link", name=tab, exact=True).first).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Edit Business context").click()
    page.get_by_label("Use case").fill("One number for the board.")
    page.get_by_role("button", name="Save as a new revision").click()
    expect(page.get_by_text("Saved as revision 3.")).to_be_visible()
    expect(page.get_by_text("One number for the board.")).to_be_visible()
    assert demo.revisions.count() == 3
    assert page.locator(".js-theme:visible, .js-copy:visible").count() == 0
    page.goto(f"/builds/{site.builds['failed'].pk}/")
    page.locator("summary", has_text="Undo").click()
    expect(page.get_by_role("button", name="Remove it")).to_be_visible()


def test_two_clicks_send_one_form(site: Site, visit: Visitor) -> None:
    page = visit(f"/demos/{site.demos['ready'].pk}/regenerate/", viewport=DESKTOP)
    page.get_by_label("What should be different?").fill("Call customers members")
    page.get_by_role("button", name="Regenerate").dblclick()
    expect(page.get_by_text("Revision 3 is being drafted.")).to_be_visible()
    assert site.demos["ready"].revisions.count() == 3
