"""What can go wrong with stock."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class StockShort(CefnError):
    """There is not enough at the place."""

    code = "CEFN-INVENTORY-001"
    status = 409
    sentence = _("%(sku)s: %(wanted)s wanted from %(place)s, %(there)s there.")
    remedy = _("Take less, take it from another place, or count that place first.")


class CostShort(CefnError):
    """The cost layers hold less than is to leave: stock and cost disagree."""

    code = "CEFN-INVENTORY-002"
    status = 409
    sentence = _("%(sku)s: no cost is known for %(missing)s of the units that leave.")
    remedy = _("Run cefn check, then receive or adjust the missing units with their cost.")


class AllocationResolved(CefnError):
    """The promise was already kept or let go."""

    code = "CEFN-INVENTORY-003"
    status = 409
    sentence = _("An allocation of %(source)s was already shipped, cancelled or changed by somebody else.")
    remedy = _("Load the order again and look at what is still open.")


class LocationUnknown(CefnError):
    """No such place."""

    code = "CEFN-INVENTORY-004"
    status = 404
    sentence = _("There is no location %(name)s.")
    remedy = _("Make it in Settings, Warehouses, or check the code.")


class ReasonUnknown(CefnError):
    """No such adjustment reason."""

    code = "CEFN-INVENTORY-005"
    status = 404
    sentence = _("There is no adjustment reason %(code)s.")
    remedy = _("Use one of: %(known)s.")


class AdjustmentReversed(CefnError):
    """It was undone before."""

    code = "CEFN-INVENTORY-006"
    status = 409
    sentence = _("Adjustment %(number)s was already reversed, or is itself a reversal.")
    remedy = _("Post a new adjustment if stock is still wrong.")
