"""Tax on document lines: inclusive or exclusive, rounded per line or per rate and document.

Pure functions on integers. HMRC VAT Notice 700, section 17.5 and 17.6: rounding to the nearest penny, halves up, is
allowed to invoice traders and retailers alike, per line or per document, if it is done the same way throughout.
"""

from collections.abc import Sequence

from cefn.kernel.money import PPM, round_half_up, split

NetAndTax = tuple[int, int]


def line_tax(*, amount_minor: int, rate_ppm: int, includes_tax: bool) -> NetAndTax:
    """Return (net, tax) in minor units of one amount; with `includes_tax` they sum to the amount."""
    if rate_ppm == 0:
        return amount_minor, 0
    if includes_tax:
        tax = round_half_up(amount_minor * rate_ppm, PPM + rate_ppm)
        return amount_minor - tax, tax
    return amount_minor, round_half_up(amount_minor * rate_ppm, PPM)


def document_tax(*, amounts_minor: Sequence[int], rates_ppm: Sequence[int], includes_tax: bool) -> list[NetAndTax]:
    """Return (net, tax) of each line where tax is rounded once per rate, then shared by largest remainder."""
    result: list[NetAndTax] = [(amount, 0) for amount in amounts_minor]
    for rate in {rate for rate in rates_ppm if rate}:
        places = [at for at, line_rate in enumerate(rates_ppm) if line_rate == rate]
        amounts = [amounts_minor[at] for at in places]
        _, tax = line_tax(amount_minor=sum(amounts), rate_ppm=rate, includes_tax=includes_tax)
        for at, part in zip(places, _shares(tax, amounts), strict=True):
            result[at] = (amounts_minor[at] - part, part) if includes_tax else (amounts_minor[at], part)
    return result


def _shares(tax: int, amounts: Sequence[int]) -> list[int]:
    if all(amount >= 0 for amount in amounts):
        return split(tax, amounts)
    positive = [max(amount, 0) for amount in amounts]
    negative = [max(-amount, 0) for amount in amounts]
    total = sum(amounts) or 1
    down = round_half_up(tax * sum(negative), abs(total)) * (1 if total > 0 else -1)
    ups = split(tax + down, positive)
    downs = split(down, negative)
    return [up - fall for up, fall in zip(ups, downs, strict=True)]


def lines_tax(
    *, amounts_minor: Sequence[int], rates_ppm: Sequence[int], includes_tax: bool, rounding: str
) -> list[NetAndTax]:
    """Return (net, tax) of each line under the document's stored method: `rounding` is "line" or "document"."""
    if rounding == "document":
        return document_tax(amounts_minor=amounts_minor, rates_ppm=rates_ppm, includes_tax=includes_tax)
    return [
        line_tax(amount_minor=amount, rate_ppm=rate, includes_tax=includes_tax)
        for amount, rate in zip(amounts_minor, rates_ppm, strict=True)
    ]


def cumulative_part(
    *, net_minor: int, tax_minor: int, includes_tax: bool, done_before: int, done_after: int, quantity: int
) -> NetAndTax:
    """Return (net, tax) of the units from `done_before` to `done_after` of a line, in minor units.

    What the price is stated in is shared evenly: the total where prices include tax, the net where they don't. So one
    of two mugs at 9.99 is worth 9.99. Parts taken one after the other always sum to the whole line.
    """

    def share(amount_minor: int) -> int:
        return cumulative_share(
            amount_minor=amount_minor, done_before=done_before, done_after=done_after, quantity=quantity
        )

    tax = share(tax_minor)
    return (share(net_minor + tax_minor) - tax if includes_tax else share(net_minor)), tax


def cumulative_share(*, amount_minor: int, done_before: int, done_after: int, quantity: int) -> int:
    """Return the part of a line's amount that falls on the units from `done_before` to `done_after` of `quantity`.

    Parts taken one after the other always sum to the whole amount.
    """
    if done_before == 0 and done_after == quantity:
        return amount_minor
    return round_half_up(amount_minor * done_after, quantity) - round_half_up(amount_minor * done_before, quantity)
