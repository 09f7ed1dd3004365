"""Errors that a person can act on.

CefnError                 code, HTTP status, a sentence, what to do next
+-- InvalidInput          422: malformed; carries faults that name field, value and remedy
+-- NotFound              404
+-- NotAllowed            403
+-- IllegalMove           409: the document is not in a state that allows this; names the states that are
+-- Conflict              409: somebody else was faster, or the facts forbid it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (`field`, e.g. "lines.2.sku"), the value as given, and what to do."""

    field: str
    value: str
    sentence: str
    remedy: str = ""


class CefnError(Exception):
    """Base of all errors; `facts` fill the sentence and the remedy."""

    code: ClassVar[str] = "CEFN-KERNEL-001"
    status: ClassVar[int] = 409
    sentence: ClassVar[str | Promise] = _("This could not be done.")
    remedy: ClassVar[str | Promise] = ""

    def __init__(self, *, faults: Sequence[Fault] = (), **facts: Any) -> None:
        self.facts = facts
        self.faults = tuple(faults)
        super().__init__(self.code)

    def message(self) -> str:
        """Return the sentence in the active language."""
        return str(self.sentence) % self.facts

    def next_step(self) -> str:
        """Return the remedy in the active language, or an empty text."""
        return str(self.remedy) % self.facts

    def __str__(self) -> str:
        return f"{self.message()} {self.next_step()}".strip()


class InvalidInput(CefnError):
    """Malformed input."""

    code = "CEFN-KERNEL-002"
    status = 422
    sentence = _("Some of what was sent can't be read.")
    remedy = _("Mend the fields named and send it again.")


class NotFound(CefnError):
    """No such thing, or not for this person."""

    code = "CEFN-KERNEL-003"
    status = 404
    sentence = _("There is no %(thing)s %(name)s.")
    remedy = _("Check the number, or search for it with Ctrl-K.")


class NotAllowed(CefnError):
    """The role does not include this."""

    code = "CEFN-KERNEL-004"
    status = 403
    sentence = _("Your role does not include %(permission)s.")
    remedy = _("Ask an owner or a manager to do it, or to change your role.")


class IllegalMove(CefnError):
    """A document is not in a state from which this can be done."""

    code = "CEFN-KERNEL-005"
    status = 409
    sentence = _("%(document)s is %(state)s and can't become %(target)s.")
    remedy = _("From %(state)s it can become: %(legal)s.")


class Conflict(CefnError):
    """Somebody else was faster."""

    code = "CEFN-KERNEL-006"
    status = 409
    sentence = _("%(document)s was changed by somebody else meanwhile.")
    remedy = _("Load it again and look at what changed.")
