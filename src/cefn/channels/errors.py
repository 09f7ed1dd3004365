"""What can go wrong with imports and exports as a whole; what is wrong with a row is a `RowFault`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cefn.channels.tables.faults import RowFault
from cefn.kernel.errors import CefnError, Fault


def field_fault(fault: RowFault) -> Fault:
    """Return a row's fault as the fault of an error: line and column name the field."""
    field = f"line {fault.line}" + (f", {fault.column}" if fault.column else "") if fault.line else fault.column
    return Fault(field or "file", fault.value, fault.sentence, fault.remedy)


class FileRefused(CefnError):
    """The file can't be read at all; nothing was saved."""

    code = "CEFN-IMP-001"
    status = 422
    sentence = _("%(name)s can't be read: %(why)s")
    remedy = _("%(next)s")

    @classmethod
    def of(cls, name: str, fault: RowFault) -> "FileRefused":
        """Return the error for a fault of the file."""
        place = _("Line %(line)s: ") % {"line": fault.line} if fault.line else ""
        return cls(name=name, why=f"{place}{fault.sentence}", next=fault.remedy, faults=[field_fault(fault)])


class ImportRefused(CefnError):
    """Rows are at fault and all-or-nothing was asked; nothing was saved."""

    code = "CEFN-IMP-002"
    status = 422
    sentence = _("%(number)s: %(refused)s of %(rows)s rows are refused, so nothing was imported.")
    remedy = _("Download the refused rows, mend them and send them again, or import the good rows only.")


class ImportNotUndoable(CefnError):
    """Something later depends on what the import made."""

    code = "CEFN-IMP-003"
    status = 409
    sentence = _("%(number)s can't be undone: %(documents)s depend on it.")
    remedy = _("Cancel or reverse those first; nothing was undone.")


class ImportNotDone(CefnError):
    """There is nothing to undo."""

    code = "CEFN-IMP-004"
    status = 409
    sentence = _("%(number)s is %(state)s; only a finished import can be undone.")
    remedy = _("Look at the import's page.")


class KindUnknown(CefnError):
    """No such kind of file."""

    code = "CEFN-IMP-005"
    status = 422
    sentence = _("%(kind)s is nothing that can be imported or exported.")
    remedy = _("It can be: %(kinds)s.")


class OptionInvalid(CefnError):
    """An option of an import or export is not known."""

    code = "CEFN-IMP-006"
    status = 422
    sentence = _("The option %(name)s can't be %(given)s.")
    remedy = _("It may be: %(allowed)s.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"allowed": "", **facts})


class ImportBusy(CefnError):
    """Somebody is running it already."""

    code = "CEFN-IMP-007"
    status = 409
    sentence = _("%(number)s is being imported already.")
    remedy = _("Wait until it is done; the page shows how far it is.")
