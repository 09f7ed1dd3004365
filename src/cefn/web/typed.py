"""What people type into forms, read as whole numbers: amounts, prices, quantities, days."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from cefn.kernel.money import MICRO, currency_decimals
from cefn.web.errors import WrongListQuestion

MOST = Decimal(10**15)


def decimal_read(text: str) -> Decimal | None:
    """Return a number written with a point or a comma, group signs and currency signs left out; None if it is none."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").lstrip("£€$")
    if "," in plain and "." not in plain and plain.count(",") == 1 and len(plain.rpartition(",")[2]) <= 2:
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < MOST else None


def amount_read(text: str, currency: str) -> int:
    """Return a typed amount in minor units; raises ValidationError for no number or too many decimals."""
    found = decimal_read(text)
    if found is None:
        raise forms.ValidationError(_("Write an amount such as 12.50."))
    minor = found * 10 ** currency_decimals(currency)
    if minor != int(minor):
        raise forms.ValidationError(_("%(currency)s has fewer decimals than that.") % {"currency": currency})
    return int(minor)


def micro_read(text: str) -> int:
    """Return a typed price in millionths; raises ValidationError for no number or too many decimals."""
    found = decimal_read(text)
    if found is None or found < 0:
        raise forms.ValidationError(_("Write a price such as 12.50."))
    micro = found * MICRO
    if micro != int(micro):
        raise forms.ValidationError(_("A price has at most six decimals."))
    return int(micro)


def quantity_read(text: str, decimals: int = 0) -> int:
    """Return a typed quantity in the smallest unit; raises ValidationError for no number or a part of that unit."""
    found = decimal_read(text)
    if found is None:
        raise forms.ValidationError(_("Write a quantity such as 12."))
    units = found * 10**decimals
    if units != int(units):
        raise forms.ValidationError(_("This is counted in whole units."))
    return int(units)


def whole_read(text: str, most: int = 10_000_000) -> int:
    """Return a typed whole number, nought where it is none."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def day_asked(values: dict[str, str], name: str, default: date | None = None) -> date:
    """Return a day of an address, today without one; raises WrongListQuestion for what is no day."""
    text = values.get(name, "")
    if not text:
        return default or timezone.localdate()
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise WrongListQuestion(name=name, value=text[:40]) from error
    if not 1900 <= found.year <= 2200:
        raise WrongListQuestion(name=name, value=text[:40])
    return found
