"""Says of each scenario how it is fixed: in the words of the fix that the branch `fix/data-quality` makes."""

from collections.abc import Mapping, Sequence

from scenarios.ai.builtin.planting import plant
from scenarios.plan.fixes import fix_of
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline
from scenarios.plan.parts import ModelSql, Plan, Quality, SourceRows

Rows = Mapping[str, Sequence[Sequence[Cell]]]  # clean rows by table


def with_fixes(
    outline: Outline, clean: Rows, statements: Mapping[str, ModelSql], quality: Quality
) -> Quality:
    """The scenarios with the fix that their kind, column and rows lead to; as they are where there is none."""
    if not quality.scenarios:
        return quality
    rows = [
        SourceRows(table=source.table, rows=plant(outline, source, clean[source.table], quality.scenarios))
        for source in outline.sources
    ]
    plan = Plan.model_construct(
        outline=outline, rows=rows, statements=list(statements.values()), semantic=None, quality=quality
    )
    fixes = [(scenario, fix_of(plan, scenario)) for scenario in quality.scenarios]
    return Quality(
        scenarios=[
            scenario.model_copy(update={"fix": f"{fix.says} {scenario.fix}"}) if fix.strategy else scenario
            for scenario, fix in fixes
        ]
    )
