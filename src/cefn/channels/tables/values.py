"""Strict parsers of cell values: each returns the value or a CellFault; none raises and none guesses.

Scales: quantities in the smallest unit, amounts in minor units (`*_minor`), unit prices in millionths (`*_micro`).
"""

import re
import unicodedata

from cefn.channels.tables.countries import country_find
from cefn.channels.tables.faults import (
    BARCODE_CHECK,
    BARCODE_WRONG,
    BOOLEAN_WRONG,
    CELL_ERROR,
    CONTROL_CHARACTER,
    COUNTRY_UNKNOWN,
    CURRENCY_UNKNOWN,
    CURRENCY_WRONG,
    EMAIL_WRONG,
    FORMULA_CELL,
    NUMBER_ZERO,
    SKU_WRONG,
    TEXT_TOO_LONG,
    VALUE_MISSING,
    CellFault,
)
from cefn.channels.tables.numbers import POINT, NumberFormat, parse_rounded, parse_scaled
from cefn.kernel.money import CURRENCY_DECIMALS, round_half_up

MOST_QUANTITY = 10**9
MOST_MINOR = 10**13
MOST_MICRO = 10**15
SKU_LENGTH = 64
CELL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
SYMBOLS = {
    "£": {"GBP"}, "€": {"EUR"}, "¥": {"JPY", "CNY"}, "zł": {"PLN"}, "₹": {"INR"}, "₺": {"TRY"}, "R$": {"BRL"},
    "$": {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "CLP"}, "kr": {"SEK", "NOK", "DKK", "ISK"}, "₩": {"KRW"},
}  # fmt: skip
MONEY = re.compile(
    r"(?P<sign>[+\-−]?)\s*(?P<open>\(?)\s*(?P<before>[A-Z]{3}|[£€¥₹₺₩$]|R\$|zł|kr)?\s*"
    r"(?P<inner>[+\-−]?[\d.,][\d., \u00a0\u202f'’]*?)"
    r"\s*(?P<after>[A-Z]{3}|[£€¥₹₺₩$]|zł|kr)?\s*(?P<close>\)?)",
    re.ASCII,
)
YES = frozenset({"yes", "y", "true", "t", "1", "on", "ie", "ydw", "oes"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "na", "nac ydw", "nac oes"})
EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\\\]]{1,64}@(?:[^\s@.\"(),:;<>\[\\\]]{1,63}\.)+[^\s@.\d\"(),:;<>\[\\\]][^\s@.\"(),:;<>\[\\\]]{0,62}"
)
BARCODE_LENGTHS = frozenset({8, 12, 13, 14})
KEPT_CONTROLS = frozenset("\n\t\r")
ESCAPED_SIGN = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def unescaped(text: str) -> str:
    """Return a cell without the single quote that exports put before a formula sign."""
    return text[1:] if ESCAPED_SIGN.match(text) else text


def is_formula(text: str) -> bool:
    """Tell whether the text would be computed when a spreadsheet program opens it."""
    return len(text) > 1 and text[0] in "=＝"


def parse_text(text: str, *, longest: int = 255, needed: bool = False) -> str | CellFault:
    """Return the text, trimmed and in normal form C."""
    if is_formula(text):
        return CellFault(FORMULA_CELL)
    cleaned = unicodedata.normalize("NFC", unescaped(text)).strip()
    if cleaned in CELL_ERRORS:
        return CellFault(CELL_ERROR)
    if not cleaned:
        return CellFault(VALUE_MISSING) if needed else ""
    if not cleaned.isprintable():
        for sign in cleaned:
            if sign not in KEPT_CONTROLS and unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}:
                return CellFault(CONTROL_CHARACTER)
    if len(cleaned) > longest:
        return CellFault(TEXT_TOO_LONG, {"limit": longest})
    return cleaned


def parse_quantity(
    text: str, *, decimals: int = 0, style: NumberFormat = POINT, negative: bool = False, zero: bool = True
) -> int | CellFault:
    """Return a quantity in the smallest unit: 2.5 with one decimal is 25. "6.0" is 6."""
    if is_formula(text):
        return CellFault(FORMULA_CELL)
    value = parse_scaled(unescaped(text), decimals=decimals, most=MOST_QUANTITY, style=style, negative=negative)
    return CellFault(NUMBER_ZERO) if value == 0 and not zero else value


def _money_parts(text: str, currency: str) -> str | CellFault:
    """Return the bare number of an amount whose currency sign, if any, is that of `currency`."""
    if currency not in CURRENCY_DECIMALS:
        return CellFault(CURRENCY_UNKNOWN)
    text = unescaped(text).strip()
    match = MONEY.fullmatch(text)
    if match is None:
        return text
    for mark in (match["before"], match["after"]):
        if mark and currency not in SYMBOLS.get(mark, {mark}):
            return CellFault(CURRENCY_WRONG, {"found": mark, "expected": currency})
    bracketed = bool(match["open"] and match["close"])
    if bool(match["open"]) != bool(match["close"]) or (match["before"] and match["after"]):
        return text
    if bracketed and (match["sign"] or match["inner"][0] in "+-−"):
        return text
    return ("-" if bracketed else match["sign"]) + match["inner"]


def parse_money_minor(
    text: str, *, currency: str, style: NumberFormat = POINT, negative: bool = False
) -> int | CellFault:
    """Return an amount in minor units; more decimals than the currency has are a fault ("-£1.04", "4.95 GBP")."""
    if is_formula(text):
        return CellFault(FORMULA_CELL)
    number = _money_parts(text, currency)
    if isinstance(number, CellFault):
        return number
    decimals = CURRENCY_DECIMALS[currency]
    return parse_scaled(number, decimals=decimals, most=MOST_MINOR, style=style, negative=negative)


def parse_price_micro(
    text: str, *, currency: str, style: NumberFormat = POINT, negative: bool = False, rounded_to: int | None = None
) -> int | CellFault:
    """Return a unit price in millionths of the currency's unit; at most six decimals.

    `rounded_to` decimals rounds first, for files that write binary fractions out in full (34.7999992).
    """
    if is_formula(text):
        return CellFault(FORMULA_CELL)
    number = _money_parts(text, currency)
    if isinstance(number, CellFault):
        return number
    if rounded_to is None:
        return parse_scaled(number, decimals=6, most=MOST_MICRO, style=style, negative=negative)
    most = MOST_MICRO // 10 ** (6 - rounded_to)
    value = parse_rounded(number, decimals=rounded_to, most=most, style=style, negative=negative)
    return value if isinstance(value, CellFault) else value * 10 ** (6 - rounded_to)


def parse_ppm(text: str, *, style: NumberFormat = POINT, fraction: bool = False) -> int | CellFault:
    """Return a rate in parts per million from percent ("20", "20%") or a `fraction` ("0.15"), at most 1,000,000."""
    number = unescaped(text).strip().removesuffix("%")
    decimals = 6 if fraction else 4
    return parse_rounded(number, decimals=decimals, most=1_000_000, style=style)


def parse_bool(text: str) -> bool | CellFault:
    """Return yes or no."""
    word = text.strip().casefold()
    if word in YES:
        return True
    return False if word in NO else CellFault(BOOLEAN_WRONG if word else VALUE_MISSING)


def parse_sku(text: str) -> str | CellFault:
    """Return a SKU, trimmed and in normal form C, at most 64 visible characters."""
    value = parse_text(text, longest=SKU_LENGTH, needed=True)
    if isinstance(value, CellFault):
        return value
    if not value.isprintable():
        return CellFault(SKU_WRONG, {"why": "\\n"})
    return value


def check_digit(body: str) -> int:
    """Return the GS1 check digit for the digits before it (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def parse_barcode(text: str) -> str | CellFault:
    """Return a GTIN of 8, 12, 13 or 14 digits with a right check digit; empty stays empty."""
    digits = unescaped(text).strip().removeprefix("'").replace(" ", "").replace("-", "")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in BARCODE_LENGTHS:
        return CellFault(BARCODE_WRONG)
    expected = check_digit(digits[:-1])
    return digits if int(digits[-1]) == expected else CellFault(BARCODE_CHECK, {"expected": expected})


def parse_country(text: str) -> str | CellFault:
    """Return an ISO 3166-1 alpha-2 code from a code or a name; empty for an empty or unspecified country."""
    code = country_find(unescaped(text))
    return CellFault(COUNTRY_UNKNOWN) if code is None else code


def parse_currency(text: str) -> str | CellFault:
    """Return a known ISO 4217 code."""
    code = text.strip().upper()
    if not code:
        return CellFault(VALUE_MISSING)
    return code if code in CURRENCY_DECIMALS else CellFault(CURRENCY_UNKNOWN)


def parse_email(text: str) -> str | CellFault:
    """Return an address with its domain in lower case; empty stays empty."""
    address = unescaped(text).strip()
    if not address:
        return ""
    if len(address) > 254 or not EMAIL.fullmatch(address) or not address.isprintable():
        return CellFault(EMAIL_WRONG)
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def micro_from_line(total_minor: int, quantity: int, per_minor: int) -> int:
    """Return the unit price in millionths of a line total, rounded; `per_minor` millionths make a minor unit."""
    return round_half_up(total_minor * per_minor, quantity)
