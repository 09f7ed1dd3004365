"""What can go wrong in the money ledger."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class EntryUnbalanced(CefnError):
    """Debits and credits differ."""

    code = "CEFN-LEDGER-001"
    status = 409
    sentence = _("The entry for %(source)s does not balance: it is %(difference)s out.")
    remedy = _("Make debits and credits equal.")


class AccountUnknown(CefnError):
    """No such account."""

    code = "CEFN-LEDGER-002"
    status = 409
    sentence = _("There is no account %(code)s.")
    remedy = _("Add it in Settings, Chart of accounts.")


class PeriodClosed(CefnError):
    """The books are closed for that day."""

    code = "CEFN-LEDGER-003"
    status = 409
    sentence = _("The books are closed for %(on)s.")
    remedy = _("Use a date in an open period, or open the period again in Money, Periods.")


class JournalUnknown(CefnError):
    """No such journal."""

    code = "CEFN-LEDGER-004"
    status = 409
    sentence = _("There is no journal %(code)s.")
    remedy = _("Use one of the journals in Money, Journals.")


class PeriodOrder(CefnError):
    """Periods are closed from the oldest on and opened again from the newest back."""

    code = "CEFN-LEDGER-005"
    status = 409
    sentence = _("%(period)s can't become %(target)s while %(other)s is %(state)s.")
    remedy = _("Close the older periods first; to open one, open the newer ones first.")


class PeriodNotOver(CefnError):
    """The month has not ended."""

    code = "CEFN-LEDGER-006"
    status = 409
    sentence = _("%(period)s ends on %(ends_on)s and can't be closed before.")
    remedy = _("Wait until the month is over, or close an older one.")
