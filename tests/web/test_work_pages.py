"""Warehouse, returns, money, imports, jobs, settings and people: each page says what is true and does it."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cefn.books.models import Invoice, Payment
from cefn.channels.models import ImportRun
from cefn.inventory.models import Adjustment, AdjustmentReason, Location, StockLevel
from cefn.kernel.errors import NotAllowed
from cefn.kernel.transactions import run_whole
from cefn.ledger.closing import periods_close, periods_reopen
from cefn.ledger.errors import PeriodClosed, PeriodNotOver, PeriodOrder
from cefn.ledger.models import JournalEntry, Period
from cefn.ledger.services import EntryDraft, periods_ensure, post_entries
from cefn.orders.models import ReturnOrder, SalesOrder
from cefn.platform.models import ApiToken, AuditEvent, Job, Role, User
from cefn.platform.users import MembershipDraft, UserDraft, memberships_set, users_create
from cefn.shipping.models import Label
from cefn.warehouse.models import PickBatch, PickTask, Shipment
from cefn.web import urls
from cefn.web.picking import scan_fits
from cefn.web.typed import amount_read, decimal_read
from tests.web.shop import PASSWORD, Shop, shop_empty

MOST_QUERIES = 12
LISTS = (
    "shipments",
    "batches",
    "invoices",
    "payments",
    "ledger",
    "imports",
    "returns",
    "adjustments",
    "jobs",
    "users",
    "audit",
)


def client_of(shop: Shop, role: str) -> Client:
    """Return a client logged in as somebody of this role."""
    draft = UserDraft(email=f"{role}@example.com", name=role, password=PASSWORD, role=role)
    client = Client()
    client.force_login(users_create(users=[draft], actor=shop.actor)[0])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def released(desk: Client) -> tuple[Shipment, PickBatch]:
    """Release the first draft by the list's own bulk button; return it with its batch."""
    draft = Shipment.objects.filter(status="draft", order__is_on_hold=False).order_by("id")[0]
    desk.post(reverse("web:shipments"), {"action": "release", "pick": [str(draft.pk)]})
    batch = PickTask.objects.filter(shipment_line__shipment=draft).select_related("batch")[0].batch
    return draft, batch


def picked(desk: Client) -> Shipment:
    """Release a draft and pick all of it through the pick screen."""
    draft, batch = released(desk)
    for task in PickTask.objects.filter(batch=batch):
        desk.post(
            reverse("web:pick_confirm", args=[batch.number, task.pk]),
            {"picked": str(task.quantity), "scan": task.variant.sku},
        )
    draft.refresh_from_db()
    assert draft.status == "picked"
    return draft


def test_pages_open_in_both_languages(shop: Shop, desk: Client) -> None:
    shipment, batch = released(desk)
    note = Invoice.objects.filter(kind="invoice").order_by("id")[0]
    payment, entry = Payment.objects.order_by("id")[0], JournalEntry.objects.order_by("id")[0]
    adjustment = Adjustment.objects.order_by("id")[0]
    addresses = [
        *(reverse(f"web:{name}") for name in (*LISTS, "warehouse", "accounts", "debtors", "periods", "payment_new")),
        *(reverse(f"web:{name}") for name in ("import_new", "return_new", "adjustment_new", "person_new", "schedules")),
        *(reverse(f"web:{name}") for name in ("settings", "audit_verify", "check")),
        *(reverse("web:settings_section", args=[key]) for key in ("tax", "numbers", "warehouses", "reasons")),
        *(reverse("web:settings_section", args=[key]) for key in ("methods", "carriers", "tokens")),
        *(reverse("web:report", args=[key]) for key in ("trial-balance", "profit", "balance")),
        reverse("web:settings_bins", args=["BGR"]),
        reverse("web:account", args=["1100"]),
        reverse("web:shipment", args=[shipment.number]),
        reverse("web:batch", args=[batch.number]),
        reverse("web:pick", args=[batch.number]),
        reverse("web:invoice", args=[note.number]),
        reverse("web:payment", args=[payment.number]),
        reverse("web:entry", args=[entry.number]),
        reverse("web:adjustment", args=[adjustment.number]),
        reverse("web:person", args=[shop.owner.pk]),
    ]
    for language in ("en", "cy"):
        desk.cookies["django_language"] = language
        for url in addresses:
            response = desk.get(url)
            page = text_of(response)
            assert response.status_code == 200, url
            assert " style=" not in page, url
            assert not re.search(r"<script(?![^>]* src=)", page), url
            assert not re.search(r"\son\w+=", page), url


@pytest.mark.parametrize("name", LISTS)
def test_lists_keep_to_the_query_budget(desk: Client, name: str) -> None:
    url = reverse(f"web:{name}")
    desk.get(url)
    with CaptureQueriesContext(connection) as made:
        assert desk.get(url).status_code == 200
    assert len(made) <= MOST_QUERIES


def test_a_cashier_sees_neither_ledger_nor_settings_nor_people(shop: Shop) -> None:
    client = client_of(shop, Role.CASHIER)
    closed = ("ledger", "accounts", "periods", "settings", "users", "audit", "check", "jobs", "batches", "warehouse")
    for name in closed:
        response = client.get(reverse(f"web:{name}"))
        assert response.status_code == 403, name
        assert b"CEFN-KERNEL-004" in response.content
    for name in ("return_new", "adjustment_new", "person_new", "import_new"):
        assert client.get(reverse(f"web:{name}")).status_code in (403, 200)


def test_what_a_role_may_see_it_may_not_always_do(shop: Shop, desk: Client) -> None:
    draft, batch = released(desk)
    task = PickTask.objects.filter(batch=batch)[0]
    reader = client_of(shop, Role.READ_ONLY)
    assert reader.get(reverse("web:batch", args=[batch.number])).status_code == 200
    assert reader.get(reverse("web:pick", args=[batch.number])).status_code == 403
    url = reverse("web:pick_confirm", args=[batch.number, task.pk])
    assert reader.post(url, {"picked": "1"}).status_code == 403
    assert reader.post(reverse("web:adjustment_new"), {}).status_code == 403
    assert reader.post(reverse("web:shipment", args=[draft.number]), {"action": "ship"}).status_code == 403
    task.refresh_from_db()
    assert task.status == "open"
    clerk = client_of(shop, Role.CLERK)
    paid = Payment.objects.count()
    refund = {"direction": "out", "method": "card", "amount": "1.00", "paid_on": date.today().isoformat()}  # noqa: DTZ011
    assert clerk.post(reverse("web:payment_new"), refund).status_code == 403
    assert Payment.objects.count() == paid


def test_scans_are_compared_without_case_and_leading_noughts() -> None:
    assert scan_fits("mug-red", ["MUG-RED"])
    assert scan_fits("05012345678900", ["5012345678900"])
    assert not scan_fits("MUG-BLUE", ["MUG-RED", "5012345678900"])


def test_a_wrong_scan_picks_nothing_and_says_what_was_expected(desk: Client) -> None:
    _draft, batch = released(desk)
    task = PickTask.objects.filter(batch=batch).select_related("variant").order_by("sequence")[0]
    url = reverse("web:pick_confirm", args=[batch.number, task.pk])
    page = text_of(desk.post(url, {"picked": str(task.quantity), "scan": "WRONG-1"}, follow=True))
    task.refresh_from_db()
    assert task.status == "open"
    assert f"Expected {task.variant.sku}, scanned WRONG-1" in page


def test_a_short_pick_marks_the_shipment_and_lets_the_rest_go(desk: Client) -> None:
    draft, batch = released(desk)
    task = PickTask.objects.filter(batch=batch).order_by("sequence")[0]
    desk.post(reverse("web:pick_confirm", args=[batch.number, task.pk]), {"picked": "0"})
    task.refresh_from_db()
    draft.refresh_from_db()
    assert (task.status, task.picked) == ("short", 0)
    assert draft.exception


def test_skipping_leads_on_and_comes_back_when_nothing_else_is_open(desk: Client) -> None:
    _draft, batch = released(desk)
    tasks = list(PickTask.objects.filter(batch=batch).order_by("sequence", "id"))
    url = reverse("web:pick", args=[batch.number])
    everything = ",".join(str(task.pk) for task in tasks)
    page = text_of(desk.get(f"{url}?skip={everything}"))
    assert reverse("web:pick_confirm", args=[batch.number, tasks[0].pk]) in page


def test_a_shipment_is_packed_by_count_and_shipped(desk: Client) -> None:
    shipment = picked(desk)
    url = reverse("web:pack", args=[shipment.number])
    lines = list(shipment.lines.all())
    none = desk.post(url, {"action": "pack", "parcels": "1"})
    assert none.status_code == 409
    assert b"picked" in none.content
    more = {f"in-1-{line.pk}": str(line.picked) for line in lines}
    two = desk.post(url, {"action": "parcel", "parcels": "1", **more})
    assert two.status_code == 200
    assert f"in-2-{lines[0].pk}" in text_of(two)
    desk.post(url, {"action": "pack", "parcels": "2", "weight_g-1": "750", **more})
    shipment.refresh_from_db()
    assert (shipment.status, shipment.weight_g) == ("packed", 750)
    desk.post(reverse("web:shipment", args=[shipment.number]), {"action": "ship"})
    shipment.refresh_from_db()
    assert shipment.status == "shipped"
    assert desk.get(reverse("web:shipment_slip", args=[shipment.number])).content.startswith(b"%PDF")


def test_a_return_is_taken_back_credited_and_refunded(desk: Client) -> None:
    order = SalesOrder.objects.filter(fulfilment_status="fulfilled", return_status="none").order_by("id")[0]
    line = order.lines.filter(kind="goods", shipped__gt=0)[0]
    data = {"order": order.number, f"q-{line.pk}": "1", f"d-{line.pk}": "restock", "warehouse": "BGR"}
    refused = desk.post(reverse("web:return_new"), data | {f"q-{line.pk}": str(line.shipped + 1)})
    assert refused.status_code == 422
    assert ReturnOrder.objects.count() == 0
    desk.post(reverse("web:return_new"), data)
    found = ReturnOrder.objects.get()
    note = Invoice.objects.get(source=f"return-order:{found.number}")
    assert note.number in text_of(desk.get(reverse("web:return", args=[found.number])))
    day = found.requested_at.date().isoformat()
    refund = {
        "direction": "out",
        "document": note.number,
        "method": "card",
        "amount": f"{note.open_minor // 100}.{note.open_minor % 100:02d}",
        "paid_on": day,
    }
    assert desk.post(reverse("web:payment_new"), refund).status_code == 302
    note.refresh_from_db()
    assert note.open_minor == 0


def test_a_blind_return_needs_a_sku_that_exists(desk: Client) -> None:
    data = {"order": "", "warehouse": "BGR", "blind-quantity": ["2"], "blind-price": [""], "blind-grade": [""]}
    data |= {"blind-disposition": ["restock"]}
    wrong = desk.post(reverse("web:return_new"), data | {"blind-sku": ["NOPE"]})
    assert wrong.status_code == 422
    assert "NOPE" in text_of(wrong)
    before = StockLevel.objects.get(variant__sku="MUG-RED", warehouse__code="BGR").on_hand
    assert desk.post(reverse("web:return_new"), data | {"blind-sku": ["mug-red"]}).status_code == 302
    assert StockLevel.objects.get(variant__sku="MUG-RED", warehouse__code="BGR").on_hand == before + 2


def test_an_adjustment_is_posted_and_reversed_and_its_faults_stand_beside_their_fields(desk: Client) -> None:
    place = Location.objects.filter(warehouse__code="BGR", kind="bin").order_by("sequence")[0]
    data = {"sku": "mug-red", "warehouse": "BGR", "place": place.code, "quantity": "3", "reason": "found"}
    wrong = text_of(desk.post(reverse("web:adjustment_new"), data | {"sku": "NOPE", "quantity": "much"}))
    assert wrong.count('class="fault"') == 2
    level = StockLevel.objects.get(variant__sku="MUG-RED", warehouse__code="BGR")
    desk.post(reverse("web:adjustment_new"), data | {"unit_cost": "4.25"})
    made = Adjustment.objects.order_by("-id")[0]
    assert made.value_minor == 1_275
    desk.post(reverse("web:adjustment", args=[made.number]), {"reason": "counted the wrong shelf"})
    again = StockLevel.objects.get(pk=level.pk)
    assert again.on_hand == level.on_hand
    assert desk.post(reverse("web:adjustment", args=[made.number]), {"reason": "again"}).status_code == 409


def test_a_file_is_looked_at_tried_imported_and_taken_back(desk: Client) -> None:
    content = b"sku;title;price\nLAMP-1;Lamp;12,50\nLAMP-2;Lamp two;13,50\n"
    bad = desk.post(
        reverse("web:import_new"), {"kind": "products", "file": SimpleUploadedFile("x.csv", b"Artikel,Name\n1,2\n")}
    )
    assert bad.status_code == 422
    assert 'name="map-' in text_of(bad)
    assert ImportRun.objects.count() == 0
    sent = desk.post(reverse("web:import_new"), {"kind": "products", "file": SimpleUploadedFile("lamps.csv", content)})
    run = ImportRun.objects.get()
    url = reverse("web:import", args=[run.number])
    assert sent["Location"] == url
    assert "semicolon" in text_of(desk.get(url))
    desk.post(url, {"action": "preview"})
    run.refresh_from_db()
    assert (run.state, run.counts["new"]) == ("previewed", 2), run.counts
    assert "LAMP-1" in text_of(desk.get(url))
    desk.post(url, {"action": "apply"})
    run.refresh_from_db()
    assert run.state == "running"
    assert Job.objects.filter(pk=run.job_id, kind="imports.apply").exists()
    assert desk.post(url, {"action": "undo"}).status_code == 409


def test_periods_close_in_order_and_refuse_what_comes_later(shop: Shop) -> None:
    months = [date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)]
    periods_ensure(company_id=shop.company.pk, months=months)
    keys = dict(Period.objects.filter(company=shop.company).values_list("starts_on", "id"))
    first, second = keys[months[0]], keys[months[1]]
    with pytest.raises(PeriodOrder):
        periods_close(actor=shop.actor, period_ids=[second])
    assert run_whole(lambda: periods_close(actor=shop.actor, period_ids=[first, second])) == 2
    entry = EntryDraft("general", date(2020, 2, 3), "test:1", "test", [("1200", 5, ""), ("1230", -5, "")])
    with pytest.raises(PeriodClosed):
        post_entries(actor=shop.actor, entries=[entry])
    with pytest.raises(PeriodOrder):
        periods_reopen(actor=shop.actor, period_ids=[first], reason="mistake")
    assert periods_reopen(actor=shop.actor, period_ids=[second], reason="a late bill") == 1
    assert post_entries(actor=shop.actor, entries=[entry])
    noted = AuditEvent.objects.filter(subject="period:2020-02").order_by("id")
    assert [event.verb for event in noted] == ["closed", "reopened"]
    assert noted[1].data["reason"] == "a late bill"


def test_a_running_month_can_not_be_closed_nor_any_by_a_clerk(shop: Shop) -> None:
    newest = Period.objects.filter(company=shop.company).order_by("-starts_on")[0]
    with pytest.raises((PeriodNotOver, PeriodOrder)):
        periods_close(actor=shop.actor, period_ids=[newest.pk])
    clerk = client_of(shop, Role.CLERK)
    assert clerk.post(reverse("web:periods"), {"action": "close", "period": str(newest.pk)}).status_code == 403
    nobody = replace(shop.actor, role="clerk", permissions=frozenset())
    with pytest.raises(NotAllowed):
        periods_close(actor=nobody, period_ids=[newest.pk])


def test_each_figure_of_the_trial_balance_opens_lines_that_add_up_to_it(desk: Client) -> None:
    page = text_of(desk.get(reverse("web:report", args=["trial-balance"])))
    links = re.findall(r'href="(/money/accounts/[^"]+)"', page)
    assert links
    for link in links:
        opened = desk.get(link.replace("&amp;", "&"))
        assert opened.status_code == 200
        assert opened.context["account"].count > 0


def test_typed_amounts_are_read_exactly() -> None:
    assert amount_read("£1,234.50", "GBP") == 123_450
    assert amount_read("12,5", "GBP") == 1_250
    assert decimal_read("twelve") is None
    with pytest.raises(Exception, match="fewer decimals"):
        amount_read("1.005", "GBP")


def test_settings_save_what_was_typed_and_say_what_is_wrong(desk: Client) -> None:
    reasons = reverse("web:settings_section", args=["reasons"])
    assert desk.post(reasons, {"code": "no good", "name": "", "account_code": "5040"}).status_code == 422
    desk.post(reasons, {"code": "moths", "name": "Moths", "name_cy": "Gwyfynod", "account_code": "5040"})
    assert AdjustmentReason.objects.get(code="moths").name_cy == "Gwyfynod"
    rates = reverse("web:settings_section", args=["tax"])
    rate = {"category": "standard", "country": "gb", "rate": "22.5", "valid_from_on": "2035-01-01"}
    assert desk.post(rates, rate).status_code == 302
    assert desk.post(rates, rate).status_code == 422
    assert "22.5 %" in text_of(desk.get(rates))


def test_a_token_is_shown_once_and_can_be_revoked(desk: Client) -> None:
    url = reverse("web:settings_section", args=["tokens"])
    made = text_of(desk.post(url, {"name": "Till", "scopes": ["orders.view"]}))
    secret = re.search(r"cefn_\w+_[\w-]+", made)
    assert secret is not None
    assert secret.group(0) not in text_of(desk.get(url))
    token = ApiToken.objects.get()
    desk.post(url, {"revoke": str(token.pk)})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_somebody_is_let_in_by_a_link_that_works_once(desk: Client) -> None:
    data = {"email": "new@example.com", "name": "Nia", "language": "cy", "role": "clerk", "password": ""}
    page = text_of(desk.post(reverse("web:person_new"), data))
    link = re.search(r"/people/\d+/first-password/[^<\s]+", page)
    assert link is not None
    visitor = Client()
    assert visitor.post(link.group(0), {"password": "short"}).status_code == 422
    assert visitor.post(link.group(0), {"password": PASSWORD})["Location"] == reverse("web:log_in")
    assert User.objects.get(email="new@example.com").check_password(PASSWORD)
    assert visitor.get(link.group(0)).status_code == 410
    assert Client().get(reverse("web:first_password", args=[1, "abc-def"])).status_code == 410


def test_the_last_owner_can_not_be_switched_off(shop: Shop, desk: Client) -> None:
    url = reverse("web:person", args=[shop.owner.pk])
    assert desk.post(url, {"action": "off"}).status_code == 409
    faulty = desk.post(url, {"form": "role", "role": "clerk"})
    assert faulty.status_code == 422
    assert "Elin Morgan" in text_of(faulty)


def test_the_chain_is_verified_and_the_books_are_checked(desk: Client) -> None:
    assert "the chain is whole" in text_of(desk.post(reverse("web:audit_verify")))
    page = text_of(desk.post(reverse("web:check")))
    assert "INV-11" in page
    assert "Everything is true." in page


def test_jobs_are_cancelled_and_done_again(shop: Shop, desk: Client) -> None:
    desk.post(
        reverse("web:import_new"), {"kind": "products", "file": SimpleUploadedFile("l.csv", b"sku,title\nL-1,Lamp\n")}
    )
    run = ImportRun.objects.get()
    desk.post(reverse("web:import", args=[run.number]), {"action": "apply"})
    run.refresh_from_db()
    url = reverse("web:job", args=[run.job_id])
    desk.post(url, {"action": "cancel"})
    assert Job.objects.get(pk=run.job_id).state == "cancelled"
    desk.post(url, {"action": "retry"})
    assert Job.objects.get(pk=run.job_id).state == "ready"


def test_every_area_has_its_addresses() -> None:
    names = {pattern.name for pattern in urls.urlpatterns}
    assert set(LISTS) <= names


@pytest.mark.django_db(transaction=True)
def test_labels_are_bought_printed_and_given_back(shop: Shop, desk: Client) -> None:
    desk.post(
        reverse("web:settings_section", args=["carriers"]),
        {
            "code": "post",
            "name": "Post",
            "adapter": "simulator",
            "connection": "state = :memory:",
            "service_code": "TRACKED48",
            "service_name": "Tracked 48",
        },
    )
    shipment = picked(desk)
    lines = {f"in-1-{line.pk}": str(line.picked) for line in shipment.lines.all()}
    desk.post(reverse("web:pack", args=[shipment.number]), {"action": "pack", "parcels": "1", **lines})
    url = reverse("web:shipment", args=[shipment.number])
    bought = desk.post(url, {"action": "labels", "service": "post:TRACKED48", "format": "zpl"}, follow=True)
    label = Label.objects.get()
    assert label.status == "bought", label.reason
    assert label.tracking_number in text_of(bought)
    printed: Any = desk.get(reverse("web:label", args=[label.pk]))
    paper = b"".join(printed.streaming_content)
    assert paper.startswith(b"^XA")
    desk.post(url, {"action": "void", "label": str(label.pk)})
    label.refresh_from_db()
    assert label.status == "voided"


def test_no_link_is_made_for_somebody_of_another_company_too(shop: Shop, desk: Client) -> None:
    other = shop_empty("arall")
    draft = UserDraft(email="both@example.com", name="Both", password=PASSWORD, role=Role.CLERK)
    shared = users_create(users=[draft], actor=shop.actor)[0]
    memberships_set(memberships=[MembershipDraft(user_id=shared.pk, role=Role.OWNER)], actor=other.actor)
    refused = desk.post(reverse("web:person", args=[shared.pk]), {"action": "link"})
    assert refused.status_code == 409
    assert "first-password" not in text_of(refused)


def test_a_clerk_is_offered_only_the_reports_that_open(shop: Shop) -> None:
    page = text_of(client_of(shop, Role.CLERK).get(reverse("web:debtors")))
    assert reverse("web:debtors") in page
    assert reverse("web:periods") not in page


def test_what_belongs_to_another_company_is_not_found(shop: Shop) -> None:
    other = shop_empty("arall")
    stranger = Client()
    stranger.force_login(other.owner)
    note, payment = Invoice.objects.order_by("id")[0], Payment.objects.order_by("id")[0]
    shipment = Shipment.objects.filter(status="shipped").order_by("id")[0]
    for name, key in (("invoice", note.number), ("payment", payment.number), ("shipment", shipment.number)):
        assert stranger.get(reverse(f"web:{name}", args=[key])).status_code == 404, name
    assert stranger.get(reverse("web:invoice_pdf", args=[note.number])).status_code == 404
    assert stranger.get(reverse("web:shipment_slip", args=[shipment.number])).status_code == 404
    assert stranger.get(reverse("web:person", args=[shop.owner.pk])).status_code == 404


def test_several_shipments_are_released_with_a_result_for_each(desk: Client) -> None:
    drafts = Shipment.objects.filter(status="draft").order_by("id")
    held = drafts.filter(order__is_on_hold=True).first()
    free = drafts.filter(order__is_on_hold=False)[0]
    gone = Shipment.objects.filter(status="shipped").order_by("id")[0]
    rows = [one for one in (free, held, gone) if one]
    page = text_of(desk.post(reverse("web:shipments"), {"action": "release", "pick": [str(one.pk) for one in rows]}))
    free.refresh_from_db()
    gone.refresh_from_db()
    assert (free.status, gone.status) == ("released", "shipped")
    for one in rows:
        assert one.number in page
    assert "it is not draft" in page or "can&#x27;t be" in page


def test_each_role_meets_a_page_or_a_plain_refusal(shop: Shop, desk: Client) -> None:
    shipment, batch = released(desk)
    note = Invoice.objects.order_by("id")[0]
    plain = (*LISTS, "warehouse", "accounts", "debtors", "periods", "payment_new", "import_new", "return_new")
    addresses = [
        *(
            reverse(f"web:{name}")
            for name in (*plain, "adjustment_new", "person_new", "schedules", "settings", "check")
        ),
        reverse("web:settings_section", args=["tokens"]),
        reverse("web:settings_section", args=["carriers"]),
        reverse("web:report", args=["balance"]),
        reverse("web:shipment", args=[shipment.number]),
        reverse("web:batch", args=[batch.number]),
        reverse("web:invoice", args=[note.number]),
        reverse("web:adjustment", args=[Adjustment.objects.order_by("id")[0].number]),
    ]
    opened: dict[str, int] = {}
    for role in Role.values:
        client = client_of(shop, role)
        answers = [client.get(url).status_code for url in addresses]
        assert set(answers) <= {200, 403}, (role, dict(zip(addresses, answers, strict=True)))
        opened[role] = answers.count(200)
    assert opened[Role.OWNER] == len(addresses)
    assert opened[Role.CASHIER] < opened[Role.CLERK] < opened[Role.MANAGER] < opened[Role.OWNER]
