"""The page “Connections” in a real browser: with the script a test stays on the page, without it all works too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from demoforge.accounts.models import User
from provisioning.connections import store
from provisioning.connections.fields import BigQuery, GitHubFields
from tests.browser.site import complaints_of, logged_in
from tests.fakes.github import GitHubServer
from tests.provisioning.connections.keys import keyfile

TOKEN = "ghp_canary-7Q2w9XzLmP4v"
PHONE = {"width": 390, "height": 900}


@pytest.fixture
def sam(make_user: Any, transactional_db: None) -> Iterator[User]:
    cache.clear()
    yield make_user("sam")
    cache.clear()


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        yield server


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server: Any, sam: User) -> Iterator[Page]:
    """The page on a phone, with and without a script."""
    options = {"viewport": PHONE, "java_script_enabled": request.param, "color_scheme": "dark"}
    with logged_in(browser, live_server.url, sam, **options) as context:
        yield context.new_page()


def test_a_token_is_tested_and_saved_by_keyboard(page: Page, sam: User, github: GitHubServer) -> None:
    complaints = complaints_of(page)
    page.goto("/connections/?kind=github")
    page.get_by_label("Owner").fill("acme-se")
    page.get_by_label("API address").fill(github.url)
    page.get_by_label("Token", exact=True).fill(TOKEN)
    page.get_by_role("button", name="Test", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_text("It lacks the scope delete_repo").first).to_be_visible()
    expect(page.locator("main").get_by_text("Your token is kept until").first).to_be_visible()
    assert page.get_by_label("Token", exact=True).input_value() == "", "what was typed is not shown again"
    assert TOKEN not in page.content()
    page.get_by_label("Owner").focus()
    page.keyboard.press("Enter")  # means to save
    expect(page.locator("main").get_by_text("GitHub is saved").first).to_be_visible()
    assert store.remembered(sam).github == GitHubFields(api_url=github.url, owner="acme-se")
    page.get_by_role("button", name="Forget").click()
    expect(page.locator("main").get_by_text("to be entered again").first).to_be_visible()
    assert complaints == []


def test_a_key_file_is_chosen_and_never_shown(page: Page, sam: User) -> None:
    page.goto("/connections/?kind=warehouse")
    page.get_by_role("link", name="BigQuery").click()
    chosen = {"name": "key.json", "mimeType": "application/json", "buffer": keyfile().encode()}
    page.get_by_label("Key file", exact=True).set_input_files([chosen])  # type: ignore[list-item]
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator("form").get_by_text("It is that of dbt@acme-demos")).to_be_visible()
    assert "PRIVATE KEY" not in page.content()
    assert page.get_by_label("Project").input_value() == "acme-demos", (
        "it was in the file, which is not sent again"
    )
    page.get_by_role("button", name="Test and save").click()
    expect(page.locator("main").get_by_text("The warehouse is saved").first).to_be_visible()
    assert store.remembered(sam).warehouse == BigQuery(project="acme-demos")
