"""What dbt Cloud takes of a Google service account's key file. Pure."""

import json

from provisioning.connections.keyfiles import KEYFILE_FIELDS, KeyRefused, tidy_keyfile
from provisioning.connections.payloads.body import Unusable


def service_account(text: str) -> dict[str, str]:
    """The values of KEYFILE_FIELDS, by their names, out of a key file's JSON text. Raises Unusable.

    The file is checked again, though it was when it was entered: the workspace's comes from the environment.
    """
    try:
        content = json.loads(tidy_keyfile(text))
    except KeyRefused as refused:
        raise Unusable(
            f"The key file of BigQuery cannot be used. {refused}",
            "Make a new JSON key for the service account in the Google Cloud console and give the whole file.",
        ) from None
    return {name: content[name] for name in KEYFILE_FIELDS}
