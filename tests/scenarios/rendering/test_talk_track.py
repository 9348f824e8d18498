"""Talk track and run of show quote what was proven, with units, so that every figure can be read back."""

import dataclasses
import re
from typing import Any

import pytest

from scenarios.plan.parts import Plan
from scenarios.plan.run_of_show import place_of
from scenarios.rendering import base_project, render_code, render_documents
from scenarios.rendering.facts import AnswerFacts, value_text
from scenarios.rendering.periods import in_period, period_mark, period_text
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_features import showcase_plan
from tests.scenarios.rendering.projects import FACTS, rich_plan

ANSWER = AnswerFacts(
    dimension="order_status",
    groups=[("delivered", 1200.5), ("sent | lost", -12.0), ("placed", None)],
    grain="month",
    periods=[("2026-01-01", 700.0), ("2026-02-01", 540.25), ("2026-03-01", 908.37)],
)
PROVEN = dataclasses.replace(FACTS, answers={"revenue": ANSWER})


def _plan(**beat: Any) -> Plan:
    data = example_plan().model_dump(mode="json")
    data["outline"]["metrics"][0]["unit"] = "EUR"
    data["talk_track"]["beats"][2] |= {
        "kind": "metric", "opens": "revenue", "pains": [1], "say": "It is [[revenue]], not [[margin]].", **beat,
    }  # fmt: skip
    return Plan.model_validate(data)


def _figures(text: str) -> dict[str, float | None]:
    """The last cell of each row of the table of figures, as numbers again, by the cell before it."""
    rows = [
        re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("| Revenue (")
    ]
    cells = [[cell.strip() for cell in row] for row in rows if "in euros" not in row[-1]]
    number = re.compile(r"^EUR (-?[\d,]+(?:\.\d+)?)$")
    found = {which: number.match(figure) for _, which, figure in cells}
    return {which: float(match[1].replace(",", "")) if match else None for which, match in found.items()}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12431.0, "EUR", "EUR 12,431"), (287.162, "EUR", "EUR 287.16"), (287.1, "$", "$ 287.10"),
        (-1200.5, "USD", "USD -1,200.50"), (0.004, "EUR", "EUR 0.004"), (12430.999999999998, "EUR", "EUR 12,431"),
        (0.43, "%", "43 %"), (0.43333, "%", "43.3 %"), (1.0, "%", "100 %"), (-0.25, "%", "-25 %"),
        (0.0001234, "%", "0.01 %"), (3.25, "days", "3.25 days"), (12.0, "orders", "12 orders"), (0.1 + 0.2, "", "0.3"),
        (1.0, "orders", "1 order"), (1.0, "deliveries", "1 delivery"), (1.0, "boxes", "1 box"), (1.0, "kWh", "1 kWh"),
        (1.0, "days per order", "1 day per order"), (1.0, "status", "1 status"), (-1.0, "orders", "-1 orders"),
        (1.0, "branches", "1 branch"), (1.5, "days", "1.5 days"), (1.0, "s", "1 s"),
        (None, "EUR", "–"),
    ],
)  # fmt: skip
def test_values_carry_their_unit(value: float | None, unit: str, text: str) -> None:
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("start", "grain", "long", "short"),
    [
        ("2026-03-01", "month", "March 2026", "Mar 26"),
        ("2026-03-02", "week", "week of 2 March 2026", "2 Mar"),
        ("2026-12-31T00:00:00", "day", "31 December 2026", "31 Dec"),
        ("no date", "month", "no date", "no date"),
    ],
)
def test_periods_are_written_in_words(start: str, grain: str, long: str, short: str) -> None:
    assert (period_text(start, grain), period_mark(start, grain)) == (long, short)


def test_a_value_of_one_period_says_which() -> None:
    proven = dataclasses.replace(PROVEN, metric_periods={"revenue": ("2026-02-01", "month")})
    documents = render_documents(_plan(), proven)
    assert "It is EUR 2,148.62 in February 2026, not –." in documents["talk_track.md"]
    assert "| Revenue (`revenue`) | EUR 2,148.62 in February 2026 |" in documents["talk_track.md"]
    assert "EUR 2,148.62 in February 2026" in documents["README.md"]
    assert in_period("2026-03-02", "week") == "in the week of 2 March 2026"
    assert in_period("2026-03-02", "day") == "on 2 March 2026"


def test_what_is_said_quotes_the_proof() -> None:
    text = render_documents(_plan(), PROVEN)["talk_track.md"]
    assert "It is EUR 2,148.62, not –." in text
    assert "| Revenue (`revenue`) | EUR 2,148.62 | Amount" in text
    assert "**Open** `metric revenue` – `models/marts/schema.yml`" in text
    assert "*Answers:* Finance and marketing never agree on revenue." in text


@pytest.mark.parametrize(
    ("say", "text"),
    [
        ("Run `dbt build`, then `dbt test`.", "Run `dbt build`, then `dbt test`."),
        ("`dbt build` <b>", "`dbt build` &lt;b&gt;"),
        ("One.\n\n`dbt build`\n\nTwo *stars*", "One.\n\n`dbt build`\n\nTwo \\*stars\\*"),
        ("{`{ x }`}", "{`{ x }`}"),
        ("`{{ x }}` {% y %}", "`{ { x } }` { % y % }"),
        ("one ` tick", "one \\` tick"),
    ],
)
def test_what_stands_between_backticks_is_code(say: str, text: str) -> None:
    assert f"\n{text}\n" in render_documents(_plan(say=say), PROVEN)["talk_track.md"]


def test_figures_can_be_read_back() -> None:
    figures = _figures(render_documents(_plan(), PROVEN)["talk_track.md"])
    assert figures == {
        "`order_status` delivered": 1200.5, "`order_status` sent \\| lost": -12.0, "`order_status` placed": None,
        "February 2026": 540.25, "March 2026": 908.37,
    }  # fmt: skip


def test_without_answers_there_are_no_figures() -> None:
    assert "The figures behind them" not in render_documents(_plan(), FACTS)["talk_track.md"]


def test_the_run_of_show_is_one_table() -> None:
    text = render_documents(_plan(), PROVEN)["run_of_show.md"]
    rows = [line for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert [row.split(" | ")[0] for row in rows] == ["| 0", "| 2", "| 6", "| 12", "| 16", "| 18"]
    assert rows[3] == (
        "| 12 | One revenue | metric revenue: `models/marts/schema.yml` "
        "| Finance and marketing never agree on revenue. |"
    )
    assert "20 minutes." in text


def test_a_prospects_text_is_only_text() -> None:
    plan = _plan(title="{{ 7 * 7 }} | <b>", say="{% raw %} [[revenue]]")
    for path in ("talk_track.md", "run_of_show.md"):
        text = render_documents(plan, PROVEN)[path]
        assert "{{" not in text
        assert "{%" not in text
        assert "<b>" not in text
    assert "{ % raw % } EUR 2,148.62" in render_documents(plan, PROVEN)["talk_track.md"]


@pytest.mark.parametrize(
    "plan", [example_plan(), rich_plan(), showcase_plan()], ids=["example", "rich", "showcase"]
)
def test_every_place_is_a_file_of_the_project(plan: Plan) -> None:
    files = render_code(plan, template=base_project())
    outline = plan.outline
    names = [model.name for model in outline.models] + [source.table for source in outline.sources]
    names += [source.staging_model for source in outline.sources]
    names += [scenario.test_name for scenario in plan.quality.scenarios]
    names += [metric.name for metric in plan.semantic.metrics] if plan.semantic else []
    names += [plan.features.unit_test.name] if plan.features.unit_test else []
    names += [plan.features.exposure.name] if plan.features.exposure else []
    places = [place_of(plan, name) for name in names]
    assert len(places) > 15
    for place in places:
        assert place is not None
        assert place.name in files[place.path] or place.name in place.path, place
