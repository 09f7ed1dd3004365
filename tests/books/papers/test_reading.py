"""The papers of a real order: placed, picked, packed, sent in two parcels, half of it returned."""

from dataclasses import replace

import pytest
from django.db import transaction

from cefn.books.models import Invoice
from cefn.books.papers.reading import invoices_print, invoices_read
from cefn.catalog.services import ProductDraft, VariantDraft, products_create
from cefn.flows.setup import company_open
from cefn.inventory.models import Location
from cefn.inventory.services import stock_adjust
from cefn.inventory.services.adjusting import AdjustmentDraft, AdjustmentLineDraft
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel.errors import NotFound
from cefn.orders.models import SalesOrderLine
from cefn.orders.services import OrderDraft, OrderLineDraft, ReturnDraft, ReturnLineDraft, orders_place, returns_receive
from cefn.platform.companies import CompanyDraft
from cefn.warehouse.models import PickTask, Shipment, ShipmentLine
from cefn.warehouse.papers.reading import packing_slips_print, packing_slips_read, pick_lists_print, pick_lists_read
from cefn.warehouse.services import (
    PackDraft,
    ParcelDraft,
    picks_confirm,
    picks_release,
    shipments_pack,
    shipments_ship,
)
from tests.platform.papers.reading import pages_text

SHIP_TO = {"name": "Gwen Llŷr", "line1": "Tŷ Newydd", "city": "Y Bala", "postcode": "LL23 7AA", "country": "GB"}
BILL_TO = {"name": "Caffi'r Castell", "line1": "Y Maes", "city": "Caernarfon", "postcode": "LL55 2NF", "country": "GB"}


@pytest.fixture
def shop(db):
    company, warehouses, actor = company_open(
        company=CompanyDraft(
            code="cwm", name="Siop y Cwm", address_lines=["14 Heol y Bont", "Aberystwyth"], postcode="SY23 1AB",
            vat_number="GB 123 4567 82", company_number="01234567", prices_include_tax=True,
        ),
        warehouses=[WarehouseDraft("ABER", "Aberystwyth", ["A-01", "A-02"])],
    )  # fmt: skip
    products = products_create(
        actor=actor,
        products=[
            ProductDraft(
                "Welsh mug", [VariantDraft("MUG-RED", name="red", price_micro=5_990_000, barcodes=["5012345678900"])],
                name_cy="Mwg Cymru",
            ),
            ProductDraft("Book", [VariantDraft("BOOK", price_micro=10_000_000, weight_g=400)], tax_category="zero"),
        ],
    )  # fmt: skip
    mug, book = (product.variants.get() for product in products)
    bins = {location.code: location for location in Location.objects.filter(warehouse=warehouses[0])}
    stock_adjust(
        actor=actor,
        adjustments=[
            AdjustmentDraft(
                warehouses[0].id,
                "found",
                [
                    AdjustmentLineDraft(mug.id, bins["A-02"].id, 3, 2_000_000),
                    AdjustmentLineDraft(book.id, bins["A-01"].id, 9, 4_000_000),
                ],
            )
        ],
    )
    return company, warehouses[0], actor


@pytest.fixture
def order(shop):
    """Place an order for four mugs, of which three are there, and two books at a pound off."""
    _, _, actor = shop
    (placed,) = orders_place(
        actor=actor,
        orders=[
            OrderDraft(
                lines=[OrderLineDraft(4, sku="MUG-RED"), OrderLineDraft(2, sku="BOOK", discount_minor=100)],
                ship_to=SHIP_TO, bill_to=BILL_TO, external_id="web-7", customer_name="Gwen Llŷr",
            )
        ],
    )  # fmt: skip
    return placed


@pytest.fixture
def sent(shop, order):
    """Pick and pack into two parcels, and send; return the shipment."""
    _, _, actor = shop
    shipment = Shipment.objects.get(order_id=order.id)
    picks_release(actor=actor, shipment_ids=[shipment.id])
    tasks = PickTask.objects.filter(shipment_line__shipment=shipment)
    picks_confirm(actor=actor, picks=[(task.id, task.quantity) for task in tasks])
    mugs, books = ShipmentLine.objects.filter(shipment=shipment).order_by("position")
    parcels = [ParcelDraft(weight_g=900, contents=[(mugs.id, 2)])]
    parcels.append(ParcelDraft(weight_g=1_300, contents=[(mugs.id, 1), (books.id, 2)]))
    shipments_pack(actor=actor, packs=[PackDraft(shipment.id, parcels)])
    shipments_ship(actor=actor, shipment_ids=[shipment.id])
    shipment.refresh_from_db()
    return shipment


def test_the_pick_list_of_a_released_order(shop, order):
    _, _, actor = shop
    shipment = Shipment.objects.get(order_id=order.id)
    ((batch_id, number),) = picks_release(actor=actor, shipment_ids=[shipment.id])
    (paper,) = pick_lists_read(batch_ids=[batch_id], actor=actor)
    assert [(line.location, line.sku, line.name, line.quantity) for line in paper.lines] == [
        ("A-01", "BOOK", "Book", 2), ("A-02", "MUG-RED", "Welsh mug, red", 3),
    ]  # fmt: skip
    assert paper.lines[1].barcode == "5012345678900"
    assert paper.lines[0].order_number == order.number
    (welsh,) = pick_lists_read(batch_ids=[batch_id], actor=actor, language="cy")
    assert welsh.lines[1].name == "Mwg Cymru, red"
    (text,) = pages_text(pick_lists_print(batch_ids=[batch_id], actor=actor))
    assert number in text
    assert "2 stops · 5 pieces" in text
    assert "Siop y Cwm, company number 01234567" in text


def test_each_parcel_has_its_slip_and_the_rest_is_to_follow(shop, sent):
    _, _, actor = shop
    first, second = packing_slips_read(shipment_ids=[sent.id], actor=actor)
    assert [(line.sku, line.quantity, line.ordered, line.to_follow) for line in first.lines] == [("MUG-RED", 2, 4, 1)]
    assert [(line.sku, line.quantity, line.ordered, line.to_follow) for line in second.lines] == [
        ("MUG-RED", 1, 4, 1), ("BOOK", 2, 2, 0),
    ]  # fmt: skip
    assert (second.package_number, second.package_count, second.weight_g) == (2, 2, 1_300)
    assert second.ship_to == ("Gwen Llŷr", "Tŷ Newydd", "Y Bala", "LL23 7AA")
    pages = pages_text(packing_slips_print(shipment_ids=[sent.id], actor=actor))
    assert ["1 of 2" in pages[0], "2 of 2" in pages[1]] == [True, True]


def test_a_slip_before_packing_shows_what_shall_go(shop, order):
    _, _, actor = shop
    shipment = Shipment.objects.get(order_id=order.id)
    (slip,) = packing_slips_read(shipment_ids=[shipment.id], actor=actor)
    assert [(line.sku, line.quantity, line.to_follow) for line in slip.lines] == [("MUG-RED", 3, 1), ("BOOK", 2, 0)]
    assert slip.shipped_on is None


def test_the_invoice_agrees_with_the_books_to_the_penny(shop, order, sent):
    _, _, actor = shop
    row = Invoice.objects.get(order_id=order.id)
    (paper,) = invoices_read(invoice_ids=[row.id], actor=actor)
    assert (paper.net_minor, paper.tax_minor, paper.total_minor) == (row.net_minor, row.tax_minor, row.total_minor)
    mugs, books = paper.lines
    assert (mugs.quantity, mugs.unit_price_micro, mugs.discount_minor) == (3, 5_990_000, 0)
    assert (books.gross_minor, books.discount_minor) == (1_900, 100)
    assert paper.bill_to == ("Caffi'r Castell", "Y Maes", "Caernarfon", "LL55 2NF")
    # Three of four mugs bear three quarters of the order line's 3.99 of VAT, cumulatively rounded.
    by_rate = [(tax.tax_ppm, tax.net_minor, tax.tax_minor) for tax in paper.taxes]
    assert by_rate == [(200_000, 1_498, 299), (0, 1_900, 0)]
    (text,) = pages_text(invoices_print(invoice_ids=[row.id], actor=actor))
    assert row.number in text
    assert "Discount £1.00" in text
    assert "Standard rate 20% 14.98 2.99 17.97" in text
    assert order.number in text
    assert "web-7" in text


def test_the_credit_note_names_its_invoice(shop, order, sent):
    _, warehouse, actor = shop
    line = SalesOrderLine.objects.get(order_id=order.id, position=1)
    with transaction.atomic():
        returns_receive(
            actor=actor,
            returns=[ReturnDraft(warehouse.id, [ReturnLineDraft(1, order_line_id=line.id)], order_id=order.id)],
        )
    invoice = Invoice.objects.get(kind="invoice")
    note = Invoice.objects.get(kind="credit_note")
    (paper,) = invoices_read(invoice_ids=[note.id], actor=actor)
    assert (paper.credits_number, paper.credits_on) == (invoice.number, invoice.issued_on)
    assert paper.reason == "goods returned"
    (text,) = pages_text(invoices_print(invoice_ids=[note.id], actor=actor))
    assert f"This credits invoice {invoice.number}" in text
    both = pages_text(invoices_print(invoice_ids=[note.id, invoice.id], actor=actor))
    assert [note.number in both[0], invoice.number in both[1]] == [True, True]


def test_nobody_prints_the_papers_of_others(shop, order, sent):
    _, _, actor = shop
    stranger = replace(actor, company_id=actor.company_id + 1)
    invoice = Invoice.objects.get(order_id=order.id)
    with pytest.raises(Exception, match="does not exist"):
        invoices_read(invoice_ids=[invoice.id], actor=stranger)
    elsewhere = replace(actor, warehouse_codes=frozenset({"OTHER"}), channel_codes=frozenset({"other"}))
    for call in (
        lambda: packing_slips_read(shipment_ids=[sent.id], actor=elsewhere),
        lambda: invoices_read(invoice_ids=[invoice.id], actor=elsewhere),
        lambda: pick_lists_read(batch_ids=[1], actor=actor),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_number_of_statements_does_not_grow_with_the_papers(shop, order, sent, query_count):
    _, _, actor = shop
    with query_count(at_most=6):
        packing_slips_read(shipment_ids=[sent.id] * 20, actor=actor)
    invoice = Invoice.objects.get(order_id=order.id)
    with query_count(at_most=6):
        invoices_read(invoice_ids=[invoice.id] * 20, actor=actor)
