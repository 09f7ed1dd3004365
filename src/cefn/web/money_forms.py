"""Forms of money."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cefn.books.models import Invoice, PaymentMethod
from cefn.books.selectors import access_invoices
from cefn.books.services import PaymentDraft
from cefn.orders.models import SalesOrder
from cefn.platform.actors import Actor
from cefn.web import reads
from cefn.web.typed import amount_read


def own_name(row: Any) -> str:
    """Return a row's name in the active language."""
    return str(row.name_cy) if row.name_cy and (get_language() or "").startswith("cy") else str(row.name)


class PaymentForm(forms.Form):
    """Money that came in or goes back, for an order or an invoice, or a deposit for nobody in particular."""

    direction = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[("in", gettext_lazy("received")), ("out", gettext_lazy("refunded"))]
    )
    document = forms.CharField(
        label=gettext_lazy("Order or invoice"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("SO-… or INV-…; empty for a deposit."),
    )
    method = forms.ChoiceField(label=gettext_lazy("Method"))
    amount = forms.CharField(
        label=gettext_lazy("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    paid_on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What the bank or the card machine calls it."),
    )

    def __init__(self, *args: Any, actor: Actor, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("paid_on", timezone.localdate().isoformat())
        super().__init__(*args, **kwargs)
        self.actor, self.currency = actor, currency
        self.order: SalesOrder | None = None
        self.invoice: Invoice | None = None
        methods = PaymentMethod.objects.filter(company_id=actor.company_id).order_by("id")
        self.fields["method"].choices = [(row.code, own_name(row)) for row in methods]  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        minor = amount_read(str(self.cleaned_data["amount"]), self.currency)
        if minor <= 0:
            raise forms.ValidationError(_("The amount is above zero; say above whether it came in or goes back."))
        return minor

    def clean_document(self) -> str:
        number = str(self.cleaned_data["document"]).strip().upper()
        if not number:
            return ""
        self.invoice = access_invoices(self.actor).filter(number=number).select_related("order").first()
        self.order = (
            self.invoice.order if self.invoice else reads.access_orders(self.actor).filter(number=number).first()
        )
        if self.invoice is None and self.order is None:
            raise forms.ValidationError(_("There is no order or invoice of this number."))
        return number

    def draft(self) -> PaymentDraft:
        """Return the payment as the service takes it."""
        found = self.cleaned_data
        return PaymentDraft(
            method=found["method"],
            amount_minor=found["amount"],
            direction=found["direction"],
            order_id=self.order.pk if self.order else None,
            customer_id=(self.invoice or self.order).customer_id if (self.invoice or self.order) else None,  # type: ignore[union-attr]
            invoice_ids=[self.invoice.pk] if self.invoice else [],
            reference=found["reference"],
            paid_on=found["paid_on"],
        )
