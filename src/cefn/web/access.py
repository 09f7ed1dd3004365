"""Who may see a page: every view declares it through `screen`, and nothing else opens one.

    @screen("orders.view")            a logged-in member of the company whose role has the permission
    @screen(MEMBER)                   any logged-in member (their own page, search, the bell)
    @screen(PUBLIC)                   anybody (log-in, first run, error pages)

The view is given a `ScreenRequest`, whose `actor` is what services and selectors take and whose `company` is the one
the person works in now. Roles and record rules are read once a request.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from cefn.inventory.models import Warehouse
from cefn.kernel.errors import CefnError
from cefn.kernel.memo import Memo
from cefn.platform.actors import Actor
from cefn.platform.models import Company, Membership, User
from cefn.platform.permissions import permission_require, role_permissions
from cefn.web.errors import NoMembership, error_response

MEMBER = "member"
PUBLIC = "public"
COMPANY_KEY = "cefn_company"
WAREHOUSE_KEY = "cefn_warehouse"


warehouses_open: Memo[int, list[tuple[str, str]]] = Memo(
    lambda company_id: list(
        Warehouse.objects.filter(company_id=company_id, is_active=True)
        .order_by("priority", "code")
        .values_list("code", "name")
    ),
    seconds=10,
)
"""Company -> (code, name) of its warehouses."""


class ScreenRequest(HttpRequest):
    """A request that has passed the door: who acts, and for which company."""

    actor: Actor
    company: Company
    memberships: list[Membership]
    warehouses: list[tuple[str, str]]
    htmx: Any


View = Callable[..., HttpResponseBase]


def person_of(request: HttpRequest) -> User:
    """Return the person who is logged in; only behind `screen` with a permission, where there is one."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is logged in")
    return request.user


def memberships_of(user: User) -> list[Membership]:
    """Return a person's memberships with their companies, oldest first; one query."""
    return list(Membership.objects.filter(user=user).select_related("company").order_by("id"))


def request_enter(request: HttpRequest) -> None:
    """Put actor, company and memberships on the request. Raises NoMembership for a person without any."""
    person = person_of(request)
    memberships = memberships_of(person)
    if not memberships:
        raise NoMembership(email=person.email)
    wanted = request.session.get(COMPANY_KEY)
    member = next((row for row in memberships if row.company_id == wanted), memberships[0])
    request.memberships = memberships  # type: ignore[attr-defined]
    request.company = member.company  # type: ignore[attr-defined]
    request.actor = Actor(  # type: ignore[attr-defined]
        company_id=member.company_id,
        user_id=person.pk,
        name=person.name,
        role=member.role,
        via="screen",
        permissions=role_permissions(member.role),
        warehouse_codes=_warehouses_now(request, member),
        channel_codes=frozenset(member.channel_codes),
    )
    timezone.activate(ZoneInfo(member.company.timezone))


def _warehouses_now(request: HttpRequest, member: Membership) -> frozenset[str]:
    """Return the record rule of warehouses, narrowed to the one that the person chose to work in."""
    allowed = frozenset(member.warehouse_codes)
    chosen = request.session.get(WAREHOUSE_KEY, "")
    known = [(code, name) for code, name in warehouses_open.get(member.company_id) if not allowed or code in allowed]
    request.warehouses = known  # type: ignore[attr-defined]
    if chosen in dict(known):
        request.warehouse_now = chosen  # type: ignore[attr-defined]
        return frozenset({chosen})
    return allowed


def screen(permission: str) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Return the decorator that lets only those with `permission` in, and turns a CefnError into its page."""

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if permission != PUBLIC:
                    if not request.user.is_authenticated:
                        return _to_log_in(request)
                    request_enter(request)
                    if permission != MEMBER:
                        permission_require(request.actor, permission)  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)
            except CefnError as error:
                return error_response(request, error)
            if permission != PUBLIC:
                patch_cache_control(response, private=True, no_store=True)
            return response

        guarded.screen_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_log_in(request: HttpRequest) -> HttpResponseBase:
    """Send a visitor to the first-run page while there is nobody, else to the log-in page and back here afterwards."""
    if not User.objects.exists():
        return redirect("web:welcome")
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return redirect_to_login(request.get_full_path(), reverse("web:log_in"))
