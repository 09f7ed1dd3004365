"""What can go wrong with tax."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class TaxRateMissing(CefnError):
    """No rate is in force."""

    code = "CEFN-TAX-001"
    status = 409
    sentence = _("There is no tax rate for %(category)s in %(country)s on %(on)s.")
    remedy = _("Add one in Settings, Tax.")
