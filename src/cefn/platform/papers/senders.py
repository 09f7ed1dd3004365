"""The company as the sender of papers, and addresses as the post wants them."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from cefn.platform.models import Company
from cefn.platform.papers.formats import paper_locale
from cefn.platform.papers.letterhead import Letterhead

ADDRESS_PARTS = ("name", "company_name", "line1", "line2", "city", "region", "postcode")


def letterhead_of(company: Company, language: str) -> Letterhead:
    """Return the head of a company's papers, its registration in the paper's language."""
    legal = company.legal_name or company.name
    with translation.override(language):
        registered = _("%(name)s, company number %(number)s") % {"name": legal, "number": company.company_number}
    return Letterhead(
        name=company.name,
        address=(*map(str, company.address_lines), company.postcode),
        email=company.email,
        phone=company.phone,
        tax_number=company.vat_number,
        registration=registered if company.company_number else (legal if legal != company.name else ""),
    )


def country_name(code: str, language: str) -> str:
    """Return a country's name, e.g. "DE" -> "Yr Almaen" in Welsh; the code itself when it is not known."""
    return str(paper_locale(language).territories.get(code.upper(), code))


def postal_lines(copy: Mapping[str, Any], home: str, language: str) -> tuple[str, ...]:
    """Return the lines of an address that a document keeps; the country stands last, unless it is `home`."""
    lines = [str(copy.get(part) or "").strip() for part in ADDRESS_PARTS]
    country = str(copy.get("country") or "").strip()
    if country and country != home:
        lines.append(country_name(country, language))
    return tuple(line for line in lines if line)
