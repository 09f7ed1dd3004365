"""Which company a command is for: the one named, or the only one there is."""

from django.utils.translation import gettext as _

from cefn.flows.setup import company_first
from cefn.kernel.errors import Fault, InvalidInput, NotFound
from cefn.platform.models import Company


def company_named(code: str | None, *, make: bool = False) -> Company:
    """Return the company with this code, or the only one; with `make`, a bare database is given its first one.

    Raises NotFound, or InvalidInput naming the companies.
    """
    companies: list[Company] = list(
        Company.objects.filter(code=code)[:1] if code else Company.objects.order_by("code")[:100]
    )
    if not companies and make and not code:
        return company_first()
    if not companies:
        raise NotFound(thing=_("company"), name=code or "")
    if len(companies) > 1:
        remedy = _("Name one with --company: %(codes)s.") % {"codes": ", ".join(c.code for c in companies)}
        raise InvalidInput(faults=[Fault("company", "", _("There are several companies."), remedy)])
    return companies[0]
