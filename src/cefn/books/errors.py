"""What can go wrong in the books."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class PaymentMethodUnknown(CefnError):
    """No such way to pay."""

    code = "CEFN-BOOKS-001"
    status = 404
    sentence = _("There is no payment method %(code)s.")
    remedy = _("Use one of: %(known)s.")


class AmountInvalid(CefnError):
    """Nothing or less."""

    code = "CEFN-BOOKS-002"
    status = 422
    sentence = _("The amount %(amount)s is not above zero.")
    remedy = _("Give an amount of at least one minor unit.")


class RefundTooMuch(CefnError):
    """More would go back than came in."""

    code = "CEFN-BOOKS-003"
    status = 409
    sentence = _("%(amount)s can't be refunded on %(number)s: %(left)s was paid and not yet refunded.")
    remedy = _("Refund at most that much.")


class PaymentKnown(CefnError):
    """It was booked before."""

    code = "CEFN-BOOKS-004"
    status = 409
    sentence = _("The payment %(source)s is already booked as %(number)s.")
    remedy = _("Open that payment; book another only if money came twice.")


class PaymentReversed(CefnError):
    """It was undone before."""

    code = "CEFN-BOOKS-005"
    status = 409
    sentence = _("Payment %(number)s was already reversed, or is itself a reversal.")
    remedy = _("Open it to see both.")


class RefundUnbacked(CefnError):
    """Nothing was credited for it."""

    code = "CEFN-BOOKS-006"
    status = 409
    sentence = _("%(amount)s of the refund on %(number)s stands against nothing: only %(left)s was paid in advance.")
    remedy = _("Receive the return or cancel the units first, so that a credit note says why money goes back.")
