"""The form of a stock adjustment."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.catalog.models import Variant
from cefn.inventory.models import AdjustmentReason, Location, LocationKind
from cefn.inventory.selectors import access_locations, access_warehouses
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft
from cefn.platform.actors import Actor
from cefn.web.money_forms import own_name
from cefn.web.return_forms import variant_scanned
from cefn.web.typed import micro_read, quantity_read


class AdjustmentForm(forms.Form):
    """More or less of a SKU in a bin than was thought, and why."""

    sku = forms.CharField(
        label=gettext_lazy("SKU or barcode"),
        max_length=64,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    warehouse = forms.ChoiceField(label=gettext_lazy("Warehouse"))
    place = forms.CharField(
        label=gettext_lazy("Bin"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    quantity = forms.CharField(
        label=gettext_lazy("Quantity"),
        max_length=16,
        help_text=gettext_lazy("5 was found, -5 is gone."),
    )
    unit_cost = forms.CharField(
        label=gettext_lazy("Unit cost"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Only for what was found; empty: as it last cost."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=255, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.variant: Variant | None = None
        self.location: Location | None = None
        self.places = list(access_warehouses(actor).filter(is_active=True).order_by("priority", "code"))
        reasons = AdjustmentReason.objects.filter(company_id=actor.company_id).order_by("id")
        self.fields["warehouse"].choices = [(place.code, place.name) for place in self.places]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [("", "\u2013"), *((r.code, own_name(r)) for r in reasons)]  # type: ignore[attr-defined]

    def clean_sku(self) -> str:
        text = str(self.cleaned_data["sku"])
        self.variant = variant_scanned(self.actor, text)
        if self.variant is None:
            raise forms.ValidationError(_("There is no SKU or barcode %(text)s.") % {"text": text})
        if not self.variant.is_stocked:
            raise forms.ValidationError(_("%(sku)s is a service and has no stock.") % {"sku": self.variant.sku})
        return self.variant.sku

    def clean_place(self) -> str:
        code = str(self.cleaned_data["place"]).strip()
        rows = access_locations(self.actor).filter(
            warehouse__code=self.cleaned_data.get("warehouse", ""), is_active=True
        )
        kinds = (LocationKind.BIN, LocationKind.DOCK, LocationKind.STAGING, LocationKind.PACK, LocationKind.QUARANTINE)
        self.location = rows.filter(code__iexact=code, kind__in=kinds).first()
        if self.location is None:
            raise forms.ValidationError(_("There is no bin %(code)s in this warehouse.") % {"code": code})
        return self.location.code

    def clean_quantity(self) -> int:
        decimals = self.variant.quantity_decimals if self.variant else 0
        found = quantity_read(str(self.cleaned_data["quantity"]), decimals)
        if not found:
            raise forms.ValidationError(_("Nought changes nothing."))
        return found

    def clean_unit_cost(self) -> int | None:
        text = str(self.cleaned_data["unit_cost"]).strip()
        return micro_read(text) if text else None

    def draft(self) -> AdjustmentDraft:
        """Return the adjustment as the service takes it; only of a valid form."""
        if self.variant is None or self.location is None or self.location.warehouse_id is None:
            raise ValueError("the form is not valid")
        found = self.cleaned_data
        cost = found["unit_cost"] if found["quantity"] > 0 else None
        line = AdjustmentLineDraft(self.variant.pk, self.location.pk, found["quantity"], cost)
        return AdjustmentDraft(
            warehouse_id=self.location.warehouse_id, reason=found["reason"], lines=[line], note=found["note"]
        )
