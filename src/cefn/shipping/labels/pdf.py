"""Labels as PDF, one page of 4 x 6 inches each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cefn.platform.papers.barcodes import barcode_encode
from cefn.platform.papers.render import render_pdf
from cefn.platform.papers.wrapping import one_line, wrappable
from cefn.shipping.labels.label import SSCC_IDENTIFIER, ShippingLabel, label_words, sscc_written, tracking_written

TEMPLATE = Path(__file__).with_name("label.typ")

WIDTH_UM = 101_600
QUIET_MODULES = 10
MODULE_MOST_UM = 500  # GS1 wants 0.495 mm for logistics labels; a short code gets no wider bars than that


def _bar(kind: str, text: str, written: str) -> dict[str, Any]:
    """Return a barcode with its printed width in micrometres, quiet zones kept free on both sides."""
    drawn = barcode_encode(kind, text)
    module = min(MODULE_MOST_UM, WIDTH_UM // (drawn.width + 2 * QUIET_MODULES))
    return {"svg": drawn.svg(), "width_um": module * drawn.width, "text": written, "alt": text}


def label_data(label: ShippingLabel) -> dict[str, Any]:
    """Return what the template prints of one label."""
    words = label_words(label)
    return {
        "language": label.language.partition("-")[0],
        "carrier": wrappable(label.carrier),
        "service": wrappable(label.service),
        "routing": wrappable(label.routing),
        "sender": [wrappable(line) for line in label.sender if line.strip()],
        "receiver": [wrappable(line) for line in label.receiver if line.strip()],
        "postcode": one_line(label.postcode),
        "country": one_line(label.country),
        "note": wrappable(label.note),
        "facts": [[name, wrappable(value)] for name, value in words.facts],
        "texts": {"sender": words.sender, "receiver": words.receiver, "tracking": words.tracking},
        "tracking": _bar("code128", label.tracking_number, tracking_written(label.tracking_number)),
        "sscc": _bar("gs1-128", f"[{SSCC_IDENTIFIER}]{label.sscc}", sscc_written(label.sscc)) if label.sscc else None,
    }


def labels_pdf(*, labels: Sequence[ShippingLabel]) -> bytes:
    """Return one PDF with a page for each label; ValueError for none, BarcodeNotPossible for a wrong SSCC."""
    if not labels:
        raise ValueError("no labels to print")
    data = {"labels": [label_data(label) for label in labels], "document_title": labels[0].tracking_number}
    return render_pdf(TEMPLATE, data)
