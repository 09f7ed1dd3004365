"""What can go wrong with a paper."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class PaperNotMade(CefnError):
    """The typesetter refused a template or its data."""

    code = "CEFN-PAPERS-001"
    status = 500
    sentence = _("The paper %(template)s could not be made: %(reason)s.")
    remedy = _("Nothing was sent or changed. Report this code; the document itself is safe and can be printed later.")


class BarcodeNotPossible(CefnError):
    """The text can't be drawn in this symbology."""

    code = "CEFN-PAPERS-002"
    status = 422
    sentence = _("%(text)s can't be drawn as a %(kind)s barcode: %(reason)s.")
    remedy = _("Use printable ASCII characters, and for GS1 codes a number with a right check digit.")


class LogoNotUsable(CefnError):
    """The company's logo is not a picture that papers can carry."""

    code = "CEFN-PAPERS-003"
    status = 422
    sentence = _("The logo can't be used: %(reason)s.")
    remedy = _("Upload a PNG or JPEG file of at most 200 KB.")
