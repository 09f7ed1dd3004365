"""Money as integers: amounts in minor units, unit prices in millionths, rates in parts per million.

All rounding happens in `round_half_up` and `split`; nothing here knows a float.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

MICRO = 1_000_000
PPM = 1_000_000

CURRENCY_DECIMALS = {
    "GBP": 2, "EUR": 2, "USD": 2, "CAD": 2, "AUD": 2, "NZD": 2, "CHF": 2, "SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2,
    "CZK": 2, "HUF": 2, "RON": 2, "ZAR": 2, "INR": 2, "CNY": 2, "HKD": 2, "SGD": 2, "MXN": 2, "BRL": 2, "TRY": 2,
    "JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3, "JOD": 3,
}  # fmt: skip
"""Decimals of the minor unit, ISO 4217."""


def currency_decimals(currency: str) -> int:
    """Return the decimals of `currency`'s minor unit; KeyError for one that is not known."""
    return CURRENCY_DECIMALS[currency]


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest integer, halves away from zero. `denominator` is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def micro_per_minor(currency: str) -> int:
    """Return how many millionths of the currency's unit make one minor unit (10,000 for GBP)."""
    minor_units: int = 10 ** CURRENCY_DECIMALS[currency]
    return MICRO // minor_units


def extend_minor(*, quantity: int, unit_price_micro: int, quantity_decimals: int = 0, currency: str = "GBP") -> int:
    """Return quantity x unit price in minor units, rounded half away from zero."""
    return round_half_up(quantity * unit_price_micro, micro_per_minor(currency) * 10**quantity_decimals)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Share `amount` by non-negative `weights` with the largest-remainder method; ties go to the earliest.

    The parts always sum to `amount`. With all weights zero everything goes to the first part.
    """
    total = sum(weights)
    if not weights:
        raise ValueError("nothing to share between")
    if total == 0:
        return [amount, *([0] * (len(weights) - 1))]
    sign = -1 if amount < 0 else 1
    size = abs(amount)
    parts = [size * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(size * weights[index] % total), index))
    for index in order[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of one currency; adding two currencies raises ValueError."""

    currency: str
    minor: int

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} don't add up")

    def __add__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.currency, self.minor + other.minor)

    def __sub__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.currency, self.minor - other.minor)

    def __neg__(self) -> Self:
        return type(self)(self.currency, -self.minor)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Share by weights; the parts sum to the whole."""
        return [type(self)(self.currency, part) for part in split(self.minor, weights)]


def minor_text(minor: int, currency: str) -> str:
    """Return an amount as plain digits with a decimal point, e.g. -1234 GBP -> "-12.34"."""
    decimals = CURRENCY_DECIMALS[currency]
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def micro_text(micro: int, least_decimals: int = 2) -> str:
    """Return a unit price as plain digits, with no more decimals than it needs but at least `least_decimals`."""
    sign, digits = ("-" if micro < 0 else ""), str(abs(micro)).rjust(7, "0")
    whole, fraction = digits[:-6], digits[-6:].rstrip("0").ljust(least_decimals, "0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
