"""GS1 numbers: check digits, and the serial shipping container code (SSCC) that names a parcel in the whole world.

Rules: GS1 General Specifications, section 7.9 (check digit) and 2.2.1 (SSCC: extension digit, company prefix, serial
reference, check digit; 18 digits in all).
"""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError

SSCC_DIGITS = 18
PREFIX_LEAST, PREFIX_MOST = 4, 12


class SsccNotPossible(CefnError):
    """No SSCC can be made from this prefix, extension and serial."""

    code = "CEFN-PAPERS-004"
    status = 409
    sentence = _("No SSCC can be made from prefix %(prefix)s and serial %(serial)s.")
    remedy = _("The company prefix has 4 to 12 digits; use the next extension digit once all serials are taken.")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of `digits` (without it): weights 3, 1, 3 ... from the right, modulo 10."""
    if not _is_digits(digits):
        raise ValueError(f"{digits!r} is not made of digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def check_digit_holds(number: str) -> bool:
    """Tell whether the last digit of a GTIN, GLN or SSCC is its right check digit."""
    return _is_digits(number) and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def sscc_make(*, company_prefix: str, serial: int, extension: int = 0) -> str:
    """Return the 18 digits of an SSCC. `serial` counts from 0; raises SsccNotPossible when it does not fit.

    A serial must not be used again within a year of the parcel's leaving (GS1); take it from a gap-free number series.
    """
    room = SSCC_DIGITS - 2 - len(company_prefix)
    prefix_fits = _is_digits(company_prefix) and PREFIX_LEAST <= len(company_prefix) <= PREFIX_MOST
    if not prefix_fits or not 0 <= serial < 10**room or not 0 <= extension <= 9:
        raise SsccNotPossible(prefix=company_prefix or "-", serial=serial)
    digits = f"{extension}{company_prefix}{serial:0{room}d}"
    return digits + check_digit(digits)
