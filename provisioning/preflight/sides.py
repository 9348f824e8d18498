"""What each side is asked before a build. In threads of their own: nothing here touches the database."""

from collections.abc import Callable, Mapping
from typing import cast

from demoforge.accounts.vault import SecretName
from demoforge.errors import Explained
from provisioning.clients.github import GitHubClient
from provisioning.clients.outcome import unrecorded
from provisioning.connections.checks import (
    CALL_SECONDS,
    Line,
    Report,
    check_dbt_cloud,
    check_existing,
    check_github,
    check_warehouse,
)
from provisioning.connections.fields import (
    ADAPTER_LABELS,
    ADAPTERS,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Snowflake,
    WarehouseFields,
)
from provisioning.connections.payloads import (
    Unusable,
    connection_body,
    credentials_body,
    semantic_layer_credentials_body,
)
from provisioning.connections.payloads.body import Body
from provisioning.preflight.shapes import Check, Level

_LEVELS: Mapping[str, Level] = {"success": "ok", "info": "note", "warning": "warning", "error": "blocker"}
_NO_ID = 1  # bodies are made to see whether they can be made; no number of theirs is sent


def ask_github(fields: GitHubFields, token: str, name: str) -> list[Check]:
    """Token, scopes, owner, permission, and whether the repository's name is free. At most four calls."""
    report = check_github(fields, token)
    checks = _checks(report)
    return [*checks, _name(fields, token, name)] if report.ok else checks


def _name(fields: GitHubFields, token: str, name: str) -> Check:
    try:
        client = GitHubClient(fields.api_url, token, record=unrecorded, seconds=CALL_SECONDS)
        found = client.repository(fields.owner, name)
    except Explained as error:
        return Check("blocker", error.sentence, error.hint)
    if found is None:
        return Check("ok", f"The name {name} is free.")
    return Check(
        "blocker",
        f"{fields.owner} already has a repository called {name}.",
        "Check again: the demo then gets a new name.",
    )


def ask_dbt_cloud(
    fields: DbtCloudFields, token: str, user_token: str | None, owner: str, existing: Existing | None
) -> list[Check]:
    """Account, permission, plan, the GitHub App at the owner, the chosen connection. At most six calls."""
    report = check_dbt_cloud(fields, token, user_token, owner=owner)
    checks = [*_checks(report), *_coverage(report, fields, owner)]
    if existing and report.ok:
        _, line = check_existing(existing, fields, token)
        checks.append(_check(line))
    return checks


def _coverage(report: Report, fields: DbtCloudFields, owner: str) -> list[Check]:
    """An installation that is known to be another owner's cannot read the repository."""
    mine = next((one for one in report.installations if one.id == fields.installation_id), None)
    if mine is None or mine.login.casefold() == owner.casefold():
        return []
    return [
        Check(
            "blocker",
            f"dbt's GitHub App with the number {mine.id} is {mine.login}'s, and the repository will be {owner}'s.",
            "Install the App there and type its number, or leave the number empty: builds then add a deploy key.",
        )
    ]


def look_at_warehouse(
    fields: WarehouseFields, secrets: Mapping[str, str], *, wanted: str, semantic_layer: bool
) -> list[Check]:
    """What can be seen without calling it: whether all that dbt Cloud needs can be put together."""
    checks = _checks(check_warehouse(fields, cast("Mapping[SecretName, str]", secrets)))
    checks += [
        Check(
            "warning",
            f"The demo was made for {ADAPTER_LABELS[adapter]}, and this connection is one to "
            f"{ADAPTER_LABELS[fields.adapter]}.",
            "The project runs there unchanged; only its texts name the other warehouse.",
        )
        for adapter in ADAPTERS
        if adapter == wanted != fields.adapter
    ]
    found = [_unusable("blocker", lambda: _bodies(fields, secrets))]
    if semantic_layer:
        found += [_unusable("warning", lambda: _semantic_layer(fields, secrets)), _incomplete(fields)]
    return [*checks, *(check for check in found if check)]


def _bodies(fields: WarehouseFields, secrets: Mapping[str, str]) -> Body:
    if not isinstance(fields, Existing):
        connection_body(fields, secrets, account_id=_NO_ID, name="")
    return credentials_body(fields, secrets, account_id=_NO_ID, project_id=_NO_ID, schema="demo")


def _semantic_layer(fields: WarehouseFields, secrets: Mapping[str, str]) -> Body:
    return semantic_layer_credentials_body(
        fields, secrets, account_id=_NO_ID, project_id=_NO_ID, name="Semantic Layer"
    )


def _unusable(level: Level, make: Callable[[], Body]) -> Check | None:
    try:
        make()
    except Unusable as error:
        words = "" if level == "blocker" else "The Semantic Layer will not be set up. "
        return Check(level, f"{words}{error.sentence}", error.hint)
    return None


def _incomplete(fields: WarehouseFields) -> Check | None:
    """What builds can do without, but Snowflake's credentials of the Semantic Layer cannot."""
    if fields.adapter != "snowflake" or not isinstance(fields, Snowflake | Existing):
        return None
    missing = [name for name in ("role", "warehouse") if not getattr(fields, name)]
    if not missing:
        return None
    return Check(
        "warning",
        f"The Semantic Layer will not be set up: it needs a {' and a '.join(missing)} of Snowflake.",
        "Enter it with the warehouse's connection, if the demo shows metrics in dbt Cloud.",
    )


def _checks(report: Report) -> list[Check]:
    return [_check(line) for line in report.lines]


def _check(line: Line) -> Check:
    return Check(_LEVELS[line.tone], line.sentence, line.hint)
