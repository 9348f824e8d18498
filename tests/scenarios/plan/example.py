"""A complete, valid plan, written by hand: the plan's, the renderer's and the proof's tests start from it.

An outdoor shop with four sources, three intermediates, three marts (`fct_orders` is incremental), four
metrics (two simple, a ratio, a cumulative one), two planted defects and a second day.
"""

from scenarios.plan.outline import Outline
from scenarios.plan.parts import DayTwo, ModelSql, Plan, Quality, Semantic, SourceRows, TalkTrack
from tests.scenarios.plan.example_outline import OUTLINE
from tests.scenarios.plan.example_parts import DAY_TWO, QUALITY, ROWS, SEMANTIC, STATEMENTS, TALK_TRACK


def example_outline() -> Outline:
    """The outline of the example plan."""
    return Outline.model_validate(OUTLINE)


def example_plan() -> Plan:
    """A new copy of the example plan; it breaks no rule."""
    return Plan(
        outline=example_outline(),
        rows=[SourceRows(table=table, rows=rows) for table, rows in ROWS.items()],
        statements=[
            ModelSql.model_validate({"model": name, **fields}) for name, fields in STATEMENTS.items()
        ],
        semantic=Semantic.model_validate(SEMANTIC),
        quality=Quality.model_validate(QUALITY),
        day_two=DayTwo.model_validate(DAY_TWO),
        talk_track=TalkTrack.model_validate(TALK_TRACK),
    )
