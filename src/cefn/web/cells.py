"""Cells that several lists share."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cefn.kernel.money import micro_text, minor_text
from cefn.web.formats import money_html, price_text, quantity_shown

MUTED_NOUGHT = SafeString('<span class="muted">0</span>')


def two(first: Any, second: Any) -> SafeString:
    """Return a value with a quieter one after it."""
    return format_html('{} <span class="muted">{}</span>', first, second) if second else format_html("{}", first)


def tags_html(tags: list[str]) -> SafeString:
    """Return tags in small boxes."""
    return format_html_join(" ", '<span class="tag">{}</span>', ((tag,) for tag in tags))


def amount(row: Any, field: str = "total_minor") -> SafeString | str:
    """Return an amount in the row's own currency."""
    return money_html(getattr(row, field), row.currency)


def amount_plain(minor: int, currency: str) -> str:
    """Return an amount as plain digits for files."""
    return minor_text(minor, currency)


def price_plain(micro: int) -> str:
    """Return a unit price as plain digits for files."""
    return micro_text(micro)


def price(micro: int, currency: str) -> str:
    """Return a unit price with its currency sign; a dash for nought."""
    return price_text(micro, currency) if micro else "\u2013"


def count(value: int, decimals: int = 0) -> SafeString | str:
    """Return a quantity, nought quieter than the rest and less than nought in red."""
    if value == 0:
        return MUTED_NOUGHT
    shown = quantity_shown(value, decimals)
    return format_html('<span class="money minus">{}</span>', shown) if value < 0 else shown
