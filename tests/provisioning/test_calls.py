"""The log of calls: what of a call gets into a row, and that a row that cannot be written stops nobody."""

import pytest

from provisioning.calls import LONGEST_ID, LONGEST_OUTCOME, LONGEST_PATH, clean_path, recorder
from provisioning.clients.github import GitHubClient
from provisioning.clients.outcome import CallRecord
from provisioning.models import ApiCall, BuildRun
from tests.fakes.github import GitHubServer
from tests.provisioning.scenery import chain, small_build, step


@pytest.mark.django_db
def test_a_call_of_a_step_becomes_a_row() -> None:
    run = small_build(chain(step("repository")))
    row = run.steps.get()
    row.attempt = 3
    recorder(run, row)(CallRecord("GitHub", "POST", "/user/repos", 201, 0.25, "ABC:1"))
    (call,) = run.calls.all()
    assert (call.step, call.system, call.method, call.path, call.status) == (
        row,
        "GitHub",
        "POST",
        "/user/repos",
        201,
    )
    assert (call.seconds, call.request_id, call.attempt, call.outcome) == (0.25, "ABC:1", 3, "ok")


@pytest.mark.django_db
def test_whatever_a_server_sends_fits_the_row() -> None:
    run = small_build(chain(step("repository")))
    row = run.steps.get()
    path = f"https://host.example/a\n/{'x' * 900}/end?token=secret#part"
    recorder(run, row)(CallRecord("dbt Cloud", "GET", path, None, 1.0, "é\n" + "r" * 300, "o" * 300))
    (call,) = run.calls.all()
    assert len(call.path) <= 300
    assert call.path.startswith("/a_/xxx")
    assert call.path.endswith("xxx/end")
    assert call.request_id == "r" * 100
    assert len(call.outcome) == 60
    assert call.status is None


def test_the_lengths_are_the_row_s() -> None:
    longest = {field.name: getattr(field, "max_length", None) for field in ApiCall._meta.get_fields()}
    assert (longest["path"], longest["request_id"], longest["outcome"]) == (
        LONGEST_PATH,
        LONGEST_ID,
        LONGEST_OUTCOME,
    )


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("/repos/acme/demo", "/repos/acme/demo"),
        ("https://api.github.com/user?page=2", "/user"),
        ("https://api.github.com", "/"),
        ("/user/repos#x?y", "/user/repos"),
        ("/a b\x1b[31m/\u202e", "/a_b_[31m/_"),
        ("", "/"),
    ],
)
def test_a_path_has_no_host_no_query_and_nothing_unprintable(path: str, clean: str) -> None:
    assert clean_path(path) == clean


@pytest.mark.django_db(transaction=True)
def test_a_call_goes_on_although_its_row_cannot_be_written() -> None:
    run = small_build(chain(step("repository")))
    row = run.steps.get()
    BuildRun.objects.filter(pk=run.pk).delete()  # somebody has deleted the demo meanwhile
    record = recorder(run, row)
    record(CallRecord("GitHub", "GET", "/user", 200, 0.1))
    assert not ApiCall.objects.exists()


@pytest.mark.django_db
def test_the_calls_of_a_client_are_there_in_their_order_and_tell_no_token() -> None:
    run = small_build(chain(step("repository")))
    token = "ghp_canary_0123456789"
    with GitHubServer() as server:
        server.add_token(token, login="acme-se", scopes=["repo"])
        client = GitHubClient(server.url, token, record=recorder(run, run.steps.get()), seconds=5, pause=0)
        client.who()
        client.repository("acme-se", "nothing")
        client.close()
    assert list(run.calls.values_list("path", "outcome")) == [
        ("/user", "ok"),
        ("/repos/acme-se/nothing", "not there"),
    ]
    assert token not in str(list(run.calls.values()))
