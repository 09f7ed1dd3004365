"""Errors of the demo shop."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class DemoNotEmpty(CefnError):
    """There is a company in this database already."""

    code = "CEFN-DEMO-001"
    status = 409
    sentence = _("This database already holds %(name)s; the demo shop wants an empty one.")
    remedy = _(
        "Choose another database with DATABASE_URL or CEFN_HOME, or add --force to make the demo a further company."
    )
