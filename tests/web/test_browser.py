"""The screens in a real browser: looks, keys, budgets, accessibility. Pictures are kept in artefacts/screens."""

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cefn.catalog.models import Variant
from cefn.orders.models import SalesOrder
from cefn.parties.models import Customer
from tests.web.shop import PASSWORD, Shop, shop_make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = (1366, 768), (390, 844)
VARIANTS = [
    (size, theme, language) for size in (WIDE, PHONE) for theme in ("light", "dark") for language in ("en", "cy")
]
JAVASCRIPT_BYTES = 150_000
SHIFT_THOUSANDTHS = 10
AXE = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`))"""
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput)
    .forEach(entry => { sum += entry.value; })).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(Math.round(sum * 1000)), 60);
})"""


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    scripts: dict[str, int] = field(default_factory=dict)

    def go(self, path: str) -> None:
        self.scripts.clear()
        self.page.goto(self.base + path, wait_until="load")


@pytest.fixture
def shop_open(transactional_db: None) -> Shop:
    return shop_make()


@pytest.fixture
def browser(shop_open: Shop, live_server: Any, chromium: str) -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        made.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


def watch(context: BrowserContext, base: str) -> Watched:
    page = context.new_page()
    watched = Watched(page, base)

    def asked(response: Any) -> None:
        if not response.url.startswith((base, "data:", "blob:")):
            watched.strangers.append(response.url)
        if response.url.split("?")[0].endswith(".js"):
            watched.scripts[response.url] = len(gzip.compress(response.body()))

    page.on("response", asked)
    page.on("console", lambda message: watched.troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: watched.troubles.append(str(error)))
    return watched


def enter(browser: Browser, base: str, shop: Shop, size: tuple[int, int], theme: str, language: str) -> Watched:
    """Open a browser of this size, log in as the owner, and set theme and language."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB")
    watched = watch(context, base)
    watched.go("/log-in/")
    watched.page.fill("[name=email]", shop.owner.email)
    watched.page.fill("[name=password]", PASSWORD)
    watched.page.click("main form .primary")
    watched.page.wait_for_url(f"{base}/")
    context.add_cookies(
        [
            {"name": "cefn_theme", "value": theme, "url": base},
            {"name": "django_language", "value": language, "url": base},
        ]
    )
    return watched


def pages() -> dict[str, str]:
    """Return the main pages by name."""
    variant = Variant.objects.get(sku="MUG-RED")
    done = SalesOrder.objects.filter(status="done").order_by("id").first()
    held = SalesOrder.objects.filter(is_on_hold=True).first()
    customer = Customer.objects.order_by("id").first()
    assert done is not None
    assert held is not None
    assert customer is not None
    return {
        "today": "/",
        "orders": "/orders/",
        "order-done": f"/orders/{done.number}/",
        "order-held": f"/orders/{held.number}/",
        "stock": "/stock/",
        "variant": f"/variants/{variant.pk}/",
        "moves": "/stock/moves/",
        "products": "/products/",
        "product": f"/products/{variant.product_id}/",
        "customers": "/customers/",
        "customer": f"/customers/{customer.number}/",
        "suppliers": "/suppliers/",
        "me": "/me/",
    }


@pytest.mark.sqlite
@pytest.mark.parametrize(("size", "theme", "language"), VARIANTS)
def test_main_pages_are_clean(
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
    watched = enter(browser, live_server.url, shop_open, size, theme, language)
    axe = (repository / "src/cefn/web/static/vendor/axe.min.js").read_text("utf-8")
    looks_deep = (theme == "dark") == (language == "cy")
    for name, path in pages().items():
        watched.go(path)
        page = watched.page
        page.screenshot(path=folder / f"{name}-{size[0]}-{theme}-{language}.png")
        assert page.get_attribute("html", "data-theme") == theme
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
        assert sum(watched.scripts.values()) <= JAVASCRIPT_BYTES, watched.scripts
        assert page.evaluate(SHIFTS) <= SHIFT_THOUSANDTHS, f"{name} shifts while loading"
        if looks_deep:
            page.evaluate(axe)
            assert page.evaluate(AXE) == [], name
    assert watched.troubles == []
    assert watched.strangers == []


def test_orders_fit_the_screen(browser: Browser, live_server: Any, shop_open: Shop) -> None:
    watched = enter(browser, live_server.url, shop_open, WIDE, "light", "en")
    watched.go("/orders/")
    visible = (
        "[...document.querySelectorAll('tbody tr')].filter(row => row.getBoundingClientRect().bottom <= innerHeight)"
    )
    assert watched.page.evaluate(f"{visible}.length") >= 25
    assert watched.page.evaluate(
        "document.querySelector('.table-wrap').scrollWidth <= document.querySelector('.table-wrap').clientWidth"
    )


def test_a_day_by_keyboard(browser: Browser, live_server: Any, shop_open: Shop) -> None:
    watched = enter(browser, live_server.url, shop_open, WIDE, "light", "en")
    page = watched.page
    watched.go("/")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders/")
    for key in "jjx":
        page.keyboard.press(key)
    assert page.inner_text(".picked-count") == "1"
    page.keyboard.press("p")
    page.wait_for_selector("#drawer.open #document")
    page.keyboard.press("Escape")
    assert not page.query_selector("#drawer.open")
    page.keyboard.press("/")
    page.keyboard.type("megan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/?q=megan")
    assert page.query_selector(".chip") is not None
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("mug-red")
    page.wait_for_selector("#found .hit:has-text('MUG-RED')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/variants/\d+/$"))
    page.click(".explain >> nth=0")
    page.wait_for_selector("#drawer.open .explained")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    assert watched.troubles == []


def test_an_order_is_held_in_a_dialog_and_the_theme_is_kept(
    browser: Browser, live_server: Any, shop_open: Shop
) -> None:
    watched = enter(browser, live_server.url, shop_open, PHONE, "light", "en")
    page = watched.page
    order = SalesOrder.objects.filter(status="confirmed", is_on_hold=False).first()
    assert order is not None
    watched.go(f"/orders/{order.number}/")
    page.click("summary[aria-label='More actions']")
    page.click("button[data-dialog='do-hold']")
    page.fill("#do-hold-reason", "Ask about the colour")
    page.click("#do-hold .danger.primary")
    page.wait_for_selector(".notice:has-text('Ask about the colour')")
    assert "is on hold" in page.inner_text("#toasts")
    page.click("summary[title='Elin Morgan']")
    page.click("[data-theme-set=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"
    assert watched.troubles == []


def test_sorting_and_paging_swap_the_list_in_place(browser: Browser, live_server: Any, shop_open: Shop) -> None:
    watched = enter(browser, live_server.url, shop_open, WIDE, "light", "en")
    page = watched.page
    watched.go("/orders/")
    page.evaluate("window.stillHere = true")
    page.click("th[data-column=total] a")
    page.wait_for_url("**/orders/?sort=-total")
    page.wait_for_selector("th[data-column=total][aria-sort=descending]")
    page.click("nav.tabs a:has-text('Needs a person')")
    page.wait_for_url("**/orders/?stuck=yes")
    page.wait_for_selector("nav.tabs a[aria-current=page]:has-text('Needs a person')")
    assert page.inner_text("#sums").startswith("1 order")
    assert page.evaluate("window.stillHere === true")
    page.go_back()
    page.wait_for_url("**/orders/?sort=-total")
    assert watched.troubles == []
