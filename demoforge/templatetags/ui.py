"""The small parts of the design system that templates call: icons, status tags, times, numbers.

Everything here escapes what it is given. Components with more markup are templates in `templates/components/`.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action

register = template.Library()

# status, as the models call it -> (tone, icon); the label always stands beside it, so colour is never alone
STATUSES: dict[str, tuple[str, str]] = {
    "queued": ("quiet", "hourglass"),
    "pending": ("quiet", "circle-dashed"),
    "drafting": ("info", "loader-circle"),
    "rendered": ("info", "loader-circle"),
    "running": ("info", "loader-circle"),
    "cancelling": ("warning", "loader-circle"),
    "to_undo": ("warning", "hourglass"),
    "undoing": ("warning", "loader-circle"),
    "ready": ("success", "circle-check"),
    "passed": ("success", "shield-check"),
    "pass": ("success", "check"),
    "success": ("success", "check"),
    "succeeded": ("success", "circle-check"),
    "created": ("success", "circle-check"),
    "warn": ("warning", "triangle-alert"),
    "broken": ("error", "shield-alert"),
    "failed": ("error", "circle-x"),
    "fail": ("error", "circle-x"),
    "error": ("error", "circle-x"),
    "undo_failed": ("error", "triangle-alert"),
    "leftover": ("error", "triangle-alert"),
    "skipped": ("quiet", "circle-minus"),
    "cancelled": ("quiet", "ban"),
    "undone": ("quiet", "undo-2"),
    "removed": ("quiet", "undo-2"),
    "intent": ("quiet", "hourglass"),
}
MOVING = "loader-circle"


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    spin = " spin" if name == MOVING else ""
    source = f"{static('demoforge/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon{} {}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            spin,
            css,
            label,
            source,
        )
    return format_html(
        '<svg class="icon{} {}" aria-hidden="true"><use href="{}"></use></svg>', spin, css, source
    )


@register.inclusion_tag("components/badge.html")
def badge(status: str, label: str) -> dict[str, str]:
    """A status as a tag: an icon and words in the status's tone."""
    tone, name = STATUSES.get(status, ("quiet", "circle-dashed"))
    return {"tone": tone, "icon_name": name, "label": label}


@register.filter
def status_tone(status: str) -> str:
    """The tone of a status: info, success, warning, error or quiet."""
    return STATUSES.get(status, ("quiet", ""))[0]


@register.filter
def status_icon(status: str) -> str:
    """The name of a status's icon."""
    return STATUSES.get(status, ("", "circle-dashed"))[1]


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as people say them: "40 ms", "0.4 s", "12 s", "2 min 5 s"; empty for None."""
    if seconds is None:
        return ""
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """A time as a `<time>` element that reads well: "today 14:02", "3 Nov 2026". Pointing at it shows its zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    today = timezone.localdate()
    if local.date() == today:
        words = f"today {local:%H:%M}"
    elif local.year == today.year:
        words = f"{local.day} {local:%b %H:%M}"
    else:
        words = f"{local.day} {local:%b %Y}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), _in_full(local), words)


def _in_full(local: datetime) -> str:
    """A local time with its zone: "2026-11-03 14:02, Europe/Oslo (UTC+01:00)"."""
    zone, offset = timezone.get_current_timezone_name(), f"UTC{local.isoformat()[-6:]}"
    return f"{local:%Y-%m-%d %H:%M}, {zone}" + ("" if zone == "UTC" else f" ({offset})")


@register.filter
def number(value: Any) -> str:
    """A number as the documents write it: 1,284 or 52.35, small ones with three digits; None as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if value and abs(value) < 0.01:
        return f"{value:.3g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


@register.filter
def dollars(value: Decimal | None) -> str:
    """US dollars: "$12.35"; small amounts with the digits that say something, "$0.0042"; None as a dash."""
    if value is None:
        return "–"
    if value == 0 or value >= 1:
        return f"${value:,.2f}"
    return f"${value:.4f}" if value >= Decimal("0.001") else f"${value:.6f}"


@register.filter
def at(mapping: dict[str, Any], key: str) -> Any:
    """The value of a mapping under a key, or None."""
    return mapping.get(key)


@register.filter
def words(text: str) -> str:
    """A key such as "undo_failed" as words."""
    return str(text).replace("_", " ")


@register.filter
def warehouse(key: str) -> str:
    """A warehouse as its makers write it."""
    names = {"bigquery": "BigQuery", "duckdb": "DuckDB", "postgres": "PostgreSQL", "postgresql": "PostgreSQL"}
    return names.get(key, str(key).capitalize())


@register.filter
def basename(path: str) -> str:
    """The last part of a path."""
    return str(path).rsplit("/", 1)[-1]


@register.filter
def may(user: object, action: str) -> bool:
    """Whether a person's role is allowed an action, for what every page shows; views decide about objects."""
    return isinstance(user, User) and user.may(Action(action))
