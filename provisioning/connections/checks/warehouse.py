"""“Test” for a warehouse: the shape of what was entered. The warehouse itself is not called: only dbt Cloud can."""

from collections.abc import Iterator, Mapping

from demoforge.accounts.vault import SecretName
from demoforge.errors import Explained
from provisioning.clients.outcome import NotThere
from provisioning.connections.checks.dbt_cloud import existing_connections
from provisioning.connections.checks.report import CALL_SECONDS, Asking, Line, Report
from provisioning.connections.fields import ADAPTER_LABELS, DbtCloudFields, Existing, WarehouseFields
from provisioning.connections.keyfiles import KeyRefused, account_of, tidy_keyfile, tidy_private_key


def check_warehouse(fields: WarehouseFields, secrets: Mapping[SecretName, str]) -> Report:
    """The shape of fields and secrets. The warehouse itself is not called: only dbt Cloud can reach it."""
    asking = Asking()
    if "snowflake_private_key" in secrets or "bigquery_keyfile" in secrets:
        try:
            asking.lines += _keys(secrets)
        except KeyRefused as error:
            asking.say("error", str(error), "Enter it again.")
            return Report(asking.lines, refused=True)
    else:
        asking.say("success", f"Everything that {ADAPTER_LABELS[fields.adapter]} needs is there.")
    asking.say(
        "info",
        "DemoForge does not call the warehouse: dbt Cloud does, in the first run of a build.",
        "If dbt Cloud cannot log in, the build stops there and says what dbt said.",
    )
    return Report(asking.lines)


def _keys(secrets: Mapping[SecretName, str]) -> Iterator[Line]:
    if key := secrets.get("snowflake_private_key"):
        tidy_private_key(key, secrets.get("snowflake_passphrase", ""))
        yield Line("success", "The private key is in order, and so is its passphrase if it has one.")
    if keyfile := secrets.get("bigquery_keyfile"):
        tidy_keyfile(keyfile)
        yield Line("success", f"The key file is in order. It is that of {account_of(keyfile)}.")


def check_existing(
    fields: Existing, dbt_cloud: DbtCloudFields, token: str, *, seconds: int = CALL_SECONDS
) -> tuple[Existing | None, Line]:
    """The connection as dbt Cloud has it now, with its name, or None; and what to say. One list is read."""
    try:
        choices = existing_connections(dbt_cloud, token, seconds=seconds)
        found = next((choice for choice in choices if choice.id == fields.connection_id), None)
        if found is None:
            raise NotThere(
                "dbt Cloud", "dbt Cloud has no such connection, or the token may not see it.",
                "Load the list and choose again.",
            )  # fmt: skip
    except Explained as error:
        return None, Line("error", error.sentence, error.hint)
    if found.adapter != fields.adapter:
        return None, Line(
            "error",
            f"The connection {found.name} is one to {found.label}.",
            "Load the list and choose it again.",
        )
    known = fields.model_copy(update={"name": found.name, "adapter_version": found.adapter_version})
    return known, Line("success", f"dbt Cloud has the connection {found.name} to {found.label}.")
