"""Small bars drawn as SVG on the server, so that no style attribute is needed."""

from typing import Any, Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cefn.web.formats import quantity_shown

TENTHS = 1000


class ProgressLine(Protocol):
    """The counters of an order line."""

    quantity: int
    cancelled: int
    allocated: int
    picked: int
    shipped: int
    invoiced: int
    returned: int


def _share(part: int, whole: int) -> int:
    return part * TENTHS // whole if whole > 0 else 0


def segments_svg(parts: list[tuple[int, str]], whole: int, label: str) -> SafeString:
    """Return a bar of coloured parts (value, tone) out of `whole`."""
    at, shapes = 0, []
    for value, tone in parts:
        width = _share(value, whole)
        if width > 0:
            shapes.append((at, width, tone))
            at += width
    rects = format_html_join("", '<rect x="{}" width="{}" height="6" class="fill-{}"></rect>', shapes)
    return format_html(
        '<svg viewBox="0 0 {} 6" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>', TENTHS, label, rects
    )


def bar_svg(line: ProgressLine, decimals: int = 0) -> SafeString:
    """Return an order line's progress as a bar and words: returned, shipped, picked, allocated, waiting, cancelled."""
    kept = line.shipped - line.returned
    picked = line.picked
    allocated = line.allocated - line.picked
    waiting = line.quantity - line.cancelled - line.shipped - line.allocated
    named = (
        (_("shipped"), line.shipped),
        (_("picked"), picked),
        (_("allocated"), line.allocated),
        (_("waiting"), waiting),
        (_("invoiced"), line.invoiced),
        (_("returned"), line.returned),
        (_("cancelled"), line.cancelled),
    )
    words = [f"{quantity_shown(value, decimals)} {word}" for word, value in named if value]
    parts = [
        (kept, "good"),
        (line.returned, "wait"),
        (picked, "accent"),
        (allocated, "busy"),
        (waiting, "sunk"),
        (line.cancelled, "quiet"),
    ]
    picture = segments_svg(parts, line.quantity, ", ".join(words))
    shown: Any = format_html_join("", "<span>{}</span>", ((word,) for word in words))
    return format_html('<div class="line-bar">{}<div class="words">{}</div></div>', picture, shown)


def meter_svg(value: int, whole: int, tone: str = "accent") -> SafeString:
    """Return a share as a thin bar."""
    width = max(0, min(TENTHS, _share(value, whole)))
    return format_html(
        '<svg class="meter" viewBox="0 0 {} 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="6" class="fill-{}"></rect></svg>',
        TENTHS,
        width,
        tone,
    )
