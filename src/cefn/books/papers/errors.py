"""What can go wrong with a paper of money."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class PaperDoesNotAddUp(CefnError):
    """The figures of an invoice or credit note disagree with each other."""

    code = "CEFN-BOOKS-901"
    status = 500
    sentence = _("%(number)s was not printed: %(figure)s is %(given)s, but its parts make %(made)s.")
    remedy = _("Run cefn check to find the cause; do not send this document by other means.")
