"""Time zones: which names can be used, and which one this machine is set to."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT = "UTC"
SYSTEM_ZONES = Path("/usr/share/zoneinfo")  # where Django looks a name up too, and refuses others
LOCALTIME = Path("/etc/localtime")


def is_zone(name: str) -> bool:
    """Whether the name can be used, such as "Europe/Oslo" or "UTC"."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return not SYSTEM_ZONES.is_dir() or SYSTEM_ZONES.joinpath(name).is_file()


def machine_zone(localtime: Path = LOCALTIME) -> str:
    """The zone of the variable TZ, or of the link `localtime`; "UTC" when neither names one."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), _linked(localtime)):
        if name and is_zone(name):
            return name
    return DEFAULT


def _linked(localtime: Path) -> str:
    """What stands behind "zoneinfo/" in the link; empty when it is none."""
    try:
        target = os.readlink(localtime)
    except OSError:
        return ""
    return target.partition("zoneinfo/")[2]
