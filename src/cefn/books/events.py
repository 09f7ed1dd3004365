"""News from the books."""

from dataclasses import dataclass

from cefn.kernel.bus import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesPosted(Event):
    """Invoices or credit notes were posted."""

    invoice_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsPosted(Event):
    """Payments or refunds were posted."""

    payment_ids: tuple[int, ...]
