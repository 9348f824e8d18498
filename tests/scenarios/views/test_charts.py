"""Charts: every figure drawn to scale, readable, named, and the same text for the same figures."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from typing import Any

import pytest

from scenarios.views.charts import MOST_BARS, WIDTH, Chart, bar_chart, short, time_chart

CHART = Chart("c", "Revenue by region, in EUR", "Three figures.", lambda value: f"EUR {value:,.0f}")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    """The picture as a tree; it must be well-formed."""
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def shapes(svg: str, name: str) -> list[dict[str, str]]:
    return [element.attrib for element in drawn(svg).iter(f"{SVG}{name}")]


def texts(svg: str, css: str) -> list[str]:
    return [one.text or "" for one in drawn(svg).iter(f"{SVG}text") if css in one.attrib["class"].split()]


def test_a_picture_names_itself_and_brings_no_style() -> None:
    svg = bar_chart(CHART, [("north", 1.0)])
    root = drawn(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "c-title c-desc"
    assert [(one.tag.removeprefix(SVG), one.attrib["id"], one.text) for one in list(root)[:2]] == [
        ("title", "c-title", CHART.title), ("desc", "c-desc", CHART.about),
    ]  # fmt: skip
    assert not re.search(r"style|fill=|stroke=|<script|on\w+=", svg)


def test_bars_are_to_scale_longest_first_and_missing_ones_say_so() -> None:
    svg = bar_chart(CHART, [("east", None), ("south", 50.0), ("north", 200.0), ("west", 0.0)])
    assert texts(svg, "chart-label") == ["north", "south", "west", "east"]
    assert texts(svg, "is-end") == ["EUR 200", "EUR 50", "EUR 0", "no value"]
    widths = [float(bar["width"]) for bar in shapes(svg, "rect")]
    assert widths == [WIDTH, WIDTH / 4, 1.0]  # nothing is a hair, not an empty place


def test_negative_bars_stand_left_of_the_zero_line() -> None:
    svg = bar_chart(CHART, [("loss", -100.0), ("gain", 300.0)])
    gain, loss = shapes(svg, "rect")
    assert (float(loss["x"]), float(loss["width"])) == (0, WIDTH / 4)
    assert (float(gain["x"]), float(gain["width"])) == (WIDTH / 4, WIDTH * 3 / 4)
    assert "is-below" in loss["class"]
    assert "is-below" not in gain["class"]
    assert {float(line["x1"]) for line in shapes(svg, "line")} == {WIDTH / 4}


@pytest.mark.parametrize("items", [[("a", None)], [("a", 0.0)], []])
def test_nothing_to_draw_is_no_error(items: Any) -> None:
    assert drawn(bar_chart(CHART, items)) is not None
    assert drawn(time_chart(CHART, items, [label for label, _ in items])) is not None


def test_only_so_many_bars_and_labels_that_fit() -> None:
    svg = bar_chart(CHART, [(f"a rather long name of group number {n}", float(n)) for n in range(20)])
    labels = texts(svg, "chart-label")
    assert len(labels) == MOST_BARS
    assert all(label.endswith("…") and len(label) < 34 for label in labels)


def test_text_is_escaped() -> None:
    evil = Chart("c", "<script>", "&", lambda value: "<b>")
    for svg in (bar_chart(evil, [("<i>", 1.0)]), time_chart(evil, [("<i>", 1.0)], ["<u>"])):
        assert not re.search(r"<(script|b|i|u)>", svg)
        assert drawn(svg).find(f"{SVG}title").text == "<script>"  # type: ignore[union-attr]


def test_columns_stand_on_zero_and_gaps_stay_gaps() -> None:
    items = [("Jan", 100.0), ("Feb", None), ("Mar", -50.0)]
    svg = time_chart(CHART, items, ["J", "F", "M"])
    up, down = shapes(svg, "rect")
    zero = next(float(line["y1"]) for line in shapes(svg, "line") if line["class"] == "chart-axis")
    assert float(up["y"]) + float(up["height"]) == pytest.approx(zero, abs=0.2)
    assert float(down["y"]) == pytest.approx(zero, abs=0.2)
    assert float(up["height"]) == pytest.approx(2 * float(down["height"]), rel=0.01)
    assert texts(svg, "chart-none") == ["–"]
    assert texts(svg, "chart-value") == ["100", "-50"]
    assert texts(svg, "is-middle")[-3:] == ["J", "F", "M"]


def test_many_periods_become_a_line_with_names_that_do_not_touch() -> None:
    items = [(str(n), None if n == 5 else float(n)) for n in range(30)]
    svg = time_chart(CHART, items, [f"{n} Mar" for n in range(30)])
    assert len(shapes(svg, "circle")) == 29
    assert (
        len([line for line in shapes(svg, "line") if line["class"] == "chart-line"]) == 27
    )  # broken at the gap
    marks = [one for one in drawn(svg).iter(f"{SVG}text") if one.attrib["class"] == "chart-tick is-middle"]
    places = [float(one.attrib["x"]) for one in marks]
    assert marks[-1].text == "29 Mar"
    assert all(after - before >= 44 for before, after in pairwise(places))


def test_axes_have_round_values_with_zero_among_them() -> None:
    def ticks(*values: float) -> list[str]:
        return texts(time_chart(CHART, [("a", value) for value in values], ["a"] * len(values)), "is-end")

    assert ticks(12431.0) == ["0", "5,000", "10k", "15k"]
    assert ticks(0.43) == ["0", "0.2", "0.4", "0.6"]
    assert ticks(-3.0, 7.0) == ["-5", "0", "5", "10"]
    assert ticks(-5.0)[-1] == "0"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (0.25, "0.25"), (1500, "1,500"), (12431, "12.4k"), (1_500_000, "1.5M"), (-2e9, "-2B")],
)
def test_values_on_an_axis_are_short(value: float, words: str) -> None:
    assert short(value) == words
