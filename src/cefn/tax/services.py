"""Verbs that write tax tables."""

from datetime import date

from cefn.platform.actors import Actor
from cefn.tax.models import TaxCategory, TaxRate
from cefn.tax.rates import rates_forget

UK_CATEGORIES = (
    ("standard", "Standard rate", "Cyfradd safonol"),
    ("reduced", "Reduced rate", "Cyfradd ostyngol"),
    ("zero", "Zero rate", "Cyfradd sero"),
    ("exempt", "Exempt", "Wedi'i eithrio"),
    ("outside", "Outside the scope", "Y tu allan i gwmpas TAW"),
)
UK_RATES = (
    ("standard", date(1991, 4, 1), 175_000),
    ("standard", date(2008, 12, 1), 150_000),
    ("standard", date(2010, 1, 1), 175_000),
    ("standard", date(2011, 1, 4), 200_000),
    ("reduced", date(1997, 9, 1), 50_000),
    ("zero", date(1973, 4, 1), 0),
    ("exempt", date(1973, 4, 1), 0),
    ("outside", date(1973, 4, 1), 0),
)
"""UK VAT rates in parts per million by the day they came into force (VAT Notice 700; VATA 1994 s.2 as amended)."""


def uk_rates_create(*, actor: Actor) -> None:
    """Give a company the UK's tax categories and their dated rates."""
    categories = TaxCategory.objects.bulk_create(
        [TaxCategory(company_id=actor.company_id, code=c, name=n, name_cy=w) for c, n, w in UK_CATEGORIES]
    )
    by_code = {category.code: category for category in categories}
    TaxRate.objects.bulk_create(
        [
            TaxRate(company_id=actor.company_id, category=by_code[code], valid_from_on=start, rate_ppm=rate)
            for code, start, rate in UK_RATES
        ]
    )
    rates_forget(actor.company_id)
