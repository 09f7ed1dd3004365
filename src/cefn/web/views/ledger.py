"""The ledger: entries, accounts with balances, the three reports, aged debtors, and periods."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cefn.kernel.errors import NotFound
from cefn.kernel.transactions import run_whole
from cefn.ledger.closing import periods_close, periods_reopen
from cefn.ledger.selectors import access_accounts, access_entries, access_periods
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_require
from cefn.reports.debtors import aged_debtors, debtor_papers
from cefn.reports.money import account_lines, trial_balance
from cefn.web.access import ScreenRequest, screen
from cefn.web.documents import document_url
from cefn.web.lists import list_response
from cefn.web.lists.bulk import ids_read
from cefn.web.money_forms import own_name
from cefn.web.money_lists import LEDGER, source_link
from cefn.web.money_reports import report_balance, report_profit, report_tabs, report_trial_balance
from cefn.web.typed import day_asked, whole_read

LINES_SHOWN = 200


@screen("ledger.view")
@require_http_methods(["GET", "POST"])
def ledger(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of journal entries."""
    return list_response(request, LEDGER)


@screen("ledger.view")
@require_safe
def entry(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show a journal entry: its two sides, the document that it came from, and what reverses it."""
    rows = access_entries(request.actor).select_related("journal", "period", "reverses", "reversed_by")
    found = access_one(rows.prefetch_related("lines__account"), thing=_("journal entry"), name=number, number=number)
    lines = sorted(found.lines.all(), key=lambda line: (line.amount_minor < 0, line.pk))
    source_number, url = source_link(found.source)
    context = {
        "place": "ledger",
        "entry": found,
        "lines": [(line, own_name(line.account)) for line in lines],
        "debit_minor": sum(line.amount_minor for line in lines if line.amount_minor > 0),
        "source_number": source_number,
        "source_url": url,
        "reversed_by": getattr(found, "reversed_by", None),
    }
    return render(request, "web/money/entry.html", context)


@screen("ledger.view")
@require_safe
def accounts(request: ScreenRequest) -> HttpResponseBase:
    """Show the chart of accounts with the balance of each at the end of a day."""
    as_of = day_asked(request.GET.dict(), "as_of")
    found = trial_balance(request.actor, as_of=as_of)
    balances = {row.account_id: row.balance_minor for row in found.rows}
    rows = access_accounts(request.actor).order_by("code")
    context = {
        "place": "accounts",
        "tabs": report_tabs(request.actor, "accounts"),
        "as_of": as_of,
        "currency": found.currency,
        "rows": [(row, own_name(row), balances.get(row.pk)) for row in rows],
    }
    return render(request, "web/money/accounts.html", context)


@screen("ledger.view")
@require_safe
def account(request: ScreenRequest, code: str) -> HttpResponseBase:
    """Show an account's lines in a span, with the balance after each."""
    asked = request.GET.dict()
    first_on = day_asked(asked, "first_on") if asked.get("first_on") else None
    last_on = day_asked(asked, "last_on") if asked.get("last_on") else None
    offset = whole_read(asked.get("offset", ""))
    found = account_lines(
        request.actor, code=code, first_on=first_on, last_on=last_on, limit=LINES_SHOWN, offset=offset
    )
    days = "".join(f"&{name}={asked[name]}" for name in ("first_on", "last_on") if asked.get(name))
    after = offset + len(found.rows)
    context = {
        "place": "accounts",
        "account": found,
        "rows": [(row, row.source.partition(":")[2] or row.source, document_url(row.source)) for row in found.rows],
        "first": offset + 1,
        "last": after,
        "before_url": f"?offset={max(0, offset - LINES_SHOWN)}{days}" if offset else "",
        "after_url": f"?offset={after}{days}" if after < found.count else "",
        "asked": asked,
    }
    return render(request, "web/money/account.html", context)


@screen("ledger.view")
@require_safe
def report(request: ScreenRequest, key: str) -> HttpResponseBase:
    """Show the trial balance, profit and loss, or the balance sheet."""
    asked = request.GET.dict()
    context: dict[str, Any] = {"place": "accounts", "tabs": report_tabs(request.actor, key), "key": key}
    if key == "profit":
        last_on = day_asked(asked, "to")
        first_on = day_asked(asked, "from", last_on.replace(day=1))
        context |= {
            "title": _("Profit and loss"),
            "first_on": first_on,
            "last_on": last_on,
            "report": report_profit(request.actor, first_on, last_on),
        }
    elif key in ("trial-balance", "balance"):
        as_of = day_asked(asked, "as_of")
        is_trial = key == "trial-balance"
        made = report_trial_balance(request.actor, as_of) if is_trial else report_balance(request.actor, as_of)
        context |= {"title": _("Trial balance") if is_trial else _("Balance sheet"), "as_of": as_of, "report": made}
    else:
        raise NotFound(thing=_("report"), name=key[:40])
    return render(request, "web/money/report.html", context)


@screen("invoices.view")
@require_safe
def debtors(request: ScreenRequest) -> HttpResponseBase:
    """Show who owes us, by the age of the debt."""
    as_of = day_asked(request.GET.dict(), "as_of")
    context = {
        "place": "accounts",
        "tabs": report_tabs(request.actor, "debtors"),
        "as_of": as_of,
        "report": aged_debtors(request.actor, as_of=as_of),
    }
    return render(request, "web/money/debtors.html", context)


@screen("invoices.view")
@require_safe
def debtor(request: ScreenRequest, customer: str) -> HttpResponseBase:
    """Show the open papers of one customer, or of guests."""
    as_of = day_asked(request.GET.dict(), "as_of")
    keys = ids_read([customer])
    if not keys and customer != "guest":
        raise NotFound(thing=_("customer"), name=customer[:40])
    papers = debtor_papers(request.actor, as_of=as_of, customer_id=keys[0] if keys else None)
    if not papers:
        raise NotFound(thing=_("open paper of the customer"), name=customer)
    context = {
        "place": "accounts",
        "as_of": as_of,
        "papers": papers,
        "name": papers[0].customer_name,
        "currency": request.company.currency,
        "total_minor": sum(p.open_minor if p.kind == "invoice" else -p.open_minor for p in papers),
    }
    return render(request, "web/money/debtor.html", context)


@screen("ledger.view")
@require_http_methods(["GET", "POST"])
def periods(request: ScreenRequest) -> HttpResponseBase:
    """Show the months of the books; close one or open one again."""
    if request.method == "POST":
        permission_require(request.actor, "ledger.close")
        keys = ids_read([request.POST.get("period", "")])
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:255]
        if request.POST.get("action") == "reopen":
            count = run_whole(lambda: periods_reopen(actor=request.actor, period_ids=keys, reason=reason))
            said = ngettext("%(n)s period is open again.", "%(n)s periods are open again.", count)
        else:
            count = run_whole(lambda: periods_close(actor=request.actor, period_ids=keys))
            said = ngettext("%(n)s period is closed.", "%(n)s periods are closed.", count)
        messages.success(request, said % {"n": count})
        return redirect("web:periods")
    rows = list(access_periods(request.actor).order_by("-starts_on"))
    oldest_open = next((row.pk for row in reversed(rows) if row.state != "closed"), None)
    newest_closed = next((row.pk for row in rows if row.state != "open"), None)
    context = {
        "place": "accounts",
        "tabs": report_tabs(request.actor, "periods"),
        "rows": rows,
        "oldest_open": oldest_open,
        "newest_closed": newest_closed,
    }
    return render(request, "web/money/periods.html", context)
