"""The packing slip: what is in the parcel, in the customer's language, without prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import ngettext, pgettext

from cefn.platform.papers.formats import count_text, date_text, weight_text
from cefn.platform.papers.frame import address_lines, frame_data, papers_pdf
from cefn.platform.papers.letterhead import Letterhead
from cefn.platform.papers.wrapping import wrappable

TEMPLATE = Path(__file__).with_name("packing_slip.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingSlipLine:
    """One article: `ordered` in all, `quantity` in this parcel, `to_follow` later; in the smallest unit."""

    sku: str
    name: str
    quantity: int
    ordered: int
    to_follow: int = 0
    quantity_decimals: int = 0
    unit: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingSlipPaper:
    """One shipment's slip. `message` is the sender's gift message, `returns_note` the shop's words on returns."""

    letterhead: Letterhead
    number: str
    order_number: str
    ship_to: tuple[str, ...]
    lines: tuple[PackingSlipLine, ...]
    ordered_on: date | None = None
    shipped_on: date | None = None
    customer_reference: str = ""
    carrier: str = ""
    tracking_number: str = ""
    package_number: int = 1
    package_count: int = 1
    weight_g: int = 0
    message: str = ""
    returns_note: str = ""
    language: str = "en"


def _line_data(line: PackingSlipLine, language: str) -> dict[str, Any]:
    def written(quantity: int) -> str:
        return count_text(quantity, line.quantity_decimals, language)

    details = [wrappable(component) for component in line.components]
    if line.lot:
        details.append(pgettext("paper", "Lot %(lot)s") % {"lot": wrappable(line.lot)})
    if line.serials:
        text = ngettext("Serial number %(numbers)s", "Serial numbers %(numbers)s", len(line.serials))
        details.append(text % {"numbers": ", ".join(wrappable(serial) for serial in line.serials)})
    return {
        "sku": wrappable(line.sku),
        "name": wrappable(line.name),
        "details": details,
        "quantity": written(line.quantity),
        "ordered": written(line.ordered),
        "to_follow": written(line.to_follow) if line.to_follow else "",
        "unit": line.unit,
    }


def _facts(paper: PackingSlipPaper) -> list[list[str]]:
    parcel = pgettext("paper", "%(number)s of %(count)s") % {
        "number": paper.package_number,
        "count": paper.package_count,
    }
    return [
        [pgettext("paper", "Order"), wrappable(paper.order_number)],
        [pgettext("paper", "Ordered on"), date_text(paper.ordered_on, paper.language)],
        [pgettext("paper", "Your reference"), wrappable(paper.customer_reference)],
        [pgettext("paper", "Sent on"), date_text(paper.shipped_on, paper.language)],
        [pgettext("paper", "Carrier"), wrappable(paper.carrier)],
        [pgettext("paper", "Tracking"), wrappable(paper.tracking_number)],
        [pgettext("paper", "Parcel"), parcel if paper.package_count > 1 else ""],
        [pgettext("paper", "Weight"), weight_text(paper.weight_g, paper.language) if paper.weight_g else ""],
    ]


def packing_slip_data(paper: PackingSlipPaper) -> dict[str, Any]:
    """Return what the template prints: every text of a packing slip written out in the paper's language."""
    language = paper.language
    with translation.override(language):
        data = frame_data(
            letterhead=paper.letterhead, title=pgettext("paper", "Packing slip"), number=paper.number, language=language
        )
        data["ship_to"] = address_lines(paper.ship_to)
        data["facts"] = _facts(paper)
        data["lines"] = [_line_data(line, language) for line in paper.lines]
        data["has_rest"] = any(line.to_follow for line in paper.lines)
        data["message"] = [wrappable(line) for line in paper.message.splitlines()]
        data["returns_note"] = [wrappable(line) for line in paper.returns_note.splitlines()]
        data["texts"] |= {
            "ship_to": pgettext("paper", "Deliver to"),
            "sku": pgettext("paper", "SKU"),
            "item": pgettext("paper", "Item"),
            "ordered": pgettext("paper", "Ordered"),
            "quantity": pgettext("paper", "In this parcel"),
            "to_follow": pgettext("paper", "To follow"),
            "rest": pgettext(
                "paper", "What is still to follow comes in a later parcel; there is nothing you need to do."
            ),
            "message": pgettext("paper", "A message for you"),
            "returns": pgettext("paper", "Returns"),
            "thanks": pgettext("paper", "Thank you for your order."),
        }
    return data


def packing_slips_pdf(*, papers: Sequence[PackingSlipPaper]) -> bytes:
    """Return one PDF of many packing slips, each in its customer's language and on pages of its own."""
    data = [packing_slip_data(paper) for paper in papers]
    return papers_pdf(TEMPLATE, data, title=papers[0].number if papers else "")
