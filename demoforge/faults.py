"""Fault points: places at which a test can kill the process, to see that nothing is lost.

`DEMOFORGE_FAULT=repository:before` (or `:after`) names the point, and is honoured only when
`DEMOFORGE_TESTING=1`. With `DEMOFORGE_FAULT_ONCE=<path>` a process dies only if that file does not exist yet,
and makes it, so that the restarted process lives.
"""

import os
import signal
from pathlib import Path
from typing import Literal

from django.conf import settings

Moment = Literal["before", "after"]


def fault_point(name: str, moment: Moment) -> None:
    """Die here by SIGKILL if a test asked for it: `before` acting, or `after` acting and before settling."""
    if not settings.TESTING_FAULTS or f"{name}:{moment}" != settings.FAULT:
        return
    if not settings.FAULT_ONCE or _first_time(Path(settings.FAULT_ONCE)):
        os.kill(os.getpid(), signal.SIGKILL)


def _first_time(marker: Path) -> bool:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
