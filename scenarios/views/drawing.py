"""The lineage picture, drawn on the server."""

import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import structlog
from django.utils.safestring import SafeString, mark_safe

from scenarios.plan.lineage import Lineage, dot, lineage
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan

log = structlog.get_logger(__name__)

_SECONDS = 5.0
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_SIZE = re.compile(r'<svg width="(\d+)pt" height="(\d+)pt"')


def shown_lineage(plan: Plan | Outline, *, metrics: bool) -> Lineage:
    """The lineage without the seeds, each of which stands behind the source of the same name, and maybe metrics."""
    whole = lineage(plan)
    left_out = {"seed"} if metrics else {"seed", "metric"}
    nodes = tuple(node for node in whole.nodes if node.layer not in left_out)
    names = {node.name for node in nodes}
    return Lineage(nodes, tuple(edge for edge in whole.edges if names.issuperset(edge)))


def lineage_svg(line: Lineage) -> SafeString:
    """The picture as an `<svg>` element without styles of its own; empty when it cannot be drawn.

    The text of the boxes comes from the plan and is escaped by the drawing program; the page says the same
    in words beside it, so an empty picture loses nothing but the look.
    """
    return mark_safe(_draw(dot(line)))  # noqa: S308  # the drawing program escapes every label


@lru_cache(maxsize=256)
def _draw(text: str) -> str:
    try:
        drawn = subprocess.run(
            [_program(), "-Tsvg"], input=text, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        log.exception("lineage_not_drawn")
        return ""
    svg = _PROLOGUE.sub("", drawn.stdout, count=1)
    return _SIZE.sub(
        r'<svg role="img" aria-label="Lineage, from the sources to the last model" width="\1" height="\2"',
        svg,
        count=1,
    )


def _program() -> str:
    beside = Path(sys.executable).with_name("graphviz-pure")
    return str(beside) if beside.exists() else (shutil.which("graphviz-pure") or "graphviz-pure")
