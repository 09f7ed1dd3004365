"""What can go wrong with prices."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class PriceListUnknown(CefnError):
    """No such price list."""

    code = "CEFN-PRICING-001"
    status = 404
    sentence = _("There is no price list %(code)s.")
    remedy = _("Use one of: %(known)s.")


class PriceListCurrency(CefnError):
    """The list is in another currency or tax mode than the order."""

    code = "CEFN-PRICING-002"
    status = 409
    sentence = _("The price list %(code)s is in %(currency)s and can't price an order in %(wanted)s.")
    remedy = _("Choose a list in %(wanted)s.")
