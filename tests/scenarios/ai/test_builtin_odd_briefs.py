"""Odd briefs work: hostile names, foreign notes, template language, very long texts."""

from datetime import date

import pytest

from scenarios.plan.brief import Brief
from scenarios.plan.rules import check_plan
from tests.built import built_plan
from tests.sampling import every

COMPANIES = [
    "Robert'); DROP TABLE students;--",
    "{{ env_var('HOME') }}",
    "{% raw %}",
    "[[customer]]",
    "🚀🚀",
    "!!!",
    "x" * 120,
    "株式会社サンプル",
    "3M",
    "A\x00B",
    "null",
    "order",
    'O\'Brien & "Söhne" GmbH',
]
NOTES = [
    "",
    "私たちはデータ品質を改善したいです。期限は来月です。重複が多い。",
    "{{ env_var('HOME') }} [[customer]] {company} we want [your name] by Q3.\n* bullet\n2) two"
    + " long" * 3000,
    "Lorem ipsum dolor. We want loyalty.",
]


@pytest.mark.parametrize("notes", every(4, NOTES))
@pytest.mark.parametrize("company", COMPANIES)
def test_an_odd_brief_gives_a_plan_that_breaks_no_rule(company, notes):
    for industry in ("retail", "[[x]] {{ y }}"):
        brief = Brief(
            company=company,
            industry=industry,
            include_semantic_layer=True,
            discovery_notes=notes,
            pain_points=notes,
            as_of=date(2024, 2, 29),
        )
        plan = built_plan(brief)
        assert [str(violation) for violation in check_plan(plan)] == []
        assert plan.outline.company == brief.company


def test_pains_are_quoted_as_they_are():
    brief = Brief(
        company="Acme", industry="Retail", pain_points="手作業のSQLが多い。遅い。", as_of=date(2026, 3, 1)
    )
    assert [pain.pain for pain in built_plan(brief).outline.pain_points] == ["手作業のSQLが多い。", "遅い。"]
