"""Amounts, dates and quantities as the reader of a paper writes them. Data are whole numbers; texts come out."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from cefn.kernel.money import PPM, currency_decimals, micro_text, minor_text
from cefn.kernel.quantity import quantity_text

_HOME = {"en": "en_GB"}


@lru_cache(maxsize=64)
def paper_locale(language: str) -> Locale:
    """Return the locale of a language code ("en", "cy", "en-ie"); British English for one that is not known."""
    code = _HOME.get(language.lower(), language.replace("-", "_"))
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def amount_text(minor: int, currency: str, language: str) -> str:
    """Return an amount with its currency sign, e.g. 123456 GBP -> "£1,234.56"."""
    return format_currency(
        Decimal(minor_text(minor, currency)), currency, locale=paper_locale(language), currency_digits=False,
        format=_currency_pattern(currency, language),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _currency_pattern(currency: str, language: str) -> str:
    """Take the locale's own pattern with the currency's decimals; a sign made of letters stands off the digits."""
    pattern = str(paper_locale(language).currency_formats["standard"].pattern).split(";")[0]
    if get_currency_symbol(currency, paper_locale(language))[-1].isalpha():
        pattern = pattern.replace("¤#", "¤\u00a0#")
    decimals = currency_decimals(currency)
    return pattern.replace(".00", "." + "0" * decimals if decimals else "")


def unit_price_text(micro: int, currency: str, language: str) -> str:
    """Return a unit price without its sign and with the decimals it needs: 1250000 -> "1.25", 4500 -> "0.0045"."""
    least = currency_decimals(currency)
    written = micro_text(micro, least)
    decimals = len(written.partition(".")[2])
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(Decimal(written), format=pattern, locale=paper_locale(language))


def plain_amount_text(minor: int, currency: str, language: str) -> str:
    """Return an amount without its sign, for table columns: 123456 GBP -> "1,234.56"."""
    decimals = currency_decimals(currency)
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(Decimal(minor_text(minor, currency)), format=pattern, locale=paper_locale(language))


def rate_text(ppm: int, language: str) -> str:
    """Return a rate in parts per million as a percentage: 200000 -> "20%", 175000 -> "17.5%"."""
    percent = Decimal(ppm * 100) / PPM
    return f"{format_decimal(percent.normalize(), format='0.####', locale=paper_locale(language))}%"


def count_text(quantity: int, decimals: int, language: str) -> str:
    """Return a quantity in the reader's digits: 1500 with three decimals -> "1.5"."""
    written = quantity_text(quantity, decimals)
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return format_decimal(Decimal(written), format="#,##0.######", locale=paper_locale(language))


def date_text(day: date | None, language: str) -> str:
    """Return a day written out, e.g. "4 March 2026"; an empty text for none."""
    return format_date(day, format="d MMMM y", locale=paper_locale(language)) if day else ""


def moment_text(moment: datetime, language: str, zone: str) -> str:
    """Return a moment as day and minute in the time zone called `zone`."""
    local = moment.astimezone(ZoneInfo(zone))
    locale = paper_locale(language)
    return f"{format_date(local.date(), format='d MMM y', locale=locale)}, {format_time(local, 'HH:mm', locale=locale)}"


def weight_text(grams: int, language: str) -> str:
    """Return a weight: grams below one kilogram, else kilograms with at most two decimals (rounded up)."""
    if grams < 1000:
        return f"{grams} g"
    centi = -(-grams // 10)
    return f"{format_decimal(Decimal(centi) / 100, format='#,##0.##', locale=paper_locale(language))} kg"
