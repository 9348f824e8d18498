"""The talk in a real browser: the rehearsal by keyboard and by clock, the printed page, links into the demo."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from scenarios.models import Demo
from scenarios.plan.parts import Plan
from tests.browser.site import complaints_of, logged_in
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of, revision_of

Visitor = Callable[..., Page]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LONG = "We say a good deal here, because a talk that was not cut down never fits on one page. " * 12
INCHES = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}


def crowded_plan() -> Plan:
    """The example plan with as many beats as a talk can have, each of them long."""
    data = example_plan().model_dump(mode="json")
    beat = data["talk_track"]["beats"][1] | {
        "say": LONG,
        "click": "the test orders_customer_exists",
        "pains": [1, 2, 3],
    }
    data["talk_track"]["beats"] = [
        beat | {"minute": 2 * at + 1, "title": f"Beat {at} with a rather long title of its own"}
        for at in range(14)
    ]
    return Plan.model_validate(data)


@pytest.fixture
def demo(make_user: Any, transactional_db: None) -> Demo:
    """A demo whose first revision is the example and whose second one is crowded."""
    made = demo_of(make_user("sam"))
    revision_of(made)
    revision_of(made, plan=crowded_plan())
    return made


@pytest.fixture
def visit(browser: Browser, live_server: Any, demo: Demo) -> Any:
    """visit("/path", viewport=…): a page as the demo's owner sees it."""
    opened: list[Any] = []

    def open_page(path: str, **options: Any) -> Page:
        manager = logged_in(browser, live_server.url, demo.owner, **options)
        opened.append(manager)
        page = manager.__enter__().new_page()
        page.goto(path)
        return page

    yield open_page
    for manager in opened:
        manager.__exit__(None, None, None)


def rehearsal(demo: Demo, number: int = 1) -> str:
    return f"/demos/{demo.pk}/revisions/{number}/rehearse/"


def shown(page: Page) -> list[str]:
    """Titles of the moments that can be seen."""
    return page.locator(".moment:visible .moment-title").all_inner_texts()


def test_the_keyboard_moves_through_the_talk(demo: Demo, visit: Visitor) -> None:
    page = visit(rehearsal(demo), viewport=DESKTOP)
    assert shown(page) == ["Opening"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert shown(page) == ["Bad data is caught"]
    assert (
        page.evaluate("document.activeElement.textContent") == "Bad data is caught"
    )  # a screen reader reads it
    assert page.url.endswith("#moment-3")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == ["From shop to mart"]
    page.keyboard.press("End")
    assert shown(page) == ["Close"]
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("ArrowRight")
    assert shown(page) == ["Close"]
    page.keyboard.press("Home")
    assert shown(page) == ["Opening"]
    expect(page.get_by_text("Next: From shop to mart")).to_be_visible()
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()


def test_the_clock_says_ahead_on_time_and_behind(demo: Demo, visit: Visitor) -> None:
    page = visit("/", viewport=DESKTOP)
    page.clock.install(time="2026-06-01T10:00:00Z")
    page.goto(rehearsal(demo))
    page.clock.pause_at("2026-06-01T11:00:00Z")  # from here on only this test moves it
    time, pace = page.locator(".js-elapsed"), page.locator(".js-pace")
    expect(pace).to_have_text("not started")
    page.clock.run_for(5000)
    expect(time).to_have_text("0:00")
    page.keyboard.press("Space")
    page.clock.run_for(61_000)
    expect(time).to_have_text("1:01")
    expect(pace).to_have_text("on time, 0:59 left here")
    page.clock.run_for(80_000)
    expect(pace).to_have_text("0:21 behind")
    page.keyboard.press("ArrowRight")
    expect(pace).to_have_attribute("data-pace", "on-time")
    page.keyboard.press("ArrowRight")
    expect(pace).to_have_text(re.compile("^3:39 ahead$"))
    page.keyboard.press("Space")
    page.clock.run_for(60_000)
    expect(time).to_have_text("2:21")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(time).to_have_text("0:00")
    assert shown(page) == ["Opening"]


def test_space_on_a_button_presses_it_and_leaves_the_clock_alone(demo: Demo, visit: Visitor) -> None:
    page = visit(rehearsal(demo), viewport=DESKTOP)
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Space")
    assert shown(page) == ["From shop to mart"]
    expect(page.locator(".js-pace")).to_have_text("not started")


def test_what_to_click_opens_beside_the_rehearsal(demo: Demo, visit: Visitor) -> None:
    page = visit(f"{rehearsal(demo)}#moment-3", viewport=DESKTOP)
    assert shown(page) == ["Bad data is caught"]
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="orders_customer_exists").click()
    opened.value.wait_for_load_state()
    expect(opened.value.get_by_role("heading", name="models/staging/schema.yml")).to_be_visible()
    assert page.url.endswith("#moment-3")


def test_a_long_moment_fits_a_phone_and_the_policy(demo: Demo, visit: Visitor) -> None:
    page = visit("/", viewport=PHONE, color_scheme="dark")
    complaints = complaints_of(page)
    page.goto(f"{rehearsal(demo, 2)}#moment-5")
    page.get_by_role("button", name="Next").click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("button", name="Next")).to_be_in_viewport()
    assert complaints == []


def test_without_a_script_the_rehearsal_is_a_list(demo: Demo, visit: Visitor) -> None:
    page = visit(rehearsal(demo), viewport=DESKTOP, java_script_enabled=False)
    assert len(shown(page)) == 6
    assert page.locator("button:visible").count() == 0
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("link", name="Talk track", exact=True)).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("number", [1, 2], ids=["short", "crowded"])
def test_the_talk_is_printed_on_one_page(demo: Demo, visit: Visitor, number: int, paper: str) -> None:
    page = visit(f"/demos/{demo.pk}/revisions/{number}/run-of-show/", viewport=DESKTOP, color_scheme="dark")
    width, height = INCHES[paper]
    printed = page.pdf(width=f"{width}in", height=f"{height}in", prefer_css_page_size=False)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    colours = page.evaluate(
        """() => ["color", "backgroundColor"].map(name => getComputedStyle(document.querySelector(".paper"))[name])"""
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert page.locator("tbody tr:visible").count() == (6 if number == 1 else 16)


def test_too_long_a_talk_would_not_fit_uncut(demo: Demo, visit: Visitor) -> None:
    """The check of the pages can say no."""
    page = visit(f"/demos/{demo.pk}/revisions/2/run-of-show/", viewport=DESKTOP)
    page.evaluate(
        "document.querySelectorAll('.paper-cell').forEach(cell => cell.classList.remove('paper-cell'))"
    )
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) > 1


def test_a_deep_link_leads_to_the_answer(demo: Demo, visit: Visitor) -> None:
    page = visit(f"/demos/{demo.pk}/revisions/1/?tab=talk", viewport=DESKTOP)
    page.get_by_role("link", name="the proven figures").click()
    expect(page.locator("#answer-revenue")).to_be_in_viewport()
    page.locator("#answer-revenue").get_by_text("As a table").first.click()
    expect(page.get_by_role("region", name="Revenue by order status, in EUR")).to_be_visible()
    assert page.get_by_role("img", name=re.compile("^Revenue by month, in EUR")).count() == 1


@pytest.mark.parametrize("width", [390, 700, 800, 1024, 1280, 1440])
def test_texts_of_charts_are_readable(demo: Demo, visit: Visitor, width: int) -> None:
    page = visit(f"/demos/{demo.pk}/revisions/1/?tab=proof", viewport={"width": width, "height": 900})
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".chart text")].map(text =>
            parseFloat(getComputedStyle(text).fontSize) * text.closest("svg").getBoundingClientRect().width / 320)"""
    )
    assert len(sizes) > 20
    assert min(sizes) >= 10
    fill = "getComputedStyle(document.querySelector('.chart-bar')).fill"
    bright = page.evaluate(fill)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(fill) != bright
