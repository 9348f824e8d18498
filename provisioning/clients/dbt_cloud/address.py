"""The access URL of a dbt Cloud account: every account has its own host."""

import re

from django.conf import settings

from demoforge.addresses import DBT_CLOUD, check_address


def access_url(typed: str) -> str:
    """`https://HOST` from what people paste: without a scheme, with a path, or a whole link. Raises AddressRefused.

    Only hosts that the administrator allows; in local mode this machine, too.
    """
    scheme, separator, rest = typed.strip().partition("://")
    if not separator:
        scheme, rest = "https", typed.strip()
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return check_address(f"{scheme}://{host}", allowed=settings.DBT_HOSTS, callee=DBT_CLOUD)
