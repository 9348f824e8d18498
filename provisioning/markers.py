"""Markers: how to recognise outside what a build has made, and whether this installation made it.

A marker stands in a description or a name where people see it, so it is short and tells nothing. Its end is a seal
made with this installation's key: several installations may share an owner at GitHub or an account of dbt Cloud,
and what another one has made is none of ours to remove.
"""

import re
from uuid import uuid4

from django.utils.crypto import constant_time_compare, salted_hmac

_RANDOM, _SEAL = 6, 6  # hexadecimal digits; a build makes some fifteen markers, and its number is in them
_MARKER = re.compile(
    rf"(?<![a-z0-9-])demoforge-(\d{{1,18}})-([0-9a-f]{{{_RANDOM}}})([0-9a-f]{{{_SEAL}}})(?![a-z0-9-])"
)
PREFIX = "demoforge-"


def new_marker(build: int) -> str:
    """A marker for something that the build of this number makes."""
    random = uuid4().hex[:_RANDOM]
    return f"{PREFIX}{build}-{random}{_seal(build, random)}"


def marker_in(text: str) -> str:
    """The marker in a description or a name; "" when there is none."""
    found = _MARKER.search(text)
    return found[0] if found else ""


def is_ours(marker: str) -> bool:
    """Whether this installation has made the marker."""
    found = _MARKER.fullmatch(marker)
    return found is not None and constant_time_compare(found[3], _seal(int(found[1]), found[2]))


def _seal(build: int, random: str) -> str:
    return salted_hmac(__name__, f"{build} {random}", algorithm="sha256").hexdigest()[:_SEAL]
