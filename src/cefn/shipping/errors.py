"""What can go wrong with carriers.

CefnError
+-- CarrierError
|   +-- CarrierRefused      409: the carrier said no, for good; nothing was bought
|   +-- CarrierUnreachable  503: no answer in time; what happened there is unknown until it is asked
|   +-- CarrierBroken       502: an answer that can't be used; what happened there is unknown until it is asked
+-- AdapterUnknown          409
+-- CarrierSettingsWrong    422
+-- ServiceUnknown          409
+-- LabelNotPossible        409
+-- NothingToManifest       409
+-- NetworkInTransaction    500: a mistake in the program
+-- LabelsMixed             409
"""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class CarrierError(CefnError):
    """A carrier did not do what was asked."""

    code = "CEFN-SHIPPING-001"
    status = 502
    sentence = _("%(carrier)s could not do it: %(reason)s.")
    remedy = _("Try again; the label is looked for before another one is bought.")


class CarrierRefused(CarrierError):
    """The carrier said no, and asking again in the same words won't help."""

    code = "CEFN-SHIPPING-002"
    status = 409
    sentence = _("%(carrier)s refused: %(reason)s.")
    remedy = _("Correct what it names (address, weight, service) and buy the label again.")


class CarrierUnreachable(CarrierError):
    """No answer came in time."""

    code = "CEFN-SHIPPING-003"
    status = 503
    sentence = _("%(carrier)s did not answer: %(reason)s.")


class CarrierBroken(CarrierError):
    """The answer is an error of the carrier's own, or no sense can be made of it."""

    code = "CEFN-SHIPPING-004"
    status = 502
    sentence = _("%(carrier)s answered with an error of its own: %(reason)s.")


class AdapterUnknown(CefnError):
    """No such carrier adapter is installed."""

    code = "CEFN-SHIPPING-005"
    status = 409
    sentence = _("There is no carrier adapter called %(adapter)s.")
    remedy = _("Choose one of: %(known)s.")


class CarrierSettingsWrong(CefnError):
    """The settings of a carrier account lack something or hold something that does not fit."""

    code = "CEFN-SHIPPING-006"
    status = 422
    sentence = _("The settings of carrier account %(account)s don't fit: %(reason)s.")
    remedy = _("Correct them under Settings, Carriers.")


class ServiceUnknown(CefnError):
    """The company has no such carrier service."""

    code = "CEFN-SHIPPING-007"
    status = 409
    sentence = _("There is no active carrier service called %(service)s.")
    remedy = _("Choose a service of an active carrier account, or add one under Settings, Carriers.")


class LabelNotPossible(CefnError):
    """The shipment or the label is not in a state in which this can be done."""

    code = "CEFN-SHIPPING-008"
    status = 409
    sentence = _("%(document)s: %(reason)s.")
    remedy = _("Open it to see what can be done next.")


class NothingToManifest(CefnError):
    """No bought label waits for a manifest."""

    code = "CEFN-SHIPPING-009"
    status = 409
    sentence = _("No label of %(account)s waits for a manifest.")
    remedy = _("Buy labels first, or look at the manifests that were already closed.")


class NetworkInTransaction(CefnError):
    """A call to a carrier was about to be made while a database transaction was open."""

    code = "CEFN-SHIPPING-010"
    status = 500
    sentence = _("A carrier must not be called inside a database transaction.")
    remedy = _("Report this code; nothing was bought.")


class LabelsMixed(CefnError):
    """Labels of different formats can't go into one print job."""

    code = "CEFN-SHIPPING-011"
    status = 409
    sentence = _("These labels can't be printed together: their formats are %(formats)s.")
    remedy = _("Choose labels of one format, PDF or ZPL.")
