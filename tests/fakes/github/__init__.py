"""A GitHub on loopback: the REST calls that a demo's repository needs, and their refusals.

    with GitHubServer() as server:                    # GitHubServer("/api/v3"): as an Enterprise Server
        server.add_token("t", login="acme-se", scopes=["repo", "delete_repo"])
        server.add_token("f", login="acme-se", permissions={"administration": "write", "contents": "write"})
        server.add_organization("acme", owners=["boss"], members=["acme-se"], forbids_force_push=True)
        ... Github(auth=Auth.Token("t"), base_url=server.url) ...
        repository = server.repository("acme-se/demo")       # Repository or None, of server.repositories (by id)
        assert server.files("acme-se/demo") == {"dbt_project.yml": "..."}
        assert [commit.message for commit in server.history("acme-se/demo", "main")] == ["Initial demo project"]
        assert [call.method for call in server.calls] == ["POST", ...]       # Seen: method, path, status, body, token

What tests can set: `visible_after` (so many reads of a new repository say 404), `visible_in` (every call says so for so
many seconds), `trees_unseen` (so many commits in a new repository meet "Tree SHA does not exist"), `secret_patterns`
(push protection, regular expressions), `limits` (limits.py), `faults`, `latency`, `patience` (outside_server.py), the
policies in `organizations`, and `rename`, `remove`, `push`, `revoke`, `add_repository` for what others do meanwhile.
For a server that clones from here: `code_at(full_name)`, `has_key(full_name, key)`. Watchers of the pace:
`writes()`, `most_writes_in(seconds)`, `most_writes_at_once()`, `limits.refused`.

Ids of blobs, trees and commits are git's own. There is no git over HTTP, no GraphQL, no merging.
"""

from tests.fakes.github.objects import Commit
from tests.fakes.github.server import GitHubServer
from tests.fakes.github.world import Key, Organization, Pull, Repository, Token, User

__all__ = ["Commit", "GitHubServer", "Key", "Organization", "Pull", "Repository", "Token", "User"]
