"""Where the published specification is silent or wrong, and what is accepted all the same: with the reason for each.

The reasons name sections of the reference on the dbt Cloud Admin API.
"""

import re
from dataclasses import dataclass
from typing import Any

ANY: dict[str, Any] = {}
INTEGER = {"type": "integer"}
TEXT = {"type": "string", "minLength": 1}
OBJECT = {"type": "object"}

ACCOUNT = r"/api/v3/accounts/\d+"
PROJECT = ACCOUNT + r"/projects/\d+"


@dataclass(frozen=True)
class Calls:
    """Calls by patterns over the method and the whole path."""

    methods: str
    path: str

    def fits(self, method: str, path: str) -> bool:
        """Is this call one of them?"""
        return bool(re.fullmatch(self.methods, method) and re.fullmatch(self.path, path))


@dataclass(frozen=True)
class Unpublished(Calls):
    """Calls that exist although no specification has them."""

    why: str


UNPUBLISHED = (
    Unpublished("GET", r"/api/v2/whoami/", "2: who the token is; used by the Terraform provider"),
    Unpublished("GET", r"/api/v2/constants/", "2: lists permission sets"),
    Unpublished("GET", r"/api/v2/integrations/github/installations/", "4.3: installations of the GitHub App"),
    Unpublished("GET", ACCOUNT + r"/environments/", "6: environments of the whole account"),
    Unpublished(
        "GET|POST|DELETE",
        PROJECT + r"/semantic-layer-configurations/(\d+/)?",
        "9: taken out of the specification in 2024, still in use",
    ),
    Unpublished("GET|DELETE", ACCOUNT + r"/semantic-layer-credentials/\d+/", "9: only the list is published"),
    Unpublished("POST", ACCOUNT + r"/semantic-layer-credentials/", "9: only the list is published"),
    Unpublished(
        "GET|POST|DELETE",
        ACCOUNT + r"/semantic-layer-credential-to-service-token-mapping/(\d+/)?",
        "9: taken out of the specification in 2024, still in use",
    ),
)


@dataclass(frozen=True)
class Extra(Calls):
    """Top-level fields of a body that the specification leaves out."""

    fields: dict[str, dict[str, Any]]
    why: str


EXTRA = (
    Extra(
        "POST",
        PROJECT + r"/repositories/(\d+/)?",
        {
            "remote_url": TEXT,
            "gitlab_project_id": INTEGER,
            "azure_active_directory_project_id": TEXT,
            "azure_active_directory_repository_id": TEXT,
            "azure_bypass_webhook_registration_failure": {"type": "boolean"},
            "pull_request_url_template": TEXT,
        },
        "4.1 and 12: mandatory in practice, missing in the specification",
    ),
    Extra(
        "POST",
        r"/api/v2/accounts/\d+/jobs/(\d+/)?",
        {"job_completion_trigger_condition": OBJECT},
        "12: shown as read-only although it is writable",
    ),
    Extra(
        "POST",
        PROJECT + r"/extended-attributes/",
        {"account_id": INTEGER, "project_id": INTEGER, "state": INTEGER},
        "6: as the Terraform provider sends them",
    ),
    Extra(
        "POST|PATCH",
        r"/api/v[23]/accounts/.+/\d+/",
        {"id": INTEGER},
        "4.1: an update may say the id of what it replaces",
    ),
)


@dataclass(frozen=True)
class Instead(Calls):
    """Bodies that look otherwise than the specification draws them."""

    body: dict[str, Any]
    why: str


VARIABLE = {"type": "object", "properties": {"new_name": TEXT}, "additionalProperties": {"type": "string"}}
INSTEAD = (
    Instead(
        "POST",
        PROJECT + r"/environment-variables/bulk/",
        {
            "type": "object",
            "properties": {"env_var": {"anyOf": [VARIABLE, {"type": "array", "items": VARIABLE}]}},
        },
        "6: an object as the Terraform provider sends it; its keys are the names of environments",
    ),
    Instead(
        "DELETE",
        PROJECT + r"/environment-variables/bulk/",
        {"type": "object", "properties": {"name": TEXT}},
        "6: the body says which",
    ),
)

# 12: "inner shape of `credential_details`" is not published: the schema of this name allows one field only.
OPAQUE = frozenset({"credential_details"})

# The specification was generated without "nullable". Reads say null for what is not set; the reference sends null to
# take a link away (10: `repository_id`) or to inherit (7: `dbt_version`).
NULLABLE_SUFFIX = "_id"
NULLABLE = frozenset({"dbt_version"})
