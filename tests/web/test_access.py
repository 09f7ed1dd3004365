"""Every page says who may see it, and nobody else sees it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from cefn.orders.models import SalesOrder
from cefn.platform.models import Role
from cefn.platform.permissions import BY_CODE
from cefn.platform.users import MembershipDraft, UserDraft, memberships_set, users_create
from cefn.web import urls
from cefn.web.access import MEMBER, PUBLIC
from tests.web.shop import Shop

PUBLIC_PAGES = {"log_in", "log_out", "welcome", "language", "first_password"}


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def test_every_view_declares_a_permission_that_exists() -> None:
    for pattern in patterns(urls.urlpatterns):
        declared = getattr(pattern.callback, "screen_permission", None)
        assert declared is not None, f"{pattern.name}: wrap the view with cefn.web.access.screen"
        assert declared in BY_CODE or declared in (MEMBER, PUBLIC), f"{pattern.name}: no permission {declared}"
        assert (declared == PUBLIC) == (pattern.name in PUBLIC_PAGES), f"{pattern.name} must not be public"


def test_visitors_are_sent_to_the_log_in_page_and_back(shop: Shop, client: Client) -> None:
    response = client.get("/orders/?late=yes")
    assert response.status_code == 302
    assert response["Location"] == "/log-in/?next=/orders/%3Flate%3Dyes"


def test_a_role_without_the_permission_gets_403_with_the_code_and_no_data(shop: Shop) -> None:
    person = users_create(
        users=[UserDraft(email="till@example.com", name="Till", password="llwy-bren-1831", role=Role.CASHIER)],
        actor=shop.actor,
    )[0]
    client = Client()
    client.force_login(person)
    response = client.get("/suppliers/")
    assert response.status_code == 403
    assert b"CEFN-KERNEL-004" in response.content
    assert "Crochenwaith" not in response.content.decode()
    rail = client.get("/").content.decode()
    assert reverse("web:suppliers") not in rail
    assert reverse("web:orders") in rail


def test_somebody_without_a_company_is_told_so(shop: Shop) -> None:
    other = users_create(users=[UserDraft(email="x@example.com", name="X", role=Role.CLERK)], actor=shop.actor)[0]
    other.memberships.all().delete()
    client = Client()
    client.force_login(other)
    response = client.get("/")
    assert response.status_code == 403
    assert b"CEFN-WEB-001" in response.content


def test_record_rules_hold_on_lists_and_pages(shop: Shop) -> None:
    clerk = users_create(users=[UserDraft(email="c@example.com", name="C", role=Role.CLERK)], actor=shop.actor)[0]
    memberships_set(
        memberships=[MembershipDraft(user_id=clerk.pk, role=Role.CLERK, channel_codes=("amazon",))], actor=shop.actor
    )
    client = Client()
    client.force_login(clerk)
    page = client.get("/orders/?cols=channel").content.decode()
    assert "amazon" in page
    assert "<td>shopify</td>" not in page
    hidden = SalesOrder.objects.filter(channel="shopify").first()
    assert hidden is not None
    assert client.get(reverse("web:order", args=[hidden.number])).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(desk: Client, method: str) -> None:
    assert getattr(desk, method)("/orders/").status_code == 405


def test_pages_for_one_person_are_not_stored(desk: Client) -> None:
    assert "no-store" in desk.get("/orders/")["Cache-Control"]
