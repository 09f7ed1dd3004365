"""What can go wrong with orders and returns."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class OrderKnown(CefnError):
    """The channel's order is already here."""

    code = "CEFN-ORDERS-001"
    status = 409
    sentence = _("Order %(external_id)s of %(channel)s is already here as %(number)s.")
    remedy = _("Open that order; to change it, edit it there.")


class OrderEmpty(CefnError):
    """An order without lines."""

    code = "CEFN-ORDERS-002"
    status = 422
    sentence = _("An order needs at least one line.")
    remedy = _("Add a line with a SKU and a quantity.")


class QuantityInvalid(CefnError):
    """Nothing or less is ordered."""

    code = "CEFN-ORDERS-003"
    status = 422
    sentence = _("%(sku)s: the quantity %(quantity)s is not a whole number above zero.")
    remedy = _("Give a quantity of at least 1.")


class SkuArchived(CefnError):
    """The product is off sale."""

    code = "CEFN-ORDERS-004"
    status = 409
    sentence = _("%(sku)s is archived and can't be ordered.")
    remedy = _("Put the product back on sale, or choose another.")


class CancelTooLate(CefnError):
    """It has left the building."""

    code = "CEFN-ORDERS-005"
    status = 409
    sentence = _("%(number)s can't be cancelled: %(why)s.")
    remedy = _("Cancel the shipment first, or wait for the goods and make a return.")


class ReturnTooMuch(CefnError):
    """More would come back than was sent."""

    code = "CEFN-ORDERS-006"
    status = 409
    sentence = _("%(sku)s: %(quantity)s can't come back, only %(left)s were sent and not yet returned.")
    remedy = _("Return at most that many, or make a blind return.")


class HoldMissing(CefnError):
    """There is no such hold."""

    code = "CEFN-ORDERS-007"
    status = 409
    sentence = _("%(number)s has no open hold of this kind.")
    remedy = _("Load the order again: somebody may have released it.")


class CurrencyMixed(CefnError):
    """The books are kept in another currency."""

    code = "CEFN-ORDERS-008"
    status = 409
    sentence = _("The order is in %(currency)s, the company keeps its books in %(company_currency)s.")
    remedy = _("Place it in %(company_currency)s.")


class DiscountInvalid(CefnError):
    """A line would cost less than nothing, or more than its price."""

    code = "CEFN-ORDERS-009"
    status = 422
    sentence = _("%(sku)s: a discount of %(discount)s minor units does not fit a line of %(amount)s.")
    remedy = _("Give a discount between nothing and the line's amount.")
