"""How the figures of an order are made."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from cefn.orders.models import SalesOrder
from cefn.platform.actors import Actor
from cefn.platform.permissions import permission_has
from cefn.web import reads
from cefn.web.explained import Explained, Part
from cefn.web.formats import day_text, money_html, money_text, price_text, quantity_shown


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + " %" if rest else f"{whole} %"


def explain_total(actor: Actor, order: SalesOrder) -> Explained:
    """Return how an order's total is made: its lines, tax and shown rounding."""
    parts = []
    for line in order.lines.all():
        each = price_text(line.unit_price_micro, order.currency)
        note = f"{quantity_shown(line.quantity, line.variant.quantity_decimals)} × {each}"
        if line.discount_minor:
            off = money_text(line.discount_minor, order.currency)
            note += " " + _("less %(amount)s") % {"amount": off}
        figure = money_html(line.net_minor + line.tax_minor, order.currency)
        parts.append(Part(line.variant.sku, f"{note} · {line.tax_code} {_percent(line.tax_rate_ppm)}", figure))
    parts.append(Part(_("Net"), "", money_html(order.net_minor, order.currency), is_sum=True))
    parts.append(Part(_("Tax"), "", money_html(order.tax_minor, order.currency)))
    if order.rounding_minor:
        parts.append(Part(_("Rounding"), "", money_html(order.rounding_minor, order.currency)))
    prices = _("Prices include tax.") if order.prices_include_tax else _("Prices are without tax.")
    rounding = order.get_tax_rounding_display()
    rule = _("Total = net + tax + rounding.") + f" {prices} " + _("Tax is rounded %(how)s.") % {"how": rounding}
    return Explained(
        title=_("Total of %(number)s") % {"number": order.number},
        answer=money_html(order.total_minor, order.currency),
        rule=rule,
        parts=parts,
    )


def explain_paid(actor: Actor, order: SalesOrder) -> Explained:
    """Return what was paid and refunded, payment by payment, for those who may see payments."""
    parts = []
    if permission_has(actor, "payments.view"):
        for payment in reads.access_payments(actor).filter(order=order).select_related("method").order_by("id"):
            sign = -1 if payment.direction == "out" else 1
            figure = money_html(sign * payment.amount_minor, payment.currency)
            note = f"{payment.method.name} · {day_text(payment.paid_on)} {payment.reference}".strip()
            parts.append(Part(payment.number, note, figure))
    parts.append(Part(_("Paid"), "", money_html(order.paid_minor, order.currency), is_sum=True))
    parts.append(Part(_("Refunded"), "", money_html(order.refunded_minor, order.currency)))
    due = order.total_minor - order.paid_minor + order.refunded_minor
    parts.append(Part(_("Still to pay"), "", money_html(due, order.currency)))
    return Explained(
        title=_("Paid for %(number)s") % {"number": order.number},
        answer=money_html(order.paid_minor - order.refunded_minor, order.currency),
        rule=_("Paid = money received for this order, less what was refunded."),
        parts=parts,
    )


def explain_route(actor: Actor, order: SalesOrder) -> Explained:
    """Return why the order goes from where it goes: the rule, the candidates and their scores."""
    parts = []
    reason = ""
    answer = "–"
    for decision in order.routing_decisions.order_by("-id")[:1]:
        reason = decision.reason
        answer = ", ".join(str(one) for one in decision.chosen)
        for candidate in decision.candidates:
            facts = candidate if isinstance(candidate, dict) else {"warehouse": candidate}
            name = str(facts.get("warehouse") or facts.get("code") or facts.get("name") or "")
            rest = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in facts.items() if str(value) != name)
            parts.append(Part(name, "", rest))
    return Explained(
        title=_("Route of %(number)s") % {"number": order.number},
        answer=answer,
        rule=reason or _("No route has been chosen yet: there is no stock to route."),
        parts=parts,
    )


EXPLAINERS: dict[str, Callable[[Actor, SalesOrder], Explained]] = {
    "total": explain_total,
    "paid": explain_paid,
    "route": explain_route,
}
"""Figure in the address -> what explains it."""
