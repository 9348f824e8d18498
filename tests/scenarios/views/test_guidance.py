"""Team guidance: who writes it, who reads it, and that every version is kept with its author."""

from collections.abc import Callable

import pytest
from django.test import Client

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from scenarios.guiding import current_guidance, write_guidance
from scenarios.models import LONGEST_GUIDANCE, Guidance
from tests.scenarios.views.pages import form_of

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]
ClientOf = Callable[[User], Client]


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    return make_user("ada", role=Role.ADMIN, first_name="Ada", last_name="Admin")


def test_an_administrator_writes_it(ada: User, client_of: ClientOf) -> None:
    client = client_of(ada)
    answer = client.post("/ai/guidance/", {"text": "Say customers.\r\nNever users. "}, follow=True)
    assert current_guidance() == "Say customers.\nNever users."
    page = answer.content.decode()
    assert "The guidance stands in every prompt from now on." in page
    assert form_of(page, "text")["text"] == "Say customers.\nNever users."
    entry = AuditEntry.objects.get(action="guidance.written")
    assert (entry.actor, entry.detail) == (ada, {"characters": 27})


def test_every_version_is_kept_and_the_newest_counts(
    ada: User, make_user: MakeUser, client_of: ClientOf
) -> None:
    grace = make_user("grace", role=Role.ADMIN, first_name="Grace", last_name="Hopper")
    write_guidance("First words.", by=ada)
    write_guidance("Second words.", by=grace)
    assert current_guidance() == "Second words."
    page = client_of(ada).get("/ai/guidance/").content.decode()
    history = page[page.index("History") :]
    assert history.index("Grace Hopper") < history.index("Second words.") < history.index("Ada Admin")
    assert "First words." in history


def test_an_author_s_name_stays_when_the_account_is_gone(ada: User, client_of: ClientOf) -> None:
    grace = User.objects.create_user("grace", first_name="Grace", role=Role.ADMIN)
    write_guidance("Words.", by=grace)
    grace.delete()
    assert "Grace" in client_of(ada).get("/ai/guidance/").content.decode()


def test_an_empty_text_switches_it_off_and_is_a_version_too(ada: User, client_of: ClientOf) -> None:
    client = client_of(ada)
    write_guidance("Words.", by=ada)
    page = client.post("/ai/guidance/", {"text": "  "}, follow=True).content.decode()
    assert current_guidance() == ""
    assert Guidance.objects.count() == 2
    assert "The guidance is switched off." in page
    assert "Words." in page, "the history still has it"


def test_the_same_words_again_are_no_new_version(ada: User, client_of: ClientOf) -> None:
    write_guidance("Words.", by=ada)
    page = client_of(ada).post("/ai/guidance/", {"text": "Words."}, follow=True).content.decode()
    assert Guidance.objects.count() == 1
    assert "Nothing was changed" in page


def test_it_is_of_limited_length_counting_a_line_s_end_once(ada: User, client_of: ClientOf) -> None:
    client = client_of(ada)
    lines = "\r\n".join(["x"] * (LONGEST_GUIDANCE // 2))  # with its line ends, half as long again
    assert client.post("/ai/guidance/", {"text": lines}).status_code == 302
    assert len(current_guidance()) == LONGEST_GUIDANCE - 1
    answer = client.post("/ai/guidance/", {"text": "y" * (LONGEST_GUIDANCE + 1)})
    assert answer.status_code == 422
    assert "at most 4000 characters" in answer.content.decode()
    assert "y" not in current_guidance()


def test_invisible_characters_are_refused(ada: User, client_of: ClientOf) -> None:
    answer = client_of(ada).post("/ai/guidance/", {"text": "Words\x08."})
    assert answer.status_code == 422
    assert "invisible control character" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.SALES_ENGINEER, Role.MANAGER])
def test_people_who_create_demos_read_it_only(
    role: Role, ada: User, make_user: MakeUser, client_of: ClientOf
) -> None:
    write_guidance("Never <b>users</b>.", by=ada)
    client = client_of(make_user("sam", role=role))
    page = client.get("/ai/guidance/").content.decode()
    assert "Never &lt;b&gt;users&lt;/b&gt;." in page
    assert "<textarea" not in page
    assert client.post("/ai/guidance/", {"text": "Mine."}).status_code == 403
    assert current_guidance() == "Never <b>users</b>."


def test_account_executives_have_nothing_to_do_with_it(make_user: MakeUser, client_of: ClientOf) -> None:
    assert client_of(make_user("alex", role=Role.ACCOUNT_EXECUTIVE)).get("/ai/guidance/").status_code == 403
