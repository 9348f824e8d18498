"""The lineage of a plan as a mermaid picture: names only, which are legal by schema. Pure."""

from scenarios.plan.parts import Plan
from scenarios.rendering.markdown import Md, block
from scenarios.rendering.time_spine import time_spine_name

_FILLS = {"source": "#d8f0d8", "staging": "#dbe7f6", "intermediate": "#efe3f5", "marts": "#fde6cf"}


def lineage_block(plan: Plan) -> Md:
    """A fenced mermaid block: sources, staging, intermediate and mart models from left to right."""
    outline, calendar = plan.outline, time_spine_name(plan)
    lines = ["flowchart LR"]
    for source in outline.sources:
        raw = f"source_{source.system}_{source.table}"
        lines.append(f'    {raw}[("{source.system}.{source.table}")]:::source')
        lines.append(f'    {source.staging_model}["{source.staging_model}"]:::staging')
        lines.append(f"    {raw} --> {source.staging_model}")
    lines += [f'    {model.name}["{model.name}"]:::{model.layer}' for model in outline.models]
    lines += [f"    {parent} --> {model.name}" for model in outline.models for parent in model.inputs]
    if calendar and plan.semantic:
        lines.append(f'    {calendar}["{calendar}"]:::marts')
        lines += [f"    {semantic.model} --> {calendar}" for semantic in plan.semantic.models]
    lines += [f"    classDef {kind} fill:{fill},stroke:#555,color:#111" for kind, fill in _FILLS.items()]
    return block("\n".join(lines), "mermaid")
