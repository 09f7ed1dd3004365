"""The pick list: what to fetch, in walking order, big enough to read at arm's length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import ngettext, pgettext

from cefn.platform.papers.formats import count_text, date_text, moment_text
from cefn.platform.papers.frame import frame_data, papers_pdf
from cefn.platform.papers.letterhead import Letterhead
from cefn.platform.papers.wrapping import wrappable

TEMPLATE = Path(__file__).with_name("pick_list.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickListLine:
    """One stop. `quantity` is in the variant's smallest unit; lines arrive in the order they are walked."""

    location: str
    sku: str
    name: str
    quantity: int
    quantity_decimals: int = 0
    unit: str = ""
    zone: str = ""
    barcode: str = ""
    lot: str = ""
    expires_on: date | None = None
    order_number: str = ""
    tote: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickListPaper:
    """A pick batch on paper. `metres` is the length of the walk, 0 when it is not known."""

    letterhead: Letterhead
    number: str
    warehouse: str
    lines: tuple[PickListLine, ...]
    made_at: datetime
    zone: str = "Europe/London"
    picker: str = ""
    wave: str = ""
    ship_by: str = ""
    metres: int = 0
    language: str = "en"


def _line_data(line: PickListLine, step: int, zone_before: str, language: str) -> dict[str, Any]:
    lot = pgettext("paper", "Lot %(lot)s") % {"lot": line.lot} if line.lot else ""
    expiry = (
        pgettext("paper", "use by %(day)s") % {"day": date_text(line.expires_on, language)} if line.expires_on else ""
    )
    return {
        "step": str(step),
        "zone": line.zone if line.zone != zone_before else "",
        "location": wrappable(line.location),
        "sku": wrappable(line.sku),
        "name": wrappable(line.name),
        "barcode": line.barcode,
        "lot": ", ".join(part for part in (lot, expiry) if part),
        "note": wrappable(line.note),
        "order": wrappable(line.order_number),
        "tote": wrappable(line.tote),
        "quantity": count_text(line.quantity, line.quantity_decimals, language),
        "unit": line.unit,
    }


def _summary(paper: PickListPaper) -> list[str]:
    """Return stops, units and metres as short texts; units only when all lines count whole pieces."""
    stops, pieces = len(paper.lines), sum(line.quantity for line in paper.lines)
    parts = [ngettext("%(count)s stop", "%(count)s stops", stops) % {"count": count_text(stops, 0, paper.language)}]
    if not any(line.quantity_decimals for line in paper.lines):
        text = ngettext("%(count)s piece", "%(count)s pieces", pieces)
        parts.append(text % {"count": count_text(pieces, 0, paper.language)})
    if paper.metres:
        parts.append(pgettext("paper", "%(count)s m to walk") % {"count": count_text(paper.metres, 0, paper.language)})
    return parts


def pick_list_data(paper: PickListPaper) -> dict[str, Any]:
    """Return what the template prints: every text of a pick list written out in the paper's language."""
    language = paper.language
    with translation.override(language):
        data = frame_data(
            letterhead=paper.letterhead, title=pgettext("paper", "Pick list"), number=paper.number, language=language
        )
        zones = ["", *(line.zone for line in paper.lines)]
        data["lines"] = [
            _line_data(line, step, zones[step - 1], language) for step, line in enumerate(paper.lines, start=1)
        ]
        data["facts"] = [
            [pgettext("paper", "Warehouse"), paper.warehouse],
            [pgettext("paper", "Wave"), paper.wave],
            [pgettext("paper", "Picker"), paper.picker],
            [pgettext("paper", "Leaves by"), paper.ship_by],
            [pgettext("paper", "Printed"), moment_text(paper.made_at, language, paper.zone)],
        ]
        data["summary"] = _summary(paper)
        data["has_orders"] = any(line.order_number or line.tote for line in paper.lines)
        data["texts"] |= {
            "step": pgettext("paper", "Step"),
            "location": pgettext("paper", "Location"),
            "item": pgettext("paper", "Item"),
            "order": pgettext("paper", "Order / tote"),
            "quantity": pgettext("paper", "Pick"),
            "done": pgettext("paper", "Done"),
            "picked_by": pgettext("paper", "Picked by"),
            "short": pgettext("paper", "Short or damaged: write the number found beside the box and tell the desk."),
            "empty": pgettext("paper", "Nothing to pick."),
        }
    return data


def pick_lists_pdf(*, papers: Sequence[PickListPaper]) -> bytes:
    """Return one PDF of many pick lists; each starts on a page of its own."""
    return papers_pdf(TEMPLATE, [pick_list_data(paper) for paper in papers], title=papers[0].number if papers else "")
