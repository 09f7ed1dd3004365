"""Warehouse, money, imports and settings in a real browser: clean, and workable by scanner and keyboard."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from cefn.books.models import Invoice
from cefn.channels.models import ImportRun
from cefn.warehouse.models import PickBatch, PickTask, Shipment
from cefn.warehouse.services import picks_release
from tests.web.shop import Shop
from tests.web.test_browser import AXE, PHONE, WIDE, browser, enter, shop_open

__all__ = ["browser", "shop_open"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TARGET_PX = 56


def batch_made(shop: Shop) -> PickBatch:
    """Release two drafts and return their pick batch in the first warehouse."""
    drafts = Shipment.objects.filter(status="draft", order__is_on_hold=False).order_by("id")
    warehouse = drafts[0].warehouse_id
    keys = list(drafts.filter(warehouse_id=warehouse).values_list("id", flat=True)[:2])
    ((key, _number),) = picks_release(actor=shop.actor, shipment_ids=keys)
    batch: PickBatch = PickBatch.objects.get(pk=key)
    return batch


def pages(batch: PickBatch) -> dict[str, str]:
    """Return the pages by name."""
    invoice = Invoice.objects.order_by("id")[0]
    shipment = Shipment.objects.filter(status="shipped").order_by("id")[0]
    return {
        "warehouse": "/warehouse/",
        "shipments": "/warehouse/shipments/",
        "shipment": f"/warehouse/shipments/{shipment.number}/",
        "batch": f"/warehouse/batches/{batch.number}/",
        "pick": f"/warehouse/batches/{batch.number}/pick/",
        "invoices": "/money/invoices/",
        "invoice": f"/money/invoices/{invoice.number}/",
        "payments": "/money/payments/",
        "ledger": "/money/ledger/",
        "accounts": "/money/accounts/",
        "profit": "/money/reports/profit/",
        "balance": "/money/reports/balance/",
        "periods": "/money/periods/",
        "imports": "/imports/",
        "import-new": "/imports/new/",
        "returns": "/returns/",
        "return-new": "/returns/new/",
        "adjustments": "/stock/adjustments/",
        "adjustment-new": "/stock/adjustments/new/",
        "settings": "/settings/",
        "settings-tokens": "/settings/tokens/",
        "jobs": "/jobs/",
        "people": "/people/",
        "person-new": "/people/new/",
        "audit": "/audit/",
        "check": "/audit/check/",
    }


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "light", "en"), (PHONE, "dark", "cy"), (PHONE, "light", "en"), (WIDE, "dark", "cy")],
)
def test_working_pages_are_clean(
    browser: Browser,
    live_server: Any,
    shop_open: Shop,
    repository: Path,
    size: tuple[int, int],
    theme: str,
    language: str,
) -> None:
    folder = repository / "artefacts" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    batch = batch_made(shop_open)
    watched = enter(browser, live_server.url, shop_open, size, theme, language)
    axe = (repository / "src/cefn/web/static/vendor/axe.min.js").read_text("utf-8")
    for name, path in pages(batch).items():
        watched.go(path)
        page = watched.page
        page.screenshot(path=folder / f"{name}-{size[0]}-{theme}-{language}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
        if (theme == "dark") == (language == "cy"):
            page.evaluate(axe)
            assert page.evaluate(AXE) == [], name
    assert watched.troubles == []
    assert watched.strangers == []


def test_a_batch_is_picked_with_a_scanner(browser: Browser, live_server: Any, shop_open: Shop) -> None:
    batch = batch_made(shop_open)
    watched = enter(browser, live_server.url, shop_open, PHONE, "light", "en")
    page = watched.page
    watched.go(f"/warehouse/batches/{batch.number}/pick/")
    assert page.evaluate("document.activeElement.id") == "scan-field"
    heights = page.evaluate("[...document.querySelectorAll('.scan-button')].map(one => one.offsetHeight)")
    assert min(heights) >= TARGET_PX
    page.keyboard.type("NOT-THIS")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-say]:has-text('scanned NOT-THIS')")
    assert page.inner_text("[data-count]") == "0"
    tasks = list(PickTask.objects.filter(batch=batch).select_related("variant").order_by("sequence", "id"))
    for task in tasks:
        page.wait_for_selector(f"form[action$='/pick/{task.pk}/'].scan-form")
        for _at in range(task.quantity):
            page.keyboard.type(task.variant.sku.lower())
            page.keyboard.press("Enter")
    page.wait_for_selector(".empty h2:has-text('This walk is done')")
    assert set(PickTask.objects.filter(batch=batch).values_list("status", flat=True)) == {"picked"}
    assert watched.troubles == []


def test_a_shipment_is_packed_with_a_scanner_and_one_too_many_is_stopped(
    browser: Browser, live_server: Any, shop_open: Shop
) -> None:
    batch = batch_made(shop_open)
    watched = enter(browser, live_server.url, shop_open, WIDE, "light", "en")
    page = watched.page
    for task in PickTask.objects.filter(batch=batch).order_by("sequence", "id"):
        watched.go(f"/warehouse/batches/{batch.number}/pick/")
        page.click("[data-take]")
        page.wait_for_url("**/pick/")
        task.refresh_from_db()
        assert task.status == "picked"
    shipment = Shipment.objects.filter(status="picked").order_by("id")[0]
    watched.go(f"/warehouse/shipments/{shipment.number}/pack/")
    line = shipment.lines.select_related("variant").order_by("position")[0]
    for one in shipment.lines.select_related("variant").order_by("position"):
        for _at in range(one.picked):
            page.keyboard.type(one.variant.sku)
            page.keyboard.press("Enter")
    page.keyboard.type(line.variant.sku)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-say]:has-text('one too many')")
    page.click("button[value=pack]")
    page.wait_for_url(f"**/warehouse/shipments/{shipment.number}/")
    shipment.refresh_from_db()
    assert shipment.status == "packed"


def test_a_file_stays_chosen_while_its_columns_are_named(
    browser: Browser, live_server: Any, shop_open: Shop, tmp_path: Path
) -> None:
    sheet = tmp_path / "lampau.csv"
    sheet.write_text("Artikel;Bezeichnung\nLAMP-9;Lamp\n", "utf-8")
    watched = enter(browser, live_server.url, shop_open, WIDE, "light", "en")
    page = watched.page
    watched.go("/imports/new/")
    page.check("[name=kind][value=products]")
    page.set_input_files("#file", sheet)
    page.click("#import-send")
    page.wait_for_selector("#reading .notice.bad")
    page.select_option("#map-sku", "Artikel")
    page.select_option("#map-title", "Bezeichnung")
    page.click("#import-send")
    page.wait_for_url("**/imports/IMP-*/")
    run = ImportRun.objects.get()
    assert run.options["mapping"]["sku"] == "Artikel"
    page.click("button[value=preview]")
    page.wait_for_selector("tbody td:has-text('LAMP-9')")
    assert watched.troubles == []
