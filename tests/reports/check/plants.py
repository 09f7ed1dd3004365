"""Corruptions, each written by SQL into a good database, and the invariants and probes that must then speak up.

`also` names invariants that the same corruption breaks by necessity; `why` says how.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.builders import BusyShop

Sql = Callable[[BusyShop, BusyShop], list[str]]
ONE_SCRAP = "id = (SELECT MIN(id) FROM inventory_stockmove WHERE reason = 'return_in' AND to_location_id IN" \
    " (SELECT id FROM inventory_location WHERE kind = 'loss'))"  # fmt: skip


@dataclass(frozen=True)
class Plant:
    """A corruption: which invariant it breaks, how, and which probes must see it.

    `guards` are tables whose constraints forbid it, to be taken away first. `only` names the database where it can be
    written at all.
    """

    invariant: str
    name: str
    probes: frozenset[str]
    sql: Sql
    guards: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    why: str = ""
    only: str = ""


def plant(invariant: str, name: str, probes: str, sql: Sql, guards: str = "", also: str = "", why: str = "",
          only: str = "") -> Plant:  # fmt: skip
    return Plant(
        invariant, name, frozenset(probes.split()), sql, tuple(guards.split()), frozenset(also.split()), why, only
    )


def quant(shop: BusyShop, variant: int, code: str, warehouse: int = 0) -> str:
    """Return a condition for the quant of a variant at a place."""
    return (
        f"variant_id = {shop.variants[variant].id} AND location_id = (SELECT id FROM inventory_location WHERE"
        f" warehouse_id = {shop.warehouses[warehouse].id} AND code = '{code}')"
    )


def place(shop: BusyShop, code: str) -> str:
    return f"(SELECT id FROM inventory_location WHERE warehouse_id = {shop.warehouses[0].id} AND code = '{code}')"


def virtual(shop: BusyShop, kind: str) -> str:
    return f"(SELECT id FROM inventory_location WHERE company_id = {shop.company.id} AND kind = '{kind}')"


def order(shop: BusyShop, name: str) -> str:
    return f"id = {shop.orders[name].id}"


def line(shop: BusyShop, name: str, position: int = 1) -> str:
    return f"id = {shop.line(name, position).id}"


def sent(shop: BusyShop, name: str) -> str:
    """Return the source text of an order's first shipment."""
    return f"shipment:{shop.shipments(name)[0].number}"


def invoice(shop: BusyShop, name: str, kind: str = "invoice") -> str:
    return f"id = (SELECT MIN(id) FROM books_invoice WHERE order_id = {shop.orders[name].id} AND kind = '{kind}')"


def entry(purpose: str) -> str:
    return f"id = (SELECT MIN(id) FROM ledger_journalentry WHERE purpose = '{purpose}')"


def lines_on(account: str, purpose: str) -> str:
    """Return a condition for the first journal line on an account in entries of a purpose."""
    return (
        "id = (SELECT MIN(l.id) FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN"
        f" ledger_journalentry e ON e.id = l.entry_id WHERE a.code = '{account}' AND e.purpose = '{purpose}')"
    )


MOVE_COLUMNS = (
    "id, company_id, variant_id, lot_id, quantity, from_location_id, to_location_id, from_status, to_status, owner,"
    " reason, source, purpose, cost_minor, occurred_at, recorded_at"
)


def move_insert(shop: BusyShop, variant: int, quantity: int, source: str, target: str) -> str:
    """Return a statement that adds a move under a known document."""
    return (
        f"INSERT INTO inventory_stockmove ({MOVE_COLUMNS}) SELECT 1, {shop.company.id}, {shop.variants[variant].id},"
        f" NULL, {quantity}, {source}, {target}, 'available', 'available', '', 'move',"
        " 'adjustment:ADJ-000001', 'planted',"
        f" 0, '2026-04-01 00:00:00', '2026-04-01 00:00:00'"
    )


def lot_insert(shop: BusyShop, variant: int) -> str:
    return (
        "INSERT INTO inventory_lot (id, company_id, variant_id, code)"
        f" VALUES (1, {shop.company.id}, {shop.variants[variant].id}, 'L-1')"
    )


def message_insert(shop: BusyShop, key: int, external: str, state: str) -> str:
    return (
        "INSERT INTO platform_inboxmessage (id, company_id, source, external_key, media_type, payload, payload_hash,"
        f" received_at, repeats, state, reason_code, reason, attempts, document) VALUES ({key},"
        f" {shop.company.id}, 'web',"
        f" '{external}', 'text/plain', '', '', '2026-04-01 00:00:00', 0, '{state}', '', '', 0, '')"
    )


def copy_row(table: str, condition: str, columns: str) -> str:
    """Return a statement that copies a row under identifier 1; `columns` are all but the identifier."""
    return f"INSERT INTO {table} (id, {columns}) SELECT 1, {columns} FROM {table} WHERE {condition}"


STOCK = [
    plant("INV-01", "a unit lies in another bin than the moves say", "quant-is-moves", lambda s, o: [
        f"UPDATE inventory_stockquant SET on_hand = on_hand - 1 WHERE {quant(s, 8, 'A-01')}",
        f"UPDATE inventory_stockquant SET on_hand = on_hand + 1 WHERE {quant(s, 8, 'B-01')}",
    ]),
    plant("INV-01", "a move went to another bin", "quant-is-moves", lambda s, o: [
        f"UPDATE inventory_stockmove SET to_location_id = {place(s, 'A-02')} WHERE id = (SELECT MIN(id)"
        f" FROM inventory_stockmove WHERE variant_id = {s.variants[0].id} AND to_location_id = {place(s, 'A-01')}"
        " AND reason = 'adjust_in')",
    ]),
    plant("INV-01", "a quant's key is not its lot", "quant-key quant-is-moves", lambda s, o: [
        f"UPDATE inventory_stockquant SET lot_key = 7 WHERE {quant(s, 8, 'A-01')}",
    ]),
    plant("INV-02", "a move went to a place that is gone", "moves-zero key-finds-row", lambda s, o: [
        f"UPDATE inventory_stockmove SET to_location_id = 1 WHERE {ONE_SCRAP}",
    ], also="INV-28", why="the place's key points to nothing"),
    plant("INV-02", "a move of nothing", "move-goes", lambda s, o: [
        f"UPDATE inventory_stockmove SET quantity = 0 WHERE {ONE_SCRAP}",
    ], guards="inventory_stockmove"),
    plant("INV-02", "a move to where it came from", "move-goes", lambda s, o: [
        f"UPDATE inventory_stockmove SET from_location_id = to_location_id WHERE {ONE_SCRAP}",
    ], guards="inventory_stockmove"),
    plant("INV-03", "a level has one more", "level-is-quants", lambda s, o: [
        f"UPDATE inventory_stocklevel SET on_hand = on_hand + 1 WHERE variant_id = {s.variants[8].id}"
        f" AND warehouse_id = {s.warehouses[0].id}",
    ]),
    plant("INV-03", "a level is gone", "level-is-quants", lambda s, o: [
        f"DELETE FROM inventory_stocklevel WHERE variant_id = {s.variants[7].id} AND warehouse_id ="
        f" {s.warehouses[0].id}",
    ]),
    plant("INV-03", "a bin holds less than nothing", "below-nothing", lambda s, o: [
        move_insert(s, 8, 1000, place(s, "A-01"), place(s, "B-01")),
        f"UPDATE inventory_stockquant SET on_hand = on_hand - 1000 WHERE {quant(s, 8, 'A-01')}",
        f"UPDATE inventory_stockquant SET on_hand = on_hand + 1000 WHERE {quant(s, 8, 'B-01')}",
    ]),
    plant("INV-04", "a level has promised one less", "level-is-promises", lambda s, o: [
        f"UPDATE inventory_stocklevel SET allocated = allocated - 1 WHERE variant_id = {s.variants[9].id}"
        f" AND warehouse_id = {s.warehouses[0].id}",
    ]),
    plant("INV-04", "more is promised than there is", "never-oversold level-is-promises", lambda s, o: [
        f"UPDATE inventory_stocklevel SET allocated = on_hand + 1 WHERE variant_id = {s.variants[8].id}"
        f" AND warehouse_id = {s.warehouses[0].id}",
    ], guards="inventory_stocklevel"),
    plant("INV-04", "a promise is more than its parts", "promise-resolved-once", lambda s, o: [
        f"UPDATE inventory_allocation SET quantity = quantity + 1 WHERE demand_id = {s.line('new').id}",
    ], guards="inventory_allocation"),
    plant("INV-04", "an expired reservation holds stock", "expired-holds-nothing", lambda s, o: [
        "INSERT INTO inventory_allocation (id, company_id, variant_id, warehouse_id, kind, source, demand_id, quantity,"
        f" open_quantity, posted_quantity, voided_quantity, created_at, expires_at) VALUES (1, {s.company.id},"
        f" {s.variants[8].id}, {s.warehouses[0].id}, 'soft', 'basket:1', 1, 1, 1, 0, 0, '2026-01-01 00:00:00',"
        " '2026-01-02 00:00:00')",
        f"UPDATE inventory_stocklevel SET allocated = allocated + 1 WHERE variant_id = {s.variants[8].id}"
        f" AND warehouse_id = {s.warehouses[0].id}",
    ]),
    plant("INV-04", "a bin has more set aside than its tasks want", "set-aside-is-tasks", lambda s, o: [
        f"UPDATE inventory_stockquant SET picking = picking + 1 WHERE {quant(s, 8, 'A-01')}",
    ]),
    plant("INV-06", "a move of a shipment is no shipping", "line-left-once", lambda s, o: [
        "UPDATE inventory_stockmove SET reason = 'move' WHERE purpose = 'ship:' || (SELECT MIN(id)"
        f" FROM warehouse_shipmentline WHERE order_line_id = {s.line('shipped').id})",
    ]),
    plant("INV-06", "a task says that one less was taken", "task-moved-once line-is-tasks", lambda s, o: [
        "UPDATE warehouse_picktask SET picked = picked - 1 WHERE shipment_line_id = (SELECT MIN(id)"
        f" FROM warehouse_shipmentline WHERE order_line_id = {s.line('shipped').id})",
    ]),
    plant("INV-06", "a move out of a bin is of no task", "task-moved-once", lambda s, o: [
        "UPDATE inventory_stockmove SET purpose = 'pick:0' WHERE id = (SELECT MIN(id) FROM inventory_stockmove"
        " WHERE reason = 'pick')",
    ]),
    plant("INV-07", "a tracked variant's stock has no lot", "tracked-has-lot", lambda s, o: [
        f"UPDATE catalog_variant SET tracking = 'lot' WHERE id = {s.variants[8].id}",
    ]),
    plant("INV-07", "a move has another variant's lot", "lot-of-variant", lambda s, o: [
        lot_insert(s, 8), f"UPDATE inventory_stockmove SET lot_id = 1 WHERE {ONE_SCRAP}",
    ]),
    plant("INV-07", "a serial number is there many times", "serial-once", lambda s, o: [
        lot_insert(s, 9), f"UPDATE catalog_variant SET tracking = 'serial' WHERE id = {s.variants[9].id}",
        f"UPDATE inventory_stockmove SET lot_id = 1 WHERE variant_id = {s.variants[9].id}",
        f"UPDATE inventory_stockquant SET lot_id = 1, lot_key = 1 WHERE variant_id = {s.variants[9].id}",
    ]),
    plant("INV-08", "a layer has one less left", "layers-are-stock layer-used", lambda s, o: [
        f"UPDATE inventory_costlayer SET remaining = remaining - 1 WHERE id = (SELECT MAX(id) FROM inventory_costlayer"
        f" WHERE variant_id = {s.variants[9].id})",
    ]),
    plant("INV-08", "a move used one unit more", "layer-used move-costed", lambda s, o: [
        "UPDATE inventory_costconsumption SET quantity = quantity + 1 WHERE id = (SELECT MIN(id)"
        " FROM inventory_costconsumption)",
    ]),
]  # fmt: skip

MONEY = [
    plant("INV-09", "the value went to another account", "stock-account-is-layers", lambda s, o: [
        f"UPDATE ledger_journalline SET account_id = (SELECT id FROM ledger_account WHERE company_id = {s.company.id}"
        f" AND code = '1010') WHERE {lines_on('1000', 'value')}",
    ]),
    plant("INV-09", "a receipt came in at another cost", "stock-account-is-layers", lambda s, o: [
        "UPDATE inventory_stockmove SET cost_minor = cost_minor + 1 WHERE id = (SELECT MIN(id) FROM inventory_stockmove"
        " WHERE reason = 'adjust_in')",
    ]),
    plant("INV-09", "an entry is in another month than its moves", "stock-account-is-layers", lambda s, o: [
        "UPDATE ledger_journalentry SET posted_on = '2026-05-10', period_id = (SELECT id FROM ledger_period WHERE"
        f" company_id = {s.company.id} AND starts_on = '2026-05-01') WHERE source = 'adjustment:ADJ-000004'",
        "UPDATE ledger_journalline SET posted_on = '2026-05-10' WHERE entry_id = (SELECT id FROM"
        " ledger_journalentry WHERE"
        f" company_id = {s.company.id} AND source = 'adjustment:ADJ-000004')",
    ]),
    plant("INV-11", "a line is a penny more", "entry-balances trial-balance", lambda s, o: [
        f"UPDATE ledger_journalline SET amount_minor = amount_minor - 1 WHERE {lines_on('4000', 'invoice')}",
    ]),
    plant("INV-11", "a line is gone", "entry-balances trial-balance", lambda s, o: [
        f"DELETE FROM ledger_journalline WHERE {lines_on('2100', 'invoice')}",
    ]),
    plant("INV-11", "a line has another day", "line-day", lambda s, o: [
        f"UPDATE ledger_journalline SET posted_on = '2026-04-02' WHERE {lines_on('4000', 'invoice')}",
    ]),
    plant("INV-11", "an entry has another currency", "entry-currency", lambda s, o: [
        f"UPDATE ledger_journalentry SET currency = 'EUR' WHERE {entry('invoice')}",
    ]),
    plant("INV-12", "an invoice is not in the ledger", "paper-posted-once", lambda s, o: [
        f"UPDATE ledger_journalentry SET purpose = 'note' WHERE {entry('invoice')}",
    ]),
    plant("INV-12", "a payment is not in the ledger", "payment-posted-once", lambda s, o: [
        f"UPDATE ledger_journalentry SET purpose = 'note' WHERE {entry('payment')}",
    ]),
    plant("INV-12", "the cost of a shipment is under another one's name", "cost-posted-once", lambda s, o: [
        f"UPDATE ledger_journalentry SET source = '{sent(s, 'packed')}' WHERE source = '{sent(s, 'shipped')}'",
    ]),
    plant("INV-12", "an entry is there twice", "entry-once cost-posted-once", lambda s, o: [
        f"UPDATE ledger_journalentry SET source = '{sent(s, 'shipped')}' WHERE source = '{sent(s, 'delivered')}'",
    ], guards="ledger_journalentry", only="postgres"),
    plant("INV-12", "a move is there twice", "move-once", lambda s, o: [
        move_insert(s, 8, 1, virtual(s, "loss"), virtual(s, "production")).replace("SELECT 1,", f"SELECT {key},")
        for key in (1, 2)
    ], guards="inventory_stockmove", only="postgres"),
    plant("INV-13", "a number is missing", "number-gap counter", lambda s, o: [
        f"UPDATE warehouse_package SET number = 'PK-900002' WHERE company_id = {s.company.id} AND number = 'PK-000002'",
    ]),
    plant("INV-13", "the counter ran ahead", "counter", lambda s, o: [
        f"UPDATE platform_numberseries SET next_number = next_number + 5 WHERE company_id = {s.company.id}"
        " AND code = 'pick_batch'",
    ]),
    plant("INV-13", "a number is of no series", "number-of-series number-gap", lambda s, o: [
        f"UPDATE warehouse_package SET number = 'PK-two' WHERE company_id = {s.company.id} AND number = 'PK-000002'",
    ]),
    plant("INV-14", "an invoice line is a penny more", "paper-adds-up billed-share", lambda s, o: [
        "UPDATE books_invoiceline SET net_minor = net_minor + 1 WHERE id = (SELECT MIN(id) FROM books_invoiceline)",
    ]),
    plant("INV-14", "a line's tax is a penny more than its rate gives", "tax-of-line", lambda s, o: [
        f"UPDATE orders_salesorderline SET tax_minor = tax_minor + 1, net_minor = net_minor - 1 WHERE {line(s, 'new')}",
        f"UPDATE orders_salesorder SET tax_minor = tax_minor + 1, net_minor = net_minor - 1 WHERE {order(s, 'new')}",
    ]),
    plant("INV-14", "a document's tax is a penny more than its rate gives", "tax-of-document", lambda s, o: [
        f"UPDATE orders_salesorderline SET tax_minor = tax_minor + 1, net_minor = net_minor - 1 WHERE {line(o, 'new')}",
        f"UPDATE orders_salesorder SET tax_minor = tax_minor + 1, net_minor = net_minor - 1 WHERE {order(o, 'new')}",
    ]),
    plant("INV-14", "a return gives back a penny more than its lines", "return-adds-up", lambda s, o: [
        "UPDATE orders_returnorder SET net_minor = net_minor + 1, total_minor = total_minor + 1 WHERE number"
        " = 'RMA-000001'",
    ]),
    plant("INV-14", "a return line is a penny more than was credited", "credit-is-return return-adds-up", lambda s, o: [
        "UPDATE orders_returnline SET net_minor = net_minor + 1 WHERE id = (SELECT MIN(id) FROM orders_returnline)",
    ]),
    plant("INV-15", "an invoice has a penny more open", "debtors-open paper-open", lambda s, o: [
        f"UPDATE books_invoice SET open_minor = open_minor + 1 WHERE {invoice(s, 'part-paid')}",
    ]),
    plant("INV-15", "a debt is booked on another customer", "debtors-open", lambda s, o: [
        f"UPDATE ledger_journalline SET partner = 'customer:{s.customers[0].id}' WHERE id = (SELECT MIN(id) FROM"
        f" ledger_journalline WHERE partner = 'customer:{s.customers[1].id}' AND amount_minor > 0)",
    ]),
    plant("INV-15", "a deposit is a penny more", "deposits-held payment-shared", lambda s, o: [
        f"UPDATE books_payment SET unallocated_minor = unallocated_minor + 1 WHERE order_id = {s.orders['prepaid'].id}",
    ]),
    plant("INV-15", "an order says that more was paid", "order-paid", lambda s, o: [
        f"UPDATE orders_salesorder SET paid_minor = paid_minor + 1 WHERE {order(s, 'overpaid')}",
    ]),
    plant("INV-15", "more went back than came in", "refund-in-paid order-paid refund-in-credit", lambda s, o: [
        f"UPDATE orders_salesorder SET refunded_minor = paid_minor + 1 WHERE {order(s, 'refunded')}",
    ], also="INV-26", why="what is refunded beyond what was paid was not credited either"),
    plant("INV-17", "a cost is a fraction", "whole-numbers", lambda s, o: [
        f"UPDATE catalog_variant SET cost_micro = 4000000.5 WHERE id = {s.variants[8].id}",
    ], only="sqlite"),
    plant("INV-17", "a column holds fractions", "whole-numbers", lambda s, o: [
        "ALTER TABLE catalog_variant ALTER COLUMN cost_micro TYPE double precision",
    ], guards="catalog_variant", only="postgres"),
    plant("INV-17", "a payment is in no known currency", "known-currency", lambda s, o: [
        f"UPDATE books_payment SET currency = 'XQX' WHERE order_id = {s.orders['prepaid'].id}",
    ]),
    plant("INV-17", "an invoice is in no known currency", "known-currency", lambda s, o: [
        f"UPDATE books_invoice SET currency = 'gbp' WHERE {invoice(s, 'shipped')}",
    ]),
    plant("INV-18", "a closed month was written into", "after-close", lambda s, o: [
        "UPDATE ledger_period SET state = 'closed', closed_at = '2026-04-30 00:00:00' WHERE company_id ="
        f" {s.company.id}"
        " AND starts_on = '2026-03-01'",
    ]),
    plant("INV-18", "an entry is in another month's period", "in-period", lambda s, o: [
        f"UPDATE ledger_journalentry SET period_id = (SELECT id FROM ledger_period WHERE company_id = {s.company.id}"
        f" AND starts_on = '2026-03-01') WHERE {entry('payment')}",
    ]),
]  # fmt: skip

ORDERS = [
    plant("INV-05", "more is picked than promised", "line-counters line-sent", lambda s, o: [
        f"UPDATE orders_salesorderline SET picked = allocated + 1 WHERE {line(s, 'new')}",
    ], guards="orders_salesorderline"),
    plant("INV-05", "a line's cost is a penny more", "line-cost", lambda s, o: [
        f"UPDATE orders_salesorderline SET shipped_cost_minor = shipped_cost_minor + 1 WHERE {line(s, 'shipped')}",
    ]),
    plant("INV-05", "a line says that one more came back", "line-returned", lambda s, o: [
        f"UPDATE orders_salesorderline SET returned = returned + 1 WHERE {line(s, 'part-returned')}",
    ]),
    plant("INV-05", "a line has promised one less", "line-allocated", lambda s, o: [
        f"UPDATE orders_salesorderline SET allocated = allocated - 1 WHERE {line(s, 'short-of-stock')}",
    ]),
    plant("INV-05", "a line says that nothing was invoiced", "line-billed order-statuses", lambda s, o: [
        f"UPDATE orders_salesorderline SET invoiced = 0 WHERE {line(s, 'part-paid')}",
    ], also="INV-23", why="the order's invoice status follows from it"),
    plant("INV-23", "an order says that all is promised", "order-statuses", lambda s, o: [
        f"UPDATE orders_salesorder SET allocation_status = 'full' WHERE {order(s, 'short-of-stock')}",
    ]),
    plant("INV-23", "an open order is called done", "order-statuses", lambda s, o: [
        f"UPDATE orders_salesorder SET status = 'done' WHERE {order(s, 'new')}",
    ]),
    plant("INV-23", "a held order is called free", "order-hold", lambda s, o: [
        f"UPDATE orders_salesorder SET is_on_hold = (1 = 0) WHERE {order(s, 'held')}",
    ]),
    plant("INV-23", "an order is called delivered", "order-delivery", lambda s, o: [
        f"UPDATE orders_salesorder SET delivery_status = 'delivered' WHERE {order(s, 'shipped')}",
    ]),
    plant("INV-23", "a draft shipment is called picked", "shipment-state", lambda s, o: [
        f"UPDATE warehouse_shipment SET status = 'picked' WHERE id = {s.shipments('new')[0].id}",
    ]),
    plant("INV-23", "a shipment is released and nobody was told", "shipment-tasks", lambda s, o: [
        f"UPDATE warehouse_shipment SET status = 'released' WHERE id = {s.shipments('new')[0].id}",
    ]),
    plant("INV-23", "a batch with open tasks is called done", "batch-state", lambda s, o: [
        "UPDATE warehouse_pickbatch SET status = 'done' WHERE id = (SELECT MIN(batch_id) FROM warehouse_picktask"
        " WHERE status = 'open')",
    ]),
    plant("INV-24", "an order's total is a penny more than its lines", "order-adds-up", lambda s, o: [
        "UPDATE orders_salesorder SET net_minor = net_minor + 1, total_minor = total_minor + 1 WHERE"
        f" {order(s, 'new')}",
    ]),
    plant("INV-24", "a line's price is another", "line-price", lambda s, o: [
        f"UPDATE orders_salesorderline SET unit_price_micro = unit_price_micro + 10000 WHERE {line(s, 'new')}",
    ]),
    plant("INV-24", "the channel showed another total", "channel-total", lambda s, o: [
        f"UPDATE orders_salesorder SET channel_total_minor = total_minor + 1 WHERE {order(s, 'new')}",
    ]),
    plant("INV-25", "two shipments have one tracking number", "tracking-once", lambda s, o: [
        "UPDATE warehouse_shipment SET tracking_number = 'RM1' WHERE id IN"
        f" ({s.shipments('shipped')[0].id}, {s.shipments('delivered')[0].id})",
    ]),
    plant("INV-25", "stock went to a customer without a shipment", "move-has-shipment", lambda s, o: [
        move_insert(s, 8, 1, virtual(s, "loss"), virtual(s, "customer")),
    ]),
    plant("INV-25", "a shipment was sent and nothing moved", "sent-has-moves line-left-once", lambda s, o: [
        f"UPDATE inventory_stockmove SET reason = 'move' WHERE source = '{sent(s, 'delivered')}' AND reason = 'ship'",
    ], also="INV-06", why="no unit of the shipment left a bin"),
    plant("INV-26", "more came back than was sent", "returned-in-sent line-returned", lambda s, o: [
        f"UPDATE orders_returnline SET received = 9 WHERE order_line_id = {s.line('part-returned').id}",
    ], also="INV-05", why="the order line counts what came back, too"),
    plant("INV-26", "the credit note of a refund is somebody else's", "refund-in-credit", lambda s, o: [
        f"UPDATE books_invoice SET order_id = NULL WHERE {invoice(s, 'refunded', 'credit_note')}",
    ]),
    plant("INV-26", "the credit note of a refund was cancelled", "refund-in-credit", lambda s, o: [
        f"UPDATE books_invoice SET status = 'cancelled' WHERE {invoice(s, 'refunded', 'credit_note')}",
    ]),
]  # fmt: skip

PLATFORM = [
    plant("INV-21", "a message waits unseen", "message-handled", lambda s, o: [
        message_insert(s, 1, "m-1", "received"),
    ]),
    plant("INV-21", "a message is parked without a reason", "parked-has-reason", lambda s, o: [
        message_insert(s, 1, "m-1", "parked"),
    ], guards="platform_inboxmessage"),
    plant("INV-21", "a channel's order is here twice", "order-once", lambda s, o: [
        f"UPDATE orders_salesorder SET external_id = 'W-1001' WHERE {order(s, 'held')}",
    ], guards="orders_salesorder"),
    plant("INV-21", "a channel's return is here twice", "return-once", lambda s, o: [
        "UPDATE orders_returnorder SET channel = 'web', external_id = 'R-1' WHERE number = 'RMA-000001'",
    ], guards="orders_returnorder"),
    plant("INV-21", "a message is here twice", "message-once", lambda s, o: [
        message_insert(s, 1, "m-1", "handled"), message_insert(s, 2, "m-1", "handled"),
    ], guards="platform_inboxmessage", only="postgres"),
    plant("INV-27", "a fact was changed", "audit-chain", lambda s, o: [
        "UPDATE platform_auditevent SET verb = 'nothing' WHERE id = (SELECT MIN(id) FROM platform_auditevent"
        " WHERE chain_number = 7)",
    ]),
    plant("INV-27", "a fact was taken away", "audit-chain", lambda s, o: [
        f"DELETE FROM platform_auditevent WHERE company_id = {s.company.id} AND chain_number = 7",
    ]),
    plant("INV-27", "the end was cut off", "audit-chain", lambda s, o: [
        f"UPDATE platform_audithead SET chain_number = chain_number - 1 WHERE company_id = {s.company.id}",
    ]),
    plant("INV-28", "a key points to nothing", "key-finds-row", lambda s, o: [
        "UPDATE orders_routingdecision SET order_id = 1 WHERE id = (SELECT MIN(id) FROM orders_routingdecision)",
    ]),
    plant("INV-28", "a text names a document that is not there", "text-finds-document", lambda s, o: [
        f"UPDATE inventory_stockmove SET source = 'return-order:RMA-999999' WHERE {ONE_SCRAP}",
    ]),
    plant("INV-28", "a journal line names a customer who is not there", "partner-finds-customer", lambda s, o: [
        f"UPDATE ledger_journalline SET partner = 'customer:1' WHERE {lines_on('4000', 'invoice')}",
    ]),
    plant("INV-28", "a promise is to a line that is not there", "promise-finds-line line-allocated", lambda s, o: [
        f"UPDATE inventory_allocation SET demand_id = 1 WHERE demand_id = {s.line('new').id}",
    ], also="INV-05", why="the line's own count of promises finds none"),
    plant("INV-29", "an order is of another company's customer", "same-company", lambda s, o: [
        f"UPDATE orders_salesorder SET customer_id = {o.customers[0].id} WHERE {order(s, 'held')}",
    ]),
    plant("INV-29", "a place lies in another company's", "same-company", lambda s, o: [
        f"UPDATE inventory_location SET parent_id = {place(o, 'A-01')} WHERE id = {place(s, 'A-01')}",
    ]),
    plant("INV-30", "a key was never answered", "key-answered", lambda s, o: [
        "UPDATE platform_idempotencykey SET result = NULL",
    ]),
    plant("INV-30", "a key forgot what it came with", "key-has-body", lambda s, o: [
        "UPDATE platform_idempotencykey SET body_hash = ''",
    ]),
    plant("INV-30", "a key is there twice", "key-once", lambda s, o: [
        copy_row("platform_idempotencykey", "key = 'k-1'", "company_id, scope, key, body_hash, result, created_at"),
    ], guards="platform_idempotencykey", only="postgres"),
]  # fmt: skip

PLANTS = [*STOCK, *MONEY, *ORDERS, *PLATFORM]
