"""Planted defects of every story can be fixed as the branch fixes them, and each says what a wrong code meant."""

from datetime import date

import pytest

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.ai.builtin.catalogue import plan_of, variants
from scenarios.ai.builtin.library import spoken_words
from scenarios.ai.builtin.quality import preferred_rows
from scenarios.ai.builtin.trial import TrialFailed, mart_rows
from scenarios.plan.fixes import fix_of
from scenarios.plan.parts import ModelSql
from scenarios.plan.rules import check_plan
from tests.built import built_plan
from tests.sampling import every
from tests.scenarios.ai.test_builtin_provider import brief

AS_OF = date(2026, 3, 14)
ANGLES = [(key, angle) for key in library.blueprint_keys() for angle in library.blueprint(key).angles]
TOGETHER = [
    ("duplicate", "orphan", "null"),
    ("inconsistent_code", "out_of_range", "impossible_dates"),
    ("stale", "null", "inconsistent_code"),
]


@pytest.mark.parametrize("kinds", TOGETHER)
@pytest.mark.parametrize(("key", "angle"), every(4, ANGLES, tuples=True))
def test_three_defects_together_can_be_fixed_and_break_no_rule(key, angle, kinds):
    plan = plan_of(next(variants(key, angle)), company="Larkfield", as_of=AS_OF, kinds=kinds)
    assert [str(violation) for violation in check_plan(plan)] == []
    for scenario in plan.quality.scenarios:
        fix = fix_of(plan, scenario)
        assert fix.strategy
        assert scenario.fix.startswith(fix.says)
        assert bool(scenario.corrections) == (scenario.kind == "inconsistent_code")


def test_corrections_lead_from_each_wrong_code_to_the_one_that_stood_there():
    plan = built_plan(brief(pain_points="Codes have several spellings, data quality is poor."))
    clean = built_plan(brief(pain_points="Codes have several spellings, data quality is poor."))
    scenario = next(one for one in plan.quality.scenarios if one.kind == "inconsistent_code")
    source = plan.outline.source(scenario.table)
    accepted = source.column(scenario.column).accepted_values
    at = [column.name for column in source.columns].index(scenario.column)
    wrong = {row[at] for row in plan.rows_of(scenario.table).rows if row[at] not in accepted}
    assert {correction.wrong for correction in scenario.corrections} == wrong
    assert all(
        c.right in accepted and c.wrong.lower()[:3] == c.right.lower()[:3] for c in scenario.corrections
    )
    assert clean.quality == plan.quality


def test_rows_that_others_refer_to_or_that_are_wrong_already_come_last():
    plan = built_plan(brief(pain_points="Duplicates everywhere"))
    outline, rows = plan.outline, {one.table: one.rows for one in plan.rows}
    scenario = plan.quality.scenarios[0]
    source = outline.source(scenario.table)
    again = preferred_rows(outline, source, rows, [scenario])
    assert not set(again.others) & set(scenario.row_numbers)
    assert set(again.free) <= set(again.others)
    for child in outline.sources:
        for place, column in enumerate(child.columns):
            if column.references:
                parent = outline.source(column.references.table)
                key = [c.name for c in parent.columns].index(parent.primary_key)
                free = preferred_rows(outline, parent, rows, []).free
                keys = {rows[parent.table][number - 1][key] for number in free}
                assert not keys & {row[place] for row in rows[child.table]}


def test_a_statement_that_cannot_be_run_is_said_so():
    plan = built_plan(brief())
    rows = {one.table: one.rows for one in plan.rows}
    statements = {one.model: one for one in plan.statements}
    mart = plan.outline.marts[0].name
    wrong = {**statements, mart: ModelSql(model=mart, sql="select nothing.at_all from nowhere as nothing")}
    with pytest.raises(TrialFailed):
        mart_rows(plan.outline, rows, wrong, [mart])


def test_a_trial_reads_no_file(tmp_path):
    (tmp_path / "secret.csv").write_text("word\nhidden\n")
    plan = built_plan(brief())
    rows = {one.table: one.rows for one in plan.rows}
    mart = plan.outline.marts[0].name
    sql = f"select word from read_csv('{tmp_path}/secret.csv')"
    with pytest.raises(TrialFailed):
        mart_rows(plan.outline, rows, {m.model: m for m in plan.statements} | {
            mart: ModelSql(model=mart, sql=sql)}, [mart])  # fmt: skip


def test_an_industry_whose_file_is_broken_is_out_of_order_alone():
    assert spoken_words("no_such_file") == ("no such file",)
    assert "retailer" in spoken_words("retail")
    assert BuiltinProvider().outline(brief()).outline.sources
