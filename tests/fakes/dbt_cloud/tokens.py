"""Who calls: service tokens with permission sets, and personal tokens with a user. Reference, section 1.3."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["read", "write"]

INSIDE_PROJECTS = frozenset(
    {"project", "repository", "credentials", "environment", "job", "run", "semantic_layer"}
)
EVERYTHING = INSIDE_PROJECTS | {"account", "new_project", "connection", "service_token"}
WRITES: dict[str, frozenset[str]] = {
    "account_admin": EVERYTHING,
    "owner": EVERYTHING,
    "member": EVERYTHING - {"service_token"},
    "team_admin": EVERYTHING - {"service_token"},
    "project_creator": EVERYTHING - {"account", "service_token"},
    "admin": INSIDE_PROJECTS,  # of its projects; neither new projects nor connections
    "database_admin": frozenset({"connection", "credentials"}),
    "git_admin": frozenset({"project", "repository"}),
    "job_admin": frozenset({"job", "run"}),
    "job_creator": frozenset({"job", "run"}),
    "job_runner": frozenset({"run"}),
    "account_viewer": frozenset(),
    "readonly": frozenset(),
    "semantic_layer_only": frozenset(),
    "metadata_only": frozenset(),
}
OUTSIDE_THE_ADMIN_API = frozenset({"semantic_layer_only", "metadata_only"})
READS_SERVICE_TOKENS = frozenset({"account_admin", "owner", "account_viewer"})
CHECKS_CATEGORIES = frozenset({"environment", "job", "run"})

# What the plan of an account lets a service token have (None: everything).
WITHOUT_ADMIN_API = ("developer", "developer_2022", "free")
SMALL_PLANS = (*WITHOUT_ADMIN_API, "starter_2025")
TEAM_SETS = frozenset(
    {"account_admin", "member", "job_admin", "readonly", "metadata_only", "semantic_layer_only"},
)


def allowed_sets(plan: str) -> frozenset[str]:
    """The permission sets that service tokens of this plan may have."""
    if plan in SMALL_PLANS:
        return frozenset({"semantic_layer_only"})
    return TEAM_SETS if plan.startswith("team") else frozenset(WRITES)


@dataclass(frozen=True)
class Grant:
    """A permission set, for one project (None: all), writing in these categories of environments."""

    permission_set: str
    project_id: int | None = None
    categories: tuple[str, ...] = ("all",)

    def may(self, action: Action, resource: str) -> bool:
        """Does the set say so?"""
        if self.permission_set in OUTSIDE_THE_ADMIN_API:
            return False
        if action == "write":
            return resource in WRITES[self.permission_set]
        return resource != "service_token" or self.permission_set in READS_SERVICE_TOKENS


@dataclass(frozen=True)
class Token:
    """A token that works. `email`, `user_id` and `github` (the user has linked GitHub) belong to personal ones."""

    value: str
    kind: Literal["service", "personal"]
    grants: tuple[Grant, ...]
    email: str = ""
    user_id: int = 0
    github: bool = False

    def sees(self, project_id: int | None) -> bool:
        """Does the project exist for it?"""
        return any(grant.project_id in (None, project_id) for grant in self.grants)

    def may(self, action: Action, resource: str, project_id: int | None = None) -> bool:
        """Does any grant allow this, in this project (None: somewhere)?"""
        return any(grant.may(action, resource) for grant in self._for(project_id))

    def writes_in(self, category: str, resource: str, project_id: int) -> bool:
        """May it write things of an environment of this category: production, staging, development, other?"""
        return any(
            grant.may("write", resource) and {"all", category} & set(grant.categories)
            for grant in self._for(project_id)
        )

    def _for(self, project_id: int | None) -> list[Grant]:
        return [
            grant for grant in self.grants if project_id is None or grant.project_id in (None, project_id)
        ]
