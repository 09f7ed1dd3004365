"""Small filters of the pages of money and settings."""

from typing import Any

from django import template

from cefn.web.formats import digits_grouped
from cefn.web.money_forms import own_name as name_of

register = template.Library()


@register.filter
def own_name(row: Any) -> str:
    """Write a row's name in the active language."""
    return name_of(row)


@register.filter
def turned(minor: int) -> int:
    """Turn the sign of an amount: a credit as a plain figure."""
    return -minor


@register.filter
def percent(ppm: int) -> str:
    """Write parts per million as per cent, with no more decimals than it needs."""
    whole, rest = divmod(ppm, 10_000)
    digits = f"{whole}.{rest:04d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{digits_grouped(digits)} %"


@register.filter
def item(values: Any, key: Any) -> Any:
    """Look a key up in a mapping; nothing where it is not there."""
    return values.get(key, "") if hasattr(values, "get") else ""
