"""Facts of a company that every service needs."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cefn.kernel.errors import NotFound
from cefn.kernel.memo import Memo
from cefn.platform.models import Company


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What services ask of a company; see the model for units."""

    id: int
    code: str
    currency: str
    country: str
    timezone: str
    language: str
    prices_include_tax: bool
    tax_rounding: str
    costing_method: str

    def day(self, moment: datetime) -> date:
        """Return the calendar day of a moment in the company's time zone."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


def _load(company_id: int) -> CompanyFacts:
    row = (
        Company.objects.filter(id=company_id)
        .values_list(
            "id", "code", "currency", "country", "timezone", "language", "prices_include_tax", "tax_rounding",
            "costing_method",
        )
        .first()
    )  # fmt: skip
    if row is None:
        raise NotFound(thing="company", name=company_id)
    return CompanyFacts(*row)


_facts = Memo(_load, seconds=10)


def company_facts(company_id: int) -> CompanyFacts:
    """Return the facts of a company, at most ten seconds old. Raises NotFound."""
    return _facts.get(company_id)


def company_facts_forget(company_id: int) -> None:
    """Drop what is remembered of a company: after its settings were changed."""
    _facts.forget(company_id)
