"""Forms of the settings."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.inventory.models import Warehouse
from cefn.ledger.models import Account
from cefn.platform.actors import Actor
from cefn.platform.models import Company
from cefn.platform.permissions import BY_CODE, permission_has
from cefn.shipping.carriers.registry import ADAPTERS
from cefn.tax.models import TaxCategory
from cefn.web.money_forms import own_name
from cefn.web.typed import decimal_read


def code_field(label: Any, most: int = 24) -> forms.RegexField:
    """Return a field for a short code of letters, digits and hyphens."""
    return forms.RegexField(
        regex=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        label=label,
        max_length=most,
        error_messages={"invalid": gettext_lazy("Use letters, digits and hyphens.")},
    )


class CompanyForm(forms.Form):
    """What stands on the company's papers."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    legal_name = forms.CharField(label=gettext_lazy("Legal name"), max_length=200, required=False)
    vat_number = forms.CharField(label=gettext_lazy("VAT number"), max_length=20, required=False)
    company_number = forms.CharField(label=gettext_lazy("Company number"), max_length=20, required=False)
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=16, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=32, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of papers"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, company: Company, data: Any = None) -> "CompanyForm":
        """Return the form filled with the company's facts."""
        start = {name: getattr(company, name) for name in cls.base_fields if name != "address"}
        return cls(data, initial=start | {"address": "\n".join(company.address_lines)})

    def changes(self) -> dict[str, Any]:
        """Return the facts as the service takes them."""
        found = dict(self.cleaned_data)
        lines = [line.strip() for line in found.pop("address").splitlines() if line.strip()]
        return found | {"address_lines": lines}


class RateForm(forms.Form):
    """A tax rate from a day on."""

    category = forms.ChoiceField(label=gettext_lazy("Category"))
    country = forms.RegexField(regex=r"^[A-Za-z]{2}$", label=gettext_lazy("Country"), initial="GB", max_length=2)
    rate = forms.CharField(label=gettext_lazy("Rate in per cent"), max_length=12)
    valid_from_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TaxCategory.objects.filter(company_id=actor.company_id).order_by("id")
        self.fields["category"].choices = [(row.code, own_name(row)) for row in rows]  # type: ignore[attr-defined]

    def clean_rate(self) -> int:
        found = decimal_read(str(self.cleaned_data["rate"]).rstrip(" %"))
        if found is None or not 0 <= found <= 100 or found * 10_000 != int(found * 10_000):
            raise forms.ValidationError(_("Write a rate from 0 to 100, such as 20 or 5.5."))
        return int(found * 10_000)


class WarehouseForm(forms.Form):
    """A new warehouse; it gets a dock, a packing bench and a quarantine shelf."""

    code = code_field(gettext_lazy("Code"), 16)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=16, required=False)
    bins = forms.CharField(
        label=gettext_lazy("Bins in walking order"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line, such as A-01-01."),
    )

    def clean_bins(self) -> list[str]:
        return bins_read(str(self.cleaned_data["bins"]))


class BinsForm(forms.Form):
    """More bins for a warehouse, after those it has."""

    bins = forms.CharField(
        label=gettext_lazy("Bins in walking order"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line, such as A-01-01."),
    )

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    def clean_bins(self) -> list[str]:
        codes = bins_read(str(self.cleaned_data["bins"]))
        taken = sorted(self.warehouse.locations.filter(code__in=codes).values_list("code", flat=True))
        if taken:
            raise forms.ValidationError(_("%(codes)s are there already.") % {"codes": ", ".join(taken[:10])})
        return codes


def bins_read(text: str) -> list[str]:
    """Return the bin codes of a text, one a line; raises ValidationError for one that is too long or comes twice."""
    codes = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = [code for code in codes if len(code) > 32] or [code for code in codes if codes.count(code) > 1]
    if wrong:
        raise forms.ValidationError(_("%(code)s is too long or comes twice.") % {"code": wrong[0][:40]})
    if not codes:
        raise forms.ValidationError(_("Write at least one bin."))
    return codes


class NamedForm(forms.Form):
    """A code with names in both languages and an account: adjustment reasons and payment methods."""

    code = code_field(gettext_lazy("Code"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    name_cy = forms.CharField(label=gettext_lazy("Name in Welsh"), max_length=80, required=False)
    account_code = forms.ChoiceField(label=gettext_lazy("Account"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Account.objects.filter(company_id=actor.company_id, is_archived=False).order_by("code")
        self.fields["account_code"].choices = [(row.code, f"{row.code} {own_name(row)}") for row in rows]  # type: ignore[attr-defined]


class CarrierForm(forms.Form):
    """An account with a carrier, and one of its services."""

    code = code_field(gettext_lazy("Code"), 32)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    adapter = forms.ChoiceField(label=gettext_lazy("Connection"), choices=[(name, name) for name in sorted(ADAPTERS)])
    connection = forms.CharField(
        label=gettext_lazy("Connection settings"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: name = value. They are kept sealed."),
    )
    service_code = code_field(gettext_lazy("Service code"), 40)
    service_name = forms.CharField(label=gettext_lazy("Service name"), max_length=120)

    def clean_connection(self) -> dict[str, str]:
        pairs = {}
        for line in str(self.cleaned_data["connection"]).splitlines():
            name, sign, value = line.partition("=")
            if line.strip() and not sign:
                raise forms.ValidationError(_("Write each line as name = value."))
            if name.strip():
                pairs[name.strip()] = value.strip()
        return pairs


class TokenForm(forms.Form):
    """A key for a program, for what it may do and until when."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.SelectMultiple(attrs={"size": 10})
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until it is revoked."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(code, f"{code} \u2013 {row.label}") for code, row in BY_CODE.items() if permission_has(actor, code)]
        self.fields["scopes"].choices = allowed  # type: ignore[attr-defined]

    def expires_at(self) -> datetime | None:
        """Return the end of the last day in the company's time."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
