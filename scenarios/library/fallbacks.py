"""What stands in a copy where the template had nothing but the first prospect's own words. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from scenarios.ai.builtin import library
from scenarios.plan.outline import Outline

_NAMED = ("title", "label", "name", "model", "table", "cte", "column", "word", "test_name")

Node = Mapping[str, Any]


def instead(key: str, node: Node, outline: Outline, company: str) -> str | None:
    """A plain text for the field `key` of `node`, told from the plan's other fields; None: it may stay empty."""
    if key in ("header", "if_it_goes_wrong"):
        return None
    if key in _TELLERS:
        return _TELLERS[key](node, outline, company)
    named = next((str(node[field]) for field in _NAMED if field != key and node.get(field)), "")
    return _capital(named.replace("_", " ")) or f"Part of the demo for {company}"


def objective(outline: Outline) -> str:
    """An objective that any plan meets."""
    if outline.metrics:
        return f"One tested definition of {outline.metrics[0].label}"[:200]
    return f"One tested table for everybody: {outline.incremental.model}"


def _summary(node: Node, outline: Outline, company: str) -> str:
    tables = ", ".join(source.label for source in outline.sources)
    return f"{company} sees its own kind of data become one tested answer: {tables}."[:1500]


def _use_case(node: Node, outline: Outline, company: str) -> str:
    marts = ", ".join(model.name for model in outline.marts)
    return f"From {len(outline.sources)} sources to {marts}: tested, described, and fast on the second run."[
        :1500
    ]


def _pain(node: Node, outline: Outline, company: str) -> str:
    """The pain that the same feature of dbt answers, in our own words."""
    feature = str(node["feature"])
    known = {str(entry["feature"]): str(entry["pain"]) for entry in library.read("_pains")}
    return known.get(feature) or f"Missing today: {feature}"


def _show(node: Node, outline: Outline, company: str) -> str:
    return f"Show {node['where']}."


def _say(node: Node, outline: Outline, company: str) -> str:
    title, click = str(node.get("title", "")), str(node.get("click", ""))
    return f"{title}: {click}." if title and click else "This is how dbt answers it."


def _opening(node: Node, outline: Outline, company: str) -> str:
    return f"In the next minutes {company} sees its own questions answered, from the source to the number."


def _close(node: Node, outline: Outline, company: str) -> str:
    return f"That was the whole way for {company}: tested, described, and fast on the second run."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_TELLERS: dict[str, Callable[[Node, Outline, str], str]] = {
    "summary": _summary,
    "use_case": _use_case,
    "pain": _pain,
    "show": _show,
    "say": _say,
    "opening": _opening,
    "close": _close,
}
