"""A review with several people at once, each in a browser of their own: asked for, discussed, decided, voided."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from demoforge.accounts.roles import Role
from provisioning.models import BuildRun
from scenarios.models import Demo, Policy, Review, ReviewStatus, RevisionStatus, Visibility
from tests.browser.site import logged_in
from tests.provisioning.scenery import person
from tests.scenarios.reviewed import demand, proven

FORCED = """async ([address, fields]) => {
    const form = new FormData();
    Object.entries(fields).forEach(([name, value]) => form.append(name, value));
    form.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return (await fetch(address, {method: "POST", body: form})).text();
}"""


@pytest.fixture
def seats(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[dict[str, Page]]:
    """A page for the engineer and for each of two managers; everyone needs an approval."""
    people = {
        "sam": person("sam", Role.SALES_ENGINEER),
        "mia": person("mia", Role.MANAGER),
        "max": person("max", Role.MANAGER),
    }
    demand(Policy.Reviews.EVERYONE, person("ada", Role.ADMIN))
    demo = proven(people["sam"]).demo
    demo.visibility = Visibility.EVERYONE
    demo.save()
    with ExitStack() as open_ones:
        yield {
            name: open_ones.enter_context(logged_in(browser, live_server.url, user)).new_page()
            for name, user in people.items()
        }


def test_two_reviewers_decide_at_once_and_an_edit_voids_the_approval(seats: dict[str, Page]) -> None:
    sam, mia, max_ = seats["sam"], seats["mia"], seats["max"]
    demo = Demo.objects.get()
    address = f"/demos/{demo.pk}/"

    sam.goto(address)
    expect(sam.get_by_text("You build approved plans only, and revision 1 is not approved")).to_be_visible()
    expect(sam.get_by_role("button", name="Confirm and build")).to_have_count(0)
    sam.get_by_label("Note for the reviewer").fill("The call is on Thursday.")
    sam.get_by_role("button", name="Ask for a review").click()
    expect(sam.get_by_text("Waiting for a manager")).to_be_visible()

    for reviewer in (mia, max_):  # both open it from the queue
        reviewer.goto("/reviews/")
        expect(reviewer.get_by_text("The call is on Thursday.")).to_be_visible()
        reviewer.get_by_role("link", name=demo.company).click()
        expect(reviewer.get_by_role("button", name="Approve revision 1")).to_be_visible()
    mia.locator("summary", has_text="Comment on Business context").click()
    mia.get_by_label("Comment on Business context").fill("Who is the sponsor?")
    mia.locator("#comments-context").get_by_role("button", name="Send comment").click()
    expect(mia.locator("#comments-context")).to_contain_text("Who is the sponsor?")
    max_.get_by_label("What should change").fill("Name the sponsor.")
    max_.get_by_role("button", name="Send back").click()
    expect(max_.get_by_text("Sent back", exact=True)).to_be_visible()
    mia.get_by_role("button", name="Approve revision 1").click()  # on a page from before Max decided
    expect(mia.get_by_role("main")).to_contain_text("max has sent it back meanwhile")
    assert Review.objects.get().status == ReviewStatus.SENT_BACK

    sam.reload()
    expect(sam.get_by_text("“Name the sponsor.”")).to_be_visible()
    sam.get_by_role("button", name="Resolve this comment on Business context").click()
    expect(sam.locator("#comments-context")).to_contain_text("resolved by")
    sam.get_by_role("button", name="Ask for a review").click()
    mia.goto(address)
    mia.get_by_label("Remark").fill("Good now.")
    mia.get_by_role("button", name="Approve revision 1").click()
    expect(mia.locator("#review-panel")).to_contain_text("Revision 1 was approved by mia")

    sam.reload()
    expect(sam.locator("#review-panel")).to_contain_text("“Good now.”")
    expect(sam.get_by_role("button", name="Confirm and build")).to_be_enabled()
    second_tab = sam.context.new_page()
    second_tab.goto(f"{address}edit/context/")
    second_tab.get_by_label("Use case").fill("One number for the sponsor.")
    second_tab.get_by_role("button", name="Save as a new revision").click()
    expect(second_tab.locator("#review-panel")).to_contain_text("The approval of revision 1 is void")
    sam.get_by_role("button", name="Confirm and build").click()  # the tab that still shows the approval
    expect(sam.get_by_role("main")).to_contain_text("revision 2 is the current one")

    demo.revisions.filter(number=2).update(status=RevisionStatus.READY, project_digest="sha256:2")
    sam.goto(address)  # the edited plan is proven by now, and still nobody has approved it
    expect(sam.locator("#review-panel")).to_contain_text("The approval of revision 1 is void")
    expect(sam.get_by_role("button", name="Confirm and build")).to_have_count(0)
    refusal = sam.evaluate(FORCED, [f"{address}build/", {"revision": "2", "target": "local"}])
    assert "not approved" in refusal
    assert not BuildRun.objects.exists()
