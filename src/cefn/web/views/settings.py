"""Settings: the company, and one tab for each table that people keep."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cefn.inventory.models import Location, LocationKind, Warehouse
from cefn.inventory.services.places import locations_create
from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_one
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.companies import company_change
from cefn.platform.models import Company
from cefn.platform.permissions import permission_has, permission_require
from cefn.platform.tokens import tokens_revoke
from cefn.web.access import ScreenRequest, screen
from cefn.web.forms import form_take_faults
from cefn.web.lists.bulk import ids_read
from cefn.web.settings_forms import BinsForm, CompanyForm
from cefn.web.settings_sections import SECTIONS, Section


def _tabs(request: ScreenRequest, now: str) -> list[dict[str, Any]]:
    return [
        {"key": one.key, "label": one.label, "is_now": one.key == now}
        for one in SECTIONS
        if permission_has(request.actor, one.view)
    ]


@screen("settings.view")
@require_http_methods(["GET", "POST"])
def settings(request: ScreenRequest, key: str = "company") -> HttpResponseBase:
    """Show a section of the settings, or save what its form sent."""
    section = next((one for one in SECTIONS if one.key == key), None)
    if section is None:
        raise NotFound(thing=_("section of the settings"), name=key[:40])
    permission_require(request.actor, section.view)
    if key == "company":
        return _company(request, section)
    can_edit = bool(section.edit) and permission_has(request.actor, section.edit)
    secret = ""
    form = None
    if request.method == "POST":
        permission_require(request.actor, section.edit or "settings.edit")
        if request.POST.get("revoke"):
            tokens_revoke(token_ids=ids_read([request.POST["revoke"]]), actor=request.actor)
            messages.success(request, _("The token is revoked."))
            return redirect("web:settings_section", key=key)
        form, secret, is_saved = _save(request, section)
        if is_saved and not secret:
            return redirect("web:settings_section", key=key)
    if form is None and section.form and can_edit:
        form = section.form(request.actor, None)
    context = {
        "place": "settings",
        "section": section,
        "tabs": _tabs(request, key),
        "rows": section.rows(request.actor),
        "form": form,
        "secret": secret,
        "can_edit": can_edit,
    }
    return render(request, "web/settings/section.html", context, status=422 if form and form.errors else 200)


def _save(request: ScreenRequest, section: Section) -> tuple[Any, str, bool]:
    """Return (the form to show again or None, a text to show once, whether it was saved)."""
    if section.form is None or section.save is None:
        raise NotFound(thing=_("form of the settings"), name=section.key)
    save, form = section.save, section.form(request.actor, request.POST)
    if not form.is_valid():
        return form, "", False
    try:
        said, secret = run_whole(lambda: save(request.actor, form))
    except CefnError as error:
        form_take_faults(form, error)
        return form, "", False
    messages.success(request, said)
    return None, secret, True


def _company(request: ScreenRequest, section: Section) -> HttpResponseBase:
    can_edit = permission_has(request.actor, section.edit)
    company = Company.objects.get(pk=request.actor.company_id)
    form = CompanyForm.of(company, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            run_whole(lambda: company_change(changes=form.changes(), actor=request.actor))
        except CefnError as error:
            form_take_faults(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("web:settings")
    context = {
        "place": "settings",
        "section": section,
        "tabs": _tabs(request, "company"),
        "form": form,
        "company_now": company,
        "can_edit": can_edit,
    }
    return render(request, "web/settings/company.html", context, status=422 if form.errors else 200)


@screen("settings.view")
@require_http_methods(["GET", "POST"])
def bins(request: ScreenRequest, code: str) -> HttpResponseBase:
    """Show the places of a warehouse in walking order, or add bins after them."""
    rows = Warehouse.objects.filter(company_id=request.actor.company_id)
    warehouse = access_one(rows, thing=_("warehouse"), name=code, code=code)
    places = list(Location.objects.filter(warehouse=warehouse).order_by("sequence", "code"))
    form = BinsForm(request.POST or None, warehouse=warehouse)
    if request.method == "POST":
        permission_require(request.actor, "warehouse.setup")
        if form.is_valid():
            codes = form.cleaned_data["bins"]
            last = max((place.sequence for place in places), default=0)

            def add() -> None:
                locations_create(
                    actor=request.actor,
                    warehouse_id=warehouse.pk,
                    places=[(one, LocationKind.BIN) for one in codes],
                    first_sequence=last + 1,
                )
                audit_record(
                    actor=request.actor, events=[AuditDraft(f"warehouse:{code}", "bins-added", {"bins": codes})]
                )

            run_whole(add)
            messages.success(request, _("Saved."))
            return redirect("web:settings_bins", code=code)
    context = {"place": "settings", "warehouse": warehouse, "places": places, "form": form}
    return render(request, "web/settings/bins.html", context, status=422 if form.errors else 200)
