"""Answers a request for a list: the page, the export, or the result of an action over picked rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cefn.kernel.errors import NotFound
from cefn.platform.permissions import permission_has, permission_require
from cefn.platform.saved_views import access_saved_views
from cefn.web.access import ScreenRequest
from cefn.web.errors import NothingPicked, TooManyAtOnce
from cefn.web.formats import digits_grouped, money_html
from cefn.web.lists.bulk import BULK_LIMIT, BulkAction, ids_read
from cefn.web.lists.export import export_response
from cefn.web.lists.paging import (
    Totals,
    page_take,
    rows_ordered,
    sort_field,
    totals_of_page,
    totals_quick,
    totals_whole,
)
from cefn.web.lists.question import Question, columns_allowed, question_read
from cefn.web.lists.spec import ListSpec


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head as the template shows it."""

    key: str
    label: str
    is_number: bool
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class TabShown:
    """A tab as the template shows it; `view_id` is set for a saved view."""

    label: str
    url: str
    is_now: bool
    view_id: int | None = None


def rows_asked(spec: ListSpec, question: Question, request: ScreenRequest) -> QuerySet[Any]:
    """Return the rows that the person may see and the question asks for, in no order yet."""
    rows = spec.rows(request.actor)
    for one in question.filters_in_force():
        rows = one.narrow(rows, question.values)
    if question.search and spec.search:
        rows = spec.search(request.actor, rows, question.search)
    return rows


def list_response(request: ScreenRequest, spec: ListSpec) -> HttpResponseBase:
    """Answer a request for the list that `spec` declares."""
    question = question_read(spec, request.GET, request.actor)
    rows = rows_asked(spec, question, request)
    if request.method == "POST":
        return _bulk(request, spec, question, rows)
    if request.GET.get("format"):
        permission_require(request.actor, "exports.run")
        return export_response(question, request.actor, rows, request.GET["format"])
    if request.GET.get("totals"):
        return _totals_part(request, spec, totals_whole(rows, spec.total))
    page = page_take(rows, question)
    if spec.prepare:
        spec.prepare(request.actor, page.rows)
    totals = totals_of_page(page, question) or totals_quick(rows, spec.total)
    bulk = [action for action in spec.bulk if permission_has(request.actor, action.permission)]
    context = {
        "place": spec.place,
        "spec": spec,
        "question": question,
        "heads": _heads(question),
        "body": _body(spec, question, page.rows, can_pick=bool(bulk)),
        "shown": len(page.rows),
        "totals": totals,
        "count_words": spec.counted(totals.count),
        "sums": [money_html(minor, currency) for currency, minor in totals.sums],
        "totals_url": question.address({"totals": "whole"}) if totals.is_part else "",
        "tabs": _tabs(request, spec, question),
        "has_search": spec.search is not None,
        "chips": question.chips(),
        "filters": _filter_fields(spec, question),
        "columns": _column_choices(spec, question, request),
        "bulk": bulk,
        "head_links": [link for link in spec.links if permission_has(request.actor, link.permission)],
        "first_url": question.address({}),
        "before_url": question.address({"before": page.before}) if page.before else "",
        "after_url": question.address({"after": page.after}) if page.after else "",
        "export_url": question.address({"format": "csv"}),
        "export_xlsx_url": question.address({"format": "xlsx"}),
        "can_export": permission_has(request.actor, "exports.run"),
        "is_bare": question.asks_nothing() and totals.count == 0,
    }
    return render(request, "web/list.html", context)


def _totals_part(request: ScreenRequest, spec: ListSpec, totals: Totals) -> HttpResponseBase:
    sums = [money_html(minor, currency) for currency, minor in totals.sums]
    context = {"count_words": spec.counted(totals.count), "sums": sums}
    return render(request, "web/parts/sums.html", context)


def _heads(question: Question) -> list[Head]:
    heads = []
    for column in question.columns:
        is_sorted = column.key == question.sort_key
        wish = column.key if is_sorted and question.is_descending else f"-{column.key}"
        if not is_sorted and not column.is_number and not column.sort.endswith(("_at", "_on")):
            wish = column.key
        direction = ("descending" if question.is_descending else "ascending") if is_sorted else ""
        url = question.address({"sort": wish if wish != question.spec.default_sort else None}) if column.sort else ""
        heads.append(Head(column.key, str(column.label), column.is_number, url, direction))
    return heads


def _cell_class(column: Any) -> str:
    names = (("num" if column.is_number else ""), (f"card-{column.card}" if column.card else ""))
    return " ".join(name for name in names if name)


def _body(spec: ListSpec, question: Question, rows: Sequence[Any], *, can_pick: bool) -> SafeString:
    """Return the rows as HTML; made in Python because a template for each cell would cost more than the queries."""
    classes = [(column, _cell_class(column)) for column in question.columns]
    parts = []
    for row in rows:
        cells = []
        url, name = spec.row_url(row), spec.row_name(row)
        if can_pick:
            cells.append(
                format_html(
                    '<td class="pick"><input type="checkbox" name="pick" value="{}" aria-label="{}"></td>', row.pk, name
                )
            )
        for column, css in classes:
            value = column.cell(row)
            if column.card == "title":
                value = format_html('<a class="open" href="{}">{}</a>', url, value)
            cells.append(
                format_html('<td class="{}">{}</td>', css, value) if css else format_html("<td>{}</td>", value)
            )
        peek = format_html(' data-peek-url="{}"', url) if spec.has_peek else ""
        css = spec.row_class(row) if spec.row_class else ""
        row_css = format_html(' class="{}"', css) if css else ""
        inner = format_html_join("", "{}", ((cell,) for cell in cells))
        parts.append(format_html('<tr data-id="{}"{}{}>{}</tr>', row.pk, peek, row_css, inner))
    return mark_safe("\n".join(parts))  # noqa: S308 -- every part was made by format_html


def _tabs(request: ScreenRequest, spec: ListSpec, question: Question) -> list[TabShown]:
    base = reverse(spec.url_name)
    now = {name: value for name, value in question.parameters().items() if name not in ("sort", "cols")}
    tabs = []
    for tab in spec.tabs:
        query = "&".join(f"{name}={value}" for name, value in tab.query.items())
        tabs.append(TabShown(str(tab.label), f"{base}?{query}" if query else base, now == dict(tab.query)))
    saved = access_saved_views(request.actor).filter(area=spec.area)
    here = question.address({}).removeprefix("?")
    for view in saved:
        is_own = view.user_id == request.actor.user_id
        tabs.append(TabShown(view.name, f"{base}?{view.query}", here == view.query, view.pk if is_own else None))
    return tabs


def _filter_fields(spec: ListSpec, question: Question) -> list[dict[str, Any]]:
    fields = []
    for one in spec.filters:
        values = [(name, question.values.get(name, "")) for name in one.names]
        picked = set(values[0][1].split(",")) if one.kind == "choice" else set()
        options = [(value, label, value in picked) for value, label in getattr(one, "options", list)()]
        fields.append({"key": one.key, "label": one.label, "kind": one.kind, "values": values, "options": options})
    return fields


def _column_choices(spec: ListSpec, question: Question, request: ScreenRequest) -> list[tuple[str, Any, bool]]:
    shown = {column.key for column in question.columns}
    allowed = columns_allowed(spec, request.actor)
    return [(column.key, column.label, column.key in shown) for column in allowed if column.card != "title"]


def _bulk(request: ScreenRequest, spec: ListSpec, question: Question, rows: QuerySet[Any]) -> HttpResponseBase:
    action = next((one for one in spec.bulk if one.key == request.POST.get("action")), None)
    if action is None:
        raise NotFound(thing=_("action"), name=request.POST.get("action", "")[:40])
    permission_require(request.actor, action.permission)
    picked = _picked(request, question, rows)
    if action.warning and request.POST.get("sure") != "yes":
        return _ask(request, spec, question, action, picked)
    results = action.run(request.actor, picked)
    done = sum(result.is_done for result in results)
    context = {
        "place": spec.place,
        "spec": spec,
        "action": action,
        "results": results,
        "done": done,
        "refused": len(results) - done,
        "back": question.address({}),
    }
    return render(request, "web/bulk_results.html", context)


def _picked(request: ScreenRequest, question: Question, rows: QuerySet[Any]) -> list[Any]:
    if request.POST.get("everything") != "yes":
        ids = ids_read(request.POST.getlist("pick"))
        if not ids:
            raise NothingPicked
        if len(ids) > BULK_LIMIT:
            raise TooManyAtOnce(count=digits_grouped(str(len(ids))), limit=digits_grouped(str(BULK_LIMIT)))
        rows = rows.filter(pk__in=ids)
    found = list(rows_ordered(rows, sort_field(question), is_descending=question.is_descending)[: BULK_LIMIT + 1])
    if len(found) > BULK_LIMIT:
        raise TooManyAtOnce(count=digits_grouped(str(rows.count())), limit=digits_grouped(str(BULK_LIMIT)))
    if not found:
        raise NothingPicked
    return found


def _ask(
    request: ScreenRequest, spec: ListSpec, question: Question, action: BulkAction, picked: list[Any]
) -> HttpResponseBase:
    context = {
        "place": spec.place,
        "spec": spec,
        "action": action,
        "ids": [row.pk for row in picked],
        "sentence": action.warning(picked) if action.warning else "",
        "count": len(picked),
        "back": question.address({}),
    }
    return render(request, "web/bulk_ask.html", context)
