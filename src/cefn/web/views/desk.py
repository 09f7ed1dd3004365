"""The frame's own small requests: counts, bell, search, language, company switch, saved views."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.models import User
from cefn.platform.notifications import access_notifications, notifications_read
from cefn.platform.saved_views import saved_view_keep, saved_views_remove
from cefn.platform.users import user_preferences_set
from cefn.web.access import (
    COMPANY_KEY,
    MEMBER,
    PUBLIC,
    WAREHOUSE_KEY,
    ScreenRequest,
    memberships_of,
    request_enter,
    screen,
)
from cefn.web.cookies import language_remember
from cefn.web.counts import counts_of
from cefn.web.formats import digits_grouped
from cefn.web.search import hits_for
from cefn.web.shell import links_for
from cefn.web.views.accounts import next_of

BELL_ROWS = 12
SEARCH_LIMIT = 80


@screen(MEMBER)
@require_safe
def counts(request: ScreenRequest) -> HttpResponseBase:
    """Return the counts of the rail and the bell, each to be put in its place."""
    found = counts_of(request.actor)
    shown = {link.key for link in links_for(request.actor)}
    unread = access_notifications(request.actor).filter(read_at=None).order_by().count()
    rows = [
        ("count", f"count-{key}", " bad" if is_urgent else "", digits_grouped(str(count)) if count else "")
        for key, (count, is_urgent) in found.items()
        if key in shown
    ]
    rows.append(("dot", "count-bell", "", str(min(unread, 99)) if unread else ""))
    return HttpResponse(format_html_join("", '<span class="{0}{2}" id="{1}" hx-swap-oob="true">{3}</span>', rows))


@screen(MEMBER)
@require_safe
def bell(request: ScreenRequest) -> HttpResponseBase:
    """Return the newest notifications and mark them as read."""
    news = list(access_notifications(request.actor)[:BELL_ROWS])
    unread = [one.pk for one in news if one.read_at is None]
    if unread:
        notifications_read(actor=request.actor, notification_ids=unread)
    return render(request, "web/parts/bell.html", {"news": news})


@screen(MEMBER)
@require_safe
def search(request: ScreenRequest) -> HttpResponseBase:
    """Return what the palette found."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LIMIT]
    return render(request, "web/parts/hits.html", {"groups": hits_for(request.actor, text), "text": text})


@screen(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Change the language, for this browser and, for those logged in, for the person."""
    wanted = request.POST.get("language", "")
    response = redirect(next_of(request))
    language_remember(response, wanted)
    user = request.user
    if isinstance(user, User) and wanted in dict(settings.LANGUAGES) and memberships_of(user):
        request_enter(request)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        user_preferences_set(user_id=user.pk, name=user.name, language=wanted, theme=user.theme, actor=actor)
    return response


@screen(MEMBER)
@require_POST
def switch(request: ScreenRequest) -> HttpResponseBase:
    """Change the company or the warehouse that one works in."""
    company = request.POST.get("company", "")
    if company:
        if company not in {str(row.company_id) for row in request.memberships}:
            raise NotFound(thing=_("company"), name=company[:40])
        request.session[COMPANY_KEY] = int(company)
        request.session.pop(WAREHOUSE_KEY, None)
        return redirect("web:today")
    code = request.POST.get("warehouse", "")
    if code and code not in dict(request.warehouses):
        raise NotFound(thing=_("warehouse"), name=code[:40])
    request.session[WAREHOUSE_KEY] = code
    return redirect(next_of(request))


@screen(MEMBER)
@require_POST
def view_save(request: ScreenRequest) -> HttpResponseBase:
    """Keep a list's filter under a name."""
    saved_view_keep(
        area=request.POST.get("area", "")[:48],
        name=request.POST.get("name", ""),
        query=request.POST.get("query", "")[:2000],
        actor=request.actor,
    )
    return redirect(next_of(request))


@screen(MEMBER)
@require_POST
def view_forget(request: ScreenRequest, view_id: int) -> HttpResponseBase:
    """Forget one of one's own saved views."""
    saved_views_remove(view_ids=[view_id], actor=request.actor)
    return redirect(next_of(request))
