"""Look at one demo of a blueprint: `python -m scenarios.ai.builtin retail "Acme Stores" ["notes and pains"]`."""

import sys
from datetime import date

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.plan.brief import Brief
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys
from scenarios.plan.rules import check_plan


def plan_for(key: str, company: str, notes: str) -> Plan:
    """The plan of a demo of this blueprint."""
    industry = library.blueprint(key).industry
    brief = Brief(
        company=company,
        industry=industry,
        include_semantic_layer=True,
        pain_points=notes,
        as_of=date(2026, 3, 14),
    )
    provider = BuiltinProvider()
    outline = provider.outline(brief).outline
    parts: dict[str, PartValue] = {}
    for part in part_keys(outline):
        parts[part] = provider.part(brief, outline, part, done=parts)
    return assemble(outline, parts)


def shown(plan: Plan) -> str:
    """The plan as a text to read."""
    lines = [plan.outline.context.summary, ""]
    for source in plan.outline.sources:
        rows = plan.rows_of(source.table)
        lines += [f"# {source.staging_model}", ", ".join(column.name for column in source.columns)]
        lines += [", ".join(str(cell) for cell in row) for row in (rows.rows if rows else [])]
    for model in plan.outline.models:
        statement = plan.statement_of(model.name)
        lines += [
            "",
            f"# {model.name} ({model.materialized}, {model.grain}): {model.purpose}",
            statement.sql if statement else "",
        ]
    lines += [f"{metric.label} ({metric.name}): {metric.description}" for metric in plan.outline.metrics]
    return "\n".join([*lines, "", *(f"WRONG {violation}" for violation in check_plan(plan))])


if __name__ == "__main__":
    sys.stdout.write(shown(plan_for(sys.argv[1], sys.argv[2], " ".join(sys.argv[3:]))) + "\n")
