"""Which rate applies to a category, in a country, on a day."""

from datetime import date

from cefn.kernel.memo import Memo
from cefn.tax.errors import TaxRateMissing
from cefn.tax.models import TaxRate

RateTable = dict[tuple[str, str], list[tuple[date, int]]]


def _load(company_id: int) -> RateTable:
    table: RateTable = {}
    rows = TaxRate.objects.filter(company_id=company_id).order_by("valid_from_on")
    for code, country, start, rate in rows.values_list("category__code", "country", "valid_from_on", "rate_ppm"):
        table.setdefault((code, country), []).append((start, rate))
    return table


_tables = Memo(_load, seconds=10)


def rates_forget(company_id: int) -> None:
    """Drop the remembered rates of a company: after they were changed."""
    _tables.forget(company_id)


def rate_ppm(*, company_id: int, category: str, country: str, on: date) -> int:
    """Return the rate in parts per million. Raises TaxRateMissing when none is in force that day."""
    for start, rate in reversed(_tables.get(company_id).get((category, country), ())):
        if start <= on:
            return rate
    raise TaxRateMissing(category=category, country=country, on=on.isoformat())
