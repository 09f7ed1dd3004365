"""Taking goods back: what the form sent, read into the draft that the service takes."""

from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from cefn.catalog.models import Barcode, Variant
from cefn.catalog.skus import sku_key
from cefn.inventory.models import Warehouse
from cefn.inventory.selectors import access_warehouses
from cefn.orders.models import SalesOrder, SalesOrderLine
from cefn.orders.services import ReturnDraft, ReturnLineDraft
from cefn.orders.states import Disposition
from cefn.platform.actors import Actor
from cefn.web.typed import micro_read, quantity_read

BLIND_ROWS = 5
GRADES = ("", "A", "B", "C", "D")


@dataclass(slots=True)
class Sent:
    """What was typed for a return, kept so that the form can be shown again."""

    warehouse: str = ""
    reason: str = ""
    lines: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def variant_scanned(actor: Actor, text: str) -> Variant | None:
    """Return the variant that a SKU or a barcode means, or None."""
    found = Variant.objects.filter(company_id=actor.company_id, sku_key=sku_key(text)).first()
    if found is None:
        barcode = (
            Barcode.objects.filter(company_id=actor.company_id, code=text.strip()).select_related("variant").first()
        )
        found = barcode.variant if barcode else None
    return found


def blind_rows(data: QueryDict) -> list[dict[str, str]]:
    """Return the blind lines as they were typed, padded with empty ones."""
    names = ("sku", "quantity", "price", "disposition", "grade")
    sent = [data.getlist(f"blind-{name}") for name in names]
    rows = [dict(zip(names, values, strict=False)) for values in zip(*sent, strict=False)]
    return rows + [dict.fromkeys(names, "") for _at in range(max(1, BLIND_ROWS - len(rows)))]


def _typed(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\x00", "").strip()


def _disposition(text: str) -> str:
    return text if text in Disposition.values else Disposition.RESTOCK.value


def _linked(data: QueryDict, lines: list[SalesOrderLine], faults: list[str]) -> list[ReturnLineDraft]:
    drafts = []
    for line in lines:
        text = _typed(data, f"q-{line.pk}")
        if not text:
            continue
        try:
            quantity = quantity_read(text, line.variant.quantity_decimals)
        except forms.ValidationError as error:
            faults.append(f"{line.variant.sku}: {' '.join(error.messages)}")
            continue
        if quantity:
            drafts.append(
                ReturnLineDraft(
                    quantity=quantity,
                    order_line_id=line.pk,
                    disposition=_disposition(_typed(data, f"d-{line.pk}")),
                    grade=_typed(data, f"g-{line.pk}")[:1],
                )
            )
    return drafts


def _blind(actor: Actor, data: QueryDict, faults: list[str]) -> list[ReturnLineDraft]:
    drafts = []
    for row in blind_rows(data):
        if not row["sku"].strip():
            continue
        variant = variant_scanned(actor, row["sku"])
        if variant is None:
            faults.append(_("There is no SKU or barcode %(text)s.") % {"text": row["sku"][:48]})
            continue
        try:
            quantity = quantity_read(row["quantity"] or "1", variant.quantity_decimals)
            price = micro_read(row["price"]) if row["price"].strip() else variant.price_micro
        except forms.ValidationError as error:
            faults.append(f"{variant.sku}: {' '.join(error.messages)}")
            continue
        drafts.append(
            ReturnLineDraft(
                quantity=quantity,
                variant_id=variant.pk,
                sku=variant.sku,
                unit_price_micro=price,
                disposition=_disposition(row["disposition"]),
                grade=row["grade"][:1],
            )
        )
    return drafts


def warehouse_sent(actor: Actor, data: QueryDict) -> Warehouse | None:
    """Return the warehouse that the form names, if the actor may see it."""
    return access_warehouses(actor).filter(code=_typed(data, "warehouse"), is_active=True).first()


def return_read(
    actor: Actor, data: QueryDict, order: SalesOrder | None, lines: list[SalesOrderLine]
) -> tuple[ReturnDraft | None, list[str]]:
    """Return the draft of a return, or None with what is wrong in the form."""
    faults: list[str] = []
    drafts = _linked(data, lines, faults) if order else _blind(actor, data, faults)
    warehouse = warehouse_sent(actor, data)
    if warehouse is None:
        faults.append(_("Choose the warehouse where it arrived."))
    if not drafts and not faults:
        faults.append(_("Say how many came back of at least one line."))
    if faults or warehouse is None:
        return None, faults
    draft = ReturnDraft(
        warehouse_id=warehouse.pk,
        lines=drafts,
        order_id=order.pk if order else None,
        customer_id=order.customer_id if order else None,
        channel=order.channel if order else "",
        reason=_typed(data, "reason")[:255],
    )
    return draft, []
