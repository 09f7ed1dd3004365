"""The second pass: every invoice becomes orders, returns, adjustments or journal entries, in the order it happened."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from cefn.books.services import PaymentDraft, payments_post
from cefn.catalog.models import Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.catalog.skus import sku_key
from cefn.channels.tables.countries import country_find
from cefn.flows.history.read import Parked, Row, is_service
from cefn.flows.history.survey import SkuSurvey, Survey, is_bad_debt
from cefn.inventory.models import Location, Warehouse
from cefn.inventory.services import AdjustmentDraft, AdjustmentLineDraft, stock_adjust
from cefn.kernel.money import round_half_up
from cefn.kernel.transactions import run_whole
from cefn.ledger.services import EntryDraft, post_entries
from cefn.orders.services import (
    OrderDraft,
    OrderLineDraft,
    PlacedOrder,
    ReturnDraft,
    ReturnLineDraft,
    orders_place,
    returns_receive,
)
from cefn.parties.models import Customer
from cefn.parties.services import AddressDraft, CustomerDraft, customers_create
from cefn.platform.actors import Actor
from cefn.warehouse.models import PickTask, Shipment
from cefn.warehouse.services import PackDraft, picks_confirm, picks_release, shipments_pack, shipments_ship

CHANNEL = "online-retail"
BAD_DEBTS, PROVISION = "6100", "1110"
TAX = "outside"
REASONS = (
    (re.compile(r"damag|broken|crush|wet|rust|mould|faulty|smash|crack|unsaleable", re.IGNORECASE), "damaged"),
    (re.compile(r"thrown|destroy|dispos", re.IGNORECASE), "damaged"),
    (re.compile(r"lost|missing|can't find", re.IGNORECASE), "lost"),
    (re.compile(r"found|sold as|wrong|mix|code|label|barcode|check|count|adjust", re.IGNORECASE), "count"),
    (re.compile(r"sample|display|showroom", re.IGNORECASE), "sample"),
)


@dataclass(slots=True)
class Tally:
    """What came of a history; amounts as their names say."""

    orders: int = 0
    order_lines: int = 0
    returns: int = 0
    return_lines: int = 0
    adjustments: int = 0
    journal_entries: int = 0
    net_micro: int = 0
    bad_debt_minor: int = 0
    parked: list[Parked] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """The rows of one invoice number, as one day has them."""

    invoice: str
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Shop:
    """Where the history is replayed."""

    actor: Actor
    warehouse: Warehouse
    variants: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    bins: dict[int, int] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)


def reason_of(note: str) -> str:
    """Return the adjustment reason that a stock note tells of; "other" when it tells nothing."""
    return next((reason for pattern, reason in REASONS if pattern.search(note)), "other")


def shop_open(shop: Shop, survey: Survey) -> None:
    """Make the history's products and customers, and post the opening stock the evening before it began."""
    skus = list(survey.skus.values())
    for start in range(0, len(skus), 1000):
        part = skus[start : start + 1000]
        run_whole(partial(_products, shop, part))
    references = list(survey.customers.items())
    for start in range(0, len(references), 1000):
        chunk = references[start : start + 1000]
        run_whole(partial(_customers, shop, chunk))
    shop.variants = dict(Variant.objects.filter(company_id=shop.actor.company_id).values_list("sku_key", "id"))
    shop.customers = dict(Customer.objects.filter(company_id=shop.actor.company_id).values_list("reference", "id"))
    bins = list(
        Location.objects.filter(warehouse=shop.warehouse, kind="bin").order_by("sequence").values_list("id", flat=True)
    )
    stocked = [s for s in skus if not is_service(s.sku)]
    shop.bins = {shop.variants[sku_key(s.sku)]: bins[at % len(bins)] for at, s in enumerate(stocked)}
    opening = [s for s in stocked if s.opening]
    evening = (survey.first_at or datetime.now().astimezone()) - timedelta(days=1)
    for start in range(0, len(opening), 1000):
        lines = [
            AdjustmentLineDraft(
                shop.variants[sku_key(s.sku)], shop.bins[shop.variants[sku_key(s.sku)]], s.opening, s.cost_micro
            )
            for s in opening[start : start + 1000]
        ]
        draft = AdjustmentDraft(shop.warehouse.id, "opening", lines, "Opening stock", evening)
        run_whole(partial(stock_adjust, actor=shop.actor, adjustments=[draft]))


def _products(shop: Shop, part: Sequence[SkuSurvey]) -> None:
    products_create(
        actor=shop.actor,
        products=[
            ProductDraft(
                name=s.name or s.sku,
                kind="service" if is_service(s.sku) else "goods",
                tax_category=TAX,
                variants=[VariantDraft(sku=s.sku, price_micro=s.median_price_micro, cost_micro=s.cost_micro)],
            )
            for s in part
        ],
    )


def _customers(shop: Shop, chunk: Sequence[tuple[str, str]]) -> None:
    customers_create(
        actor=shop.actor,
        customers=[
            CustomerDraft(
                name=f"Customer {reference}",
                reference=reference,
                addresses=[AddressDraft(country=country_code(country))],
            )
            for reference, country in chunk
        ],
    )


def country_code(name: str) -> str:
    """Return the alpha-2 code of a country as the data names it, or an empty text."""
    return country_find(name) or ""


def documents(rows: Iterator[Row]) -> Iterator[list[Document]]:
    """Yield each day's invoices, each whole, in the order in which they begin."""
    day = None
    held: dict[str, Document] = {}
    for row in rows:
        if day is not None and row.placed_at.date() != day:
            yield list(held.values())
            held = {}
        day = row.placed_at.date()
        held.setdefault(row.invoice, Document(row.invoice)).rows.append(row)
    if held:
        yield list(held.values())


def day_replay(shop: Shop, day: Sequence[Document], tally: Tally) -> None:
    """Replay one day in one transaction: stock notes, sales from order to money, returns, bad debts."""
    sales: list[tuple[Document, list[Row]]] = []
    backs: list[tuple[Document, list[Row]]] = []
    notes: list[tuple[Document, list[Row]]] = []
    debts: list[Row] = []
    for document in day:
        kinds: dict[str, list[Row]] = defaultdict(list)
        for row in document.rows:
            kinds[_kind(row)].append(row)
        for row in kinds["unknown"]:
            tally.parked.append(Parked(document.invoice, 0, f"{row.sku}: a sale at a price below zero"))
        debts.extend(kinds["debt"])
        for name, found in (("sale", sales), ("back", backs), ("note", notes)):
            if kinds[name]:
                found.append((document, kinds[name]))

    def replay() -> None:
        _notes(shop, notes)
        _sales(shop, sales)
        _returns(shop, backs)
        _debts(shop, debts)

    run_whole(replay)
    for row in (row for group in (sales, backs, notes) for _, rows in group for row in rows):
        tally.net_micro += row.quantity * row.price_micro
    for row in debts:
        tally.net_micro += row.quantity * row.price_micro
        tally.bad_debt_minor -= round_half_up(row.quantity * row.price_micro, 10_000)
    tally.orders += len(sales)
    tally.order_lines += sum(len(rows) for _, rows in sales)
    tally.returns += len(backs)
    tally.return_lines += sum(len(rows) for _, rows in backs)
    tally.adjustments += sum(len(rows) for _, rows in notes)
    tally.journal_entries += len(debts)


def _kind(row: Row) -> str:
    if is_bad_debt(row):
        return "debt"
    if row.price_micro < 0:
        return "unknown"
    if row.quantity > 0:
        return "sale"
    if row.price_micro == 0 and not row.invoice.upper().startswith("C") and not is_service(row.sku):
        return "note"
    return "back"


def _external_id(shop: Shop, kind: str, invoice: str) -> str:
    shop.seen[f"{kind}{invoice}"] += 1
    times = shop.seen[f"{kind}{invoice}"]
    return invoice if times == 1 else f"{invoice}/{times}"


def _notes(shop: Shop, notes: Sequence[tuple[Document, list[Row]]]) -> None:
    stock_adjust(
        actor=shop.actor,
        adjustments=[
            AdjustmentDraft(
                shop.warehouse.id,
                reason_of(rows[0].description),
                [
                    AdjustmentLineDraft(
                        shop.variants[sku_key(row.sku)], shop.bins[shop.variants[sku_key(row.sku)]], row.quantity
                    )
                    for row in rows
                ],
                f"{document.invoice} {rows[0].description}".strip(),
                rows[0].placed_at,
            )
            for document, rows in notes
        ],
    )


def _sales(shop: Shop, sales: Sequence[tuple[Document, list[Row]]]) -> None:
    if not sales:
        return
    placed = orders_place(
        actor=shop.actor,
        orders=[
            OrderDraft(
                lines=[
                    OrderLineDraft(
                        quantity=row.quantity,
                        variant_id=shop.variants[sku_key(row.sku)],
                        unit_price_micro=row.price_micro,
                        description=row.description,
                    )
                    for row in rows
                ],
                channel=CHANNEL,
                external_id=_external_id(shop, "sale", document.invoice),
                customer_id=shop.customers.get(rows[0].customer),
                customer_name=f"Customer {rows[0].customer}" if rows[0].customer else "",
                placed_at=rows[0].placed_at,
                prices_include_tax=False,
                ship_to={"country": country_code(rows[0].country)},
            )
            for document, rows in sales
        ],
    )
    moments = {order.id: rows[0].placed_at for order, (_, rows) in zip(placed, sales, strict=True)}
    _send(shop, moments)
    _collect(shop, placed, moments)


def _send(shop: Shop, moments: dict[int, datetime]) -> None:
    shipments = dict(
        Shipment.objects.filter(company_id=shop.actor.company_id, order_id__in=list(moments)).values_list(
            "id", "order_id"
        )
    )
    if not shipments:
        return
    batches = picks_release(actor=shop.actor, shipment_ids=list(shipments))
    tasks = PickTask.objects.filter(batch_id__in=[key for key, _ in batches]).values_list("id", "quantity")
    picks_confirm(actor=shop.actor, picks=list(tasks))
    shipments_pack(actor=shop.actor, packs=[PackDraft(key) for key in shipments])
    shipments_ship(
        actor=shop.actor,
        shipment_ids=list(shipments),
        shipped_at={key: moments[order] for key, order in shipments.items()},
    )


def _collect(shop: Shop, placed: Sequence[PlacedOrder], moments: dict[int, datetime]) -> None:
    payments_post(
        actor=shop.actor,
        payments=[
            PaymentDraft("bank", order.total_minor, order_id=order.id, paid_on=moments[order.id].date())
            for order in placed
            if order.total_minor
        ],
    )


def _returns(shop: Shop, backs: Sequence[tuple[Document, list[Row]]]) -> None:
    returns_receive(
        actor=shop.actor,
        returns=[
            ReturnDraft(
                warehouse_id=shop.warehouse.id,
                lines=[
                    ReturnLineDraft(
                        quantity=-row.quantity,
                        variant_id=shop.variants[sku_key(row.sku)],
                        unit_price_micro=row.price_micro,
                        description=row.description,
                    )
                    for row in rows
                ],
                customer_id=shop.customers.get(rows[0].customer),
                channel=CHANNEL,
                external_id=_external_id(shop, "back", document.invoice),
                reason="Cancelled or returned, no link to the sale",
                received_at=rows[0].placed_at,
                prices_include_tax=False,
            )
            for document, rows in backs
        ],
    )


def _debts(shop: Shop, debts: Sequence[Row]) -> None:
    entries = []
    for at, row in enumerate(debts):
        amount = round_half_up(row.quantity * row.price_micro, 10_000)
        entries.append(
            EntryDraft(
                "general",
                row.placed_at.date(),
                f"history:{row.invoice}",
                f"bad_debt:{at + 1}",
                [(PROVISION, amount, ""), (BAD_DEBTS, -amount, "")],
                row.description,
            )
        )
    post_entries(actor=shop.actor, entries=entries)
