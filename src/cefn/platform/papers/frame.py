"""What every paper carries: sender, name, number, language, page words and the barcode of its number."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cefn.platform.papers.barcodes import barcode_svg
from cefn.platform.papers.letterhead import Letterhead
from cefn.platform.papers.merge import pdfs_merge
from cefn.platform.papers.render import render_pdf
from cefn.platform.papers.wrapping import one_line, wrappable

SET_AT_ONCE = 100


def barcode_data(kind: str, text: str, written: str = "") -> dict[str, str]:
    """Return a barcode as the kit draws it; `written` stands below the bars instead of `text`."""
    return {
        "svg": barcode_svg(kind, text),
        "text": written or text,
        "alt": _("Barcode %(text)s") % {"text": written or text},
    }


def frame_data(*, letterhead: Letterhead, title: str, number: str, language: str) -> dict[str, Any]:
    """Return the parts that the kit needs of any paper; call it with the paper's language active."""
    tax_line = _("VAT number %(number)s") % {"number": letterhead.tax_number} if letterhead.tax_number else ""
    return {
        "letterhead": letterhead.data(),
        "title": title,
        "number": one_line(number),
        "language": language.partition("-")[0],
        "tax_number_line": tax_line,
        "barcode": barcode_data("code128", number) if number else None,
        "texts": {"page": _("Page {number} of {total}")},
    }


def address_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of an address that hold something, each able to wrap."""
    return [wrappable(line) for line in lines if line.strip()]


def papers_pdf(template: Path, papers: Sequence[dict[str, Any]], *, title: str) -> bytes:
    """Return one PDF with all `papers`, one after the other, each with pages of its own.

    More than a hundred are set in parts, so that the memory in use stays that of a hundred. Raises ValueError when
    there is none, PaperNotMade when the typesetter refuses.
    """
    if not papers:
        raise ValueError("no papers to print")
    parts = [
        render_pdf(template, {"papers": list(papers[start : start + SET_AT_ONCE]), "document_title": title})
        for start in range(0, len(papers), SET_AT_ONCE)
    ]
    return parts[0] if len(parts) == 1 else pdfs_merge(parts, title=title)
