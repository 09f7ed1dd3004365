"""Tags and filters that templates draw the components with. README.md shows each with an example."""

from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cefn.platform.permissions import Role, permission_has
from cefn.web.bars import bar_svg, meter_svg
from cefn.web.formats import (
    ago_text,
    day_text,
    digits_grouped,
    moment_full,
    moment_html,
    money_html,
    price_text,
    quantity_shown,
)
from cefn.web.statuses import state_html

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration, so a word stands beside it or on its button."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("vendor/icons.svg"),
        name,
    )


@register.inclusion_tag("web/parts/toast.html")
def toast(text: Any, tone: str) -> dict[str, Any]:
    """Draw a toast; tone is good, wait or bad, or one of Django's message levels."""
    tones = {"error": "bad", "warning": "wait", "success": "good", "info": "good"}
    return {"text": text, "tone": tones.get(tone, tone)}


@register.simple_tag
def money(minor: int | None, currency: str) -> SafeString | str:
    """Draw an amount in minor units with a thin currency sign."""
    return money_html(minor, currency)


@register.simple_tag
def price(micro: int, currency: str) -> str:
    """Write a unit price given in millionths."""
    return price_text(micro, currency)


@register.simple_tag
def state(value: str, choices: Any = None, label: str = "") -> SafeString:
    """Draw a state as a small shape and a word."""
    return state_html(value, choices, label)


@register.simple_tag
def line_bar(line: Any, decimals: int = 0) -> SafeString:
    """Draw an order line's progress: ordered, allocated, picked, shipped, invoiced, returned."""
    return bar_svg(line, decimals)


@register.simple_tag
def meter(value: int, whole: int, tone: str = "accent") -> SafeString:
    """Draw a share as a thin bar; the number stands beside it in words."""
    return meter_svg(value, whole, tone)


@register.filter
def quantity(value: int | None, decimals: int = 0) -> str:
    """Write a quantity in the variant's smallest unit with grouped digits."""
    return quantity_shown(value, decimals)


@register.filter
def grouped(value: int) -> str:
    """Write a whole number with grouped digits."""
    return digits_grouped(str(value))


@register.filter
def when(value: datetime | None) -> SafeString | str:
    """Draw a moment: the hour today, else the day."""
    return moment_html(value)


@register.filter
def full_moment(value: datetime) -> str:
    """Write a moment with day, year and minute."""
    return moment_full(value)


@register.filter
def ago(value: datetime) -> str:
    """Write how long ago a moment was."""
    return ago_text(value)


@register.filter
def day(value: date | None) -> str:
    """Write a day."""
    return day_text(value)


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def role_label(role: str) -> str:
    """Return what a role is called in the active language."""
    return str(Role(role).label) if role in Role.values else role


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str) -> bool:
    """Tell whether the person may do `permission`; with `as` to choose what is shown."""
    actor = context.get("actor")
    return actor is not None and permission_has(actor, permission)


@register.inclusion_tag("web/parts/field.html")
def field(bound: Any, hint: str = "") -> dict[str, Any]:
    """Draw a form field with label, hint and faults, tied together for screen readers."""
    bound.field.widget.attrs.setdefault("aria-describedby", f"{bound.id_for_label}-say")
    if bound.errors:
        bound.field.widget.attrs["aria-invalid"] = "true"
    widget = bound.field.widget
    is_check = getattr(widget, "input_type", "") == "checkbox" and not getattr(widget, "allow_multiple_selected", False)
    return {"bound": bound, "hint": hint or bound.help_text, "is_check": is_check}


@register.inclusion_tag("web/parts/empty.html")
def empty(icon: str, title: str, sentence: str, action: str = "", url: str = "", guide: str = "") -> dict[str, Any]:
    """Draw an empty state: what this place is for, the first step as a button, a link to the how-to."""
    return {"icon_name": icon, "title": title, "sentence": sentence, "action": action, "url": url, "guide": guide}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """Draw a timeline of `cefn.web.timeline.Entry` values, newest first."""
    return {"entries": entries}


@register.inclusion_tag("web/parts/chart.html")
def chart(figure: Any) -> dict[str, Any]:
    """Draw a `cefn.web.charts.Chart`: a canvas for those who look, the same table for those who read."""
    return {"chart": figure}


@register.inclusion_tag("web/parts/explain.html")
def explain(text: Any, url: str, title: str) -> dict[str, Any]:
    """Draw a figure as a button that opens how it was made."""
    return {"text": text, "url": url, "title": title}


@register.inclusion_tag("web/parts/tile.html")
def tile(figure: Any) -> dict[str, Any]:
    """Draw a `cefn.web.charts.Tile` of the dashboard."""
    return {"tile": figure}


@register.inclusion_tag("web/parts/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """Draw long work: a bar and the numbers."""
    return {"done": done, "total": total, "label": label}
