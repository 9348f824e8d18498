"""Small charts as SVG text, drawn on the server: bars by a dimension, columns or a line over time. Pure.

No colour, style or script stands in the picture: shapes carry classes, and the stylesheet knows both themes. Each
picture names itself by `<title>` and `<desc>`; the page shows the same figures as a table beside it.
"""

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 320  # of the drawing; the page scales it, so that texts stay readable on a phone
MOST_BARS = 8
MOST_COLUMNS = 12  # more periods than these become a line
_LABEL = 34  # characters of a bar's label
_VALUED = 6  # columns that have room for their value
_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 176, 22, 22, 44, 12  # of a chart over time

Item = tuple[str, float | None]
Words = Callable[[float | None], str]  # a value as people read it, with its unit


@dataclass(frozen=True)
class Chart:
    """A picture: `name` makes its ids unique on the page, `about` says in a sentence what it shows."""

    name: str
    title: str
    about: str
    words: Words


def bar_chart(chart: Chart, items: Sequence[Item]) -> str:
    """One bar for each item, longest first and those without a value last; at most MOST_BARS of them."""
    ordered = sorted(items, key=lambda item: (item[1] is None, -(item[1] or 0)))[:MOST_BARS]
    values = [value for _, value in ordered if value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    scale = WIDTH / ((high - low) or 1)
    zero = -low * scale
    lines: list[str] = []
    for number, (label, value) in enumerate(ordered):
        top = number * 34
        lines += _bar_words(label, value, top, chart.words)
        if value is None:
            continue
        length = abs(value) * scale
        start = zero if value >= 0 else zero - length
        lines.append(_rect(start, top + 18, max(length, 1), 9, value))
        if low < 0:
            lines.append(_line(zero, top + 15, zero, top + 30, "chart-axis"))
    return _svg(chart, max(len(ordered) * 34 - 5, 20), lines)


def _bar_words(label: str, value: float | None, top: float, words: Words) -> list[str]:
    said = "no value" if value is None else words(value)
    room = max(8, _LABEL - len(said))
    shown = label if len(label) <= room else f"{label[: room - 1]}…"
    return [
        _text(0, top + 12, shown, "chart-label"),
        _text(WIDTH, top + 12, said, "chart-none is-end" if value is None else "chart-value is-end"),
    ]


def time_chart(chart: Chart, items: Sequence[Item], marks: Sequence[str]) -> str:
    """Columns, or a line when there are many, over the periods; a period without a value is a gap.

    `marks` are the short names of the periods, as long as `items`; those that have room are written below.
    """
    values = [value for _, value in items if value is not None]
    ticks = _ticks(min([0.0, *values]), max([0.0, *values]))
    low, high = ticks[0], ticks[-1]
    step = (WIDTH - _LEFT - _RIGHT) / max(len(items), 1)
    centres = [_LEFT + step * (number + 0.5) for number in range(len(items))]

    def height(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    lines = [part for tick in ticks for part in _grid(tick, height(tick))]
    draw = _columns if len(items) <= MOST_COLUMNS else _curve
    lines += draw(items, centres, step, height)
    every = math.ceil(len(items) * 44 / (WIDTH - _LEFT - _RIGHT)) or 1
    lines += [
        _text(centre, _HEIGHT - 6, mark, "chart-tick is-middle")
        for number, (centre, mark) in enumerate(zip(centres, marks, strict=True))
        if (len(items) - 1 - number) % every == 0  # the latest period always has its name
    ]
    return _svg(chart, _HEIGHT, lines)


def _grid(tick: float, y: float) -> list[str]:
    css = "chart-axis" if tick == 0 else "chart-grid"
    return [_line(_LEFT, y, WIDTH, y, css), _text(_LEFT - 5, y + 4, short(tick), "chart-tick is-end")]


def _columns(
    items: Sequence[Item], centres: Sequence[float], step: float, height: Callable[[float], float]
) -> list[str]:
    """A column for each period, with its value above while there is room."""
    width, zero, lines = min(step * 0.62, 40), height(0), []
    for (_, value), centre in zip(items, centres, strict=True):
        if value is None:
            lines.append(_text(centre, zero - 5, "–", "chart-none is-middle"))
            continue
        top = min(height(value), zero)
        lines.append(_rect(centre - width / 2, top, width, max(abs(height(value) - zero), 1), value))
        if len(items) <= _VALUED:
            above = top - 5 if value >= 0 else height(value) + 13
            lines.append(_text(centre, above, short(value), "chart-value is-middle"))
    return lines


def _curve(
    items: Sequence[Item], centres: Sequence[float], step: float, height: Callable[[float], float]
) -> list[str]:
    """A line through the periods, broken where there is no value; `step` matters to columns only."""
    points = [
        None if value is None else (centre, height(value))
        for (_, value), centre in zip(items, centres, strict=True)
    ]
    lines = [
        _line(*start, *end, "chart-line")
        for start, end in pairwise(points)
        if start is not None and end is not None
    ]
    return lines + [
        f'<circle class="chart-dot" cx="{_n(point[0])}" cy="{_n(point[1])}" r="2.5"/>'
        for point in points
        if point
    ]


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round values from at most `low` to at least `high`; zero is one of them."""
    if low == high:
        return [0.0, 0.5, 1.0]
    rough = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return [number * step for number in range(math.floor(low / step), math.ceil(high / step) + 1)]


def short(value: float) -> str:
    """A value in few letters, for an axis: `12k`, `1.5M`, `0.25`."""
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            base = 1e3 if letter == "k" else limit
            return f"{value / base:.1f}".rstrip("0").rstrip(".") + letter
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _svg(chart: Chart, height: float, lines: Sequence[str]) -> str:
    title, desc = f"{chart.name}-title", f"{chart.name}-desc"
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {_n(height)}" role="img" aria-labelledby="{title} {desc}">'
        f'<title id="{title}">{html.escape(chart.title)}</title><desc id="{desc}">{html.escape(chart.about)}</desc>'
        f"{''.join(lines)}</svg>"
    )


def _text(x: float, y: float, words: str, css: str) -> str:
    return f'<text class="{css}" x="{_n(x)}" y="{_n(y)}">{html.escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, value: float) -> str:
    css = "chart-bar" if value >= 0 else "chart-bar is-below"
    return f'<rect class="{css}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="1.5"/>'


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line class="{css}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
