"""Pages: each shows what is true, explains its numbers, and does what its buttons say."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cefn.catalog.models import Variant
from cefn.kernel.money import minor_text
from cefn.orders.models import SalesOrder
from cefn.parties.models import Customer, Supplier
from cefn.platform.models import Company, Role, User
from cefn.warehouse.models import Shipment
from cefn.web.formats import digits_grouped
from tests.web.shop import PASSWORD, Shop


def some_order(**where: object) -> SalesOrder:
    order = SalesOrder.objects.filter(**where).order_by("id").first()
    assert order is not None
    return order


def test_every_page_opens_in_both_languages(desk: Client) -> None:
    variant = Variant.objects.get(sku="MUG-RED")
    order = some_order(status="done")
    customer, supplier = Customer.objects.first(), Supplier.objects.first()
    assert customer is not None
    assert supplier is not None
    urls = [
        "/",
        "/orders/",
        "/stock/",
        "/stock/moves/",
        "/products/",
        "/customers/",
        "/suppliers/",
        "/me/",
        reverse("web:order", args=[order.number]),
        reverse("web:variant", args=[variant.pk]),
        reverse("web:product", args=[variant.product_id]),
        reverse("web:customer", args=[customer.number]),
        reverse("web:supplier", args=[supplier.number]),
        "/desk/counts/",
        "/desk/bell/",
        "/desk/search/?q=mug",
        *(reverse("web:order_explain", args=[order.number, figure]) for figure in ("total", "paid", "route")),
        *(
            reverse("web:stock_explain", args=[variant.pk, figure])
            for figure in ("on_hand", "allocated", "available", "value")
        ),
    ]
    for language in ("en", "cy"):
        desk.cookies["django_language"] = language
        for url in urls:
            response = desk.get(url)
            assert response.status_code == 200, url
            page = response.content.decode()
            assert " style=" not in page, url
            assert not re.search(r"<script(?![^>]* src=)", page), url
            assert not re.search(r"\son\w+=", page), url


def test_the_page_of_a_person_of_each_role_opens(shop: Shop) -> None:
    for role in Role.values:
        person = User.objects.create(email=f"{role}@example.com", name=role, created_at=shop.owner.created_at)
        person.memberships.create(company=shop.company, role=role, created_at=shop.owner.created_at)
        client = Client()
        client.force_login(person)
        assert client.get("/").status_code == 200
        assert client.get("/orders/").status_code == 200
        assert client.get("/desk/counts/").status_code == 200
        variant = shop.variants[0]
        page = client.get(reverse("web:variant", args=[variant])).content.decode()
        sees_costs = role in {"owner", "manager", "buyer", "accountant", "auditor"}
        assert ("explain/value/" in page) == sees_costs
        explained = client.get(reverse("web:stock_explain", args=[variant, "value"]))
        assert explained.status_code == (200 if sees_costs else 403)


def test_the_explained_total_adds_up(desk: Client) -> None:
    order = some_order(status="done")
    page = desk.get(reverse("web:order_explain", args=[order.number, "total"])).content.decode()
    assert page.count("<tr") == order.lines.count() + 2 + (1 if order.rounding_minor else 0)
    assert digits_grouped(minor_text(order.total_minor, order.currency)) in page


def test_an_order_goes_from_release_to_shipped_by_its_own_buttons(desk: Client) -> None:
    order = some_order(status="confirmed", allocation_status="full", is_on_hold=False)
    url = reverse("web:order", args=[order.number])
    assert 'value="release"' in desk.get(url).content.decode()
    desk.post(url, {"action": "release"})
    assert Shipment.objects.get(order=order).status == "released"
    assert 'value="release"' not in desk.get(url).content.decode()
    again = desk.post(url, {"action": "ship"}, follow=True)
    assert again.status_code == 200
    assert Shipment.objects.get(order=order).status == "released"


def test_a_hold_is_placed_shown_and_released(desk: Client) -> None:
    order = some_order(status="confirmed", is_on_hold=False)
    url = reverse("web:order", args=[order.number])
    desk.post(url, {"action": "hold", "reason": "Ask about the engraving"})
    page = desk.get(url).content.decode()
    assert "Ask about the engraving" in page
    assert 'value="release"' not in page
    desk.post(url, {"action": "hold_release"})
    order.refresh_from_db()
    assert not order.is_on_hold


def test_cancelling_says_first_what_will_happen_and_frees_the_stock(desk: Client) -> None:
    order = some_order(status="confirmed", allocation_status="full", is_on_hold=False)
    url = reverse("web:order", args=[order.number])
    assert "promised units become free" in desk.get(url).content.decode()
    desk.post(url, {"action": "cancel", "reason": "Changed their mind"})
    order.refresh_from_db()
    assert order.status == "cancelled"
    refused = desk.post(url, {"action": "cancel", "reason": "again"})
    assert refused.status_code == 409
    assert b"CEFN-" in refused.content


def test_an_unknown_action_or_figure_is_404(desk: Client) -> None:
    order = some_order()
    assert desk.post(reverse("web:order", args=[order.number]), {"action": "explode"}).status_code == 404
    assert desk.get(reverse("web:order_explain", args=[order.number, "mood"])).status_code == 404


def test_working_in_one_warehouse_shows_its_stock_only(desk: Client) -> None:
    variant = Variant.objects.get(sku="MUG-RED")
    whole = desk.get(f"/variants/{variant.pk}/").content.decode()
    assert "Cardiff" in whole
    desk.post("/desk/switch/", {"warehouse": "BGR", "next": "/stock/"})
    one = desk.get(reverse("web:stock_explain", args=[variant.pk, "on_hand"])).content.decode()
    assert "Bangor" in one.split('id="document"')[1]
    assert "Cardiff" not in one.split('id="document"')[1].split("</main>")[0]
    assert desk.post("/desk/switch/", {"warehouse": "NOPE"}).status_code == 404


def test_search_finds_orders_products_customers_and_pages(desk: Client) -> None:
    order = some_order()
    assert order.number in desk.get("/desk/search/", {"q": order.number}).content.decode()
    assert "MUG-RED" in desk.get("/desk/search/", {"q": "mug-r"}).content.decode()
    assert "Megan Price" in desk.get("/desk/search/", {"q": "megan"}).content.decode()
    assert "/customers/" in desk.get("/desk/search/", {"q": "custom"}).content.decode()
    assert "Nothing found" in desk.get("/desk/search/", {"q": "zzzzzz"}).content.decode()


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/nowhere/", 404, b"CEFN-WEB-404"), ("/orders/SO-9/", 404, b"CEFN-KERNEL-003")]
)
def test_missing_pages_are_in_the_design(desk: Client, path: str, status: int, code: bytes) -> None:
    response = desk.get(path)
    assert response.status_code == status
    assert code in response.content
    assert b"bare-page" in response.content


def test_a_broken_page_is_500_in_the_design(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("deliberate")

    monkeypatch.setattr("cefn.web.views.orders.list_response", broken)
    desk.raise_request_exception = False
    response = desk.get("/orders/")
    assert response.status_code == 500
    assert b"CEFN-WEB-500" in response.content
    assert b"deliberate" not in response.content


def test_a_forged_form_is_403_in_the_design(shop: Shop) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shop.owner)
    response = client.post("/desk/switch/", {"warehouse": "BGR"})
    assert response.status_code == 403
    assert b"CEFN-WEB-403" in response.content


def test_log_in_with_wrong_password_is_slowed_down(shop: Shop, client: Client) -> None:
    for _attempt in range(5):
        refused = client.post("/log-in/", {"email": shop.owner.email, "password": "wrong"})
        assert refused.status_code == 403
    locked = client.post("/log-in/", {"email": shop.owner.email, "password": PASSWORD})
    assert locked.status_code == 429
    assert b"CEFN-WEB-006" in locked.content


def test_log_in_goes_where_one_wanted_but_not_elsewhere(shop: Shop, client: Client) -> None:
    wish = {"email": shop.owner.email.upper(), "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/log-in/", wish)["Location"] == "/"
    client.post("/log-out/")
    assert client.get("/orders/").status_code == 302
    assert client.post("/log-in/", {**wish, "next": "/orders/"})["Location"] == "/orders/"


def test_the_first_run_makes_a_company_that_can_work(db: None, client: Client) -> None:
    assert client.get("/")["Location"] == "/welcome/"
    typed = {
        "company": "Siop Newydd",
        "currency": "GBP",
        "name": "Elin",
        "email": "elin@example.com",
        "password": "short",
    }
    weak = client.post("/welcome/", typed)
    assert weak.status_code == 200
    assert 'class="fault"' in weak.content.decode()
    assert not User.objects.exists()
    assert not Company.objects.exists()
    made = client.post("/welcome/", {**typed, "password": "llwy-bren-1831"})
    assert made.status_code == 302
    assert Company.objects.get().name == "Siop Newydd"
    assert client.get("/").status_code == 200
    assert client.get("/orders/").status_code == 200
    assert Client().post("/welcome/", {**typed, "password": "llwy-bren-1831"}).status_code == 409
    assert User.objects.count() == 1


def test_my_page_saves_preferences_and_password(desk: Client, shop: Shop) -> None:
    saved = desk.post("/me/", {"form": "preferences", "name": "Elin M", "language": "cy", "theme": "dark"})
    assert saved.status_code == 302
    shop.owner.refresh_from_db()
    assert (shop.owner.name, shop.owner.language, shop.owner.theme) == ("Elin M", "cy", "dark")
    assert 'lang="cy"' in desk.get("/me/").content.decode()
    wrong = desk.post("/me/", {"form": "password", "old": "nope", "password": "another-good-one-9"})
    assert wrong.status_code == 422
    desk.post("/me/", {"form": "password", "old": PASSWORD, "password": "another-good-one-9"})
    shop.owner.refresh_from_db()
    assert shop.owner.check_password("another-good-one-9")
    assert desk.get("/me/").status_code == 200
