"""Verbs that write price lists, and the one rule by which a price is found on them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cefn.kernel import sql
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.pricing.errors import PriceListCurrency, PriceListUnknown
from cefn.pricing.models import PriceList


class PriceDraft(NamedTuple):
    """A unit price in micro, from a quantity and a day on."""

    variant_id: int
    price_micro: int
    valid_from_on: date
    from_quantity: int = 1


class Ask(NamedTuple):
    """What a price is asked for."""

    variant_id: int
    quantity: int


def price_lists_create(*, actor: Actor, lists: Sequence[tuple[str, str, str, bool]]) -> list[PriceList]:
    """Make price lists: (code, name, currency, includes tax); return them in order."""
    made = PriceList.objects.bulk_create(
        [
            PriceList(company_id=actor.company_id, code=code, name=name, currency=currency, includes_tax=includes)
            for code, name, currency, includes in lists
        ]
    )
    audit_record(actor=actor, events=[AuditDraft(f"price-list:{one.code}", "created") for one in made])
    return made


def prices_set(*, actor: Actor, code: str, prices: Sequence[PriceDraft]) -> None:
    """Put prices on a list; one of the same variant, quantity and day is replaced. Raises PriceListUnknown."""
    price_list = _list(actor.company_id, code)
    sql.run(
        "INSERT INTO pricing_price"
        " (id, company_id, price_list_id, variant_id, from_quantity, valid_from_on, price_micro)"
        " SELECT v.id, %s, %s, v.variant, v.quantity, v.on_day, v.price FROM {v} WHERE true"
        " ON CONFLICT (price_list_id, variant_id, from_quantity, valid_from_on)"
        " DO UPDATE SET price_micro = excluded.price_micro",
        [actor.company_id, price_list.id],
        v=sql.Rows(
            "id bigint, variant bigint, quantity bigint, on_day date, price bigint",
            [
                (key, p.variant_id, p.from_quantity, p.valid_from_on, p.price_micro)
                for key, p in zip(new_ids(len(prices)), prices, strict=True)
            ],
        ),
    )
    audit_record(actor=actor, events=[AuditDraft(f"price-list:{code}", "priced", {"prices": len(prices)})])


def prices_find(
    *, company_id: int, code: str, asks: Sequence[Ask], on: date, currency: str, includes_tax: bool
) -> Mapping[Ask, int]:
    """Return the unit price in micro of each ask that the list has one for.

    Of the rows in force on the day and reached by the quantity, the highest quantity wins, then the latest day.
    Raises PriceListUnknown, and PriceListCurrency when the list's currency or tax mode is not the order's.
    """
    price_list = _list(company_id, code)
    if (price_list.currency, price_list.includes_tax) != (currency, includes_tax):
        stated = _mode(price_list.currency, price_list.includes_tax)
        raise PriceListCurrency(code=code, currency=stated, wanted=_mode(currency, includes_tax))
    rows = sql.fetch(
        "SELECT p.variant_id, p.from_quantity, p.price_micro FROM pricing_price AS p JOIN {v} ON p.variant_id = v.k"
        " WHERE p.price_list_id = %s AND p.valid_from_on <= %s ORDER BY p.from_quantity, p.valid_from_on",
        [price_list.id, on],
        v=sql.Rows("k bigint", [(key,) for key in sorted({ask.variant_id for ask in asks})]),
    )
    found: dict[Ask, int] = {}
    for ask in asks:
        for variant, quantity, price in rows:
            if variant == ask.variant_id and quantity <= ask.quantity:
                found[ask] = price
    return found


def _mode(currency: str, includes_tax: bool) -> str:
    return f"{currency}+" if includes_tax else currency


def _list(company_id: int, code: str) -> PriceList:
    found: PriceList | None = PriceList.objects.filter(company_id=company_id, code=code).first()
    if found is None:
        known = PriceList.objects.filter(company_id=company_id).values_list("code", flat=True)
        raise PriceListUnknown(code=code, known=", ".join(sorted(known)) or "-")
    return found
