"""Goods that come back, linked to an order or blind: put away, valued at what they cost, and announced to the books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cefn.catalog.errors import SkuUnknown
from cefn.catalog.skus import sku_key
from cefn.inventory.events import StockArrived
from cefn.inventory.models import LocationKind
from cefn.inventory.places import virtual_place, warehouse_place
from cefn.inventory.services import MoveDraft, Receipt, layers_open, post_moves, unit_costs
from cefn.kernel import clock, sql
from cefn.kernel.bus import bus
from cefn.kernel.errors import NotFound
from cefn.kernel.ids import new_ids
from cefn.kernel.money import extend_minor, round_half_up
from cefn.orders.errors import QuantityInvalid, ReturnTooMuch
from cefn.orders.events import ReturnedLine, ReturnsReceived
from cefn.orders.models import ReturnLine, ReturnOrder
from cefn.orders.services.placing import variants_find
from cefn.orders.services.progress import LineProgress, lines_progress, orders_refresh
from cefn.parties.services import customers_require
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import CompanyFacts, company_facts
from cefn.platform.numbering import numbers_take
from cefn.tax.calculation import cumulative_part, line_tax
from cefn.tax.rates import rate_ppm

STATUS_OF = {
    "restock": "available", "refurbish": "on_hold", "quarantine": "quarantine", "return_to_vendor": "on_hold",
}  # fmt: skip


@dataclass(slots=True)
class ReturnLineDraft:
    """A line that comes back: of an order line, or blind by SKU or variant at a price (micro) and tax category.

    A blind service line (postage given back) moves no stock.
    """

    quantity: int
    order_line_id: int | None = None
    sku: str = ""
    variant_id: int | None = None
    unit_price_micro: int = 0
    tax_category: str = ""
    description: str = ""
    disposition: str = "restock"
    grade: str = ""


@dataclass(slots=True)
class ReturnDraft:
    """A return that has arrived."""

    warehouse_id: int
    lines: Sequence[ReturnLineDraft]
    order_id: int | None = None
    customer_id: int | None = None
    channel: str = ""
    external_id: str = ""
    reason: str = ""
    received_at: datetime | None = None
    prices_include_tax: bool | None = None


class Priced(NamedTuple):
    """A return line with what it is worth, to the buyer and to the stock."""

    draft: ReturnLineDraft
    variant_id: int
    kind: str
    description: str
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    cost_minor: int

    @property
    def taken(self) -> int:
        """The units that stay with us: none of what is rejected."""
        return 0 if self.draft.disposition == "reject" else self.draft.quantity


RETURN_COLUMNS = (
    "id", "company_id", "number", "channel", "external_id", "order_id", "customer_id", "warehouse_id", "status",
    "reason", "note", "currency", "prices_include_tax", "net_minor", "tax_minor", "total_minor", "refunded_minor",
    "requested_at", "received_at",
)  # fmt: skip
RETURN_LINE_COLUMNS = (
    "id", "company_id", "return_order_id", "position", "order_line_id", "variant_id", "kind", "description",
    "quantity", "received", "disposition", "grade", "unit_price_micro", "tax_code", "tax_rate_ppm", "net_minor",
    "tax_minor", "cost_minor",
)  # fmt: skip


def returns_receive(*, actor: Actor, returns: Sequence[ReturnDraft]) -> list[tuple[int, str]]:
    """Take goods back: moves, cost, credit; return (id, number) of each return in order.

    What left at a cost comes back at that cost; blind units at what a unit costs now. Raises ReturnTooMuch, SkuUnknown,
    QuantityInvalid, NotFound; nothing is written then.
    """
    if not returns:
        return []
    company = company_facts(actor.company_id)
    for draft in returns:
        for line in draft.lines:
            if line.quantity <= 0:
                raise QuantityInvalid(sku=line.sku or line.variant_id or line.order_line_id, quantity=line.quantity)
    customers_require(company_id=company.id, customer_ids=[d.customer_id for d in returns if d.customer_id is not None])
    now = clock.now()
    priced = _price(company, returns, now)
    numbers = numbers_take(company_id=company.id, series="return_order", count=len(returns))
    ids = new_ids(len(returns))
    line_ids = [new_ids(len(lines)) for lines in priced]
    _write(company, returns, priced, ids, numbers, line_ids, now)
    _stock_in(actor, company, returns, priced, numbers, now)
    linked = [(p.draft, p) for lines in priced for p in lines if p.draft.order_line_id is not None]
    lines_progress(
        changes=[
            LineProgress(draft.order_line_id or 0, returned=draft.quantity, returned_cost_minor=p.cost_minor)
            for draft, p in linked
            if p.kind == "goods" and draft.disposition != "reject"
        ]
    )
    orders_refresh(order_ids=[d.order_id for d in returns if d.order_id is not None])
    _announce(actor, returns, priced, ids, numbers, line_ids, now)
    return list(zip(ids, numbers, strict=True))


def _price(company: CompanyFacts, returns: Sequence[ReturnDraft], now: datetime) -> list[list[Priced]]:
    drafts = [line for d in returns for line in d.lines]
    lines = _order_lines(company.id, [d.order_line_id for d in drafts if d.order_line_id is not None])
    blind = [d for d in drafts if d.order_line_id is None]
    variants = (
        variants_find(
            company_id=company.id,
            ids={d.variant_id for d in blind if d.variant_id is not None},
            sku_keys={sku_key(d.sku) for d in blind if d.variant_id is None},
        )
        if blind
        else {}
    )
    costs = unit_costs(company_id=company.id, variant_ids=[f.id for f in variants.values()]) if variants else {}
    result = []
    for draft in returns:
        includes = company.prices_include_tax if draft.prices_include_tax is None else draft.prices_include_tax
        on = company.day(draft.received_at or now)
        priced = []
        for line in draft.lines:
            if line.order_line_id is not None:
                sent = lines[line.order_line_id]
                if draft.order_id != sent.order_id:
                    raise NotFound(thing="order line", name=line.order_line_id)
                draft.customer_id = draft.customer_id or sent.customer_id
                priced.append(_price_linked(line, sent))
                continue
            facts = variants.get(sku_key(line.sku) if line.variant_id is None else line.variant_id)
            if facts is None:
                raise SkuUnknown(sku=line.sku or line.variant_id)
            code = line.tax_category or facts.tax_category
            rate = rate_ppm(company_id=company.id, category=code, country=company.country, on=on)
            amount = extend_minor(
                quantity=line.quantity, unit_price_micro=line.unit_price_micro,
                quantity_decimals=facts.quantity_decimals, currency=company.currency,
            )  # fmt: skip
            if line.disposition == "reject":
                amount = 0
            net, tax = line_tax(amount_minor=amount, rate_ppm=rate, includes_tax=includes)
            kind = "goods" if facts.is_stocked else "service"
            cost = extend_minor(
                quantity=line.quantity, unit_price_micro=costs[facts.id],
                quantity_decimals=facts.quantity_decimals, currency=company.currency,
            ) if kind == "goods" else 0  # fmt: skip
            text = line.description or facts.name
            priced.append(Priced(line, facts.id, kind, text, line.unit_price_micro, code, rate, net, tax, cost))
        result.append(priced)
    return result


@dataclass(slots=True)
class SentLine:
    """An order line as a return sees it; `returned` and `returned_cost_minor` grow with each return line priced."""

    id: int
    variant_id: int
    kind: str
    description: str
    unit_price_micro: int
    tax_code: str
    tax_rate_ppm: int
    net_minor: int
    tax_minor: int
    quantity: int
    shipped: int
    returned: int
    shipped_cost_minor: int
    returned_cost_minor: int
    sku: str
    prices_include_tax: bool
    order_id: int
    customer_id: int | None


def _order_lines(company_id: int, line_ids: Sequence[int]) -> dict[int, SentLine]:
    """Return the facts of order lines by id, locked: a second return of the same line waits for this one."""
    if not line_ids:
        return {}
    rows = sql.fetch(
        "SELECT t.id, t.variant_id, t.kind, t.description, t.unit_price_micro, t.tax_code, t.tax_rate_ppm, t.net_minor,"
        " t.tax_minor, t.quantity, t.shipped, t.returned, t.shipped_cost_minor, t.returned_cost_minor, x.sku,"
        " o.prices_include_tax, o.id, o.customer_id FROM orders_salesorderline AS t"
        " JOIN orders_salesorder AS o ON o.id = t.order_id"
        " JOIN catalog_variant AS x ON x.id = t.variant_id JOIN {v} ON t.id = v.k"
        " WHERE t.company_id = %s ORDER BY t.id {for_update_of_t}",
        [company_id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(line_ids))]),
    )
    found = {row[0]: SentLine(*row) for row in rows}
    for key in line_ids:
        if key not in found:
            raise NotFound(thing="order line", name=key)
    return found


def _price_linked(draft: ReturnLineDraft, line: SentLine) -> Priced:
    """Price what comes back of an order line, at its share of the line's amounts and cost. Raises ReturnTooMuch."""
    left = line.shipped - line.returned
    if draft.quantity > left:
        raise ReturnTooMuch(sku=line.sku, quantity=draft.quantity, left=left)
    if draft.disposition == "reject":
        text = draft.description or line.description
        return Priced(
            draft, line.variant_id, line.kind, text, line.unit_price_micro, line.tax_code, line.tax_rate_ppm, 0, 0, 0
        )
    before, after = line.returned, line.returned + draft.quantity
    worth = round_half_up((line.shipped_cost_minor - line.returned_cost_minor) * draft.quantity, left)
    line.returned, line.returned_cost_minor = after, line.returned_cost_minor + worth
    net, tax = cumulative_part(
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        includes_tax=bool(line.prices_include_tax),
        done_before=before,
        done_after=after,
        quantity=line.quantity,
    )
    return Priced(
        draft, line.variant_id, line.kind, draft.description or line.description, line.unit_price_micro, line.tax_code,
        line.tax_rate_ppm, net, tax, worth,
    )  # fmt: skip


def _write(
    company: CompanyFacts,
    returns: Sequence[ReturnDraft],
    priced: Sequence[Sequence[Priced]],
    ids: Sequence[int],
    numbers: Sequence[str],
    line_ids: Sequence[Sequence[int]],
    now: datetime,
) -> None:
    headers: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for key, number, draft, lines, keys in zip(ids, numbers, returns, priced, line_ids, strict=True):
        includes = company.prices_include_tax if draft.prices_include_tax is None else draft.prices_include_tax
        net, tax = sum(p.net_minor for p in lines), sum(p.tax_minor for p in lines)
        moment = draft.received_at or now
        headers.append(
            (key, company.id, number, draft.channel, draft.external_id, draft.order_id, draft.customer_id,
             draft.warehouse_id, "received", draft.reason, "", company.currency, includes, net, tax, net + tax, 0,
             moment, moment)
        )  # fmt: skip
        rows.extend(
            (line_key, company.id, key, at + 1, p.draft.order_line_id, p.variant_id, p.kind, p.description,
             p.draft.quantity, p.taken, p.draft.disposition, p.draft.grade, p.unit_price_micro, p.tax_code,
             p.tax_rate_ppm, p.net_minor, p.tax_minor, p.cost_minor)
            for at, (line_key, p) in enumerate(zip(keys, lines, strict=True))
        )  # fmt: skip
    sql.insert_rows(ReturnOrder, RETURN_COLUMNS, headers)
    sql.insert_rows(ReturnLine, RETURN_LINE_COLUMNS, rows)


def _stock_in(
    actor: Actor,
    company: CompanyFacts,
    returns: Sequence[ReturnDraft],
    priced: Sequence[Sequence[Priced]],
    numbers: Sequence[str],
    now: datetime,
) -> None:
    customer = virtual_place(company.id, LocationKind.CUSTOMER)
    loss = virtual_place(company.id, LocationKind.LOSS)
    homes = _home_bins(
        {(p.variant_id, d.warehouse_id) for d, lines in zip(returns, priced, strict=True) for p in lines}
    )
    moves, receipts = [], []
    for draft, lines, number in zip(returns, priced, numbers, strict=True):
        moment, source = draft.received_at or now, f"return-order:{number}"
        for at, p in enumerate(lines):
            way = p.draft.disposition
            if p.kind != "goods" or way == "reject":
                continue
            if way == "scrap":
                target = loss
            elif way == "restock":
                target = homes[(p.variant_id, draft.warehouse_id)]
            else:
                target = warehouse_place(draft.warehouse_id, LocationKind.QUARANTINE)
            moves.append(
                MoveDraft(
                    p.variant_id, p.draft.quantity, customer, target, "return_in", source, f"line:{at + 1}",
                    p.cost_minor, to_status=STATUS_OF.get(way, "available"), occurred_at=moment,
                )
            )  # fmt: skip
            if way != "scrap":
                receipts.append(Receipt(p.variant_id, p.draft.quantity, p.cost_minor, source, moment))
    post_moves(actor=actor, moves=moves, occurred_at=now)
    layers_open(actor=actor, receipts=receipts)


def _home_bins(keys: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the bin where each (variant, warehouse) is at home: where most of it lies, else the first bin."""
    rows = sql.fetch(
        "SELECT q.variant_id, c.warehouse_id, q.location_id FROM inventory_stockquant AS q"
        " JOIN inventory_location AS c ON c.id = q.location_id JOIN {v} ON q.variant_id = v.a AND c.warehouse_id = v.b"
        " WHERE c.kind = 'bin' AND q.status = 'available' ORDER BY q.on_hand, q.id DESC",
        v=sql.Rows("a bigint, b bigint", sorted(keys)),
    )
    homes = dict.fromkeys(keys, 0)
    homes.update({(variant, warehouse): location for variant, warehouse, location in rows})
    return {key: found or warehouse_place(key[1], LocationKind.BIN) for key, found in homes.items()}


def _announce(
    actor: Actor,
    returns: Sequence[ReturnDraft],
    priced: Sequence[Sequence[Priced]],
    ids: Sequence[int],
    numbers: Sequence[str],
    line_ids: Sequence[Sequence[int]],
    now: datetime,
) -> None:
    groups: dict[datetime, list[int]] = defaultdict(list)
    for at, draft in enumerate(returns):
        groups[draft.received_at or now].append(at)
    for moment, places in groups.items():
        lines = tuple(
            ReturnedLine(
                key, ids[at], numbers[at], p.draft.order_line_id, p.variant_id, p.kind, p.draft.quantity, p.net_minor,
                p.tax_minor, p.cost_minor if p.draft.disposition != "reject" else 0, p.draft.disposition == "scrap",
            )
            for at in places
            for key, p in zip(line_ids[at], priced[at], strict=True)
            if p.draft.disposition != "reject"
        )  # fmt: skip
        bus.publish(
            ReturnsReceived(
                company_id=actor.company_id, actor=actor, return_ids=tuple(ids[at] for at in places), lines=lines,
                received_at=moment,
            )
        )  # fmt: skip
    restocked = {
        p.variant_id for lines in priced for p in lines if p.kind == "goods" and p.draft.disposition == "restock"
    }
    if restocked:
        bus.publish(StockArrived(company_id=actor.company_id, actor=actor, variant_ids=tuple(sorted(restocked))))
    audit_record(
        actor=actor,
        events=[
            AuditDraft(
                f"return-order:{number}", "received",
                {"order_id": str(draft.order_id or ""), "units": sum(p.draft.quantity for p in lines),
                 "credit_minor": sum(p.net_minor + p.tax_minor for p in lines)},
            )
            for number, draft, lines in zip(numbers, returns, priced, strict=True)
        ],
    )  # fmt: skip
