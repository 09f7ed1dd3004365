"""The frame round every page: the places a role may go, the counts beside them, language and theme."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has

THEMES = {"auto": _("As the machine"), "light": _("Light"), "dark": _("Dark")}
THEME_COOKIE = "cefn_theme"


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail. It is shown where its address exists and the role has the permission.

    `key` names the place for `shell_place` in templates and for its count; `go` is the letter after g.
    """

    key: str
    label: str | Promise
    icon: str
    url_name: str
    permission: str
    go: str = ""
    children: tuple["Place", ...] = ()


PLACES: tuple[Place, ...] = (
    Place("today", _("Today"), "home", "web:today", "dashboard.view", "t"),
    Place(
        "orders",
        _("Orders"),
        "inbox",
        "web:orders",
        "orders.view",
        "o",
        (Place("customers", _("Customers"), "users", "web:customers", "customers.view", "c"),),
    ),
    Place("returns", _("Returns"), "arrow-back-up", "web:returns", "returns.view", "r"),
    Place(
        "stock",
        _("Stock"),
        "package",
        "web:stock",
        "stock.view",
        "s",
        (
            Place("products", _("Products"), "tag", "web:products", "catalog.view", "d"),
            Place("moves", _("Movements"), "history", "web:moves", "stock.view"),
            Place("adjustments", _("Adjustments"), "adjustments-horizontal", "web:adjustments", "stock.view"),
        ),
    ),
    Place(
        "warehouse",
        _("Warehouse"),
        "building-warehouse",
        "web:warehouse",
        "warehouse.view",
        "w",
        (
            Place("shipments", _("Shipments"), "package-export", "web:shipments", "warehouse.view", "h"),
            Place("batches", _("Pick batches"), "clipboard-check", "web:batches", "warehouse.view"),
        ),
    ),
    Place(
        "purchasing",
        _("Purchasing"),
        "truck-delivery",
        "web:purchasing",
        "purchasing.view",
        "p",
        (Place("suppliers", _("Suppliers"), "building-store", "web:suppliers", "suppliers.view", "u"),),
    ),
    Place(
        "money",
        _("Money"),
        "cash",
        "web:invoices",
        "invoices.view",
        "m",
        (
            Place("payments", _("Payments"), "credit-card", "web:payments", "payments.view"),
            Place("ledger", _("Ledger"), "list-details", "web:ledger", "ledger.view", "l"),
            Place("accounts", _("Accounts and reports"), "chart-bar", "web:accounts", "ledger.view"),
        ),
    ),
    Place("channels", _("Channels"), "affiliate", "web:channels", "channels.view", "n"),
    Place("reports", _("Reports"), "chart-bar", "web:reports", "reports.view", "e"),
    Place(
        "settings",
        _("Settings"),
        "settings",
        "web:settings",
        "settings.view",
        ",",
        (
            Place("users", _("Users"), "users", "web:users", "users.view"),
            Place("imports", _("Imports"), "upload", "web:imports", "imports.view", "i"),
            Place("jobs", _("Jobs"), "robot", "web:jobs", "jobs.view", "j"),
            Place("audit", _("Audit"), "history", "web:audit", "audit.view"),
        ),
    ),
)

BOTTOM = ("today", "orders", "stock", "warehouse")
"""The four places of the phone's bottom bar; the fifth opens the rest."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the template shows it."""

    key: str
    label: str
    icon: str
    url: str
    go: str
    children: tuple["Link", ...]

    def holds(self) -> set[str]:
        """Return the keys of this place and of those under it."""
        return {self.key, *(child.key for child in self.children)}


@cache
def place_url(url_name: str) -> str:
    """Return the address of a place, or an empty text where this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links_for(actor: Actor, places: tuple[Place, ...] = PLACES) -> list[Link]:
    """Return the places that `actor` may see, in order; one whose own page is closed still leads to its children."""
    links = []
    for place in places:
        children = tuple(links_for(actor, place.children))
        is_open = bool(place_url(place.url_name)) and permission_has(actor, place.permission)
        if is_open or children:
            url = place_url(place.url_name) if is_open else children[0].url
            links.append(Link(place.key, str(place.label), place.icon, url, place.go, children))
    return links


def links_flat(links: list[Link]) -> Iterator[Link]:
    """Yield places and those under them, for the palette."""
    for link in links:
        yield link
        yield from links_flat(list(link.children))


def theme_of(request: HttpRequest) -> str:
    """Return the theme wished for: the cookie's, else the person's own, else "auto"."""
    wish = request.COOKIES.get(THEME_COOKIE) or getattr(request.user, "theme", "auto")
    return wish if wish in THEMES else "auto"


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what base and shell templates need; empty of places for visitors."""
    actor: Actor | None = getattr(request, "actor", None)
    links = links_for(actor) if actor else []
    chosen = getattr(request, "warehouse_now", "")
    warehouses = getattr(request, "warehouses", [])
    return {
        "actor": actor,
        "company": getattr(request, "company", None),
        "memberships": getattr(request, "memberships", []),
        "warehouses": warehouses,
        "warehouse_now": dict(warehouses).get(chosen, ""),
        "links": links,
        "bottom_links": [link for link in links if link.key in BOTTOM],
        "rest_links": [link for link in links if link.key not in BOTTOM],
        "theme_wish": theme_of(request) if hasattr(request, "user") else "auto",
        "themes": THEMES.items(),
        "languages": settings.LANGUAGES,
        "language_now": get_language() or "en",
    }
