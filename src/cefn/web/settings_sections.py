"""The sections of the settings: what each lists, which form adds to it, and which service saves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.books.models import PaymentMethod
from cefn.books.services.methods import MethodDraft, payment_methods_save
from cefn.inventory.models import AdjustmentReason, Warehouse
from cefn.inventory.services.places import WarehouseDraft, warehouses_create
from cefn.inventory.services.reasons import ReasonDraft, adjustment_reasons_save
from cefn.kernel.errors import Conflict
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.models import NumberSeries
from cefn.platform.permissions import permission_require
from cefn.platform.tokens import TokenDraft, access_tokens, tokens_create
from cefn.shipping.models import CarrierService
from cefn.shipping.services import (
    CarrierAccountDraft,
    CarrierServiceDraft,
    carrier_accounts_save,
    carrier_services_save,
)
from cefn.tax.changing import RateDraft, rates_add
from cefn.tax.models import TaxRate
from cefn.web.access import warehouses_open
from cefn.web.formats import day_text, moment_html
from cefn.web.money_forms import own_name
from cefn.web.settings_forms import CarrierForm, NamedForm, RateForm, TokenForm, WarehouseForm
from cefn.web.statuses import state_html
from cefn.web.templatetags.pages import percent

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a section's table; `revoke` is the identifier that its button sends, empty for no button."""

    cells: Sequence[Any]
    revoke: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One tab of the settings. `save` returns what to say; a text in `secret` is shown once, below it."""

    key: str
    label: Words
    about: Words
    view: str
    edit: str = ""
    heads: Sequence[Words] = ()
    rows: Callable[[Actor], list[Row]] = field(default=lambda actor: [])
    form: Callable[[Actor, Any], forms.Form] | None = None
    save: Callable[[Actor, Any], tuple[str, str]] | None = None
    button: Words = ""


def _tax_rows(actor: Actor) -> list[Row]:
    rows = TaxRate.objects.filter(company_id=actor.company_id).select_related("category")
    return [
        Row((own_name(row.category), row.country, percent(row.rate_ppm), day_text(row.valid_from_on)))
        for row in rows.order_by("category_id", "country", "-valid_from_on")
    ]


def _tax_save(actor: Actor, form: Any) -> tuple[str, str]:
    found = form.cleaned_data
    draft = RateDraft(
        category=found["category"],
        rate_ppm=found["rate"],
        valid_from_on=found["valid_from_on"],
        country=found["country"].upper(),
    )
    rates_add(actor=actor, rates=[draft])
    return _("The rate is added."), ""


def _number_rows(actor: Actor) -> list[Row]:
    rows = NumberSeries.objects.filter(company_id=actor.company_id).order_by("code")
    return [Row((row.code.replace("_", " "), f"{row.prefix}{row.next_number:0{row.width}d}")) for row in rows]


def _warehouse_rows(actor: Actor) -> list[Row]:
    rows = Warehouse.objects.filter(company_id=actor.company_id).order_by("priority", "code")
    bins = Count("locations", filter=Q(locations__kind="bin"))
    return [
        Row(
            (
                format_html(
                    '<a class="open" href="{}">{}</a>', reverse("web:settings_bins", args=[row.code]), row.code
                ),
                row.name,
                row.postcode,
                row.bins,
            )
        )
        for row in rows.annotate(bins=bins)
    ]


def _warehouse_save(actor: Actor, form: Any) -> tuple[str, str]:
    permission_require(actor, "warehouse.setup")
    found = form.cleaned_data
    code = found["code"].upper()
    if Warehouse.objects.filter(company_id=actor.company_id, code=code).exists():
        raise Conflict(document=code)
    draft = WarehouseDraft(code=code, name=found["name"], bins=found["bins"], postcode=found["postcode"])
    warehouses_create(actor=actor, warehouses=[draft])
    audit_record(actor=actor, events=[AuditDraft(f"warehouse:{code}", "created", {"bins": len(found["bins"])})])
    warehouses_open.forget(actor.company_id)
    return _("%(name)s is there.") % {"name": found["name"]}, ""


def _reason_rows(actor: Actor) -> list[Row]:
    rows = AdjustmentReason.objects.filter(company_id=actor.company_id).order_by("id")
    return [Row((row.code, row.name, row.name_cy, row.account_code)) for row in rows]


def _reason_save(actor: Actor, form: Any) -> tuple[str, str]:
    adjustment_reasons_save(actor=actor, reasons=[ReasonDraft(**form.cleaned_data)])
    return _("Saved."), ""


def _method_rows(actor: Actor) -> list[Row]:
    rows = PaymentMethod.objects.filter(company_id=actor.company_id).order_by("id")
    return [Row((row.code, row.name, row.name_cy, row.account_code)) for row in rows]


def _method_save(actor: Actor, form: Any) -> tuple[str, str]:
    payment_methods_save(actor=actor, methods=[MethodDraft(**form.cleaned_data)])
    return _("Saved."), ""


def _carrier_rows(actor: Actor) -> list[Row]:
    rows = CarrierService.objects.filter(company_id=actor.company_id).select_related("account")
    return [
        Row(
            (
                row.account.name,
                row.account.adapter,
                row.code,
                row.name,
                state_html("active" if row.is_active else "off"),
            )
        )
        for row in rows.order_by("account__code", "priority", "code")
    ]


def _carrier_save(actor: Actor, form: Any) -> tuple[str, str]:
    found = form.cleaned_data
    account = CarrierAccountDraft(
        code=found["code"], name=found["name"], adapter=found["adapter"], settings=found["connection"] or None
    )
    service = CarrierServiceDraft(account=found["code"], code=found["service_code"], name=found["service_name"])
    carrier_accounts_save(accounts=[account], actor=actor)
    carrier_services_save(services=[service], actor=actor)
    return _("Saved."), ""


def _token_rows(actor: Actor) -> list[Row]:
    rows = access_tokens(actor).order_by("-id")[:200]
    return [
        Row(
            (
                row.name,
                row.prefix,
                row.user.name,
                ", ".join(row.scopes[:3]) + (" …" if len(row.scopes) > 3 else ""),
                moment_html(row.last_used_at),
                state_html("cancelled", label=str(_("revoked"))) if row.revoked_at else state_html("active"),
            ),
            revoke="" if row.revoked_at else str(row.pk),
        )
        for row in rows
    ]


def _token_save(actor: Actor, form: Any) -> tuple[str, str]:
    found = form.cleaned_data
    draft = TokenDraft(
        user_id=actor.user_id or 0, name=found["name"], scopes=tuple(found["scopes"]), expires_at=form.expires_at()
    )
    (made,) = tokens_create(tokens=[draft], actor=actor)
    return _("Copy the token now: it is not shown again."), made.text


SECTIONS: tuple[Section, ...] = (
    Section(
        key="company",
        label=gettext_lazy("Company"),
        about=gettext_lazy("What stands on invoices, packing slips and labels."),
        view="settings.view",
        edit="settings.edit",
    ),
    Section(
        key="tax",
        label=gettext_lazy("Tax rates"),
        about=gettext_lazy("A rate is in force from its day until the next one of its category begins."),
        view="settings.view",
        edit="settings.edit",
        heads=(gettext_lazy("Category"), gettext_lazy("Country"), gettext_lazy("Rate"), gettext_lazy("From")),
        rows=_tax_rows,
        form=lambda actor, data: RateForm(data, actor=actor),
        save=_tax_save,
        button=gettext_lazy("Add the rate"),
    ),
    Section(
        key="numbers",
        label=gettext_lazy("Numbers"),
        about=gettext_lazy("Each series counts on without a gap; what is cancelled keeps its number."),
        view="settings.view",
        heads=(gettext_lazy("Series"), gettext_lazy("Next")),
        rows=_number_rows,
    ),
    Section(
        key="warehouses",
        label=gettext_lazy("Warehouses"),
        about=gettext_lazy("Buildings that stock is sent from, and the bins in them in walking order."),
        view="settings.view",
        edit="warehouse.setup",
        heads=(gettext_lazy("Code"), gettext_lazy("Name"), gettext_lazy("Postcode"), gettext_lazy("Bins")),
        rows=_warehouse_rows,
        form=lambda actor, data: WarehouseForm(data),
        save=_warehouse_save,
        button=gettext_lazy("Add the warehouse"),
    ),
    Section(
        key="reasons",
        label=gettext_lazy("Adjustment reasons"),
        about=gettext_lazy("Why stock is adjusted, and which account bears it. The same code again changes a reason."),
        view="settings.view",
        edit="settings.edit",
        heads=(gettext_lazy("Code"), gettext_lazy("Name"), gettext_lazy("Name in Welsh"), gettext_lazy("Account")),
        rows=_reason_rows,
        form=lambda actor, data: NamedForm(data, actor=actor),
        save=_reason_save,
    ),
    Section(
        key="methods",
        label=gettext_lazy("Payment methods"),
        about=gettext_lazy("Ways to pay, and where their money lands. The same code again changes a method."),
        view="settings.view",
        edit="settings.edit",
        heads=(gettext_lazy("Code"), gettext_lazy("Name"), gettext_lazy("Name in Welsh"), gettext_lazy("Account")),
        rows=_method_rows,
        form=lambda actor, data: NamedForm(data, actor=actor),
        save=_method_save,
    ),
    Section(
        key="carriers",
        label=gettext_lazy("Carriers"),
        about=gettext_lazy("Accounts with carriers and the services they offer; labels are bought through them."),
        view="shipping.view",
        edit="shipping.setup",
        heads=(
            gettext_lazy("Account"),
            gettext_lazy("Connection"),
            gettext_lazy("Service code"),
            gettext_lazy("Service"),
            gettext_lazy("State"),
        ),
        rows=_carrier_rows,
        form=lambda actor, data: CarrierForm(data),
        save=_carrier_save,
    ),
    Section(
        key="tokens",
        label=gettext_lazy("Access tokens"),
        about=gettext_lazy("Keys for programs. A token may do no more than the person it is for."),
        view="tokens.manage",
        edit="tokens.manage",
        heads=(
            gettext_lazy("What it is for"),
            gettext_lazy("Begins with"),
            gettext_lazy("Person"),
            gettext_lazy("May"),
            gettext_lazy("Last used"),
            gettext_lazy("State"),
        ),
        rows=_token_rows,
        form=lambda actor, data: TokenForm(data, actor=actor),
        save=_token_save,
        button=gettext_lazy("Make the token"),
    ),
)
