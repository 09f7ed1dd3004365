"""What can go wrong in the warehouse."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class ShipmentBusy(CefnError):
    """The shipment is not where this step starts from."""

    code = "CEFN-WAREHOUSE-001"
    status = 409
    sentence = _("%(numbers)s can't be %(target)s: it is not %(needed)s, or its order is on hold.")
    remedy = _("Load it again: somebody may have taken this step, or release the hold first.")


class BinsShort(CefnError):
    """What was promised does not lie in any bin."""

    code = "CEFN-WAREHOUSE-002"
    status = 409
    sentence = _("%(sku)s: %(missing)s promised to %(number)s do not lie in any bin of %(warehouse)s.")
    remedy = _("Put away what waits at the dock or bench, or count the bins, then release again.")


class TaskDone(CefnError):
    """The pick was confirmed before."""

    code = "CEFN-WAREHOUSE-003"
    status = 409
    sentence = _("This pick is no longer open.")
    remedy = _("Load the pick list again and go on with the next one.")


class PickTooMuch(CefnError):
    """More was picked than asked for."""

    code = "CEFN-WAREHOUSE-004"
    status = 422
    sentence = _("%(picked)s picked, but only %(wanted)s wanted.")
    remedy = _("Put the rest back in its bin.")


class PackMismatch(CefnError):
    """What is in the parcels is not what was picked."""

    code = "CEFN-WAREHOUSE-005"
    status = 409
    sentence = _("%(number)s: %(packed)s packed, %(picked)s picked.")
    remedy = _("Check each item against the packing slip, then confirm the contents again.")
