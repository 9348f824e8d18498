"""The second day fitted to rows of somebody else: new keys are new, references lead somewhere, changed rows exist."""

from scenarios.ai.writing.fitting import fitted
from scenarios.plan.faults import rows_by_table
from scenarios.plan.names import Cell
from scenarios.plan.parts import DayTwo
from scenarios.plan.rules.second_day import check_day_two
from tests.scenarios.ai.writing.played import played_plan

PLAN = played_plan()
SEEDS = rows_by_table(PLAN)
TABLE = PLAN.day_two.tables[0]
SOURCE = next(source for source in PLAN.outline.sources if source.table == TABLE.table)


def with_new_rows(rows: list[list[Cell]]) -> DayTwo:
    return PLAN.day_two.model_copy(update={"tables": [TABLE.model_copy(update={"new": rows})]})


def faults(day_two: DayTwo) -> list[str]:
    return [str(violation) for violation in check_day_two(PLAN.outline, day_two, SEEDS)]


def test_a_second_day_that_fits_stays_itself() -> None:
    assert fitted(PLAN.outline, PLAN.day_two, SEEDS) is PLAN.day_two


def test_references_to_nothing_are_led_to_rows_that_exist() -> None:
    refers = [column.references is not None for column in SOURCE.columns]
    assert any(refers)
    strange = with_new_rows(
        [["nobody" if there else cell for cell, there in zip(row, refers, strict=True)] for row in TABLE.new]
    )
    assert faults(strange)
    assert faults(fitted(PLAN.outline, strange, SEEDS)) == []


def test_rows_that_are_there_already_get_keys_of_their_own() -> None:
    again = with_new_rows([list(row) for row in SEEDS[SOURCE.table][:2]])
    assert any("is not new" in fault for fault in faults(again))
    fixed = faults(fitted(PLAN.outline, again, SEEDS))
    assert not any("is not new" in fault or "is unique" in fault for fault in fixed)


def test_a_changed_row_without_its_seed_row_is_left_out() -> None:
    place = [column.name for column in SOURCE.columns].index(SOURCE.primary_key)
    row = [*TABLE.changed[0]]
    row[place] = "nowhere"
    lost = PLAN.day_two.model_copy(update={"tables": [TABLE.model_copy(update={"changed": [row]})]})
    assert fitted(PLAN.outline, lost, SEEDS).tables[0].changed == []
