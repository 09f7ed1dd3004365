"""Changing the tax tables: a new rate from a day on. Rates that were in force are never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cefn.kernel.errors import Fault, InvalidInput
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.permissions import permission_require
from cefn.tax.models import TaxCategory, TaxRate
from cefn.tax.rates import rates_forget


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDraft:
    """The rate of a category in a country from a day on, in parts per million."""

    category: str
    rate_ppm: int
    valid_from_on: date
    country: str = "GB"


def rates_add(*, actor: Actor, rates: Sequence[RateDraft]) -> int:
    """Add rates; return how many. Raises InvalidInput for an unknown category or a day that has a rate already, and
    NotAllowed without `settings.edit`."""
    permission_require(actor, "settings.edit")
    rows = TaxCategory.objects.filter(company_id=actor.company_id).values_list("code", "id")
    categories: dict[str, int] = dict(rows)
    faults = []
    for at, draft in enumerate(rates):
        key = categories.get(draft.category)
        if key is None:
            remedy = _("Choose one of: ") + ", ".join(sorted(categories))
            faults.append(Fault(f"rates.{at}.category", draft.category, _("There is no such tax category."), remedy))
        elif TaxRate.objects.filter(category_id=key, country=draft.country, valid_from_on=draft.valid_from_on).exists():
            sentence = _("There is a rate from this day on already.")
            remedy = _("Choose another day; what was in force stays.")
            faults.append(Fault(f"rates.{at}.valid_from_on", draft.valid_from_on.isoformat(), sentence, remedy))
    if faults:
        raise InvalidInput(faults=faults)
    TaxRate.objects.bulk_create(
        [
            TaxRate(
                company_id=actor.company_id,
                category_id=categories[draft.category],
                country=draft.country,
                rate_ppm=draft.rate_ppm,
                valid_from_on=draft.valid_from_on,
            )
            for draft in rates
        ]
    )
    rates_forget(actor.company_id)
    events = [
        AuditDraft(
            f"tax-rate:{draft.category}/{draft.country}",
            "rate-added",
            {"rate_ppm": draft.rate_ppm, "valid_from_on": draft.valid_from_on.isoformat()},
        )
        for draft in rates
    ]
    audit_record(actor=actor, events=events)
    return len(rates)
