"""`data_quality_demo_guide.md`: every planted defect, its test, its cost and its fix, as proven. Pure."""

from collections.abc import Iterator, Sequence

from scenarios.plan.fixes import fix_of
from scenarios.plan.names import FIX
from scenarios.plan.outline import DefectKind, SourceTable
from scenarios.plan.parts import Plan, QualityScenario
from scenarios.rendering.commands import ALL_QUALITY_TESTS, RED, one_test
from scenarios.rendering.data_tests import GENERIC, idea_of
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.fix_report import fix_section
from scenarios.rendering.markdown import Md, block, bullets, code, inline, page, prose, table
from scenarios.rendering.seeds import seed_path
from scenarios.rendering.singular_tests import is_singular, singular_path
from scenarios.rendering.text import cell_text

_KINDS: dict[DefectKind, str] = {
    "null": "values are missing",
    "duplicate": "a value that must be unique occurs more than once",
    "orphan": "a key points to a row that does not exist",
    "out_of_range": "values lie outside the range that makes sense",
    "inconsistent_code": "a code is spelt in ways the business does not know",
    "impossible_dates": "a date lies after another that must come later",
    "stale": "no new data has arrived for too long",
}
_SHOWN_COLUMNS = 5  # of a seed, so that a table fits on a shared screen


def guide(plan: Plan, facts: ProvenFacts) -> str:
    """The whole guide. Call it only for a plan with scenarios."""
    scenarios = plan.quality.scenarios
    return page(
        f"# {inline(plan.outline.company)}: data-quality demo guide",
        "The seeds hold planted defects. Their tests warn by default, so the first run is green and nothing "
        "is skipped; one variable turns them red while you talk.",
        block(f"# See the warnings\n{ALL_QUALITY_TESTS}\n\n# Turn them red\n{RED}"),
        _red(scenarios, facts),
        *(section for s in enumerate(scenarios, start=1) for section in _scenario(plan, facts, *s)),
        *fix_section(plan, facts),
        "## Why this matters",
        "A test is a line beside the column it guards. It runs with every build, it names the rows, and it "
        "can stop a wrong number before anybody reads it.",
    )


def _red(scenarios: Sequence[QualityScenario], facts: ProvenFacts) -> str:
    """What the red command shows, as far as it was proven."""
    if not facts.red:
        return ""
    rows = [(code(s.test_name), str(facts.red[s.test_name])) for s in scenarios if s.test_name in facts.red]
    shown = table(["Test", "Failing rows"], rows)
    return f"In the proven red run exactly these tests fail:\n\n{shown}"


def _scenario(plan: Plan, facts: ProvenFacts, number: int, scenario: QualityScenario) -> Iterator[str]:
    idea = idea_of(plan, scenario)
    source = plan.outline.source(scenario.table)
    yield f"## {number}. {inline(idea.title if idea else scenario.name)}"
    yield prose(idea.story) if idea else ""
    yield "### What is wrong"
    column, seed = code(f"{scenario.table}.{scenario.column}"), code(seed_path(scenario.table))
    yield f"In {column}, {_KINDS[scenario.kind]}. Where it is: {seed}, {_lines(scenario)}."
    yield _rows(plan, scenario, source) if source else ""
    yield "### The test that catches it"
    yield _test(facts, scenario, source)
    yield block(f"{one_test(scenario.test_name)}\n{one_test(scenario.test_name, red=True)}")
    yield "### What it would have cost"
    yield prose(scenario.cost)
    yield "### How to fix it live"
    yield prose(scenario.fix)
    fix = fix_of(plan, scenario)
    yield f"On {code(FIX)}: {inline(fix.says)}" if fix.says not in scenario.fix else ""
    yield "### Talking points"
    yield bullets(inline(point) for point in scenario.talking_points)


def _lines(scenario: QualityScenario) -> str:
    """Where the rows are in the file; the header is line 1."""
    numbers = [str(row + 1) for row in sorted(scenario.row_numbers)]
    return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def _rows(plan: Plan, scenario: QualityScenario, source: SourceTable) -> Md:
    """The rows in question: key and tested columns first, then as many others as fit."""
    rows = plan.rows_of(scenario.table)
    wanted = [source.primary_key, scenario.column, scenario.later_column or scenario.column]
    names = [column.name for column in source.columns]
    shown = [name for name in dict.fromkeys([*wanted, *names]) if name in names][:_SHOWN_COLUMNS]
    places = [names.index(name) for name in shown]
    body = [
        [
            str(number + 1),
            *(
                _cell(rows.rows[number - 1][place], shown[at] == scenario.column)
                for at, place in enumerate(places)
            ),
        ]
        for number in sorted(scenario.row_numbers)
        if rows and number <= len(rows.rows)
    ]
    return table(["Line", *(code(name) for name in shown)], body)


def _cell(value: object, tested: bool) -> Md:
    text = inline(cell_text(value)) if isinstance(value, str | int | float) else Md("*empty*")
    return Md(f"**{text}**") if tested and value is not None else text


def _test(facts: ProvenFacts, scenario: QualityScenario, source: SourceTable | None) -> str:
    found = facts.failures.get(scenario.test_name, scenario.failing_rows)
    results = "1 result" if found == 1 else f"{found} results"
    if is_singular(scenario):
        where = f"written as SQL in {code(singular_path(scenario))}"
    else:
        staged = source.column(scenario.column) if source else None
        column = f"{source.staging_model}.{staged.staged_name}" if source and staged else scenario.column
        where = f"dbt's `{GENERIC[scenario.kind]}` test on {code(column)}, in `models/staging/schema.yml`"
    red = facts.red.get(scenario.test_name)
    turned = f" As an error it fails with {red}." if red is not None else ""
    return f"{code(scenario.test_name)}, {where}. In the proven run it returned {results}.{turned}"
