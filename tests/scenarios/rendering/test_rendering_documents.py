"""README, guide and talk track quote what was proven; an administrator may replace the talk track."""

import pytest

from scenarios.rendering import TalkTrackTemplateError, render_documents
from scenarios.rendering.facts import value_text
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import FACTS, changed, rich_plan


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (1284.0, "1,284"), (0.6, "0.6"), (347.122, "347.12"), (-3.0, "-3"), (0.00123, "0.00123")],
)
def test_values_can_be_said_out_loud(value: float | None, text: str) -> None:
    assert value_text(value) == text


def test_documents_quote_the_proof() -> None:
    documents = render_documents(example_plan(), FACTS)
    assert "with dbt 1.12.0 on duckdb: 68 nodes" in documents["README.md"]
    assert "| `revenue` | Revenue | EUR 2,148.62 |" in documents["README.md"]
    assert "In the proven run it returned 2 results." in documents["data_quality_demo_guide.md"]
    assert "| Revenue (`revenue`) | EUR 2,148.62 |" in documents["talk_track.md"]


def test_guide_shows_the_rows_and_the_command() -> None:
    guide = render_documents(rich_plan(), FACTS)["data_quality_demo_guide.md"]
    assert "`seeds/customers.csv`, line 10." in guide
    assert "| 10 | 109 | *empty* |" in guide
    assert "`invoiced_twice_test`, dbt's `unique` test on `stg_shop__orders.invoice_number`" in guide
    assert "`tests/odd_quantities_test.sql`" in guide
    assert "dbt test --select tag:data_quality --vars '{data_quality_severity: error}'" in guide


def test_talk_track_of_an_administrator() -> None:
    template = "{{ company }} {% for beat in beats %}[{{ beat.minute }}]{% endfor %}"
    track = render_documents(example_plan(), FACTS, talk_track_template=template)["talk_track.md"]
    assert track == "Fjell & Field Outfitters [2][6][12][16]\n"


def test_text_of_a_prospect_is_never_a_template() -> None:
    plan = changed(example_plan(), outline__company="{{ 7 * 7 }}", talk_track__opening="{% raw %}")
    track = render_documents(plan, FACTS)["talk_track.md"]
    assert "49" not in track.split("\n")[0]
    assert "{ { 7 \\* 7 } }" in track.split("\n")[0]


@pytest.mark.parametrize(
    "template",
    [
        "{{ compny }}", "{% for x in %}", "{{ beats[99].say }}", "{{ 1 / 0 }}",
        "{{ company.__class__.__mro__ }}", "{% include 'other' %}", "{{ objectives.append('x') }}",
    ],
)  # fmt: skip
def test_a_wrong_template_is_refused_with_a_sentence(template: str) -> None:
    with pytest.raises(TalkTrackTemplateError, match="talk-track template") as caught:
        render_documents(example_plan(), FACTS, talk_track_template=template)
    assert caught.value.hint
