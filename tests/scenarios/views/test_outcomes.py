"""Call date, rating and outcome: told with one click on the demo's page, by the owner and administrators."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from scenarios import outcomes
from scenarios.models import Demo, Outcome, Visibility
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def demo(sam: User) -> Demo:
    made = demo_of(sam, visibility=Visibility.EVERYONE)
    revision_of(made)
    return made


def tell(client: Client, demo: Demo, **fields: Any) -> Any:
    headers = fields.pop("headers", None)
    answer = client.post(f"/demos/{demo.pk}/outcome/", fields, headers=headers)
    demo.refresh_from_db()
    return answer


def audited() -> list[tuple[str, dict[str, Any]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))


def test_one_click_tells_each_of_them(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client, changed = client_of(sam), demo.updated_at
    assert tell(client, demo, rating="4").status_code == 302
    assert tell(client, demo, outcome="won").status_code == 302
    assert tell(client, demo, call_on="2026-11-05").status_code == 302
    assert (demo.rating, demo.outcome, demo.call_on) == (4, Outcome.WON, date(2026, 11, 5))
    assert demo.updated_at == changed, "the plan is as it was"
    assert audited() == [
        ("demo.rated", {"rating": 4}),
        ("demo.outcome_set", {"outcome": "won"}),
        ("demo.call_planned", {"call_on": "2026-11-05"}),
    ]


def test_the_page_shows_what_was_told_and_takes_it_back(client_of: ClientOf, sam: User, demo: Demo) -> None:
    client = client_of(sam)
    part = tell(client, demo, rating="2", headers=HTMX).content.decode()
    assert part.lstrip().startswith('<section class="panel" id="outcome"')
    pressed = 'id="outcome-rating-2" name="rating" value="" aria-pressed="true"'
    assert pressed in part
    assert pressed in client.get(f"/demos/{demo.pk}/").content.decode()
    tell(client, demo, rating="")
    tell(client, demo, call_on="2026-11-05")
    assert 'value="2026-11-05"' in client.get(f"/demos/{demo.pk}/outcome/").content.decode()
    tell(client, demo, call_on="")
    assert (demo.rating, demo.call_on) == (None, None)


def test_what_is_said_twice_is_recorded_once(sam: User, demo: Demo) -> None:
    for _ in range(2):
        outcomes.rate_demo(demo, rating=5, by=sam)
    outcomes.set_outcome(demo, outcome="", by=sam)
    outcomes.plan_call(demo, call_on=None, by=sam)
    assert audited() == [("demo.rated", {"rating": 5})]


@pytest.mark.parametrize(
    "fields",
    [{"rating": "6"}, {"rating": "0"}, {"rating": "x"}, {"outcome": "great"}, {"call_on": "1899-01-01"}],
)
def test_what_makes_no_sense_is_refused_in_words(
    client_of: ClientOf, sam: User, demo: Demo, fields: dict[str, str]
) -> None:
    answer = tell(client_of(sam), demo, **fields, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose" in answer.content.decode()
    assert (demo.rating, demo.outcome, demo.call_on) == (None, Outcome.UNKNOWN, None)
    assert audited() == []


def test_services_refuse_it_too(sam: User, demo: Demo) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        outcomes.rate_demo(demo, rating=6, by=sam)
    with pytest.raises(ValueError, match="great"):
        outcomes.set_outcome(demo, outcome="great", by=sam)


def test_a_form_without_any_of_them_says_so(client_of: ClientOf, sam: User, demo: Demo) -> None:
    answer = tell(client_of(sam), demo, something="else")
    assert answer.status_code == 400
    assert "Nothing was chosen" in answer.content.decode()


def test_others_read_it_and_administrators_may_tell(client_of: ClientOf, make_user: Any, demo: Demo) -> None:
    other, admin = client_of(make_user("olga")), client_of(make_user("ada", role=Role.ADMIN))
    assert tell(admin, demo, rating="3").status_code == 302
    page = other.get(f"/demos/{demo.pk}/").content.decode()
    assert "3 of 5" in page
    assert "outcome-rating-3" not in page
    assert tell(other, demo, rating="1").status_code == 403
    assert demo.rating == 3


def test_account_executives_tell_it_of_their_own(client_of: ClientOf, make_user: Any) -> None:
    demo = demo_of(make_user("eve", role=Role.ACCOUNT_EXECUTIVE))
    revision_of(demo)
    assert tell(client_of(demo.owner), demo, outcome="advanced").status_code == 302
    assert demo.outcome == Outcome.ADVANCED


def test_it_goes_back_to_the_page_of_the_form_but_to_no_other_site(
    client_of: ClientOf, sam: User, demo: Demo
) -> None:
    client = client_of(sam)
    assert tell(client, demo, rating="1", next="/builds/7/result/")["Location"] == "/builds/7/result/#outcome"
    elsewhere = tell(client, demo, rating="2", next="https://elsewhere.example/")
    assert elsewhere["Location"] == f"/demos/{demo.pk}/#outcome"
