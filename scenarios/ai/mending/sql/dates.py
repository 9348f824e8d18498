"""Date functions of other dialects in portable words. Pure; needs no types."""

import re
from datetime import date

from sqlglot import exp

from scenarios.ai.mending.sql.making import cast, is_text, number, text
from scenarios.ai.mending.sql.rules import Rule

_UNITS = {
    "yyyy": "year", "yyy": "year", "yy": "year", "y": "year", "years": "year", "qq": "quarter",
    "q": "quarter", "qtr": "quarter", "quarters": "quarter", "mm": "month", "mon": "month", "m": "month",
    "months": "month", "dd": "day", "d": "day", "days": "day", "dayofmonth": "day", "hours": "hour",
    "hh": "hour", "minutes": "minute", "mi": "minute", "seconds": "second", "ss": "second", "s": "second",
    "weeks": "week", "wk": "week", "ww": "week", "isoweek": "week", "week(monday)": "week",
    "week(sunday)": "week", "isoyear": "year",
}  # fmt: skip
_MONDAY = "1990-01-01"  # a Monday before all dates of a demo
_INTERVAL = re.compile(r"^\s*(-?\d+)\s+([a-z]+)\s*$", re.IGNORECASE)


def unit_of(node: exp.Expr | None) -> str:
    """The unit as the portable SQL writes it; empty for none."""
    word = str(getattr(node, "name", "") or (node.sql() if node is not None else "")).lower().strip("'")
    return _UNITS.get(word, word)


def date_diff(earlier: exp.Expr, later: exp.Expr, unit: str) -> exp.Expr:
    """Whole units from one date to another; weeks are seven days."""
    if unit == "week":
        days = date_diff(earlier, later, "day")
        weeks = exp.Floor(this=exp.Div(this=days, expression=number(7)))
        return cast(weeks, "integer")
    return exp.DateDiff(this=later, expression=earlier, unit=exp.Var(this=unit))


def date_add(value: exp.Expr, count: exp.Expr, unit: str) -> exp.Expr:
    """A date moved by some units."""
    return exp.DateAdd(this=value, expression=count, unit=exp.Var(this=unit))


def date_rules(as_of: date) -> dict[type[exp.Expr], Rule]:
    """Rules by node; today is the demo's reference date."""

    def today(_node: exp.Expr) -> exp.Expr:
        return cast(text(as_of.isoformat()), "date")

    def now(_node: exp.Expr) -> exp.Expr:
        return cast(text(f"{as_of.isoformat()} 00:00:00"), "timestamp")

    return {
        exp.CurrentDate: today,
        **dict.fromkeys((exp.CurrentTimestamp, exp.CurrentDatetime, exp.Localtimestamp), now),
        **_RULES,
    }


def _to_date(node: exp.Expr) -> exp.Expr:
    """Formats are dropped: the demo's texts are ISO dates."""
    if node.args.get("expressions") or node.args.get("zone"):
        return node
    return cast(node.this, "date") if isinstance(node.this, exp.Expr) else node


def _to_timestamp(node: exp.Expr) -> exp.Expr:
    return cast(node.this, "timestamp") if isinstance(node.this, exp.Expr) else node


def _unwrapped(node: exp.Expr) -> exp.Expr:
    return node.this


def _difference(node: exp.Expr) -> exp.Expr:
    unit = unit_of(node.args.get("unit")) or "day"
    plain = isinstance(node, exp.DateDiff) and node.args.get("unit") is not None
    if plain and unit_of(node.args["unit"]) == node.args["unit"].name.lower() and unit != "week":
        return node
    return date_diff(node.expression, node.this, unit)


def _months_between(node: exp.Expr) -> exp.Expr:
    return date_diff(node.expression, node.this, "month")


def _count(node: exp.Expr) -> exp.Expr:
    """A number of units, however the dialect's reader has kept it."""
    if isinstance(node, exp.Interval):
        return _count(node.this)
    if is_text(node) and node.name.strip().lstrip("-").isdigit():
        return number(int(node.name))
    if isinstance(node, exp.Mul) and isinstance(node.expression, exp.Neg) and node.expression.name == "1":
        return exp.Neg(this=node.this) if not isinstance(node.this, exp.Neg) else node.this.this
    return node


def _moved(node: exp.Expr) -> exp.Expr:
    unit = node.args.get("unit")
    if isinstance(node.expression, exp.Interval):
        unit = node.expression.args.get("unit") or unit
    back = isinstance(node, exp.DateSub | exp.DatetimeSub | exp.TimestampSub)
    count = _count(node.expression)
    count = (count.this if isinstance(count, exp.Neg) else exp.Neg(this=count)) if back else count
    made = date_add(node.this, count, "month" if isinstance(node, exp.AddMonths) else unit_of(unit) or "day")
    same = isinstance(node, exp.DateAdd) and unit is not None and made.args["unit"].name == unit.name.lower()
    return node if same and count is node.expression else made


def _with_interval(node: exp.Expr) -> exp.Expr:
    """`x + interval '7 days'`."""
    value, interval = node.this, node.expression
    if isinstance(value, exp.Interval) and isinstance(node, exp.Add):
        value, interval = interval, value
    parts = _parts(interval) if isinstance(interval, exp.Interval) else None
    if parts is None:
        return node
    count, unit = parts
    if isinstance(node, exp.Sub):
        count = count.this if isinstance(count, exp.Neg) else exp.Neg(this=count)
    return date_add(value, count, unit)


def _parts(interval: exp.Interval) -> tuple[exp.Expr, str] | None:
    count, unit = interval.this, interval.args.get("unit")
    if unit is not None:
        return _count(count), unit_of(unit)
    found = _INTERVAL.match(count.name) if is_text(count) else None
    return (number(int(found[1])), _UNITS.get(found[2].lower(), found[2].lower())) if found else None


def _truncated(node: exp.Expr) -> exp.Expr:
    """Units in one spelling; the week as the Monday before, counted in days."""
    written = node.args.get("unit")
    unit = unit_of(written)
    if unit == "week":
        value = cast(node.this, "date")
        days = date_diff(cast(text(_MONDAY), "date"), value, "day")
        back = exp.Neg(this=exp.Paren(this=exp.Mod(this=days, expression=number(7))))
        return date_add(value.copy(), back, "day")
    fine = isinstance(node, exp.TimestampTrunc | exp.DateTrunc)
    if fine and written is not None and written.name.lower() == unit and not node.args.get("zone"):
        return node
    return exp.TimestampTrunc(this=node.this, unit=exp.Var(this=unit))


def _extracted(node: exp.Expr) -> exp.Expr:
    """`extract(day from a - b)` counts days; units in quotes lose them."""
    unit, value = unit_of(node.this), node.expression.unnest()
    if isinstance(value, exp.Sub) and unit in ("day", "epoch", "hour", "minute", "second"):
        return date_diff(value.expression, value.this, {"epoch": "second"}.get(unit, unit))
    if isinstance(node.this, exp.Var) and node.this.name.lower() == unit:
        return node
    return exp.Extract(this=exp.Var(this=unit), expression=node.expression)


def _part_of(node: exp.Expr) -> exp.Expr:
    """What a reader wraps around the argument of year(…) is taken away."""
    inner = node.this
    if isinstance(inner, exp.TsOrDsToDate):
        node.set("this", inner.this)
    return node


def _formatted(node: exp.Expr) -> exp.Expr:
    """The usual formats of dates, cut from the ISO text."""
    form = str(node.args["format"].name if node.args.get("format") is not None else "")
    form = form.replace("strict", "").replace("%F", "%Y-%m-%d")
    form = _SPELT.get(form.lower(), form)
    value = node.this
    while isinstance(value, exp.TsOrDsToDate | exp.TimeStrToTime | exp.TsOrDsToTimestamp):
        value = value.this
    day = cast(cast(value.copy(), "date"), "string")
    month = exp.Left(this=day.copy(), expression=number(7))
    made: dict[str, exp.Expr] = {
        "": day,
        "%Y-%m-%d": day,
        "%Y-%m": month,
        "%Y": exp.Left(this=day.copy(), expression=number(4)),
        "%m": exp.Right(this=month.copy(), expression=number(2)),
        "%d": exp.Right(this=day.copy(), expression=number(2)),
        "%Y%m": exp.Replace(this=month.copy(), expression=text("-"), replacement=text("")),
        "%Y%m%d": exp.Replace(this=day.copy(), expression=text("-"), replacement=text("")),
    }
    return made.get(form, node)


_SPELT = {
    "yyyy-mm-dd": "%Y-%m-%d", "yyyy-mm": "%Y-%m", "yyyy": "%Y", "mm": "%m", "dd": "%d",
    "yyyymm": "%Y%m", "yyyymmdd": "%Y%m%d",
}  # fmt: skip

_RULES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.StrToDate, exp.Date, exp.TimeStrToDate, exp.TsOrDsToDate), _to_date),
    **dict.fromkeys((exp.StrToTime, exp.Timestamp, exp.Datetime, exp.TsOrDsToTimestamp), _to_timestamp),
    exp.TimeStrToTime: _unwrapped,
    **dict.fromkeys((exp.DateDiff, exp.TimestampDiff, exp.DatetimeDiff, exp.TsOrDsDiff), _difference),
    exp.MonthsBetween: _months_between,
    **dict.fromkeys(
        (exp.DateAdd, exp.DateSub, exp.TimestampAdd, exp.TimestampSub, exp.DatetimeAdd, exp.DatetimeSub,
         exp.TsOrDsAdd, exp.AddMonths),
        _moved,
    ),
    **dict.fromkeys((exp.Add, exp.Sub), _with_interval),
    **dict.fromkeys((exp.DateTrunc, exp.TimestampTrunc, exp.DatetimeTrunc), _truncated),
    exp.Extract: _extracted,
    **dict.fromkeys((exp.Year, exp.Month, exp.Day, exp.Quarter, exp.LastDay), _part_of),
    exp.TimeToStr: _formatted,
}  # fmt: skip
