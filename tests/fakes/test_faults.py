"""Faults do what their table says: the work is done or not, and the client sees what it should."""

import time
from collections.abc import Iterator

import pytest
import requests

from tests.fakes.faults import FAULTS, Fault, Faults, kind_of
from tests.fakes.github import GitHubServer
from tests.fakes.outside_server import Answer, Asked

AUTH = {"Authorization": "Bearer t"}
ACTING = {"timeout_after", "malformed"}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        running.add_token("t", login="acme-se", scopes=["repo"])
        yield running


def create(server: GitHubServer) -> requests.Response:
    return requests.post(f"{server.url}/user/repos", json={"name": "demo"}, headers=AUTH, timeout=0.5)


def seen_by_client(server: GitHubServer) -> str:
    try:
        answer = create(server)
    except requests.Timeout:
        return "timeout"
    except requests.ConnectionError as error:
        return "reset" if "reset" in str(error) else "other"
    try:
        answer.json()
    except ValueError:
        return f"malformed {answer.status_code}"
    return str(answer.status_code)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("opposite", [False, True])
def test_each_fault_acts_or_not_and_is_seen(server: GitHubServer, fault: Fault, opposite: bool) -> None:
    acts = (fault in ACTING) is not opposite
    server.faults.add(fault, "POST", "/user/*", acts=acts if opposite else None)
    said = seen_by_client(server)
    sees = {"timeout_before": "timeout", "timeout_after": "timeout", "malformed": "malformed"}.get(
        fault, fault
    )
    assert said.split()[0] == sees
    assert (server.repository("acme-se/demo") is not None) is acts
    assert [(call.fault, call.acted) for call in server.calls] == [(fault, acts)]
    assert server.faults.pending() == []
    assert create(server).status_code == (422 if acts else 201)


def test_a_malformed_answer_keeps_the_true_status(server: GitHubServer) -> None:
    server.faults.add("malformed")
    assert seen_by_client(server) == "malformed 201"


def test_429_has_a_wait_unless_told_otherwise(server: GitHubServer) -> None:
    server.faults.add("429", retry_after=3)
    server.faults.add("429", retry_after=None)
    assert create(server).headers["Retry-After"] == "3"
    assert "Retry-After" not in create(server).headers


def test_rules_count_only_calls_that_fit() -> None:
    faults = Faults()
    rule = faults.add("500", "POST", "*/jobs/", nth=2, times=2)
    calls = [("POST", "/a/jobs/"), ("GET", "/a/jobs/"), ("POST", "/b/"), *[("POST", "/b/jobs/")] * 4]
    due = [faults.due(*call) is rule for call in calls]
    assert due == [False, False, False, True, True, False, False]
    assert (rule.seen, rule.done) == (5, 2)
    assert faults.pending() == []
    faults.add("reset")
    assert len(faults.pending()) == 1
    faults.clear()
    assert faults.due("POST", "/") is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/user/repos", "/user/repos"),
        ("/repos/acme/demo", "/repos/:owner/:repo"),
        ("/repos/acme/demo/git/refs/heads/demo/fix", "/repos/:owner/:repo/git/refs/heads/:branch"),
        ("/repos/acme/demo/git/commits/" + "a" * 40, "/repos/:owner/:repo/git/commits/:sha"),
        ("/repos/acme/demo/pulls/7", "/repos/:owner/:repo/pulls/:id"),
        ("/api/v3/accounts/70471823/projects/", "/api/v3/accounts/:id/projects/"),
        ("/api/v3/accounts/70471823/projects/9/", "/api/v3/accounts/:id/projects/:id/"),
    ],
)
def test_the_kind_of_a_path(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_a_rule_for_a_kind_leaves_the_calls_below_it_alone(server: GitHubServer) -> None:
    create(server)
    for path in ("/repos/acme-se/demo", "/repos/acme-se/demo/topics", "/repos/acme-se/demo"):
        requests.get(server.url + path, headers=AUTH, timeout=5)
    assert server.each_call() == [
        ("POST", "/user/repos", 1),
        ("GET", "/repos/:owner/:repo", 1),
        ("GET", "/repos/:owner/:repo/topics", 1),
        ("GET", "/repos/:owner/:repo", 2),
    ]
    server.faults.add("500", "GET", "/repos/:owner/:repo", nth=2)
    said = [
        requests.get(server.url + path, headers=AUTH, timeout=5).status_code
        for path in ("/repos/acme-se/demo", "/repos/acme-se/demo/topics", "/repos/acme-se/demo")
    ]
    assert said == [200, 200, 500]


def test_a_held_call_ends_with_the_clients_or_the_servers_patience(server: GitHubServer) -> None:
    server.patience = 0.2
    server.faults.add("timeout_before")
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/user", headers=AUTH, timeout=10)
    assert time.monotonic() - began < 5
    assert server.calls[0].status is None


def test_latency_is_waited_and_logged(server: GitHubServer) -> None:
    server.latency = 0.2
    create(server)
    assert server.calls[0].until - server.calls[0].at >= 0.2


def test_a_mistake_in_the_server_reaches_the_test() -> None:
    class Broken(GitHubServer):
        def answer(self, asked: Asked) -> Answer:
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"), Broken() as server:
        assert requests.get(f"{server.url}/user", timeout=5).status_code == 500
