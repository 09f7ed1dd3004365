"""How figures, days and moments are written for people, in the active language and the company's time zone."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cefn.kernel import clock
from cefn.kernel.money import micro_text, minor_text
from cefn.kernel.quantity import quantity_text

MINUS = "\u2212"


@lru_cache(maxsize=8)
def locale_named(language: str) -> Locale:
    """Return Babel's locale for a language code; English of Britain is the house's English."""
    return Locale.parse("en_GB" if language.startswith("en") else language, sep="-" if "-" in language else "_")


def locale_now() -> Locale:
    """Return the locale of the active language."""
    return locale_named(get_language() or "en")


@lru_cache(maxsize=64)
def _symbols(language: str) -> tuple[str, str]:
    locale = locale_named(language)
    return get_decimal_symbol(locale), get_group_symbol(locale)


@lru_cache(maxsize=256)
def _currency_symbol(currency: str, language: str) -> str:
    return str(get_currency_symbol(currency, locale_named(language)))


def digits_grouped(plain: str) -> str:
    """Return plain digits ("-1234.50") with the language's group and decimal signs and a real minus."""
    language = get_language() or "en"
    point, group = _symbols(language)
    sign, body = (MINUS, plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, fraction = body.partition(".")
    head = len(whole) % 3
    parts = ([whole[:head]] if head else []) + [whole[at : at + 3] for at in range(head, len(whole), 3)]
    return f"{sign}{group.join(parts)}{point + fraction if fraction else ''}"


def money_text(minor: int, currency: str) -> str:
    """Return an amount with its currency sign, e.g. 123450 GBP -> "£1,234.50"."""
    digits = digits_grouped(minor_text(minor, currency))
    symbol = _currency_symbol(currency, get_language() or "en")
    return f"{MINUS}{symbol}{digits[1:]}" if digits.startswith(MINUS) else f"{symbol}{digits}"


def money_html(minor: int | None, currency: str) -> SafeString | str:
    """Return an amount with the currency sign set thin; a dash where there is none."""
    if minor is None:
        return "\u2013"
    digits = digits_grouped(minor_text(abs(minor), currency))
    symbol = _currency_symbol(currency, get_language() or "en")
    if minor < 0:
        return format_html(
            '<span class="money minus">{}<span class="currency">{}</span>{}</span>', MINUS, symbol, digits
        )
    return format_html('<span class="money"><span class="currency">{}</span>{}</span>', symbol, digits)


def price_text(micro: int, currency: str) -> str:
    """Return a unit price, with no more decimals than it needs but at least two."""
    return f"{_currency_symbol(currency, get_language() or 'en')}{digits_grouped(micro_text(micro))}"


def quantity_shown(quantity: int | None, decimals: int = 0) -> str:
    """Return a quantity with grouped digits; a dash where there is none."""
    return "\u2013" if quantity is None else digits_grouped(quantity_text(quantity, decimals))


def day_text(day: date | None) -> str:
    """Return a day, e.g. "3 Nov 2026"; a dash where there is none."""
    return "\u2013" if day is None else str(format_date(day, "d MMM y", locale=locale_now()))


def moment_text(moment: datetime | None) -> str:
    """Return a moment in the company's time: the hour today, the day this year, else day and year."""
    if moment is None:
        return "\u2013"
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return str(format_skeleton("MMMd", local, locale=locale_now()))
    return day_text(local.date())


def moment_full(moment: datetime) -> str:
    """Return a moment with day, year and minute, for tool-tips and papers."""
    return str(format_datetime(timezone.localtime(moment), "d MMM y, HH:mm", locale=locale_now()))


def moment_html(moment: datetime | None) -> SafeString | str:
    """Return a moment as a `time` element whose title is the full moment."""
    if moment is None:
        return "\u2013"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), moment_full(moment), moment_text(moment)
    )


def ago_text(moment: datetime) -> str:
    """Return how long ago a moment was, e.g. "3 hours ago"."""
    return str(format_timedelta(moment - clock.now(), add_direction=True, locale=locale_now()))
