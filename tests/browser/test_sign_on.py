"""Log-in at a real OpenID provider, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from demoforge.accounts import vault
from demoforge.accounts.models import User
from tests.accounts.sign_on import GROUP_ROLES, provider, rules_for, set_claims


@pytest.fixture(scope="module")
def idp() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture
def page(browser: Browser, live_server: Any, idp: str, settings: Any) -> Iterator[Page]:
    """The log-in page of a site whose people come from the provider."""
    settings.SIGN_ON = rules_for(idp)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    # The provider's page names a stylesheet elsewhere; nothing leaves this machine.
    context.route(lambda url: "//localhost" not in url, lambda route: route.abort())
    yield context.new_page()
    context.close()


def log_in(page: Page, sub: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Log in with your company account").click()
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_each_group_lands_in_its_role_and_a_changed_group_changes_it(page: Page, idp: str) -> None:
    for group, role in GROUP_ROLES.items():
        set_claims(idp, "ada", groups=[group])
        log_in(page, "ada")
        expect(page.locator(".sidebar")).to_contain_text(f"Ada Byron{role.label}")
        page.locator(".sidebar").get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert User.objects.count() == 1


def test_an_unknown_domain_is_refused_with_a_sentence(page: Page, idp: str) -> None:
    set_claims(idp, "eve", email="eve@evil.example", groups=["demo-admins"])
    log_in(page, "eve")
    expect(page.get_by_text("E-mail addresses of your domain are not let in here.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert not User.objects.exists()


def test_log_out_ends_the_session_and_empties_the_vault(page: Page, idp: str) -> None:
    set_claims(idp, "ada", groups=["demo-engineers"])
    log_in(page, "ada")
    expect(page.locator(".sidebar")).to_contain_text("Ada Byron")
    ada = User.objects.get()
    vault.put(ada, "github_token", "ghp_1234567890")
    page.locator(".sidebar").get_by_role("link", name="Ada Byron").click()
    page.get_by_text("Log out everywhere").last.click()
    page.get_by_role("button", name="End all my sessions").click()
    expect(page.get_by_text("You are logged out everywhere.")).to_be_visible()
    assert not vault.has(ada, "github_token")
    page.go_back()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
