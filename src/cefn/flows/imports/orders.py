"""Orders from files: placed, held where the channel says so, paid as it says; the same order is known again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from cefn.books.models import Payment
from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.catalog.skus import sku_key
from cefn.channels.models import ImportedDocument
from cefn.channels.records import OrderLineRecord, OrderRecord, Parsed, PartyRecord
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import (
    CANCELLED_SINCE,
    CURRENCY_WRONG,
    NOT_A_SALE,
    OTHER_CONTENT,
    ROW_REFUSED,
    UNKNOWN_SKU,
    VALUE_MISSING,
    CellFault,
)
from cefn.flows.imports.parties import Customers, address_draft, reference_key
from cefn.flows.imports.planning import Batch, Made, Plan, digest, start_plan
from cefn.kernel import sql
from cefn.kernel.errors import NotAllowed
from cefn.kernel.money import micro_per_minor, split
from cefn.orders.models import SalesOrder
from cefn.orders.services import OrderDraft, OrderLineDraft, PlacedOrder, orders_cancel, orders_place
from cefn.orders.services.detaching import orders_detach
from cefn.parties.models import Customer
from cefn.platform.actors import Actor

POSTAGE = "POSTAGE"
MARKETPLACES = frozenset({"amazon", "walmart", "ebay", "etsy"})
PAID = frozenset({"paid", "refunded", "partly_refunded", "overpaid"})
SENT = frozenset({"fulfilled", "partial"})
OWN_CHANNEL = "import"


@dataclass(slots=True)
class Here:
    """What the shop knows of a batch's SKUs, orders and customers."""

    variants: dict[str, tuple[int, str, bool]]
    orders: dict[str, tuple[int, str, str]]
    content: dict[int, dict[str, str]] = field(default_factory=dict)


def channel_of(batch: Batch) -> str:
    """Return the channel that orders of a file belong to."""
    wished = str(batch.options.get("channel") or "")
    return wished or (OWN_CHANNEL if batch.format == "generic" else batch.format)


def order_content(order: OrderRecord) -> dict[str, str]:
    """Return field -> digest of what makes two orders the same; payment and sending, which change, are left out."""
    lines = sorted((*line.content, line.amount_minor) for line in order.lines)
    ship = order.ship_to
    return {
        "lines": digest(lines),
        "placed_at": digest(order.placed_at.isoformat()),
        "currency": digest(order.currency),
        "shipping": digest(order.shipping_minor),
        "discount": digest(order.discount_minor),
        "address": digest([ship.name, ship.line1, ship.line2, ship.city, ship.postcode, ship.country]),
        "customer": digest([order.customer.reference, order.customer.email]),
    }


class Orders:
    """Plans and writes orders."""

    def plan(self, batch: Batch, items: list[Parsed]) -> list[Plan]:
        """Return the plans of some orders. Raises NotAllowed for a channel that the actor may not touch."""
        channel = channel_of(batch)
        if batch.actor.channel_codes and channel not in batch.actor.channel_codes:
            raise NotAllowed(permission=f"orders.edit ({channel})")
        plans = [start_plan(item) for item in items]
        records = [plan.parsed.record for plan in plans if isinstance(plan.parsed.record, OrderRecord)]
        here = _here(batch, records)
        currency = str(batch.options.get("company_currency") or batch.reading.currency)
        for plan in plans:
            record = plan.parsed.record
            if plan.action is RowAction.NEW and isinstance(record, OrderRecord):
                _plan(plan, record, here, currency, create=bool(batch.options.get("create_products")))
        return plans

    def write(self, batch: Batch, plans: list[Plan]) -> list[Made]:
        """Place the new orders and book what was paid."""
        fresh = [plan for plan in plans if plan.action is RowAction.NEW]
        if not fresh:
            return []
        made: list[Made] = _products_missing(batch, fresh)
        _postage(batch, fresh)
        customers = _customers(batch, fresh, made)
        drafts = [_draft(batch, plan.parsed.record, customers) for plan in fresh]  # type: ignore[arg-type]
        placed = orders_place(actor=batch.actor, orders=drafts)
        dropped = [made.id for plan, made in zip(fresh, placed, strict=True) if plan.parsed.record.is_cancelled]  # type: ignore[union-attr]
        if dropped:
            orders_cancel(actor=batch.actor, order_ids=dropped, reason=str(_("Cancelled in the channel.")))
        if batch.options.get("record_payments", True):
            _pay(batch, fresh, placed)
        channel = channel_of(batch)
        made.extend(
            Made(
                "order",
                order.id,
                order.number,
                f"{channel}|{plan.parsed.record.external_id}"[:255],  # type: ignore[union-attr]
                order_content(plan.parsed.record),  # type: ignore[arg-type]
            )
            for plan, order in zip(fresh, placed, strict=True)
        )
        return made


def _here(batch: Batch, records: Sequence[OrderRecord]) -> Here:
    company_id, channel = batch.actor.company_id, channel_of(batch)
    keys = sorted({sku_key(line.sku) for order in records for line in order.lines})
    externals = [(order.external_id,) for order in records]
    variants = sql.fetch(
        "SELECT x.sku_key, x.id, x.status, x.is_stocked FROM {v} CROSS JOIN catalog_variant AS x"
        " WHERE x.company_id = %s AND x.sku_key = v.s",
        [company_id],
        v=sql.Rows("s text", [(key,) for key in keys]),
    )
    orders = sql.fetch(
        "SELECT o.external_id, o.id, o.number, o.status FROM {v} CROSS JOIN orders_salesorder AS o"
        " WHERE o.company_id = %s AND o.channel = %s AND o.external_id = v.x AND NOT (o.external_id = '')",
        [company_id, channel],
        v=sql.Rows("x text", externals),
    )
    found = {external: (key, number, status) for external, key, number, status in orders}
    documents = ImportedDocument.objects.filter(
        company_id=company_id, kind="order", document_id__in=[key for key, _number, _status in found.values()]
    ).values_list("document_id", "content")
    return Here({key: (vid, status, bool(stocked)) for key, vid, status, stocked in variants}, found, dict(documents))


def _plan(plan: Plan, order: OrderRecord, here: Here, currency: str, *, create: bool) -> None:
    known = here.orders.get(order.external_id)
    if known is not None:
        _compare(plan, order, known, here.content.get(known[0]))
        return
    if order.is_cancelled and not order.lines:
        plan.action = RowAction.SKIPPED
        plan.faults.append(CellFault(NOT_A_SALE, {"what": "cancelled"}).at(plan.parsed.lines[0], "", order.external_id))
        return
    if not order.lines:
        plan.refuse(VALUE_MISSING, value=order.external_id)
    if order.currency != currency:
        plan.refuse(CURRENCY_WRONG, value=order.currency, found=order.currency, expected=currency)
    for line in order.lines:
        variant = here.variants.get(sku_key(line.sku))
        if variant is None and not create:
            plan.refuse(UNKNOWN_SKU, line=line.line, column="SKU", value=line.sku, sku=line.sku)
        elif variant is not None and variant[1] == "archived":
            plan.refuse(ROW_REFUSED, line=line.line, column="SKU", value=line.sku, why=f"{line.sku}: archived")


def _compare(plan: Plan, order: OrderRecord, known: tuple[int, str, str], content: dict[str, str] | None) -> None:
    _id, number, status = known
    if status == "cancelled" and not order.is_cancelled:
        plan.refuse(CANCELLED_SINCE, value=order.external_id, key=f"{order.external_id} ({number})")
        return
    if order.is_cancelled:
        plan.action = RowAction.SAME
        return
    fresh = order_content(order)
    differing = sorted(name for name, value in fresh.items() if content is None or content.get(name) != value)
    if differing:
        key = f"{order.external_id} ({number})"
        plan.refuse(OTHER_CONTENT, value=order.external_id, key=key, fields=", ".join(differing))
    else:
        plan.action = RowAction.SAME


def _products_missing(batch: Batch, plans: list[Plan]) -> list[Made]:
    """Make products for SKUs that are not there yet, where the user asked for it."""
    if not batch.options.get("create_products"):
        return []
    lines: dict[str, OrderLineRecord] = {}
    for plan in plans:
        for line in plan.parsed.record.lines:  # type: ignore[union-attr]
            lines.setdefault(sku_key(line.sku), line)
    there = sql.fetch(
        "SELECT x.sku_key FROM {v} CROSS JOIN catalog_variant AS x WHERE x.company_id = %s AND x.sku_key = v.s",
        [batch.actor.company_id],
        v=sql.Rows("s text", [(key,) for key in sorted(lines)]),
    )
    missing = [line for key, line in lines.items() if key not in {row[0] for row in there}]
    products = products_create(
        actor=batch.actor,
        products=[
            ProductDraft(
                name=line.name or line.sku,
                kind="service" if line.is_service else "goods",
                variants=[VariantDraft(sku=line.sku, price_micro=max(0, line.unit_price_micro))],
            )
            for line in missing
        ],
    )
    return [Made("product", product.id, product.number) for product in products]


def _postage(batch: Batch, plans: list[Plan]) -> None:
    """Make the service that carries postage when the first order with postage comes."""
    if not any(plan.parsed.record.shipping_minor for plan in plans):  # type: ignore[union-attr]
        return
    there = sql.fetch(
        "SELECT x.id FROM catalog_variant AS x WHERE x.company_id = %s AND x.sku_key = %s",
        [batch.actor.company_id, sku_key(POSTAGE)],
    )
    if not there:
        product = ProductDraft(name="Postage", name_cy="Cludiant", kind="service", variants=[VariantDraft(sku=POSTAGE)])
        products_create(actor=batch.actor, products=[product])


def _party_key(batch: Batch, party: PartyRecord) -> str:
    return reference_key(batch.format, party.reference or party.email.casefold())


def _customers(batch: Batch, plans: list[Plan], made: list[Made]) -> dict[str, int]:
    """Return reference -> customer id of all buyers who have a reference or an e-mail; the missing ones are made."""
    wanted: dict[str, PartyRecord] = {}
    for plan in plans:
        party = plan.parsed.record.customer  # type: ignore[union-attr]
        if key := _party_key(batch, party):
            wanted.setdefault(key, party)
    rows = sql.fetch(
        "SELECT c.reference, c.id FROM {v} CROSS JOIN parties_customer AS c"
        " WHERE c.company_id = %s AND c.reference = v.r AND NOT (c.reference = '')",
        [batch.actor.company_id],
        v=sql.Rows("r text", [(key,) for key in sorted(wanted)]),
    )
    found: dict[str, int] = dict(rows)
    missing = [party for key, party in wanted.items() if key not in found]
    named = [party if party.reference else _with_reference(party) for party in missing]
    for customer in Customers().create(batch, named):
        found[customer.reference] = customer.id
        made.append(Made("customer", customer.id, customer.number, customer.reference))
    return found


def _with_reference(party: PartyRecord) -> PartyRecord:
    return PartyRecord(
        reference=party.email.casefold(),
        name=party.name or party.email,
        company=party.company,
        email=party.email,
        phone=party.phone,
        vat_number=party.vat_number,
        is_business=party.is_business,
        address=party.address,
    )


def _draft(batch: Batch, order: OrderRecord, customers: dict[str, int]) -> OrderDraft:
    ship_to = address_draft(order.ship_to).as_copy()
    if order.customer.email:
        ship_to["email"] = order.customer.email
    lines = _line_drafts(order)
    if order.shipping_minor:
        price = order.shipping_minor * micro_per_minor(order.currency)
        lines.append(
            OrderLineDraft(quantity=1, sku=POSTAGE, unit_price_micro=price, description=order.shipping_method[:255])
        )
    return OrderDraft(
        lines=lines,
        channel=channel_of(batch),
        external_id=order.external_id,
        customer_id=customers.get(_party_key(batch, order.customer)),
        customer_name=order.customer.name or order.ship_to.name,
        placed_at=order.placed_at,
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        ship_to=ship_to,
        bill_to=address_draft(order.bill_to).as_copy(),
        shipping_service="",
        ship_by_at=datetime.combine(order.ship_by_on, time(23, 59, 59), UTC) if order.ship_by_on else None,
        note=order.note,
        tags=[batch.run.number],
        channel_total_minor=order.total_minor,
        hold=_hold(batch, order),
    )


def _line_drafts(order: OrderRecord) -> list[OrderLineDraft]:
    shares = split(order.discount_minor, [max(0, line.amount_minor - line.discount_minor) for line in order.lines])
    return [
        OrderLineDraft(
            quantity=line.quantity,
            sku=line.sku,
            unit_price_micro=line.unit_price_micro,
            discount_minor=line.discount_minor + share,
            description=line.name,
            external_id=line.external_id[:120],
        )
        for line, share in zip(order.lines, shares, strict=True)
    ]


def _hold(batch: Batch, order: OrderRecord) -> tuple[str, str] | None:
    """Hold what must not be sent: what the channel sent already, gave the money back for, or is still to be paid."""
    if batch.options.get("hold", True) is False:
        return None
    if order.fulfilment in SENT:
        return "manual", _("Sent before it was imported")
    if order.payment == "refunded":
        return "manual", _("Refunded before it was imported")
    if order.payment in {"unpaid", "authorised", "partial"} and batch.format != "generic":
        return "payment", _("Not yet paid on the channel")
    return None


def _method(batch: Batch, order: OrderRecord) -> str:
    if batch.format in MARKETPLACES:
        return "marketplace"
    word = order.payment_method.casefold()
    return next((code for code in ("paypal", "cash", "bank") if code in word), "card")


def _pay(batch: Batch, plans: list[Plan], placed: list[PlacedOrder]) -> None:
    """Book what the channel says was paid and given back, as deposits of the orders until they are invoiced."""
    payments = []
    channel = channel_of(batch)
    for plan, made in zip(plans, placed, strict=True):
        order: Any = plan.parsed.record
        if order.is_cancelled or order.payment not in PAID or made.total_minor <= 0:
            continue
        method, day = _method(batch, order), (order.paid_at or order.placed_at).date()
        source = f"{channel}:{order.external_id}"[:60]
        back = min(order.refunded_minor, made.total_minor)
        for direction, amount in (("in", made.total_minor), ("out", back)):
            if amount:
                payments.append(
                    PaymentDraft(
                        method=method,
                        amount_minor=amount,
                        direction=direction,
                        order_id=made.id,
                        source=f"import-{direction}:{source}:{made.number}"[:80],
                        paid_on=day,
                    )
                )
    payments_post(actor=batch.actor, payments=[draft for draft in payments if draft.direction == "in"])
    payments_post(actor=batch.actor, payments=[draft for draft in payments if draft.direction == "out"])


def orders_blockers(company_id: int, documents: list[ImportedDocument]) -> list[str]:
    """Return what hinders an undo: orders of which something was picked, sent, invoiced or returned."""
    rows = sql.fetch(
        "SELECT DISTINCT o.number FROM {v} JOIN orders_salesorder AS o ON o.id = v.k"
        " JOIN orders_salesorderline AS l ON l.order_id = o.id WHERE o.company_id = %s"
        " AND (l.picked > 0 OR l.shipped > 0 OR l.invoiced > 0 OR l.returned > 0 OR o.status IN ('done'))"
        " ORDER BY o.number",
        [company_id],
        v=sql.Rows("k bigint", [(document.document_id,) for document in documents]),
    )
    return [number for (number,) in rows]


def orders_undo(actor: Actor, documents: list[ImportedDocument], number: str) -> None:
    """Cancel the orders, give back what was paid, and free their outside numbers so that a mended file can come in."""
    ids = [document.document_id for document in documents]
    live = list(
        SalesOrder.objects.filter(company_id=actor.company_id, id__in=ids)
        .exclude(status="cancelled")
        .order_by("id")
        .values_list("id", flat=True)
    )
    if live:
        orders_cancel(actor=actor, order_ids=live, reason=number)
    paid: dict[tuple[int, str], int] = {}
    rows = Payment.objects.filter(company_id=actor.company_id, order_id__in=ids).order_by("id")
    for order_id, method, direction, amount in rows.values_list(
        "order_id", "method__code", "direction", "amount_minor"
    ):
        paid[(order_id, method)] = paid.get((order_id, method), 0) + (amount if direction == "in" else -amount)
    payments_post(
        actor=actor,
        payments=[
            PaymentDraft(
                method=method,
                amount_minor=left,
                direction="out",
                order_id=order_id,
                source=f"undo:{number}:{order_id}:{method}",
            )
            for (order_id, method), left in paid.items()
            if left > 0
        ],
    )
    orders_detach(actor=actor, order_ids=ids, mark=number)


def customers_unused(company_id: int, documents: list[ImportedDocument]) -> list[ImportedDocument]:
    """Return the documents of customers who have no live order."""
    ids = [document.document_id for document in documents]
    busy = SalesOrder.objects.filter(company_id=company_id, customer_id__in=ids).exclude(status="cancelled")
    used = set(busy.values_list("customer_id", flat=True))
    known = set(Customer.objects.filter(company_id=company_id, id__in=ids).values_list("id", flat=True))
    return [document for document in documents if document.document_id in known - used]
