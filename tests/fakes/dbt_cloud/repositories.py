"""Repositories of a project: how they are cloned, deploy keys, the GitHub App. Reference, section 4."""

import base64
import re
import secrets
import struct
from typing import Any

from tests.fakes.dbt_cloud.calls import IN_PROJECT, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import MISSING, OWNED, Check, checked, integer, one_of, text
from tests.fakes.dbt_cloud.lists import serve_deletion, serve_reads
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

PATH = IN_PROJECT + "/repositories"
STRATEGIES = ("deploy_key", "github_app", "deploy_token", "azure_active_directory_app", "git_token")
# git@host:org/repo.git, ssh://git@host/org/repo.git, git://host/org/repo.git
GIT_ADDRESS = re.compile(
    r"(?:git@(?P<a>[^:/]+):|ssh://git@(?P<b>[^/]+)/|git://(?P<c>[^/]+)/)(?P<name>[^/]+/[^/]+)"
)
KEPT: dict[str, Check] = {  # what an update must send again
    "remote_url": text,
    "git_clone_strategy": one_of(*STRATEGIES),
    "github_installation_id": integer,
    "github_webhook_id": integer,
    "private_link_endpoint_id": text,
    "git_provider_id": integer,
    "deploy_key_id": integer,
    "repository_credentials_id": integer,
    "full_name": text,
    "remote_backend": one_of("github", "gitlab", "ado", "managed", "manual_config"),
    "pull_request_url_template": text,
}


@route("POST", PATH + "/", "write repository")
def create(call: Call) -> Answer:
    project = call.project
    fields = checked(call, OWNED, KEPT | {"project_id": integer, "gitlab_project_id": integer})
    if fields["remote_url"] is None:
        raise Refused(400, {"remote_url": MISSING})
    if fields["git_clone_strategy"] is None:
        raise Refused(500)  # a null that the database does not take
    host, name = _address(fields["remote_url"], fields["git_clone_strategy"])
    if fields["git_clone_strategy"] == "github_app":
        _installed(call, host, name, fields["github_installation_id"])
    web = host if "." in host else "github.com"
    fields |= {"project_id": project.id, "full_name": name, "remote_backend": _backend(host)}
    fields |= {"name": name.partition("/")[2], "web_url": f"https://{web}/{name}", "deploy_key": None}
    fields["pull_request_url_template"] = None  # not applied on create
    repository = call.server.things.add("repository", **fields)
    if repository.git_clone_strategy == "deploy_key":
        _give_key(call, repository)
    return said("repository", 201, repository.fields)


@route("POST", PATH + "/{id}/", "write repository")
def update(call: Call) -> Answer:
    """Replace: what is not sent again is lost, and with `full_name` the triggers of pull requests."""
    repository = call.thing("repository")
    fields = checked(call, OWNED, KEPT | {"project_id": integer})
    fields["remote_url"] = fields["remote_url"] or repository.remote_url
    repository.change(**{name: value for name, value in fields.items() if name != "project_id"})
    return said("repository", 200, repository.fields)


def _address(remote_url: str, strategy: str) -> tuple[str, str]:
    """The host and `org/repo`. Raises Refused for a form that this strategy does not take."""
    if strategy == "deploy_token" and re.fullmatch(r"[^/:]+(/[^/:]+)+", remote_url):
        return "gitlab.com", remote_url
    if strategy == "azure_active_directory_app" and remote_url.startswith("https://"):
        return remote_url.split("/")[2], remote_url.split("/", 3)[3]
    if match := GIT_ADDRESS.fullmatch(remote_url):
        host = match["a"] or match["b"] or match["c"]
        return host, match["name"].removesuffix(".git")
    raise Refused(400, {"remote_url": "not an address of the form git@host:organisation/repository.git"})


def _backend(host: str) -> str:
    for word in ("github", "gitlab"):
        if word in host:
            return word
    return "ado" if "azure" in host else "github" if host.endswith(".ghe.com") else "manual_config"


def _installed(call: Call, host: str, name: str, installation: int | None) -> None:
    owner = call.server.installations.get(installation or 0)
    if installation is None:
        raise Refused(400, {"github_installation_id": MISSING})
    if host.endswith(".ghe.com"):
        raise Refused(400, {"git_clone_strategy": "github_app is not supported on ghe.com"})
    if owner is None or owner.lower() != name.partition("/")[0].lower():
        raise Refused(400, {"github_installation_id": "this installation does not cover the repository"})


def _give_key(call: Call, repository: Thing) -> None:
    """Make a key pair, as for each repository of each project; only the public half exists here."""
    kind = b"ssh-ed25519"
    blob = struct.pack(f">I{len(kind)}sI32s", len(kind), kind, 32, secrets.token_bytes(32))
    key: dict[str, Any] = {
        "id": call.server.things.next_id(),
        "account_id": call.server.account_id,
        "public_key": f"ssh-ed25519 {base64.b64encode(blob).decode()}",
        "state": 1,
    }
    repository.change(deploy_key=key, deploy_key_id=key["id"])


serve_reads(PATH, "repository", "repository", "remote_url")
serve_deletion(PATH, "repository", "repository")
