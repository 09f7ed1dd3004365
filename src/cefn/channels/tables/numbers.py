"""Numbers in text, read strictly: plain digits, one decimal mark, well-formed groups, nothing else.

Python's own int() and Decimal() take "１２", "1_000", "NaN" and "1e9"; each of those is a fault here. Results are
integers scaled by a power of ten; no float is involved.
"""

import re
from dataclasses import dataclass

from cefn.channels.tables.faults import (
    NUMBER_AMBIGUOUS,
    NUMBER_DECIMALS,
    NUMBER_DIGITS,
    NUMBER_EXPONENT,
    NUMBER_NEGATIVE,
    NUMBER_NOT_FINITE,
    NUMBER_TOO_BIG,
    NUMBER_UNDERSCORE,
    NUMBER_WRONG,
    VALUE_MISSING,
    CellFault,
)

MOST_DIGITS = 40
PLAIN = re.compile(r"([+\-−]?)(\d+)(?:\.(\d+))?|([+\-−]?)\.(\d+)", re.ASCII)
GROUPED = {
    ".": re.compile(r"([+\-−]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+)(?:\.(\d+))?", re.ASCII),
    ",": re.compile(r"([+\-−]?)(\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+)(?:,(\d+))?", re.ASCII),
}
COMMA = re.compile(r"([+\-−]?)(\d+)(?:,(\d+))?|([+\-−]?),(\d+)", re.ASCII)
GROUP_SIGNS = str.maketrans("", "", ",. \u00a0\u202f'’")
NOT_FINITE = {"nan", "inf", "infinity", "-nan", "-inf", "-infinity", "+inf", "+infinity", "∞", "-∞", "#num!", "null"}
EXPONENT = re.compile(r"[+\-]?[\d.,]+[eE][+\-]?\d+", re.ASCII)
LOOKS_GROUPED = re.compile(r"[+\-−]?[1-9]\d{0,2}([.,])\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a file writes numbers: the decimal mark, and whether the file shows it beyond doubt."""

    decimal: str = "."
    certain: bool = True


POINT = NumberFormat()


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as read: sign, whole part and fraction as digits."""

    negative: bool
    whole: str
    fraction: str

    def scaled(self, decimals: int) -> int:
        """Return the number times 10**decimals; the fraction must not be longer than `decimals`."""
        size = int(self.whole + self.fraction.ljust(decimals, "0"))
        return -size if self.negative else size


def read_digits(text: str, style: NumberFormat = POINT) -> Digits | CellFault:
    """Return the digits of a number, or why it is none."""
    text = text.strip()
    simple = PLAIN.fullmatch(text) if style.decimal == "." else COMMA.fullmatch(text)
    if simple and len(text) <= MOST_DIGITS:
        sign, whole, fraction, short_sign, short = simple.groups()
        if not style.certain and LOOKS_GROUPED.fullmatch(text):
            return _ambiguous(text)
        return Digits((sign or short_sign or "") in {"-", "−"}, whole or "0", _trim(fraction or short or ""))
    grouped = GROUPED[style.decimal].fullmatch(text)
    if grouped and len(text) <= MOST_DIGITS:
        if not style.certain and LOOKS_GROUPED.fullmatch(text):
            return _ambiguous(text)
        sign, whole, fraction = grouped.groups()
        return Digits(sign in {"-", "−"}, whole.translate(GROUP_SIGNS), _trim(fraction or ""))
    return _why(text, style)


def _trim(fraction: str) -> str:
    """Drop the zeros beyond the sixth decimal, which say nothing (10.5000000000)."""
    return fraction[:6] + fraction[6:].rstrip("0") if len(fraction) > 6 else fraction


def _ambiguous(text: str) -> CellFault:
    bare = text.replace(",", "").replace(".", "")
    return CellFault(NUMBER_AMBIGUOUS, {"first": bare, "second": text.replace(",", ".")})


def _why(text: str, style: NumberFormat) -> CellFault:
    if not text:
        return CellFault(VALUE_MISSING)
    if text.casefold() in NOT_FINITE:
        return CellFault(NUMBER_NOT_FINITE)
    if "_" in text and text.replace("_", "").lstrip("+-").isdigit():
        return CellFault(NUMBER_UNDERSCORE)
    if any(sign.isnumeric() and not sign.isascii() for sign in text):
        return CellFault(NUMBER_DIGITS)
    if EXPONENT.fullmatch(text):
        return CellFault(NUMBER_EXPONENT)
    if len(text) > MOST_DIGITS and text.lstrip("+-").replace(".", "").replace(",", "").isdigit():
        return CellFault(NUMBER_TOO_BIG, {"limit": f"10^{MOST_DIGITS}"})
    example = "1234.56" if style.decimal == "." else "1234,56"
    return CellFault(NUMBER_WRONG, {"mark": style.decimal, "example": example})


def parse_scaled(
    text: str, *, decimals: int, most: int, style: NumberFormat = POINT, negative: bool = False
) -> int | CellFault:
    """Return the number times 10**decimals as an integer, at most `most` in size, or what is wrong.

    Zeros after the last needed decimal are allowed ("10.5000"); a digit other than zero there is a fault.
    """
    digits = read_digits(text, style)
    if isinstance(digits, CellFault):
        return digits
    fraction = digits.fraction.rstrip("0")
    if len(fraction) > decimals:
        return CellFault(NUMBER_DECIMALS, {"found": len(fraction), "allowed": decimals})
    value = Digits(digits.negative, digits.whole, fraction).scaled(decimals)
    if abs(value) > most:
        return CellFault(NUMBER_TOO_BIG, {"limit": most // 10**decimals})
    if value < 0 and not negative:
        return CellFault(NUMBER_NEGATIVE)
    return value


def parse_rounded(
    text: str, *, decimals: int, most: int, style: NumberFormat = POINT, negative: bool = False
) -> int | CellFault:
    """Return the number times 10**decimals, halves away from zero, for binary fractions written out."""
    digits = read_digits(text, style)
    if isinstance(digits, CellFault):
        return digits
    kept, rest = digits.fraction[:decimals].ljust(decimals, "0"), digits.fraction[decimals:]
    size = int(digits.whole + kept) + (1 if rest[:1] >= "5" else 0)
    if size > most:
        return CellFault(NUMBER_TOO_BIG, {"limit": most // 10**decimals})
    if digits.negative and size and not negative:
        return CellFault(NUMBER_NEGATIVE)
    return -size if digits.negative else size
