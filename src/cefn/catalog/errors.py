"""What can go wrong with products."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class SkuUnknown(CefnError):
    """No variant carries this SKU."""

    code = "CEFN-CATALOG-001"
    status = 404
    sentence = _("There is no SKU %(sku)s.")
    remedy = _("Check the spelling, or add the product first.")


class SkuTaken(CefnError):
    """Another variant carries this SKU."""

    code = "CEFN-CATALOG-002"
    status = 409
    sentence = _("The SKU %(sku)s is already used. SKUs that differ only in letter case are the same.")
    remedy = _("Choose another SKU, or change the product that has it.")


class BarcodeInvalid(CefnError):
    """The check digit is wrong."""

    code = "CEFN-CATALOG-003"
    status = 422
    sentence = _("The barcode %(code)s is not a valid GTIN: its check digit does not fit.")
    remedy = _("Scan it again, or type the digits under the bars.")


class BarcodeTaken(CefnError):
    """Another variant carries this barcode."""

    code = "CEFN-CATALOG-004"
    status = 409
    sentence = _("The barcode %(code)s is already on another product.")
    remedy = _("Take it off there first, or leave it out here.")


class UnitUnknown(CefnError):
    """No such unit of measure."""

    code = "CEFN-CATALOG-005"
    status = 404
    sentence = _("There is no unit %(code)s.")
    remedy = _("Use one of: %(known)s.")


class TaxCategoryUnknown(CefnError):
    """No such tax category."""

    code = "CEFN-CATALOG-006"
    status = 404
    sentence = _("There is no tax category %(code)s.")
    remedy = _("Use one of: %(known)s.")
